import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
	buildPrompt,
	type FileMarkers,
	type FimTokens,
	type PromptText,
	type PromptVocabulary,
} from '../../../src/engine/llama/fimPrompt.ts'

const psm: FimTokens = { order: 'prefixSuffixMiddle', prefix: 900_001, suffix: 900_002, middle: 900_003 }
const spm: FimTokens = { order: 'suffixPrefixMiddle', prefix: 900_001, suffix: 900_002, middle: undefined }
/** With a middle token, as Seed-Coder has it. */
const spmMarked: FimTokens = { ...spm, middle: 900_003 }
const none: FimTokens = { order: 'none' }
const files: FileMarkers = { separator: 900_004, repository: undefined, form: 'lines' }

/** A token for each UTF-16 unit, and a record of how much was tokenized. */
function characters(fim: FimTokens, bos?: number, files?: FileMarkers): PromptVocabulary & { tokenized: number } {
	return {
		fim,
		files,
		bos,
		start: 900_009,
		tokenized: 0,
		tokenize(text) {
			this.tokenized += text.length
			return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
		},
	}
}

/** The prompt with its text readable again. */
function readable(tokens: readonly number[]): string {
	const names = new Map([
		[900_000, '<bos>'],
		[900_001, '<pre>'],
		[900_002, '<suf>'],
		[900_003, '<mid>'],
		[900_004, '<file>'],
		[900_005, '<repo>'],
		[900_009, '<start>'],
	])
	return tokens.map((token) => names.get(token) ?? String.fromCharCode(token)).join('')
}

/** Without typed text. */
function tokensOf(text: PromptText, room: number, vocabulary: PromptVocabulary) {
	return buildPrompt(text, { text: room, typed: 0 }, vocabulary).tokens
}

describe('other files in the prompt', () => {
	const pieces = [
		{ path: 'a.ts', text: 'best' },
		{ path: 'b.ts', text: 'next' },
	]
	const text = { prefix: 'before', suffix: 'after', context: { path: 'own.ts', pieces, comment: '//' } }

	it('stand behind the token that the model knows for them, the best one nearest to the text', () => {
		const shown = readable(tokensOf(text, 1_000, characters(psm, 900_000, files)))
		expect(shown).toBe('<bos><file>b.ts\nnext\n<file>a.ts\nbest\n<file>own.ts\n<pre>before<suf>after<mid>')
	})

	it('begin with the name of the repository, where the model knows a token for it', () => {
		const named = { ...text, context: { ...text.context, repository: 'farm' } }
		const qwen: FileMarkers = { separator: 900_004, repository: 900_005, form: 'lines' }
		const shown = readable(tokensOf(named, 1_000, characters(psm, undefined, qwen)))
		expect(shown).toBe('<repo>farm\n<file>b.ts\nnext\n<file>a.ts\nbest\n<file>own.ts\n<pre>before<suf>after<mid>')
		const starCoder: FileMarkers = { ...qwen, form: 'joined' }
		const joined = readable(tokensOf(named, 1_000, characters(psm, undefined, starCoder)))
		expect(joined).toBe('<repo>farm<file>b.ts\nnext<file>a.ts\nbest<file><pre>own.ts\nbefore<suf>after<mid>')
		const plain = readable(tokensOf({ ...named, mode: 'plain' }, 1_000, characters(psm, undefined, starCoder)))
		expect(plain).toBe('<repo>farm<file>b.ts\nnext<file>a.ts\nbest<file>own.ts\nbefore')
		expect(readable(tokensOf(text, 1_000, characters(psm, undefined, qwen)))).not.toContain('<repo>')
		const alone = { ...named, context: { ...named.context, pieces: [] } }
		expect(readable(tokensOf(alone, 1_000, characters(psm, undefined, starCoder)))).toBe('<pre>before<suf>after<mid>')
	})

	it('are comments to other models', () => {
		const shown = readable(tokensOf(text, 1_000, characters(spm)))
		expect(shown).toBe('// b.ts\n// next\n// a.ts\n// best\n// own.ts\n<suf>after<pre>before')
	})

	it('take a third of the room, and what is of less worth is left out', () => {
		const shown = readable(tokensOf(text, 80, characters(psm, undefined, files)))
		expect(shown).toBe('<file>a.ts\nbest\n<file>own.ts\n<pre>before<suf>after<mid>')
		const { context } = buildPrompt(text, { text: 80, typed: 0 }, characters(psm, undefined, files))
		expect(context).toEqual({ tokens: '_a.ts\nbest\n_own.ts\n'.length, pieces: [0] })
		expect(readable(tokensOf(text, 30, characters(psm, undefined, files)))).toBe('<pre>before<suf>after<mid>')
	})

	it('change nothing before the typed text', () => {
		const one = tokensOf(text, 1_000, characters(psm, undefined, files))
		const { tokens } = buildPrompt(
			{ ...text, typed: 'x' },
			{ text: 1_000, typed: 10 },
			characters(psm, undefined, files),
		)
		expect(tokens.slice(0, one.length)).toEqual(one)
	})

	it('never take more than the room, whatever they are', () => {
		const anyPieces = fc.array(fc.record({ path: fc.string(), text: fc.string({ unit: 'binary' }) }))
		fc.assert(
			fc.property(
				anyPieces,
				fc.string(),
				fc.nat(200),
				fc.constantFrom('lines', 'joined'),
				(some, prefix, room, form) => {
					const context = { path: 'own', pieces: some, comment: '#', repository: 'farm' }
					const vocabulary = characters(psm, 1, { separator: 900_004, repository: 900_005, form })
					const tokens = tokensOf({ prefix, suffix: '', context }, room, vocabulary)
					expect(tokens.length).toBeLessThanOrEqual(Math.max(4, room))
				},
			),
		)
	})
})

