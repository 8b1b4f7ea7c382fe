// Lays out the extension as it is installed: bundles, the slimmed llama.cpp library with one platform's binary, and the
// few files around them. Nothing is copied that is not named here.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StepError, step } from './progress.mjs'
import { root } from './root.mjs'
import { npm } from './run.mjs'
import { stageParsers } from './stageParsers.mjs'
import { targets } from './targets.mjs'

/** Files of the top level that travel with the extension, where they are there. */
const topFiles = ['README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_NOTICES.md', '.vscodeignore']

/**
 * @param {string} folder absolute path; emptied first
 * @param {import('./targets.mjs').TargetName} target
 * @param {{ vulkan?: boolean }} [options]
 */
export async function stageExtension(folder, target, { vulkan = false } = {}) {
	const packages = [targets[target].binary]
	if (vulkan) {
		const name = targets[target].vulkan
		if (!name)
			throw new StepError(`There is no Vulkan build for ${target}.`, 'Leave --with-vulkan out for this target.')
		packages.push(name)
	}
	rmSync(folder, { recursive: true, force: true })
	mkdirSync(folder, { recursive: true })
	const modules = join(folder, 'dist', 'engine', 'node_modules')
	// These two need what `npm ci` installs, which may have happened a moment ago.
	const { buildAll } = await import('../build.mjs')
	const { bundleLlama } = await import('./bundleLlama.mjs')
	await step('Bundling the extension', () => buildAll({ minify: true, outDir: join(folder, 'dist') }))
	await step('Bundling the llama.cpp library', () =>
		bundleLlama(join(root, 'node_modules', 'node-llama-cpp'), join(modules, 'node-llama-cpp')),
	)
	for (const name of packages) {
		const source = await step(`Fetching ${name}`, () => binaryPackage(name), { quiet: true })
		cpSync(source, join(modules, name), { recursive: true })
	}
	stageParsers(join(folder, 'dist', 'code', 'node_modules'), target)
	copyTexts(folder)
}

/** @param {string} folder */
function copyTexts(folder) {
	for (const name of topFiles) if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name))
	for (const name of readdirSync(root)) {
		if (/^package\.nls(\.[\w-]+)?\.json$/.test(name)) cpSync(join(root, name), join(folder, name))
	}
	// The pictures are for the README on the web.
	const pictures = join(root, 'media', 'pictures')
	cpSync(join(root, 'media'), join(folder, 'media'), { recursive: true, filter: (source) => source !== pictures })
	cpSync(join(root, 'grammars'), join(folder, 'grammars'), { recursive: true })
	const readme = join(folder, 'README.md')
	if (existsSync(readme)) writeFileSync(readme, withoutLocalPaths(readFileSync(readme, 'utf8')))
	const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
	for (const key of ['private', 'scripts', 'dependencies', 'devDependencies', 'overrides']) delete manifest[key]
	manifest.engines = { vscode: manifest.engines.vscode }
	writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/**
 * Inside the editor a relative path leads nowhere: pictures are left out, and links become their text.
 *
 * @param {string} markdown
 */
function withoutLocalPaths(markdown) {
	const elsewhere = '(?:https?:|mailto:|#)'
	return markdown
		.replace(new RegExp(`^!\\[[^\\]]*\\]\\((?!${elsewhere})[^)]*\\)\\n+`, 'gm'), '')
		.replace(new RegExp(`\\[([^\\]]+)\\]\\((?!${elsewhere})[^)]*\\)`, 'g'), '$1')
}

/**
 * The folder of a package with llama.cpp for one platform. The one for this machine is installed already; any other is
 * fetched into a folder of its own, and has to have the hash that package-lock.json names.
 *
 * @param {string} name e.g. `@node-llama-cpp/mac-arm64-metal`
 * @returns {Promise<string>}
 */
async function binaryPackage(name) {
	const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
	const key = `node_modules/${name}`
	const entry = lock.packages[key]
	if (!entry) throw new Error(`package-lock.json does not name ${name}`)
	const installed = join(root, key)
	if (existsSync(join(installed, 'package.json'))) return installed
	const folder = join(root, 'out', 'binaries', `${basename(name)}-${entry.version}`)
	if (existsSync(join(folder, key, 'package.json'))) return join(folder, key)
	mkdirSync(folder, { recursive: true })
	const dependencies = { [name]: entry.version }
	const about = { name: 'binary', version: '0.0.0', private: true, dependencies }
	writeFileSync(join(folder, 'package.json'), JSON.stringify(about))
	const { os, cpu, libc, optional: _, ...rest } = entry
	const packages = { '': { ...about, dependencies }, [key]: rest }
	writeFileSync(
		join(folder, 'package-lock.json'),
		JSON.stringify({ ...about, lockfileVersion: 3, requires: true, packages }),
	)
	try {
		// --force: the package is made for another system than the one it is fetched on.
		await npm(
			[
				'ci',
				'--force',
				'--ignore-scripts',
				'--no-audit',
				'--no-fund',
				'--loglevel=error',
				...platform({ os, cpu, libc }),
			],
			{
				cwd: folder,
			},
		)
	} catch (error) {
		rmSync(folder, { recursive: true, force: true })
		throw new StepError(
			`${name} could not be fetched. ${error instanceof Error ? error.message : error}`,
			'Check that the npm registry can be reached (`npm ping`), or package for this platform only.',
			{ cause: error },
		)
	}
	return join(folder, key)
}

/** @param {{ os?: string[], cpu?: string[], libc?: string[] }} entry */
function platform({ os, cpu, libc }) {
	return [
		...(os?.[0] ? [`--os=${os[0]}`] : []),
		...(cpu?.[0] ? [`--cpu=${cpu[0]}`] : []),
		...(libc?.[0] ? [`--libc=${libc[0]}`] : []),
	]
}
