import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { freeTurn, type LoadedInProcess, loadInProcess } from './loadedInProcess.ts'
import { samplePositions } from './sampleCode.ts'

/** A place where the model goes on and on. */
const gap = {
	prefix: `import { readFile } from "node:fs/promises"

export async function readJson(path: string): Promise<unknown> {
	const text = await readFile(path, "utf8")
	return `,
	suffix: '\n}\n\nexport function add(a: number, b: number): number {\n\treturn a + b\n}\n',
}

describe('text that is typed behind a prompt', () => {
	let loaded: LoadedInProcess
	beforeAll(async () => {
		loaded = await loadInProcess(starter.path, 1_024)
	})
	afterAll(() => loaded.dispose())

	it('costs few tokens a key, whatever is typed', async () => {
		const typed =
			'\n\tconst total = items.filter((item) => item.isReady).map(({ price }) => price * 2) // all of them\n\t\treturn'
		for (const { prefix, suffix } of samplePositions(4)) {
			await loaded.complete({ prefix, suffix, maxTokens: 4 })
			const costs: number[] = []
			for (let length = 1; length <= typed.length; length++) {
				const { stats } = await loaded.complete({ prefix, suffix, typed: typed.slice(0, length), maxTokens: 4 })
				expect(stats.promptTokens).toBeGreaterThan(150)
				costs.push(stats.promptTokens - stats.reusedTokens)
			}
			// At the end of a word: the new token, and three that were taken back a key ago where the model wrote others.
			expect(Math.max(...costs)).toBeLessThanOrEqual(4)
			expect(costs.filter((cost) => cost > 3).length).toBeLessThanOrEqual(3)
			expect(costs.filter((cost) => cost <= 2).length).toBeGreaterThan(costs.length / 2)
		}
	})

	it('costs as little where the file does not fit the context', async () => {
		const prefix = 'const value = compute(1, 2)\n'.repeat(2_000)
		const suffix = 'const other = compute(3, 4)\n'.repeat(2_000)
		await loaded.complete({ prefix, suffix, maxTokens: 4 })
		for (const typed of ['l', 'le', 'let', 'let ', 'let a', 'let a = com']) {
			const { stats } = await loaded.complete({ prefix, suffix, typed, maxTokens: 4 })
			expect(stats.promptTokens - stats.reusedTokens).toBeLessThanOrEqual(3)
		}
	})

	it('is gone on with, wherever in a word it ends', async () => {
		const whole = await loaded.complete({ ...gap, maxTokens: 24 })
		expect(whole.text.length).toBeGreaterThan(40)
		let same = 0
		const cuts = 40
		for (let cut = 1; cut <= cuts; cut++) {
			const typed = whole.text.slice(0, cut)
			const { text } = await loaded.complete({ ...gap, typed, maxTokens: 24 })
			const written = typed + text
			if (written.startsWith(whole.text) || whole.text.startsWith(written)) same++
		}
		// Two likely tokens may change places where they were computed in other batches.
		expect(same).toBeGreaterThanOrEqual(cuts - 2)
	})

	it('is no part of the answer, nor of its tokens', async () => {
		const pieces: string[] = []
		const onText = (piece: string) => pieces.push(piece)
		for (const typed of ['JSON.par', 'x', '(', 'J\u00e4\u{1f600}', '\ud83d', '<|fim_middle|>', 'zqxjvw']) {
			pieces.length = 0
			const { text, stats } = await loaded.complete({ ...gap, typed, maxTokens: 6, onText })
			expect(pieces.join('')).toBe(text)
			expect(text.startsWith(typed)).toBe(false)
			expect(stats.generatedTokens).toBeLessThanOrEqual(6)
		}
	})

	it('may be longer than there is room for', async () => {
		for (const typed of ['a = 1; '.repeat(2_000), 'let b = 2\n'.repeat(100)]) {
			const { stats } = await loaded.complete({ ...gap, typed, maxTokens: 8 })
			expect(stats.promptTokens).toBeLessThan(1_024)
			expect(stats.generatedTokens).toBeGreaterThan(0)
		}
	})

	it('is written as it was typed where the model would say anything else', async () => {
		const path = join(temporaryFolder(), 'talkative.gguf')
		writeSyntheticModel(path, { ...syntheticShapes['8M'], layers: 1, contextSize: 512, type: 'Q8_0' })
		// Of these no token is among the likeliest ones: a prompt is one token a byte, and an answer never is.
		const other = await loadInProcess(path, 512)
		const { text, stats } = await other.complete({ ...gap, typed: 'xyz', maxTokens: 5 })
		expect(stats).toMatchObject({ generatedTokens: 5 })
		expect(text).toMatch(/^( [a-z]+){5}$/)
		await other.dispose()
	})
})

