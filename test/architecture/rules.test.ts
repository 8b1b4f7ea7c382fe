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
import { linkBreaches, pathBreaches, personalPaths, workplacePaths } from './rules/texts.ts'
import { tsconfigBreaches } from './rules/tsconfigs.ts'
import { type Breach, type Source, source } from './sources.ts'

// A rule that finds nothing in made-up breaches would find nothing in real ones either.

type Rule = (sources: readonly Source[]) => Breach[]

/** @param cases a path, a text, and whether the rule has to find something in it */
function finds(rule: Rule, cases: readonly (readonly [path: string, text: string, found: boolean])[]): void {
	it.each(cases)('%s: %s (%s)', (path, text, found) => {
		expect(rule([source(path, text)]).length).toBe(found ? 1 : 0)
	})
}

describe('layers', () => {
	finds(layerBreaches, [
		['src/shared/a.ts', `import { b } from './b.ts'`, false],
		['src/shared/a.ts', `import { b } from '../core/b.ts'`, true],
		['src/shared/a.ts', `import * as v from 'valibot'`, true],
		['src/protocol/engine.ts', `import * as v from 'valibot'`, false],
		['src/protocol/engine.ts', `import { a } from '../core/settings.ts'`, true],
		['src/core/completion/a.ts', `import { a } from '../model/ports.ts'`, false],
		['src/core/completion/a.ts', `import { a } from '../context/scopes.ts'`, false],
		['src/core/completion/a.ts', `import { a } from '../settings.ts'`, false],
		['src/core/completion/a.ts', `import { a } from './postprocess/b.ts'`, false],
		['src/core/completion/a.ts', `import { a } from '../chat/b.ts'`, true],
		['src/core/diagnostics/a.ts', `import { a } from '../completion/b.ts'`, false],
		['src/core/completion/a.ts', `import { a } from '../diagnostics/b.ts'`, true],
		['src/core/completion/postprocess/a.ts', `import { a } from '../../security/b.ts'`, true],
		['src/core/model/a.ts', `import { a } from '../completion/b.ts'`, true],
		['src/core/a.ts', `import type { a } from 'vscode'`, true],
		['src/core/a.ts', `import { join } from 'node:path'`, true],
		['src/core/a.ts', `import { a } from '../protocol/engine.ts'`, true],
		['src/core/a.ts', `type A = import('../node/b.ts').B`, true],
		['src/core/a.ts', `const a = await import('../node/b.ts')`, true],
		['src/core/a.ts', `const a = require('../node/b.ts')`, true],
		['src/core/a.ts', `export { a } from '../node/b.ts'`, true],
		['src/core/a.ts', `export * from '../node/b.ts'`, true],
		['src/core/a.ts', `import a = require('../node/b.ts')`, true],
		['src/core/a.ts', `/// <reference types="node" />\nexport const a = 1`, true],
		['src/core/a.ts', `declare module 'vscode' { const a: number }`, true],
		['src/engine/a.ts', `import { getLlama } from 'node-llama-cpp'`, false],
		['src/engine/a.ts', `import { a } from '../protocol/engineErrors.ts'`, false],
		['src/engine/a.ts', `import { a } from '../protocol/webview.ts'`, true],
		['src/engine/a.ts', `import { a } from '../core/model/ports.ts'`, true],
		['src/node/a.ts', `import type { Llama } from 'node-llama-cpp'`, true],
		['src/node/a.ts', `import { createMessageConnection } from 'vscode-jsonrpc/node'`, false],
		['src/node/a.ts', `import { a } from '../vscode/b.ts'`, true],
		['src/node/a.ts', `import { readFile } from 'fs/promises'`, true],
		['src/vscode/a.ts', `import { window } from 'vscode'`, false],
		['src/vscode/a.ts', `import { join } from 'node:path'`, false],
		['src/vscode/a.ts', `import { readFile } from 'node:fs'`, true],
		['src/vscode/a.ts', `import { a } from '../node/b.ts'`, true],
		['src/vscode/a.ts', `import { a } from '../protocol/engine.ts'`, true],
		['src/compose.ts', `import { a } from './node/b.ts'`, false],
		['src/compose.ts', `import { a } from './engine/main.ts'`, true],
		['src/cli/a.ts', `import { a } from '../vscode/b.ts'`, true],
		['webview/a.tsx', `import { a } from '../src/protocol/webview.ts'`, false],
		['webview/a.tsx', `import { a } from '../src/core/settings.ts'`, true],
		['webview/ui/a.ts', `import markdown from 'markdown-it'`, false],
		['webview/ui/a.ts', `import { a } from './toolkit.ts'`, false],
		['webview/ui/a.ts', `import { a } from '@vscode/webview-ui-toolkit'`, true],
		['webview/ui/toolkit.ts', `import { a } from '@vscode/webview-ui-toolkit'`, false],
		['src/node/a.ts', `import { a } from '../../test/fakes/b.ts'`, true],
		['src/extras/a.ts', 'export const a = 1', true],
	])
})

