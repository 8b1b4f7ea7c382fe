import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { barrelBreaches } from './rules/barrels.ts'
import { cycleBreaches } from './rules/cycles.ts'
import { idBreaches } from './rules/ids.ts'
import { layerBreaches } from './rules/layers.ts'
import { leftoverBreaches } from './rules/leftovers.ts'
import { lockFileBreaches, telemetryBreaches, versionBreaches } from './rules/manifest.ts'
import { moduleStateBreaches } from './rules/moduleState.ts'
import { restrictedGlobalBreaches } from './rules/restrictedGlobals.ts'
import { restrictedModuleBreaches } from './rules/restrictedModules.ts'
import { settingWriteBreaches } from './rules/settingWrites.ts'
import { linkBreaches, pathBreaches, personalPaths, type TextFile, workplacePaths } from './rules/texts.ts'
import { tsconfigBreaches } from './rules/tsconfigs.ts'
import { filesUnder, productSources, read, report, root } from './sources.ts'

const sources = productSources()
const manifest = JSON.parse(read('package.json'))
const generated = /^(dist|out|test\/artifacts|test\/fixtures|test\/bench\/results)$/
const files = filesUnder('.', (path) => generated.test(path))
const lockFiles = files.filter((path) => path.endsWith('package-lock.json'))

function textFiles(pattern: RegExp): TextFile[] {
	return files.filter((path) => pattern.test(path)).map((path) => ({ path, text: read(path) }))
}

describe('the source files', () => {
	it('are found', () => {
		expect(sources.map(({ path }) => path)).toContain('src/shared/disposable.ts')
		expect(sources.map(({ path }) => path)).toContain('src/extension.ts')
	})

	it.each([
		['import only what their layer may', layerBreaches],
		['have no import cycles', cycleBreaches],
		['hold no barrels', barrelBreaches],
		['hold no state of the module', moduleStateBreaches],
		['use sockets, processes and threads only where allowed', restrictedModuleBreaches],
		['use no global that opens connections, prints or runs text', restrictedGlobalBreaches],
		['leave nothing undone or silenced', leftoverBreaches],
		['name ids of the manifest in one place', idBreaches],
		['write settings in one place', settingWriteBreaches],
	])('%s', (_, rule) => {
		expect(report(rule(sources))).toEqual([])
	})

	it('are checked with no more ambient types than their layer may see', () => {
		const configs = files
			.filter((path) => /^(src|webview)\/(.*\/)?tsconfig\.json$/.test(path))
			.map((path) => ({ path, config: ts.parseConfigFileTextToJson(path, read(path)).config }))
		expect(configs.length).toBeGreaterThanOrEqual(7)
		expect(report(tsconfigBreaches(configs))).toEqual([])
	})
})

describe('the manifest', () => {
	it('has exact versions', () => {
		expect(report(versionBreaches(manifest))).toEqual([])
	})

	it('brings no telemetry along', () => {
		const breaches = telemetryBreaches('package-lock.json', JSON.parse(read('package-lock.json')))
		expect(report(breaches)).toEqual([])
	})
})

describe('the lock files', () => {
	it('are found', () => expect(lockFiles).toContain('package-lock.json'))

	it.each(lockFiles)('%s names no host, and a hash for every package', (path) => {
		expect(report(lockFileBreaches(path, JSON.parse(read(path))))).toEqual([])
	})
})

describe('the texts', () => {
	it('name no path of one machine', () => {
		const texts = textFiles(/\.(md|mjs|cjs|ts|json|ya?ml|sh|svg)$|^\.ci\//).filter(
			// The rule and its made-up breaches name such paths.
			({ path }) => !path.startsWith('test/architecture/') && !path.endsWith('package-lock.json'),
		)
		expect(texts.length).toBeGreaterThan(30)
		expect(report(pathBreaches(texts, workplacePaths))).toEqual([])
		const untested = texts.filter(({ path }) => !path.startsWith('test/'))
		expect(report(pathBreaches(untested, personalPaths))).toEqual([])
	})

	it('link to files that are there', () => {
		const documents = textFiles(/\.md$/)
		expect(documents.map(({ path }) => path)).toContain('README.md')
		expect(report(linkBreaches(documents, (path) => existsSync(join(root, path))))).toEqual([])
	})
})