describe('other prompts', () => {
	let loaded: LoadedInProcess
	beforeAll(async () => {
		loaded = await loadInProcess(starter.path, 1_024)
	})
	afterAll(() => loaded.dispose())

	it('are the prefix alone where the text is plain', async () => {
		const one = await loaded.complete({ ...gap, mode: 'plain', maxTokens: 12 })
		const other = await loaded.complete({ ...gap, suffix: 'something else', mode: 'plain', maxTokens: 12 })
		expect(other.text).toBe(one.text)
		expect(other.stats.promptTokens).toBe(one.stats.promptTokens)
		const [count = 0] = await loaded.model.countTokens([gap.prefix])
		expect(one.stats.promptTokens).toBe(count)
	})

	it('are evaluated beforehand, and then no more', async () => {
		const [, , position] = samplePositions(6)
		const text = { prefix: position?.prefix ?? '', suffix: position?.suffix ?? '', typed: 'const' }
		const request = { ...text, purpose: 'inline', turn: freeTurn } as const
		const warm = await loaded.model.warmUp(request)
		expect(warm.isWhole).toBe(true)
		expect(warm.evaluatedTokens).toBeGreaterThan(100)
		expect(await loaded.model.warmUp(request)).toMatchObject({ evaluatedTokens: 0, isWhole: true })
		const { stats } = await loaded.complete({ ...text, maxTokens: 4 })
		expect(stats.promptTokens).toBe(warm.promptTokens)
		expect(stats.promptTokens - stats.reusedTokens).toBeLessThanOrEqual(3)
	})

	it('are left alone when somebody else has to go first', async () => {
		const request = { prefix: 'let other = compute()\n'.repeat(300), suffix: '', purpose: 'inline' } as const
		let checkpoints = 0
		const turn = {
			checkpoint: async () => {
				checkpoints++
			},
			isCancelled: () => false,
			get pausedMs() {
				return checkpoints > 1 ? 5 : 0
			},
		}
		const warm = await loaded.model.warmUp({ ...request, turn })
		expect(warm.isWhole).toBe(false)
		expect(warm.evaluatedTokens).toBeGreaterThan(0)
		expect(warm.evaluatedTokens).toBeLessThan(warm.promptTokens - 1)
		expect(checkpoints).toBe(2)
		// What was evaluated is of use.
		const { stats } = await loaded.complete({ ...request, maxTokens: 2 })
		expect(stats.reusedTokens).toBeGreaterThanOrEqual(warm.evaluatedTokens)
		const cancelled = await loaded.model.warmUp({ ...request, turn: { ...freeTurn, isCancelled: () => true } })
		expect(cancelled).toMatchObject({ evaluatedTokens: 0, isWhole: false })
	})
})

describe('token counts', () => {
	let loaded: LoadedInProcess
	beforeAll(async () => {
		loaded = await loadInProcess(starter.path, 512)
	})
	afterAll(() => loaded.dispose())

	it('are those of the text, however long it is', async () => {
		const line = 'const value = compute(1, 2)\n'
		const [none, one, many] = await loaded.model.countTokens(['', line, line.repeat(10_000)])
		expect(none).toBe(0)
		expect(one).toBeGreaterThan(5)
		expect(many).toBe((one ?? 0) * 10_000)
		const [special = 0] = await loaded.model.countTokens(['<|fim_middle|>'])
		expect(special).toBeGreaterThan(3)
	})

	it('let others go between', async () => {
		let turns = 0
		let isDone = false
		const count = () => {
			turns++
			if (!isDone) setImmediate(count)
		}
		setImmediate(count)
		await loaded.model.countTokens([`${'x'.repeat(500)}\n`.repeat(2_000), '\u{1f600}'.repeat(200_000)])
		isDone = true
		// One for each ten milliseconds of work, of which a fast machine needs few.
		expect(turns).toBeGreaterThan(5)
	})
})
