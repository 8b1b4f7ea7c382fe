import type { Serializable } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { protocolVersion } from '../../src/protocol/engine.ts'
import { EngineDriver, refusalOf, useEngines } from './engineDriver.ts'

describe('the handshake', () => {
	const engines = useEngines()

	it('tells who answers', async () => {
		const engine = engines.start()
		const answer = await engine.initialize()
		expect(answer).toEqual({
			protocolVersion,
			pid: engine.pid,
			libraryVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
		})
	})

	it('refuses another version, and still takes the right one', async () => {
		const engine = engines.start()
		const other = engine.request('initialize', { protocolVersion: protocolVersion + 1, gpu: 'off' })
		expect(await refusalOf(other)).toMatchObject({ code: 'versionMismatch' })
		expect(await refusalOf(engine.request('ping', {}))).toMatchObject({ code: 'invalidRequest' })
		await engine.initialize()
		expect(await engine.request('ping', {})).toHaveProperty('rssBytes')
	})

	it('comes once', async () => {
		const engine = await engines.initialized()
		expect(await refusalOf(engine.initialize())).toMatchObject({ code: 'invalidRequest' })
	})

	it('says so where node-llama-cpp cannot be loaded', async () => {
		// What Node does with a package that is not there, without taking it away from other tests.
		const loader = `data:text/javascript,${encodeURIComponent(`
			import { register } from 'node:module'
			register('data:text/javascript,' + encodeURIComponent(\`
				export async function resolve(specifier, context, next) {
					if (specifier === 'node-llama-cpp') throw new Error('Cannot find package node-llama-cpp')
					return next(specifier, context)
				}\`))`)}`
		const engine = engines.start({ env: { NODE_OPTIONS: `--import=${loader}` } })
		expect(await refusalOf(engine.initialize())).toMatchObject({
			code: 'libraryMissing',
			detail: expect.stringContaining('node-llama-cpp'),
		})
	})
})

describe('a bad message', () => {
	let engine: EngineDriver

	beforeAll(async () => {
		engine = new EngineDriver()
		await engine.initialize()
	})
	afterAll(() => engine.kill())

	const complete = { prefix: 'secret', suffix: '', maxTokens: 1, stop: [] }

	it.each([
		['no parameters', 'complete', undefined],
		['null', 'complete', null],
		['a list', 'complete', [1, 2, 3]],
		['an empty object', 'complete', {}],
		['a prefix that is no text', 'complete', { ...complete, prefix: 1 }],
		['a prefix that is too long', 'complete', { ...complete, prefix: 'x'.repeat(1_000_001) }],
		['no tokens', 'complete', { ...complete, maxTokens: 0 }],
		['a text as a number', 'complete', { ...complete, maxTokens: 'secret' }],
		['half a token', 'complete', { ...complete, maxTokens: 0.5 }],
		['endless tokens', 'complete', { ...complete, maxTokens: 1e9 }],
		['an empty stop text', 'complete', { ...complete, stop: [''] }],
		['a stop text instead of a list', 'complete', { ...complete, stop: ';' }],
		['a number as progress token', 'complete', { ...complete, progressToken: 5 }],
		['no path', 'model/load', { contextSize: 1024 }],
		['an empty path', 'model/load', { path: '', contextSize: 1024 }],
		['a tiny context', 'model/load', { path: '/a', contextSize: 1 }],
		['a text as context size', 'model/load', { path: '/a', contextSize: '1024' }],
	])('with %s is refused: %s', async (_what, method, params) => {
		const request =
			params === undefined ? engine.connection.sendRequest(method) : engine.connection.sendRequest(method, params)
		const refusal = await refusalOf(request)
		expect(refusal.code).toBe('invalidRequest')
		// What was sent may be source text and does not belong into an error that is logged.
		expect(JSON.stringify(refusal)).not.toContain('secret')
	})

	it('without a method that exists is answered with an error', async () => {
		await expect(engine.connection.sendRequest('model/steal', {})).rejects.toMatchObject({ code: -32601 })
	})

	it('that is no JSON-RPC at all does no harm', async () => {
		const parts = [undefined, null, 0, 'ping', '$/cancelRequest', '$/progress', true, [], {}, { id: 1 }, { token: 'a' }]
		const messages: unknown[] = ['text', 5, true, [], {}]
		for (const method of parts) {
			for (const params of parts) {
				for (const id of [undefined, null, {}]) messages.push({ jsonrpc: '2.0', method, id, params })
				messages.push({ jsonrpc: '2.0', id: method, result: params }, { id: method, error: params })
			}
		}
		for (const message of messages) engine.child.send(message as Serializable)
		expect(await engine.request('ping', {})).toHaveProperty('rssBytes')
		expect(engine.output).toBe('')
	})

	it('leaves no source text in the log', () => {
		expect(engine.log.length).toBeGreaterThan(0)
		expect(JSON.stringify(engine.log)).not.toContain('secret')
	})
})

describe('a completion', () => {
	const engines = useEngines()

	it('needs a model', async () => {
		const engine = await engines.initialized()
		expect(await refusalOf(engine.complete({ prefix: 'a' }))).toMatchObject({ code: 'modelNotLoaded' })
	})
})