describe('buildPrompt', () => {
	const text = { prefix: 'before', suffix: 'after' }

	it.each([
		[psm, '<pre>before<suf>after<mid>'],
		[spm, '<suf>after<pre>before'],
		[spmMarked, '<suf>after<pre>before<mid>'],
		[none, 'before'],
	])('arranges the text in the order of the model: $order', (fim, expected) => {
		expect(readable(tokensOf(text, 100, characters(fim)))).toBe(expected)
		expect(readable(tokensOf(text, 100, characters(fim, 900_000)))).toBe(`<bos>${expected}`)
	})

	it.each([
		[psm, '<pre>before<suf>after<mid>typed'],
		[spm, '<suf>after<pre>beforetyped'],
		[spmMarked, '<suf>after<pre>before<mid>typed'],
		[none, 'beforetyped'],
	])('puts typed text last, in its own tokens: $order', (fim, expected) => {
		const room = { text: 100, typed: 10 }
		const { tokens, typedTokens } = buildPrompt({ ...text, typed: 'typed' }, room, characters(fim))
		expect({ typedTokens, prompt: readable(tokens) }).toEqual({ typedTokens: 5, prompt: expected })
		const plain = buildPrompt({ ...text, typed: 'typed', mode: 'plain' }, room, characters(fim))
		expect(readable(plain.tokens)).toBe('beforetyped')
	})

	it('changes nothing before typed text, however long that grows and however full the prompt is', () => {
		const full = { prefix: 'p'.repeat(500), suffix: 's'.repeat(500) }
		const room = { text: 103, typed: 20 }
		const before = tokensOf(full, 103, characters(psm))
		for (let length = 1; length <= 20; length++) {
			const { tokens } = buildPrompt({ ...full, typed: 't'.repeat(length) }, room, characters(psm))
			expect(tokens.slice(0, before.length)).toEqual(before)
			expect(tokens).toHaveLength(before.length + length)
		}
		const beyond = buildPrompt({ ...full, typed: 't'.repeat(21) }, room, characters(psm))
		expect(beyond.typedTokens).toBe(0)
		expect(readable(beyond.tokens)).toMatch(/^<pre>p+t{21}<suf>s+<mid>$/)
	})

	it('keeps the markers where a text is empty', () => {
		expect(readable(tokensOf({ prefix: '', suffix: '' }, 100, characters(psm)))).toBe('<pre><suf><mid>')
	})

	it('is never empty', () => {
		expect(readable(tokensOf({ prefix: '', suffix: 'x' }, 100, characters(none)))).toBe('<start>')
	})

	it('keeps the end of the prefix and the beginning of the suffix', () => {
		const long = { prefix: `${'p'.repeat(500)}END`, suffix: `BEGIN${'s'.repeat(500)}` }
		const prompt = readable(tokensOf(long, 103, characters(psm)))
		expect(prompt).toMatch(/^<pre>p+END<suf>BEGINs+<mid>$/)
		// A quarter of the room is the suffix's.
		expect(prompt.match(/BEGINs+/)?.[0]).toHaveLength(25)
	})

	it('tells of which side it does not show all', () => {
		const cutOf = (prefix: string, suffix: string, fim: FimTokens = psm) => {
			const room = { text: 43, typed: 10 }
			return buildPrompt({ prefix, suffix }, room, characters(fim)).cut
		}
		expect(cutOf('a'.repeat(30), 'b'.repeat(10))).toBeUndefined()
		expect(cutOf('a'.repeat(31), 'b'.repeat(10))).toEqual({ prefix: true, suffix: false })
		expect(cutOf('a'.repeat(10), 'b'.repeat(31))).toEqual({ prefix: false, suffix: true })
		expect(cutOf('a'.repeat(400), 'b'.repeat(400))).toEqual({ prefix: true, suffix: true })
		expect(cutOf('a', 'b', none)).toEqual({ prefix: false, suffix: true })
	})

	it('gives the suffix what a short prefix leaves', () => {
		const prompt = readable(tokensOf({ prefix: 'ab', suffix: 's'.repeat(500) }, 103, characters(psm)))
		expect(prompt).toBe(`<pre>ab<suf>${'s'.repeat(98)}<mid>`)
	})

	it('always fits', () => {
		fc.assert(
			fc.property(
				fc.string({ maxLength: 400, unit: 'binary' }),
				fc.string({ maxLength: 400, unit: 'binary' }),
				fc.integer({ min: 4, max: 300 }),
				fc.constantFrom(psm, spm, spmMarked, none),
				(prefix, suffix, room, fim) => {
					const prompt = tokensOf({ prefix, suffix }, room, characters(fim, 900_000))
					expect(prompt.length).toBeLessThanOrEqual(room)
					expect(prompt.length).toBeGreaterThan(0)
				},
			),
		)
	})

	// In the first, tokens do not fit; in the second, characters are cut before they become tokens.
	it.each([200, 1_000])(
		'begins with the same tokens while somebody types behind %i lines, but for a few steps',
		(lines) => {
			const document = Array.from({ length: lines }, (_, i) => `const value${i} = compute(${i})\n`).join('')
			const beginnings = new Set<string>()
			for (let typed = 0; typed < 800; typed++) {
				const prefix = document + 'x'.repeat(typed)
				const prompt = readable(tokensOf({ prefix, suffix: 's'.repeat(300) }, 1_000, characters(psm)))
				beginnings.add(prompt.slice(0, 40))
				expect(prompt.length).toBeGreaterThan(850)
			}
			// 800 characters in steps of an eighth of a thousand tokens.
			expect(beginnings.size).toBeLessThanOrEqual(9)
		},
	)

	it('does not tokenize what cannot fit', () => {
		const vocabulary = characters(psm)
		tokensOf({ prefix: 'p'.repeat(1_000_000), suffix: 's'.repeat(1_000_000) }, 1_000, vocabulary)
		expect(vocabulary.tokenized).toBeLessThan(2 * 8 * 1_000 + 1)
	})

	it('cuts at the start of a line where one is near', () => {
		const vocabulary = characters(none)
		const seen: string[] = []
		vocabulary.tokenize = (part) => {
			seen.push(part)
			return []
		}
		tokensOf({ prefix: 'a line of text\n'.repeat(1_000), suffix: '' }, 100, vocabulary)
		expect(seen[0]).toMatch(/^a line of text\n/)
	})

	it('never cuts a character in two', () => {
		const vocabulary = characters(psm)
		const seen: string[] = []
		vocabulary.tokenize = (part) => {
			seen.push(part)
			return []
		}
		for (let shift = 0; shift < 4; shift++) {
			const faces = 'x'.repeat(shift) + '😀'.repeat(5_000)
			tokensOf({ prefix: faces, suffix: faces }, 101, vocabulary)
		}
		expect(seen).toHaveLength(8)
		for (const part of seen) expect(part).not.toMatch(/\p{Surrogate}/u)
	})
})
