import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { packageExtension } from '../../scripts/lib/packageExtension.mjs'
import { StepError } from '../../scripts/lib/progress.mjs'
import { readVsix } from '../../scripts/lib/readVsix.mjs'
import { root } from '../../scripts/lib/root.mjs'
import { nativeParsers } from '../../scripts/lib/stageParsers.mjs'
import { ownTarget, type TargetName, targets } from '../../scripts/lib/targets.mjs'

const outDir = join(root, 'out', 'test', 'packaging')
const megabyte = 1_000_000
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Every path that may be in a VSIX, by what it is. Each pattern has to be met by at least one file. */
function allowed(binaryPackage: string): Record<string, RegExp> {
	const llama = '^extension/dist/engine/node_modules/node-llama-cpp/'
	const binary = `^extension/dist/engine/node_modules/${binaryPackage}/`
	return {
		'what vsce adds': /^(extension\.vsixmanifest|\[Content_Types\]\.xml)$/,
		'the manifest': /^extension\/package\.json$/,
		'its texts': /^extension\/package\.nls(\.[\w-]+)?\.json$/,
		'the readme': /^extension\/readme\.md$/,
		'the changelog': /^extension\/changelog\.md$/,
		'the licence': /^extension\/LICENSE\.txt$/,
		'the notices': /^extension\/THIRD_PARTY_NOTICES\.md$/,
		'the bundles':
			/^extension\/dist\/(extension|cli|undici|engine\/(main|lockdown|chatTemplateWorker)|code\/(codeWorker|analysisWorker|searchWorker|pdfWorker))\.cjs$/,
		'the views': /^extension\/dist\/webview\/(main|report)\.(js|css)$/,
		'the rules': /^extension\/dist\/rules\.json$/,
		'the parser': /^extension\/dist\/code\/web-tree-sitter\.wasm$/,
		'the native parsers':
			/^extension\/dist\/code\/node_modules\/(node-gyp-build|tree-sitter(-[a-z-]+)?)\/([\w-]+\/)*([\w-]+\.js|package\.json)$/,
		'their binaries': /^extension\/dist\/code\/node_modules\/(tree-sitter[a-z-]*)\/prebuilds\/[\w-]+\/\1\.node$/,
		'the grammars': /^extension\/grammars\/(\w+\.wasm|manifest\.json)$/,
		'the queries': /^extension\/grammars\/queries\/\w+\.scm$/,
		'the names of libraries': /^extension\/grammars\/names\/\w+\.txt$/,
		'where they are from': /^extension\/grammars\/names\/manifest\.json$/,
		'the icons': /^extension\/media\/(icon\.png|activity\.svg)$/,
		'the prices': /^extension\/media\/prices\.json$/,
		'the models and their card': /^extension\/media\/models\/(tiny-coder-(target|draft)\.Q8_0\.gguf|MODEL_CARD\.md)$/,
		'the walkthrough': /^extension\/media\/walkthrough\/[\w.-]+\.(md|svg|png)$/,
		'examples for CI and git': /^extension\/media\/security\/(github-workflow\.yml|pre-commit|pre-commit-hooks\.yaml)$/,
		'the translations': /^extension\/media\/l10n\/bundle\.l10n[\w.-]*\.json$/,
		'the library': new RegExp(`${llama}dist/(index|chunk-\\w+|bindings/utils/testBindingBinary)\\.js$`),
		"the library's manifest": new RegExp(`${llama}(package\\.json|LICENSE)$`),
		"the library's data": new RegExp(
			`${llama}llama/(binariesGithubRelease\\.json|llama\\.cpp\\.info\\.json|grammars/\\w+\\.gbnf)$`,
		),
		'the binary package': new RegExp(`${binary}(package\\.json|LICENSE|README\\.md|dist/index\\.js)$`),
		'the binary': new RegExp(
			`${binary}bins/[\\w-]+/(_nlcBuildMetadata\\.json|[\\w.-]+\\.(node|so|dylib|dll|lib|exp))$`,
		),
	}
}

interface Packaged {
	readonly bytes: number
	readonly names: string[]
	readonly contents: Map<string, Buffer>
}

async function packaged(target: TargetName): Promise<Packaged> {
	const { file, bytes, fileCount } = await packageExtension(target, { outDir })
	const { entries, contents } = await readVsix(file, (name) =>
		/\.(gguf|cjs|vsixmanifest)$|extension\/package\.json$/.test(name),
	)
	const largest = entries.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5)
	console.log(`${target}: ${(bytes / megabyte).toFixed(1)} MB, ${fileCount} files; the largest:`)
	for (const { name, bytes: size } of largest) console.log(`  ${(size / megabyte).toFixed(1)} MB ${name}`)
	return { bytes, names: entries.map(({ name }) => name), contents }
}

function expectOnlyAllowed(names: readonly string[], binaryPackage: string): void {
	const patterns = allowed(binaryPackage)
	const strangers = names.filter((name) => !Object.values(patterns).some((pattern) => pattern.test(name)))
	const missing = Object.entries(patterns).filter(([, pattern]) => !names.some((name) => pattern.test(name)))
	expect({ strangers, missing: missing.map(([what]) => what) }).toEqual({ strangers: [], missing: [] })
}

