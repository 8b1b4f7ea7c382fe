import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ngramDrafter } from '../../../src/engine/speculation/ngramDrafter.ts'
import { NgramIndex } from '../../../src/engine/speculation/ngramIndex.ts'
import { ReferenceText } from '../../../src/engine/speculation/referenceText.ts'

const turn = { checkpoint: async () => {}, isCancelled: () => false, pausedMs: 0 }

/** One token a character. */
const tokens = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0)
const text = (ids: readonly number[]) => String.fromCodePoint(...ids)

async function proposal(ownText: string, count: number, reference?: ReferenceText) {
	const drafter = ngramDrafter(reference)
	const own = tokens(ownText)
	const kind = drafter.outlook(own)?.kind
	return { kind, text: kind ? text(await drafter.propose(own, { count, trial: false }, turn)) : '' }
}

function referenceOf(content: string): ReferenceText {
	const reference = new ReferenceText(content, tokens)
	for (let i = 0; i < 100; i++) reference.advance()
	return reference
}

describe('n-gram drafts', () => {
	it.each([
		['the end stands earlier', 'abcdef.ab', 3, 'cde', 'ngram2'],
		['of two places the longer match counts', 'xabc1.zabc2.xabc', 1, '1', 'ngram4'],
		['of equal matches the last one counts', 'abc1;abc2.abc', 1, '2', 'ngram3'],
		['text that repeats itself is foretold beyond its end', 'ababab', 5, 'ababa', 'ngram4'],
		['nothing where the end is new', 'abcdefg', 4, '', undefined],
		['one token alone says nothing', 'abcxb', 4, '', undefined],
		['nothing of nothing', '', 4, '', undefined],
	])('%s', async (_what, own, count, expected, kind) => {
		expect(await proposal(own, count)).toEqual({ kind, text: expected })
	})

	it('come from the reference where it fits better, and from the text where not', async () => {
		const { text: found } = await proposal('let total', 4, referenceOf('const total = 1\nlet total = 2\n'))
		expect(found).toBe(' = 2')
		// A reference ends where it ends.
		expect((await proposal('let total', 9, referenceOf('let total = 2\n'))).text).toBe(' = 2\n')
		expect(await proposal('abcd1.abcd', 1, referenceOf('bcd2'))).toMatchObject({ text: '1' })
		expect((await proposal('ab', 4, referenceOf('xxab'))).kind).toBeUndefined()
	})

	it('find what a search over all places finds', () => {
		const small = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 40 })
		fc.assert(
			fc.property(small, (ids) => {
				const index = new NgramIndex()
				// In two parts: it grows.
				index.add(ids.slice(0, 7))
				index.add(ids.slice(7))
				const match = index.find(ids)
				const lengths = ids.slice(0, -1).map((_, end) => sharedEnd(ids, end))
				const longest = Math.max(0, ...lengths.slice(-16))
				expect(match?.length ?? 1).toBeGreaterThanOrEqual(Math.min(longest, longest < 2 ? 1 : 32))
				if (match) expect(match.length).toBe(sharedEnd(ids, match.next - 1))
			}),
		)
	})
})

describe('a reference text', () => {
	it('is tokenized piece by piece, at the ends of lines, and no more than once', () => {
		const content = 'some words in a line\n'.repeat(1_000)
		const pieces: string[] = []
		const reference = new ReferenceText(content, (piece) => {
			pieces.push(piece)
			return tokens(piece)
		})
		expect(pieces).toHaveLength(0)
		for (let i = 0; i < 10; i++) reference.advance()
		expect(pieces).toHaveLength(3)
		expect(pieces.join('')).toBe(content)
		expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true)
	})

	it('in one line is cut somewhere, and of a huge one only the beginning is read', () => {
		let length = 0
		const reference = new ReferenceText('x'.repeat(1_000_000), (piece) => {
			length += piece.length
			return []
		})
		for (let i = 0; i < 1_000; i++) reference.advance()
		expect(length).toBe(262_144)
	})
})

/** How many tokens before and at `end` are the same as at the end of `ids`. */
function sharedEnd(ids: readonly number[], end: number): number {
	let length = 0
	while (length <= end && length < 32 && ids[end - length] === ids[ids.length - 1 - length]) length++
	return length
}