describe('cycles', () => {
	const cycle = (...texts: [string, string][]) => cycleBreaches(texts.map(([path, text]) => source(path, text)))

	it('are found over two and three files, and over type imports', () => {
		expect(cycle(['src/a.ts', `import './b.ts'`], ['src/b.ts', `import './a.ts'`])).toHaveLength(1)
		expect(
			cycle(
				['src/a.ts', `import './b.ts'`],
				['src/b.ts', `import './c.ts'`],
				['src/c.ts', `import type { A } from './a.ts'`],
			),
		).toEqual([{ path: 'src/a.ts', line: 0, message: 'is in an import cycle with src/b.ts, src/c.ts' }])
		expect(cycle(['src/a.ts', `import './a.ts'`])).toHaveLength(1)
	})

	it('are told apart', () => {
		const breaches = cycle(
			['src/a.ts', `import './b.ts'`],
			['src/b.ts', `import './a.ts'\nimport './c.ts'`],
			['src/c.ts', `import './d.ts'`],
			['src/d.ts', `import './c.ts'`],
		)
		expect(breaches.map(({ path }) => path).sort()).toEqual(['src/a.ts', 'src/c.ts'])
	})

	it('are not seen in a diamond', () => {
		expect(
			cycle(
				['src/a.ts', `import './b.ts'\nimport './c.ts'`],
				['src/b.ts', `import './d.ts'`],
				['src/c.ts', `import './d.ts'`],
				['src/d.ts', 'export const d = 1'],
			),
		).toEqual([])
	})
})

describe('barrels', () => {
	finds(barrelBreaches, [
		['src/core/index.ts', `export { a } from './a.ts'\nexport const b = 1`, true],
		['src/core/all.ts', `export { a } from './a.ts'`, true],
		['src/core/some.ts', `export * from './a.ts'\nexport const b = 1`, true],
		['src/core/one.ts', `import { a } from './a.ts'\nexport const b = a`, false],
	])
})

describe('module state', () => {
	finds(moduleStateBreaches, [
		['src/a.ts', 'let count = 0', true],
		['src/a.ts', 'export let count = 0', true],
		['src/a.ts', 'var count = 0', true],
		['src/a.ts', 'const seen = new Set<string>()\nexport const f = (x: string) => seen.add(x)', true],
		['src/a.ts', 'const seen = new Map([[1, 2]])\nexport const f = () => seen.get(1)', false],
		['src/a.ts', 'const list: string[] = []\nexport const f = (x: string) => list.push(x)', true],
		['src/a.ts', 'const list = [] as string[]\nexport const f = () => { list.length = 0 }', true],
		['src/a.ts', 'const state = { a: { n: 0 } }\nexport const f = () => { state.a.n++ }', true],
		['src/a.ts', 'const state = { n: 0 }\nexport const f = () => { state.n += 1 }', true],
		['src/a.ts', 'const state: any = {}\nexport const f = (k: string) => { delete state[k] }', true],
		['src/a.ts', `const table = { a: 1 } as const\nexport const f = () => table.a`, false],
		['src/a.ts', 'const emitter = new Emitter()', true],
		['src/a.ts', 'const cache = new WeakMap()', true],
		['src/a.ts', 'const word = /a/g\nexport const f = (x: string) => word.test(x)', true],
		['src/a.ts', 'const word = /a/g\nexport const f = (x: string) => x.replace(word, "")', false],
		['src/a.ts', 'const word = /a/\nexport const f = (x: string) => word.test(x)', false],
		['src/a.ts', 'class A { static count = 0 }', true],
		['src/a.ts', 'class A { static readonly limit = 1 }', false],
		['src/a.ts', 'export function f() { let n = 0; return n++ }', false],
	])
})

