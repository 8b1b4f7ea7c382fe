// Writes THIRD_PARTY_NOTICES.md, the licences of everything that travels in a VSIX: node scripts/notices.mjs
// With --check nothing is written: it fails where the file is not what would be written.
// What travels is read from the bundles themselves; licence texts from the installed packages.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildAll } from './build.mjs'
import { bundleLlama } from './lib/bundleLlama.mjs'
import { licenceFileOf } from './lib/grammarLicence.mjs'
import { fail, StepError } from './lib/progress.mjs'
import { binaryFinder } from './lib/stageParsers.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = join(root, 'THIRD_PARTY_NOTICES.md')

/** @typedef {{ name: string, version: string, licence: string, text: string, note?: string }} Notice */

/** Licences that ask for no more than that their text travels along. Any other needs a decision by a person. */
const accepted = new Set([
	'MIT',
	'ISC',
	'BSD-2-Clause',
	'BSD-3-Clause',
	'Apache-2.0',
	'0BSD',
	'BlueOak-1.0.0',
	'Unlicense',
])

/** The version of llama.cpp whose sources the list below was read from. */
const readFromLlama = 'v0.4.0'

/** What is compiled into the binaries of llama.cpp, with its licence text in scripts/licences/. */
const compiledIn = [
	{ name: 'llama.cpp and ggml', file: 'llama.cpp', licence: 'MIT' },
	{ name: 'llamafile (matrix multiplication in ggml)', file: 'llamafile-sgemm', licence: 'MIT' },
	{ name: 'nlohmann/json', file: 'nlohmann-json', licence: 'MIT' },
	{ name: 'cpp-httplib', file: 'cpp-httplib', licence: 'MIT', note: 'Linked into llama.cpp; Alcove calls none of it.' },
	{ name: 'subprocess.h', file: 'sheredom-subprocess', licence: 'Unlicense' },
]

/** What packages bring along in their own files, with its licence text in scripts/licences/. */
const broughtAlong = [{ name: 'PDF.js', file: 'pdf.js', licence: 'Apache-2.0', package: 'unpdf' }]

/** @returns {Promise<string>} the text of the file */
async function makeNotices() {
	const notices = [...(await bundledPackages()), ...packedParts(), ...binaryParts(), ...grammars()]
	for (const { name, licence } of notices) {
		if (!accepted.has(licence)) {
			throw new StepError(
				`${name} has the licence ${licence}.`,
				'Read what it asks for. If Alcove can keep to it, add it to the accepted licences in scripts/notices.mjs; else remove the package.',
			)
		}
	}
	return render(notices)
}

/** @returns {Promise<Notice[]>} the packages of which at least one byte is in a bundle */
async function bundledPackages() {
	const out = join(root, 'out', 'notices')
	rmSync(out, { recursive: true, force: true })
	const library = join(root, 'node_modules', 'node-llama-cpp')
	const metafiles = [
		...(await buildAll({ minify: true, outDir: join(out, 'dist') })),
		await bundleLlama(library, join(out, 'dist', 'engine', 'node_modules', 'node-llama-cpp')),
	]
	rmSync(out, { recursive: true, force: true })
	const folders = new Set()
	for (const { outputs } of metafiles) {
		for (const { inputs } of Object.values(outputs)) {
			for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
				const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
				if (folder && bytesInOutput > 0) folders.add(folder)
			}
		}
	}
	// The compiled grammars are named with the others.
	return [...folders, 'node_modules/tree-sitter', `node_modules/${binaryFinder}`].map(packageNotice)
}

/** @param {string} folder relative to the repository */
function packageNotice(folder) {
	const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
	return { name, version, licence: license, ...licenceText(folder, license, author) }
}

/**
 * @param {string} folder
 * @param {string} licence
 * @param {unknown} author
 * @returns {{ text: string, note?: string }}
 */
