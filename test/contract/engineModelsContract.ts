import { describe, expect, it } from 'vitest'
import type { EngineProcess } from '../../src/node/engine/engineProcess.ts'
import type { EngineArguments } from '../../src/protocol/engine.ts'
import { completion, failureOf, stream, useEnginesUnderTest } from './engineUnderTest.ts'

/** What every engine keeps to where several models are in memory. */
export function engineModelsContract(name: string, start: () => EngineProcess): void {
	describe(name, () => {
		const { files, connect, initialized, loaded } = useEnginesUnderTest(start)
		/** An engine with two models, the second of which was loaded last. */
		const twoLoaded = async () => {
			const { summary: first, ...engine } = await loaded()
			const second = await engine.client.request('loadModel', { path: files.otherModel, contextSize: 1_024 })
			return { ...engine, first: first.id, second: second.id }
		}
		const isLoaded = async (engine: ReturnType<typeof connect>, model: number) => {
			const counted = engine.client.request('countTokens', { model, texts: ['a'] })
			return counted.then(
				() => true,
				({ data }) => {
					expect(data.code).toBe('modelNotLoaded')
					return false
				},
			)
		}

		it('gives each file a number, and the same one to the same file', async () => {
			const { client, first, second } = await twoLoaded()
			expect(second).not.toBe(first)
			const again = await client.request('loadModel', { path: files.model, contextSize: 1_024 })
			expect(again.id).toBe(first)
			const smaller = await client.request('loadModel', { path: files.model, contextSize: 512 })
			expect(smaller.id).toBe(first)
		})

		it('loads a file once for two that ask for it at a time', async () => {
			const { client } = await initialized()
			const params = { path: files.model, contextSize: 1_024 }
			const summaries = await Promise.all([client.request('loadModel', params), client.request('loadModel', params)])
			expect(summaries[0].id).toBe(summaries[1].id)
		})

		it('goes on with one where the other cannot be loaded', async () => {
			const { client, summary } = await loaded()
			const missing = client.request('loadModel', { path: `${files.folder}/none.gguf`, contextSize: 1_024 })
			expect((await failureOf(missing)).code).toBe('modelMissing')
			const { answer } = await stream(client, 'complete', completion({ model: summary.id }))
			expect(answer.stopReason).toBe('maxTokens')
		})

		it('asks the model that is named, or else the last one loaded', async () => {
			const engine = await twoLoaded()
			const { client, first, second } = engine
			for (const model of [first, second, undefined]) {
				const { answer } = await stream(client, 'complete', completion({ model, maxTokens: 3 }))
				expect(answer.stopReason).toBe('maxTokens')
			}
			await client.request('unloadModel', { model: first })
			const { answer } = await stream(client, 'complete', completion({ maxTokens: 3 }))
			expect(answer.stopReason).toBe('maxTokens')
			expect(await isLoaded(engine, second)).toBe(true)
		})

		it('unloads what it is told to, says so, and never uses the number again', async () => {
			const engine = await twoLoaded()
			const { client, first, unloaded } = engine
			const running = client.request('complete', completion({ model: first, maxTokens: 900 }), { onProgress: () => {} })
			await client.request('unloadModel', { model: first })
			expect((await running).stopReason).toBe('cancelled')
			expect(await isLoaded(engine, first)).toBe(false)
			expect(unloaded).toEqual([{ model: first, reason: 'asked' }])
			const again = await client.request('loadModel', { path: files.model, contextSize: 1_024 })
			expect(again.id).not.toBe(first)
			expect(await client.request('unloadModel', { model: 999_999 })).toEqual({})
			expect(unloaded).toHaveLength(1)
		})

		it('lets the model go that was not used for the longest time where there are too many', async () => {
			const engine = await twoLoaded()
			const { client, first, second } = engine
			await stream(client, 'complete', completion({ model: first, maxTokens: 3 }))
			const gone = engine.nextUnloaded()
			await client.request('configure', { maxLoaded: 1 })
			expect(await gone).toEqual({ model: second, reason: 'limit' })
			expect(await isLoaded(engine, first)).toBe(true)
			const next = engine.nextUnloaded()
			const { id } = await client.request('loadModel', { path: files.otherModel, contextSize: 1_024 })
			expect(await next).toEqual({ model: first, reason: 'limit' })
			expect(await isLoaded(engine, id)).toBe(true)
		})

		it('lets a model go that is not used for long; 0 means never', async () => {
			const engine = await loaded()
			await engine.client.request('configure', { keepAliveMs: 0 })
			const gone = engine.nextUnloaded()
			await engine.client.request('configure', { keepAliveMs: 30 })
			expect(await gone).toEqual({ model: engine.summary.id, reason: 'keepAlive' })
			expect(await isLoaded(engine, engine.summary.id)).toBe(false)
		})

		it('loads a model anew that has to have more room for text', async () => {
			const engine = await loaded({ contextSize: 512 })
			const gone = engine.nextUnloaded()
			const larger = await engine.client.request('loadModel', { path: files.model, contextSize: 1_024 })
			expect(larger.contextSize).toBe(1_024)
			expect((await gone).model).toBe(engine.summary.id)
			expect(larger.id).not.toBe(engine.summary.id)
		})

		it('refuses limits that make no sense, and goes on', async () => {
			const { client } = await initialized()
			const bad = [{ maxLoaded: 0 }, { maxLoaded: 17 }, { keepAliveMs: -1 }, { saveStates: 'yes' }]
			for (const limits of bad) {
				const refused = client.request('configure', limits as EngineArguments<'configure'>)
				expect((await failureOf(refused)).code).toBe('invalidRequest')
			}
			expect(await client.request('configure', {})).toEqual({})
			expect(await client.request('configure', { maxLoaded: 3, keepAliveMs: 1e9, saveStates: false })).toEqual({})
		})
	})
}