describe('restricted modules', () => {
	finds(restrictedModuleBreaches, [
		...['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'dns/promises'].flatMap(
			(name) =>
				[
					['src/node/a.ts', `import * as x from 'node:${name}'`, true],
					['src/node/a.ts', `import * as x from '${name}'`, true],
				] as const,
		),
		['src/engine/a.ts', `const { request } = await import('undici')`, true],
		['src/node/a.ts', `import { spawn } from 'node:child_process'`, true],
		['src/node/engine/engineProcess.ts', `import { fork } from 'node:child_process'`, false],
		['src/engine/a.ts', `import { Worker } from 'node:worker_threads'`, true],
		['src/node/a.ts', `import { createRequire } from 'node:module'`, true],
		['src/node/a.ts', `import { readFile } from 'node:fs/promises'`, false],
	])
})

describe('restricted globals', () => {
	finds(restrictedGlobalBreaches, [
		['src/node/a.ts', `await fetch('https://example.com')`, true],
		['src/node/a.ts', 'const get = fetch', true],
		['src/node/a.ts', `await globalThis.fetch('x')`, true],
		['src/node/a.ts', `await globalThis['fe' + 'tch']('x')`, true],
		['src/node/a.ts', 'const { fetch: get } = globalThis', true],
		['src/node/a.ts', 'const deps = { fetch }', true],
		['src/node/a.ts', 'store.fetch()', false],
		['src/node/a.ts', 'interface Store { fetch(): void }', false],
		['src/node/a.ts', `new WebSocket('ws://x')`, true],
		['webview/a.ts', 'new XMLHttpRequest()', true],
		['webview/a.ts', `navigator.sendBeacon('x')`, true],
		['src/core/a.ts', 'console.log(1)', true],
		['src/core/a.ts', `eval('1')`, true],
		['src/core/a.ts', `new Function('return 1')`, true],
		['src/core/a.ts', 'const f: Function = g', false],
		['src/node/a.ts', 'await import(name)', true],
		['src/node/a.ts', `await import('./' + name)`, true],
		['src/node/a.ts', 'require(name)', true],
		['src/node/a.ts', `process.binding('tcp_wrap')`, true],
		['src/node/a.ts', `import { a } from './b.ts'`, false],
	])
})

describe('leftovers', () => {
	const directive = '@ts-' + 'ignore'
	finds(leftoverBreaches, [
		['src/a.ts', `// ${directive}\nexport const a = 1`, true],
		['src/a.ts', `// ${'TO' + 'DO'}: later`, true],
		['src/a.ts', `// ${'biome-' + 'ignore'} lint/a/b`, true],
		['src/a.ts', `// ${'biome-' + 'ignore'} lint/a/b: because of c`, false],
		['src/a.ts', 'export const todo = []', false],
	])
})

describe('writing settings', () => {
	finds(settingWriteBreaches, [
		['src/vscode/settings/a.ts', `vscode.workspace.getConfiguration('editor').update('a', 1)`, false],
		['src/vscode/a.ts', `vscode.workspace.getConfiguration('editor').update('a', 1)`, true],
		['src/vscode/a.ts', `const c = vscode.workspace.getConfiguration()\nawait c?.update('a', 1, true)`, true],
		['src/vscode/a.ts', `configurationFor()['update']('a', 1)`, true],
		['src/vscode/a.ts', 'const { update } = vscode.workspace.getConfiguration()', true],
		['src/vscode/a.ts', 'const write = configuration.update.bind(configuration)', true],
		['src/compose.ts', `configuration.update('a', 1)`, true],
		['src/vscode/a.ts', `state.update(stateKeys.learnt, 1)`, false],
		['src/vscode/a.ts', 'const update = () => {}\nupdate()', false],
		['src/node/a.ts', `createHash('sha256').update('a')`, false],
	])
})

