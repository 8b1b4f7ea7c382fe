import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { EngineDriver, useEngines } from './engineDriver.ts'
import { samplePositions } from './sampleCode.ts'

const special = /<\|[a-z_]+\|>/
/** A surrogate without its other half, or the sign for a broken character. */
const brokenCharacter = /\p{Surrogate}|\uFFFD/u

describe('completions of the embedded model', () => {
	let engine: EngineDriver
	const positions = samplePositions(12)

	beforeAll(async () => {
		engine = new EngineDriver()
		await engine.initialize()
		await engine.load({ ...starter, contextSize: 1_024 })
	})
	afterAll(() => engine.kill())

	/** A place where the model goes on and on. */
	/** A place where the model goes on and on. */
	const gap = {
		prefix: `import { readFile } from "node:fs/promises"

export async function readJson(path: string): Promise<unknown> {
	const text = await readFile(path, "utf8")
	return `,
		suffix: '\n}\n\nexport function add(a: number, b: number): number {\n\treturn a + b\n}\n',
	}

	it('are not empty, whole characters, free of special tokens, and streamed as they are', async () => {
		let characters = 0
		const reasons = new Set<string>()
		for (const position of positions) {
			const running = engine.start({ ...position, maxTokens: 48 })
			const { text, stats, stopReason } = await running.answer
			reasons.add(stopReason)
			expect(running.pieces.join('')).toBe(text)
			for (const piece of running.pieces) expect(piece).not.toMatch(brokenCharacter)
			expect(text).not.toMatch(special)
			expect(stats.generatedTokens).toBeLessThanOrEqual(48)
			characters += text.length
		}
		expect(characters).toBeGreaterThan(positions.length * 5)
		expect(reasons).toContain('endOfText')
	})

	it('are the same every time', async () => {
		const [first] = positions
		const texts = new Set<string>()
		// With another request between, so that the second is not just a continuation of the first one's state.
		for (let i = 0; i < 3; i++) {
			texts.add((await engine.complete({ ...first, maxTokens: 32 })).text)
			await engine.complete({ prefix: `let other${i} = `, maxTokens: 4 })
		}
		expect(texts.size).toBe(1)
	})

	it('end before a stop text, wherever in a token it begins', async () => {
		const { text } = await engine.complete({ ...gap, maxTokens: 40 })
		expect(text.length).toBeGreaterThan(20)
		for (const [from, to] of [
			[1, 3],
			[4, 12],
			[7, 8],
			[10, 20],
		]) {
			const stop = text.slice(from, to)
			const running = engine.start({ ...gap, maxTokens: 40, stop: ['not in any text', stop] })
			const answer = await running.answer
			expect(answer).toMatchObject({ text: text.slice(0, text.indexOf(stop)), stopReason: 'stopText' })
			expect(running.pieces.join('')).toBe(answer.text)
		}
	})

	it('show what was held back for a stop text that did not come', async () => {
		const whole = await engine.complete({ ...gap, maxTokens: 24 })
		const stop = `${whole.text.slice(-4)}\u0000`
		const running = engine.start({ ...gap, maxTokens: 24, stop: [stop] })
		expect(await running.answer).toMatchObject({ text: whole.text, stopReason: whole.stopReason })
		expect(running.pieces.join('')).toBe(whole.text)
	})

	it('evaluate only what changed since the last request', async () => {
		const [, position] = positions
		const { prefix = '', suffix = '' } = position ?? {}
		const first = await engine.complete({ prefix, suffix, maxTokens: 4 })
		expect(first.stats.promptTokens).toBeGreaterThan(150)
		const again = await engine.complete({ prefix, suffix, maxTokens: 4 })
		expect(again.stats.reusedTokens).toBe(again.stats.promptTokens - 1)
		const typed = await engine.complete({ prefix: `${prefix}\n\tconst`, suffix, maxTokens: 4 })
		const prefixShare = prefix.length / (prefix.length + suffix.length)
		expect(typed.stats.reusedTokens).toBeGreaterThan(0.8 * prefixShare * typed.stats.promptTokens)
		expect(typed.stats.reusedTokens).toBeLessThan(typed.stats.promptTokens - 1)
	})

	it('tell what they cost', async () => {
		const { stats } = await engine.complete({ ...gap, maxTokens: 24 })
		expect(stats.generatedTokens).toBeGreaterThan(0)
		expect(stats.acceptedTokens).toBeLessThanOrEqual(stats.draftedTokens)
		expect(stats.firstTokenMs).toBeGreaterThan(0)
		expect(stats.prefillMs).toBeGreaterThan(0)
		expect(stats.totalMs).toBeGreaterThanOrEqual(stats.firstTokenMs)
		expect(stats.totalMs).toBeGreaterThanOrEqual(stats.queueMs)
	})

	it.each([
		'<|fim_prefix|>',
		'<|fim_suffix|>',
		'<|fim_middle|>',
		'<|fim_pad|>',
		'<|repo_name|>',
		'<|file_sep|>',
		'<|im_start|>',
		'<|endoftext|>',
	])('take %s in source text for text', async (written) => {
		const length = async (text: string) => {
			const { stats } = await engine.complete({ prefix: `let a = ${text}`, suffix: `${text};\n`, maxTokens: 1 })
			return stats.promptTokens
		}
		// As a special token it would be one token on either side; as text it is several.
		expect(await length(written)).toBeGreaterThanOrEqual((await length('')) + 2 * 4)
	})

	it.each([
		['a prefix of a million characters', { prefix: `${'const a = 1\n'.repeat(83_000)}`.slice(0, 1_000_000) }],
		['a suffix of a million characters', { prefix: 'a', suffix: 'b = 2;\n'.repeat(140_000) }],
		['one line of a million characters', { prefix: 'x'.repeat(1_000_000), suffix: 'y'.repeat(1_000_000) }],
		['nothing at all', {}],
		['only a suffix', { suffix: 'return 1\n' }],
		['NUL bytes', { prefix: 'const a = "\0\0\0', suffix: '\0"\n' }],
		['half a surrogate pair on either side', { prefix: 'const face = "\ud83d', suffix: '\ude00"\n' }],
		['emoji', { prefix: '// 😀😀😀 👩‍👩‍👧‍👦 é ß 漢字\nconst face = "😀', suffix: '"\n' }],
		['CRLF', { prefix: 'if (a) {\r\n\t', suffix: '\r\n}\r\n' }],
		['U+FFFD', { prefix: 'const a = "\uFFFD\uFFFD', suffix: '"' }],
	])('survive %s', async (_what, text) => {
		const { stats } = await engine.complete({ ...text, maxTokens: 8 })
		expect(stats.promptTokens).toBeGreaterThan(0)
		expect(stats.promptTokens).toBeLessThan(1_024)
	})

	it('spend little on text that does not fit', async () => {
		const prefix = 'const value = compute(1, 2)\n'.repeat(35_000)
		await engine.complete({ prefix, maxTokens: 1 })
		// The window's start stays where it is while somebody types.
		const typed = await engine.complete({ prefix: `${prefix}let`, maxTokens: 1 })
		expect(typed.stats.promptTokens).toBeGreaterThan(500)
		expect(typed.stats.promptTokens - typed.stats.reusedTokens).toBeLessThan(20)
	})

	it('of two at once come both, one after the other', async () => {
		const one = engine.start({ ...gap, maxTokens: 64 })
		const other = engine.start({ ...positions[3], maxTokens: 16 })
		const [first, second] = await Promise.all([one.answer, other.answer])
		expect(one.pieces.join('')).toBe(first.text)
		expect(other.pieces.join('')).toBe(second.text)
		expect(second.stats.queueMs).toBeGreaterThan(first.stats.queueMs)
		expect(second.stats.firstTokenMs).toBeGreaterThan(second.stats.queueMs)
		expect((await engine.complete({ ...gap, maxTokens: 64 })).text).toBe(first.text)
	})
})