/** The scoped packages with a native binary that are in the VSIX. */
function binaryPackages(names: readonly string[]): string[] {
	const found = names.flatMap((name) => /node_modules\/(@node-llama-cpp\/[\w-]+)\//.exec(name)?.[1] ?? [])
	return [...new Set(found)]
}

const own = ownTarget()
if (!own) throw new Error(`No target for ${process.platform}-${process.arch}`)

describe('the VSIX for this platform', () => {
	let vsix: Packaged
	beforeAll(async () => {
		vsix = await packaged(own)
	})

	test('holds what is named and nothing else', () => expectOnlyAllowed(vsix.names, targets[own].binary))

	test('has every bundle that the extension starts by its name', () => {
		const source = readFileSync(join(root, 'src', 'compose.ts'), 'utf8')
		const started = [...source.matchAll(/extensionFile\(((?:'[\w.-]+'(?:, )?)+)\)/g)]
			.map(([, parts = '']) => [...parts.matchAll(/'([^']+)'/g)].map(([, part]) => part).join('/'))
			.filter((path) => path.endsWith('.cjs'))
		expect(started.length).toBeGreaterThan(3)
		expect(started.filter((path) => !vsix.names.includes(`extension/${path}`))).toEqual([])
	})

	test('has exactly one native binary beside the parsers, for this platform and without a GPU toolkit', () => {
		expect(binaryPackages(vsix.names)).toEqual([targets[own].binary])
		const binaries = vsix.names.filter((name) => name.endsWith('.node'))
		const parsers = binaries.filter((name) => name.startsWith('extension/dist/code/node_modules/'))
		expect(parsers.map((name) => name.split('/').at(-2))).toEqual(nativeParsers.map(() => own))
		expect(binaries).toHaveLength(parsers.length + 1)
	})

	test('has no sources, maps or tests', () => {
		expect(vsix.names.filter((name) => /\.(ts|map|tsbuildinfo)$|\/(src|tests?)\//.test(name))).toEqual([])
		for (const [name, content] of vsix.contents) {
			if (name.endsWith('.cjs')) expect(content.includes('sourceMappingURL'), name).toBe(false)
		}
	})

	test('carries both starter models, byte for byte', () => {
		for (const name of ['tiny-coder-target.Q8_0.gguf', 'tiny-coder-draft.Q8_0.gguf']) {
			const inside = vsix.contents.get(`extension/media/models/${name}`)
			expect(inside && sha256(inside), name).toBe(sha256(readFileSync(join(root, 'media', 'models', name))))
		}
	})

	test('carries the names of every library that the manifest names', () => {
		const { names } = JSON.parse(readFileSync(join(root, 'grammars', 'names', 'manifest.json'), 'utf8'))
		const files = names.map(({ name }: { readonly name: string }) => `extension/grammars/names/${name}.txt`)
		expect(vsix.names.filter((name) => /\/grammars\/names\/.*txt$/.test(name)).sort()).toEqual(files.sort())
	})

	test('has a manifest for users, made for this platform', () => {
		const manifest = JSON.parse(String(vsix.contents.get('extension/package.json')))
		const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
		const forDevelopers = ['private', 'scripts', 'dependencies', 'devDependencies']
		expect(Object.keys(manifest).filter((key) => forDevelopers.includes(key))).toEqual([])
		expect(manifest.contributes).toEqual(ours.contributes)
		expect(manifest.version).toBe(ours.version)
		expect(vsix.names).toContain(`extension/${manifest.main.replace('./', '')}`)
		expect(String(vsix.contents.get('extension.vsixmanifest'))).toContain(`TargetPlatform="${own}"`)
	})

	test('has a command line program that finds the engine beside it', async () => {
		const program = join(outDir, 'stage', own, 'dist', 'cli.cjs')
		const { run } = await import('../../scripts/lib/run.mjs')
		expect(await run(process.execPath, [program, '--version'])).toBe(`${version}\n`)
		// Only the engine, with its library, can say so.
		const refused = run(process.execPath, [program, 'bench', '--gpu', 'off', '--model', program])
		await expect(refused).rejects.toThrow(/cli\.cjs is not a GGUF file/)
	})

	test('is small: under 20 MB, and a megabyte of bundles', () => {
		expect(vsix.bytes).toBeLessThan(20 * megabyte)
		const bundles = [...vsix.contents].filter(([name]) => name.endsWith('.cjs'))
		// What reads PDF files is most of PDF.js, and is read only where there is one.
		// The analysis of eight languages is code of our own, and is read by its processes only.
		const larger: Readonly<Record<string, number>> = { 'pdfWorker.cjs': 2, 'analysisWorker.cjs': 1.25 }
		const most = (name: string) => (larger[name.slice(name.lastIndexOf('/') + 1)] ?? 1) * megabyte
		for (const [name, content] of bundles) expect(content.length, name).toBeLessThan(most(name))
	})
})

test('a VSIX for another platform carries that one’s binary', async ({ skip }) => {
	const other: TargetName = own === 'darwin-arm64' ? 'linux-arm64' : 'darwin-arm64'
	const vsix = await packaged(other).catch((error: unknown) => {
		if (error instanceof StepError && error.message.includes('could not be fetched')) return error.message
		throw error
	})
	if (typeof vsix === 'string') return skip(vsix.split('\n')[0] ?? vsix)
	expectOnlyAllowed(vsix.names, targets[other].binary)
	expect(binaryPackages(vsix.names)).toEqual([targets[other].binary])
	expect(String(vsix.contents.get('extension.vsixmanifest'))).toContain(`TargetPlatform="${other}"`)
	expect(vsix.bytes).toBeLessThan(20 * megabyte)
})

test('an unknown target is refused with the list of those there are', async () => {
	const { run } = await import('../../scripts/lib/run.mjs')
	const refused = run(process.execPath, [join(root, 'scripts', 'package.mjs'), '--target', 'amiga'])
	await expect(refused).rejects.toThrow(/There is no target amiga[\s\S]*linux-x64, linux-arm64/)
})

function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex')
}
