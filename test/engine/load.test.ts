import { copyFileSync, utimesSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CancellationTokenSource } from 'vscode-jsonrpc/node'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { refusalOf, useEngines } from './engineDriver.ts'

const spec = { path: starter.path, draftPath: starter.draftPath, contextSize: 4_096 }

describe('loading a model', () => {
	const engines = useEngines()

	it('tells how far it is, and what it has loaded', async () => {
		const engine = await engines.initialized()
		const fractions: number[] = []
		const summary = await engine.load(spec, (fraction) => fractions.push(fraction))
		expect(fractions.length).toBeGreaterThan(3)
		expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
		expect(fractions.at(-1)).toBe(1)
		expect(summary).toMatchObject({
			path: starter.path,
			name: 'tiny-coder-target',
			architecture: 'qwen2',
			quantization: 'Q8_0',
			fileBytes: 2_646_976,
			parameters: 2_362_304,
			// The model's own limit, not the one that was asked for.
			contextSize: 1_024,
			trainContextSize: 1_024,
			fimOrder: 'prefixSuffixMiddle',
			backend: 'cpu',
			gpuLayers: 0,
			draft: { path: starter.draftPath, name: 'tiny-coder-draft' },
		})
		expect(summary.threads).toBeGreaterThan(0)
		expect(engine.output).toBe('')
	})

	it('reports only warnings of llama.cpp, and none for the embedded models', async () => {
		const { engine } = await engines.loaded(spec)
		expect(engine.log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
		expect(engine.log.map(({ event }) => event)).toEqual(['engine.backend', 'engine.tuned'])
	})

	it('with a GPU if there is one says what it runs on', async () => {
		const engine = engines.start()
		await engine.initialize('auto')
		const summary = await engine.load(spec)
		const chosen = engine.log.find(({ event }) => event === 'engine.backend')
		expect(chosen?.fields).toMatchObject({ wanted: 'auto' })
		expect([chosen?.fields.used, 'cpu']).toContain(summary.backend)
	})

	it('gives a smaller context where less is asked for', async () => {
		const { summary } = await engines.loaded({ ...spec, contextSize: 512 })
		expect(summary.contextSize).toBe(512)
	})

	it('answers at once when the same is loaded, and keeps its state', async () => {
		const { engine, summary } = await engines.loaded(spec)
		const first = await engine.complete({ prefix: 'const answer = ' })
		const fractions: number[] = []
		expect(await engine.load(spec, (fraction) => fractions.push(fraction))).toEqual(summary)
		expect(fractions).toEqual([])
		const second = await engine.complete({ prefix: 'const answer = ' })
		expect(second.text).toBe(first.text)
		expect(second.stats.reusedTokens).toBe(second.stats.promptTokens - 1)
	})

	it('loads again when the file was replaced', async () => {
		const copy = join(temporaryFolder(), 'copy.gguf')
		copyFileSync(starter.path, copy)
		const { engine } = await engines.loaded({ path: copy, contextSize: 512 })
		utimesSync(copy, new Date(), new Date(Date.now() + 60_000))
		const fractions: number[] = []
		await engine.load({ path: copy, contextSize: 512 }, (fraction) => fractions.push(fraction))
		expect(fractions.at(-1)).toBe(1)
	})

	it('is done once for two that ask for the same at the same time', async () => {
		const engine = await engines.initialized()
		const counts = [0, 0]
		const loads = counts.map((_, i) =>
			engine.load(spec, () => {
				counts[i] = (counts[i] ?? 0) + 1
			}),
		)
		const [one, other] = await Promise.all(loads)
		expect(other).toEqual(one)
		expect(Math.min(...counts)).toBeGreaterThan(0)
	})

	it('is not cancelled by whoever asked for it', async () => {
		const engine = await engines.initialized()
		const source = new CancellationTokenSource()
		const load = engine.connection.sendRequest('model/load', spec, source.token)
		source.cancel()
		expect(await load).toMatchObject({ name: 'tiny-coder-target' })
		expect((await engine.complete({ prefix: 'let a = ', maxTokens: 4 })).stopReason).not.toBe('cancelled')
	})

	it('puts the model beside the one before, whose requests go on', async () => {
		const talkative = writeTalkativeModel(temporaryFolder())
		const { engine, summary: first } = await engines.loaded({ path: talkative, contextSize: 2_048 })
		const running = engine.start({ model: first.id, prefix: 'const a = ', maxTokens: 1_000 })
		await running.firstPiece
		const second = await engine.load(spec)
		expect(second.name).toBe('tiny-coder-target')
		const answers = await Promise.all(
			[first, second].map(({ id }) => engine.complete({ model: id, prefix: 'let a = ', maxTokens: 4 })),
		)
		for (const { stopReason } of answers) expect(stopReason).not.toBe('cancelled')
		expect((await running.answer).stopReason).toBe('maxTokens')
	})

	it('makes the one go that was not used for the longest time, where there are too many', async () => {
		const talkative = writeTalkativeModel(temporaryFolder())
		const { engine, summary: first } = await engines.loaded({ path: talkative, contextSize: 512 })
		await engine.request('configure', { maxLoaded: 1 })
		const second = await engine.load(spec)
		expect(second.id).not.toBe(first.id)
		expect(engine.unloaded).toEqual([{ model: first.id, reason: 'limit' }])
		expect(await refusalOf(engine.complete({ model: first.id }))).toMatchObject({ code: 'modelNotLoaded' })
		expect((await engine.load({ path: talkative, contextSize: 512 })).name).toBe(first.name)
	})

	it('frees a model that is not wanted any more, and cancels its requests', async () => {
		const talkative = writeTalkativeModel(temporaryFolder())
		const { engine, summary } = await engines.loaded({ path: talkative, contextSize: 2_048 })
		const running = engine.start({ prefix: 'const a = ', maxTokens: 1_000 })
		const waiting = engine.start({ prefix: 'const b = ', maxTokens: 1_000 })
		await running.firstPiece
		await engine.request('unloadModel', { model: summary.id })
		expect(engine.unloaded).toEqual([{ model: summary.id, reason: 'asked' }])
		const stopped = await running.answer
		expect(stopped).toMatchObject({ stopReason: 'cancelled', text: running.pieces.join('') })
		expect(await waiting.answer).toMatchObject({ text: '', stopReason: 'cancelled' })
	})

	it('lets a model go that was not used for long', async () => {
		const { engine, summary } = await engines.loaded(spec)
		await engine.request('configure', { keepAliveMs: 1 })
		await engine.unloadedOnce
		expect(engine.unloaded).toEqual([{ model: summary.id, reason: 'keepAlive' }])
	})

	it('answers requests that came while it went on', async () => {
		const engine = await engines.initialized()
		const load = engine.load(spec)
		const [, answer] = await Promise.all([load, engine.complete({ prefix: 'const answer = ', maxTokens: 8 })])
		expect(answer.stats.generatedTokens).toBeGreaterThan(0)
	})

	it('keeps the model before where the new file cannot be read', async () => {
		const { engine } = await engines.loaded(spec)
		const missing = join(temporaryFolder(), 'missing.gguf')
		expect(await refusalOf(engine.load({ path: missing, contextSize: 512 }))).toMatchObject({ code: 'modelMissing' })
		expect((await engine.complete({ prefix: 'let a = ', maxTokens: 4 })).stats.promptTokens).toBeGreaterThan(0)
	})

	it('ends an answer at its deadline with what there is, also while it waits', async () => {
		const talkative = writeTalkativeModel(temporaryFolder())
		const { engine } = await engines.loaded({ path: talkative, contextSize: 8_192 })
		const running = engine.start({ prefix: 'const a = ', maxTokens: 4_096, deadlineMs: 300 })
		const waiting = await engine.complete({ prefix: 'const b = ', maxTokens: 4_096, deadlineMs: 100 })
		expect(waiting).toMatchObject({ stopReason: 'deadline', text: '' })
		expect(await running.answer).toMatchObject({ stopReason: 'deadline', text: running.pieces.join('') })
	})

	it('wants absolute paths', async () => {
		const engine = await engines.initialized()
		const refused = engine.load({ path: basename(starter.path), contextSize: 512 })
		expect(await refusalOf(refused)).toMatchObject({ code: 'invalidRequest' })
	})

	it('answers pings all the time', async () => {
		const engine = await engines.initialized()
		const order: string[] = []
		const load = engine.load(spec).then(() => order.push('load'))
		for (let i = 0; i < 3; i++) {
			expect((await engine.request('ping', {})).rssBytes).toBeGreaterThan(0)
			order.push('ping')
		}
		await load
		expect(order).toEqual(['ping', 'ping', 'ping', 'load'])
	})
})