describe('completions of other models', () => {
	const engines = useEngines()
	const folder = temporaryFolder()

	it('of a model without FIM tokens continue the prefix', async () => {
		const path = join(folder, 'plain.gguf')
		writeSyntheticModel(path, { ...syntheticShapes['8M'], contextSize: 1_024, type: 'Q8_0', fim: false })
		// llama.cpp knows FIM tokens by their text, too.
		writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replaceAll('<|fim_', '<|abc_'), 'latin1'))
		const { engine, summary } = await engines.loaded({ path, contextSize: 512 })
		expect(summary.fimOrder).toBe('none')
		const { stats } = await engine.complete({ prefix: 'abc', suffix: 'def', maxTokens: 3 })
		expect(stats.promptTokens).toBe(3)
		expect((await engine.complete({ suffix: 'def', maxTokens: 3 })).stats.promptTokens).toBe(1)
	})

	it('end when the context is full', async () => {
		const { engine } = await engines.loaded({ path: writeTalkativeModel(folder), contextSize: 256 })
		const { stopReason, stats } = await engine.complete({ prefix: 'x'.repeat(2_000), maxTokens: 4_096 })
		expect(stopReason).toBe('contextFull')
		expect(stats.promptTokens).toBeGreaterThan(100)
		expect(stats.promptTokens + stats.generatedTokens).toBe(256)
	})
})