describe('ids', () => {
	finds(idBreaches, [
		['src/vscode/ids.ts', `export const a = 'alcove.go'`, false],
		['src/vscode/b.ts', `run('alcove.go')`, true],
		['src/vscode/b.ts', `run(ids.go)`, false],
		['src/node/b.ts', `log('the alcove.')`, false],
	])
})

describe('the manifest', () => {
	it('has to have exact versions', () => {
		expect(versionBreaches({ dependencies: { a: '1.2.3', b: '1.2.3-beta.0', c: 'npm:@a/b@1.2.3' } })).toEqual([])
		for (const version of ['^1.2.3', '~1.2.3', '*', 'latest', 'github:a/b', '1.2', 'npm:a@^1.2.3', 'npm:a']) {
			expect(versionBreaches({ devDependencies: { a: version } })).toHaveLength(1)
		}
	})
})

describe('lock files', () => {
	const lock = (entry: object, name = 'a') => ({ packages: { '': {}, [`node_modules/b/node_modules/${name}`]: entry } })

	it('may not name hosts, and have to have hashes', () => {
		expect(lockFileBreaches('x', lock({ integrity: 'sha512-a' }))).toEqual([])
		expect(lockFileBreaches('x', lock({ integrity: 'sha512-a', resolved: 'https://example.com/a.tgz' }))).toHaveLength(
			1,
		)
		expect(lockFileBreaches('x', lock({}))).toHaveLength(1)
	})

	it('may not have telemetry that would be shipped', () => {
		for (const name of ['@sentry/node', '@vscode/extension-telemetry', 'posthog-node', 'applicationinsights']) {
			expect(telemetryBreaches('x', lock({}, name))).toHaveLength(1)
			expect(telemetryBreaches('x', lock({ dev: true }, name))).toEqual([])
		}
		expect(telemetryBreaches('x', lock({}, 'valibot'))).toEqual([])
	})
})

describe('texts', () => {
	it.each([
		['see /work/project/a.ts', true],
		['cd /root/project', true],
		['cd /home/ann/project', true],
		['cd /Users/ann/project', true],
		['C:\\Users\\ann', true],
		['kept in /tmp/run-1', true],
		['cd /home/you/project', false],
		['see ../work/project/a.ts', false],
		['src/work/a.ts', false],
	])('%s (%s)', (text, found) => {
		expect(pathBreaches([{ path: 'a.md', text }], [...workplacePaths, ...personalPaths]).length).toBe(found ? 1 : 0)
	})

	it('may not link to what is not there', () => {
		const exists = (path: string) => path === 'docs/b.md'
		expect(
			linkBreaches([{ path: 'docs/a.md', text: '[b](b.md) [b](./b.md#part) [web](https://x.y) [up](#a)' }], exists),
		).toEqual([])
		expect(linkBreaches([{ path: 'docs/a.md', text: 'x\n[c](../c.md)' }], exists)).toEqual([
			{ path: 'docs/a.md', line: 2, message: '../c.md is not there' },
		])
	})
})

describe('the compiler settings of a layer', () => {
	const core = (compilerOptions: object) =>
		tsconfigBreaches([{ path: 'src/core/tsconfig.json', config: { compilerOptions } }])

	it('may not show it more than it may see', () => {
		expect(core({ types: [] })).toEqual([])
		expect(core({})).toHaveLength(1)
		expect(core({ types: ['node'] })).toHaveLength(1)
		expect(core({ types: [], lib: ['ES2023', 'DOM'] })).toHaveLength(1)
		expect(tsconfigBreaches([{ path: 'src/new/tsconfig.json', config: {} }])).toHaveLength(1)
	})
})