function licenceText(folder, licence, author) {
	const names = readdirSync(join(root, folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
	if (names.length > 0)
		return {
			text: names
				.sort()
				.map((name) => readText(folder, name))
				.join('\n\n'),
		}
	if (licence !== 'MIT') {
		throw new StepError(`${folder} holds no licence text.`, 'Find the text and teach scripts/notices.mjs where it is.')
	}
	const holder = typeof author === 'object' && author && 'name' in author ? author.name : (author ?? 'the authors')
	const body = readFileSync(join(root, 'scripts', 'licences', 'llama.cpp.txt'), 'utf8').replace(
		/^Copyright.*$/m,
		`Copyright (c) ${holder}`,
	)
	return { text: body.trim(), note: 'The package holds no licence text of its own; it declares the MIT licence.' }
}

/** @returns {Notice[]} */
function packedParts() {
	return broughtAlong.map(({ package: name, file: text, ...part }) => {
		const { version } = JSON.parse(readText(join('node_modules', name), 'package.json'))
		return { ...part, version: `as in ${name} ${version}`, text: readText('scripts', join('licences', `${text}.txt`)) }
	})
}

/** @returns {Notice[]} */
function binaryParts() {
	const library = join('node_modules', 'node-llama-cpp')
	const { release } = JSON.parse(readText(library, join('llama', 'binariesGithubRelease.json')))
	if (release !== readFromLlama) {
		throw new StepError(
			`The binaries are built from llama.cpp ${release}, but the licences of what is compiled in were read from ${readFromLlama}.`,
			'Look through LICENSE, licenses/ and vendor/ of the new version, update scripts/licences/ and the list in scripts/notices.mjs.',
		)
	}
	const { version } = JSON.parse(readText(library, 'package.json'))
	const binary = {
		name: '@node-llama-cpp/* (the binary of one platform)',
		version,
		licence: 'MIT',
		text: readText(library, 'LICENSE'),
	}
	const parts = compiledIn.map(({ file: name, ...part }) => ({
		...part,
		version: `as in llama.cpp ${release}`,
		text: readText('scripts', join('licences', `${name}.txt`)),
	}))
	return [binary, packageNotice(join('node_modules', 'node-addon-api').split(sep).join('/')), ...parts]
}

/** @returns {Notice[]} */
function grammars() {
	/** @type {{ grammars: { package: string, version: string, license: string }[] }} */
	const manifest = JSON.parse(readText('grammars', 'manifest.json'))
	return manifest.grammars.map(({ package: name, version, license }) => ({
		name,
		version,
		licence: license,
		text: readText('.', licenceFileOf(name)),
	}))
}

/**
 * @param {string} folder
 * @param {string} name
 */
function readText(folder, name) {
	return readFileSync(join(root, folder, name), 'utf8')
		.replaceAll('\r\n', '\n')
		.trim()
}

/** @param {Notice[]} notices */
function render(notices) {
	/** @type {Map<string, Notice[]>} */
	const byText = new Map()
	for (const notice of [...notices].sort((a, b) => compare(`${a.name} ${a.version}`, `${b.name} ${b.version}`))) {
		const key = notice.text.replace(/\s+/g, ' ')
		const same = byText.get(key)
		if (!same) byText.set(key, [notice])
		else if (!same.some(({ name, version }) => name === notice.name && version === notice.version)) same.push(notice)
	}
	const sections = [...byText.values()].map((group) => {
		const heads = group.map(({ name, version, licence }) => `## ${name} ${version} (${licence})`)
		const notes = [...new Set(group.flatMap(({ note }) => note ?? []))]
		const [{ text } = { text: '' }] = group
		return [...heads, ...notes, `${fence(text)}text\n${text}\n${fence(text)}`].join('\n\n')
	})
	return `${[header, ...sections].join('\n\n')}\n`
}

const header = `# Third-party notices

The Alcove extension contains the software below. This file is made by \`npm run notices\` from what is in the bundles.

The starter model in media/models was trained from scratch for Alcove and has the licence Apache-2.0. What it was trained on,
and the licences of those packages, is written in [its card](media/models/MODEL_CARD.md).`

/**
 * A fence longer than any in the text.
 *
 * @param {string} text
 */
function fence(text) {
	return text.includes('```') ? '````' : '```'
}

/**
 * The same order on every machine, whatever its language.
 *
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
	return a < b ? -1 : a > b ? 1 : 0
}

try {
	const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
	const text = await makeNotices()
	if (!values.check) {
		writeFileSync(file, text)
		console.log(
			`${relative(root, file)}: ${text.match(/^## /gm)?.length ?? 0} notices, ${Math.round(text.length / 1024)} KB`,
		)
	} else if (!existsSync(file) || readText('.', 'THIRD_PARTY_NOTICES.md') !== text.trim()) {
		throw new StepError(
			'THIRD_PARTY_NOTICES.md is not what is in the bundles.',
			'Run `npm run notices` and commit the file.',
		)
	} else console.log('THIRD_PARTY_NOTICES.md is up to date')
} catch (error) {
	fail(error)
}
