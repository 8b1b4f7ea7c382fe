import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkModelFile } from '../../../src/engine/llama/checkModelFile.ts'
import { tokenizerDifference } from '../../../src/gguf/compareTokenizers.ts'
import { entry, languageModel, type RawEntry, rawHeader } from '../../engine/rawGguf.ts'
import { temporaryFolder } from '../../engineFiles.ts'

const folder = temporaryFolder()
let files = 0

async function tokenizer(tokens: readonly string[], ...more: RawEntry[]) {
	const metadata = [...languageModel().slice(0, -1), entry.strings('tokenizer.ggml.tokens', tokens), ...more]
	const path = join(folder, `${++files}.gguf`)
	writeFileSync(path, Buffer.concat([rawHeader({ metadata, tensors: [{ name: 'a', shape: [1n] }] }), Buffer.alloc(64)]))
	return checkModelFile(path)
}

const words = Array.from({ length: 300 }, (_, i) => `w${i}`)
const merges = entry.strings('tokenizer.ggml.merges', ['a b', 'c d'])

describe('tokenizerDifference', () => {
	it('finds none between equals, whatever the files are called', async () => {
		const [a, b] = [await tokenizer(words, merges), await tokenizer(words, merges)]
		expect(await tokenizerDifference(a, b)).toBeUndefined()
	})

	it('does not mind unused tokens at the end', async () => {
		const padded = [...words, ...Array.from({ length: 100 }, (_, i) => `[PAD${i}]`)]
		const [a, b] = [await tokenizer(words, merges), await tokenizer(padded, merges)]
		expect(await tokenizerDifference(a, b)).toBeUndefined()
		expect(await tokenizerDifference(b, a)).toBeUndefined()
	})

	it('does not compare what only one file says', async () => {
		const eos = entry.u32('tokenizer.ggml.eos_token_id', 5)
		const [a, b] = [await tokenizer(words, merges, eos), await tokenizer(words)]
		expect(await tokenizerDifference(a, b)).toBeUndefined()
	})

	it.each<[string, readonly string[], RawEntry[]]>([
		['tokens', words.with(250, 'other'), [merges]],
		['tokens', words.toReversed(), [merges]],
		['merges', words, [entry.strings('tokenizer.ggml.merges', ['a b', 'c e'])]],
		['merges', words, [entry.strings('tokenizer.ggml.merges', ['a b'])]],
		['vocabularies', [...words, ...Array(600).fill('x')], [merges]],
		['bos_token_id', words, [merges, entry.u32('tokenizer.ggml.bos_token_id', 2)]],
		['pre', words, [merges, entry.string('tokenizer.ggml.pre', 'gpt-2')]],
	])('finds a difference in %s', async (what, tokens, more) => {
		const given = [merges, entry.u32('tokenizer.ggml.bos_token_id', 1), entry.string('tokenizer.ggml.pre', 'qwen2')]
		const [a, b] = [await tokenizer(words, ...given), await tokenizer(tokens, ...more)]
		expect(await tokenizerDifference(a, b)).toContain(what)
		expect(await tokenizerDifference(b, a)).toContain(what)
	})
})
