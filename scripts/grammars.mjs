// Brings the compiled grammars into grammars/: node scripts/grammars.mjs
// They come out of the packages of their authors, at the versions named here, and are kept in the repository: the packages also
// hold their generated C code, which is 400 MB that nobody needs here. The manifest says where each file is from.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Language, Parser } from 'web-tree-sitter'
import { licenceFileOf } from './lib/grammarLicence.mjs'
import { root } from './lib/root.mjs'
import { npm } from './lib/run.mjs'

/** @type {readonly (readonly [name: string, file: string, package: string, version: string])[]} */
const grammars = [
	['bash', 'tree-sitter-bash.wasm', 'tree-sitter-bash', '0.25.1'],
	['c', 'tree-sitter-c.wasm', 'tree-sitter-c', '0.24.1'],
	['cpp', 'tree-sitter-cpp.wasm', 'tree-sitter-cpp', '0.23.4'],
	['csharp', 'tree-sitter-c_sharp.wasm', 'tree-sitter-c-sharp', '0.23.5'],
	['css', 'tree-sitter-css.wasm', 'tree-sitter-css', '0.25.0'],
	['go', 'tree-sitter-go.wasm', 'tree-sitter-go', '0.25.0'],
	['html', 'tree-sitter-html.wasm', 'tree-sitter-html', '0.23.2'],
	['java', 'tree-sitter-java.wasm', 'tree-sitter-java', '0.23.5'],
	['javascript', 'tree-sitter-javascript.wasm', 'tree-sitter-javascript', '0.25.0'],
	['json', 'tree-sitter-json.wasm', 'tree-sitter-json', '0.24.8'],
	['kotlin', 'tree-sitter-kotlin.wasm', '@tree-sitter-grammars/tree-sitter-kotlin', '1.1.0'],
	['lua', 'tree-sitter-lua.wasm', '@tree-sitter-grammars/tree-sitter-lua', '0.4.1'],
	['php', 'tree-sitter-php.wasm', 'tree-sitter-php', '0.24.2'],
	['python', 'tree-sitter-python.wasm', 'tree-sitter-python', '0.25.0'],
	['ruby', 'tree-sitter-ruby.wasm', 'tree-sitter-ruby', '0.23.1'],
	['rust', 'tree-sitter-rust.wasm', 'tree-sitter-rust', '0.24.0'],
	['toml', 'tree-sitter-toml.wasm', '@tree-sitter-grammars/tree-sitter-toml', '0.7.0'],
	['tsx', 'tree-sitter-tsx.wasm', 'tree-sitter-typescript', '0.23.2'],
	['typescript', 'tree-sitter-typescript.wasm', 'tree-sitter-typescript', '0.23.2'],
	['yaml', 'tree-sitter-yaml.wasm', '@tree-sitter-grammars/tree-sitter-yaml', '0.7.1'],
]

const folder = mkdtempSync(join(tmpdir(), 'grammars-'))
try {
	writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'grammars', version: '0.0.0', private: true }))
	// Two of them name different versions of a third one: it is not used.
	const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--no-save']
	await npm([...install, ...new Set(grammars.map(([, , name, version]) => `${name}@${version}`))], { cwd: folder })
	await Parser.init()
	mkdirSync(join(root, 'grammars', 'licences'), { recursive: true })
	const entries = []
	for (const [name, file, packageName, version] of grammars) {
		const home = join(folder, 'node_modules', packageName)
		const about = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
		const target = join(root, 'grammars', `${name}.wasm`)
		cpSync(join(home, file), target)
		const bytes = readFileSync(target)
		const { abiVersion } = await Language.load(bytes)
		const sha256 = createHash('sha256').update(bytes).digest('hex')
		const { size } = statSync(target)
		const licence = readdirSync(home).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
		if (!licence) throw new Error(`${packageName} holds no licence text`)
		cpSync(join(home, licence), join(root, licenceFileOf(packageName)))
		entries.push({ name, package: packageName, version, license: about.license, abi: abiVersion, size, sha256 })
	}
	writeFileSync(join(root, 'grammars', 'manifest.json'), `${JSON.stringify({ grammars: entries }, null, 2)}\n`)
} finally {
	rmSync(folder, { recursive: true, force: true })
}
