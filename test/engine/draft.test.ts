import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { useEngines } from './engineDriver.ts'
import { samplePositions } from './sampleCode.ts'

const folder = temporaryFolder()
const { path } = starter

describe('a draft model', () => {
	const engines = useEngines()

	it('does not change what is written, but for near-ties', async () => {
		const { engine } = await engines.loaded({ path, contextSize: 1_024 })
		const { engine: drafting } = await engines.loaded({ ...starter, contextSize: 1_024 })
		const prompts = samplePositions(24).map((position) => ({ ...position, maxTokens: 48 }))
		let same = 0
		let drafted = 0
		let accepted = 0
		for (const prompt of prompts) {
			const plain = await engine.complete(prompt)
			const { text, stats } = await drafting.complete(prompt)
			expect(plain.stats.drafters.model.drafted).toBe(0)
			if (text === plain.text) same++
			drafted += stats.draftedTokens
			accepted += stats.acceptedTokens
		}
		expect(same).toBeGreaterThanOrEqual(prompts.length * 0.8)
		expect(drafted).toBeGreaterThan(0)
		expect(accepted).toBeGreaterThan(drafted * 0.4)
	})

	it('changes nothing at all where there are no near-ties', async () => {
		const [target, draft] = ['target', 'draft'].map((name) => join(folder, `${name}.gguf`)) as [string, string]
		const common = { kvHeads: 2, vocabulary: 4_096, contextSize: 1_024, type: 'Q8_0' } as const
		// Every third guess of the draft is wrong, and the target costs about fifty times as much.
		writeSyntheticModel(target, { ...common, layers: 12, width: 512, heads: 8, feedForward: 1_536 })
		writeSyntheticModel(draft, { ...common, layers: 1, width: 128, heads: 2, feedForward: 384, agreement: 0.67 })
		const { engine } = await engines.loaded({ path: target, contextSize: 512 })
		const { engine: drafting, summary } = await engines.loaded({ path: target, draftPath: draft, contextSize: 512 })
		expect(summary.draft).toHaveProperty('name')
		let drafted = 0
		let refused = 0
		for (const prefix of ['const a', 'b', 'let c = 1\n', 'd(', 'e']) {
			const plain = await engine.complete({ prefix, maxTokens: 100 })
			const { text, stats } = await drafting.complete({ prefix, maxTokens: 100 })
			expect(text).toBe(plain.text)
			expect(stats.generatedTokens).toBe(100)
			drafted += stats.draftedTokens
			refused += stats.draftedTokens - stats.acceptedTokens
		}
		expect(drafted).toBeGreaterThan(refused)
		expect(refused).toBeGreaterThan(0)
		const { stats } = await drafting.complete({ prefix: 'f', maxTokens: 100, drafts: false })
		expect(stats).toMatchObject({ draftedTokens: 0, steps: 99 })
	})

	it('may end at the limit of tokens, of the context, or at a stop text in the middle of a draft', async () => {
		const { engine } = await engines.loaded({ ...starter, contextSize: 256 })
		const prompt = { prefix: 'import { readFile } from "node:fs"\nimport { ', suffix: '\n' }
		for (const maxTokens of [1, 2, 3, 5, 17]) {
			const { stats } = await engine.complete({ ...prompt, maxTokens })
			expect(stats.generatedTokens).toBeLessThanOrEqual(maxTokens)
		}
		const long = await engine.complete({ prefix: 'const text = "a"\n'.repeat(100), maxTokens: 4_096 })
		expect(long.stats.promptTokens + long.stats.generatedTokens).toBeLessThanOrEqual(256)
	})

	const entry = (content: Buffer, key: string) => content.indexOf(key) + key.length
	it.each<[string, (content: Buffer) => void]>([
		['a token', (content) => content.write('retuxn', content.indexOf('return'))],
		['the way to split words', (content) => content.write('gpt-2', entry(content, 'tokenizer.ggml.pre') + 12)],
		['a merge', (content) => content.write('x', entry(content, 'tokenizer.ggml.merges') + 24)],
		['the end', (content) => content.writeUInt32LE(17, entry(content, 'tokenizer.ggml.eos_token_id') + 4)],
	])('of another tokenizer is not used: %s', async (_what, change) => {
		const content = readFileSync(starter.draftPath)
		change(content)
		expect(content.equals(readFileSync(starter.draftPath))).toBe(false)
		const draftPath = join(folder, 'other.gguf')
		writeFileSync(draftPath, content)
		const { engine, summary } = await engines.loaded({ path, draftPath, contextSize: 512 })
		expect(summary.draft).toEqual({ none: 'differentTokenizer', detail: expect.stringContaining('tokenizer.ggml.') })
		expect(engine.log.some(({ event }) => event === 'engine.draftRefused')).toBe(true)
		const { stats } = await engine.complete({ prefix: 'const a = ', maxTokens: 8 })
		expect(stats.generatedTokens).toBeGreaterThan(0)
		expect(stats.draftedTokens).toBe(0)
	})

	it.each([
		['missing', undefined, 'modelMissing'],
		['no model', Buffer.from('hello'), 'modelNotGguf'],
		['cut', readFileSync(starter.draftPath).subarray(0, 400_000), 'modelTruncated'],
	])('that is %s does not keep the model from working', async (_what, content, code) => {
		const draftPath = join(folder, `broken-${code}.gguf`)
		if (content) writeFileSync(draftPath, content)
		const { engine, summary } = await engines.loaded({ path, draftPath, contextSize: 512 })
		expect(summary.draft).toEqual({ none: 'loadFailed', detail: expect.stringContaining(code) })
		expect((await engine.complete({ prefix: 'const a = ', maxTokens: 8 })).stats.promptTokens).toBeGreaterThan(0)
	})
})
