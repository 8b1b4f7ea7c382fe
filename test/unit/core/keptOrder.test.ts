import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChunkPiece, inKeptOrder } from '../../../src/core/completion/keptOrder.ts'
import type { ContextChunk } from '../../../src/core/context/contextSource.ts'
import { buildPrompt, type PromptVocabulary } from '../../../src/engine/llama/fimPrompt.ts'

function chunk(path: string, text: string, startLine = 0): ContextChunk {
	return { kind: 'imported', path, text, startLine, endLine: startLine + 1 }
}

/** In the order in which the model reads them. */
function asRead(pieces: readonly ChunkPiece[]): string[] {
	return pieces.toReversed().flatMap((piece) => piece.map(({ path, text }) => `${path} ${text}`))
}

/** How much of a prompt's text before the cursor's own file needs no second reading: characters. */
function commonStart(a: readonly ChunkPiece[], b: readonly ChunkPiece[]): number {
	const [one, other] = [promptOf(a), promptOf(b)]
	const differs = one.findIndex((token, at) => token !== other[at])
	return differs < 0 ? one.length : differs
}

/** A token for each character. */
function promptOf(shown: readonly ChunkPiece[]): readonly number[] {
	const vocabulary: PromptVocabulary = {
		fim: { order: 'prefixSuffixMiddle', prefix: -1, suffix: -2, middle: -3 },
		files: { separator: -4, repository: -6, form: 'lines' },
		bos: undefined,
		start: -5,
		tokenize: (text) => [...text].map((character) => character.codePointAt(0) ?? 0),
	}
	const pieces = shown.map((piece) => ({
		path: piece[0]?.path ?? '',
		text: piece.map(({ text }) => text).join('\n'),
	}))
	const text = { prefix: 'own', suffix: '', context: { path: 'own.ts', pieces, comment: '//' } }
	return buildPrompt(text, { text: 100_000, typed: 0 }, vocabulary).tokens
}

describe('the order of what is shown of other files', () => {
	const found = Array.from({ length: 8 }, (_, at) => chunk(`file${at}.ts`, `${at}`.repeat(100)))

	it('is the most worth nearest to the text at first, with one piece for what follows one another from one file', () => {
		const pieces = inKeptOrder([], [chunk('a.ts', 'one'), chunk('a.ts', 'two'), chunk('b.ts', 'three')])
		expect(asRead(pieces)).toEqual(['b.ts three', 'a.ts one', 'a.ts two'])
	})

	it('stays, with what is new nearest to the text and what fell out gone', () => {
		const shown = inKeptOrder(
			[],
			[chunk('a.ts', 'one'), chunk('b.ts', 'two'), chunk('b.ts', 'three'), chunk('c.ts', 'x')],
		)
		const now = [chunk('c.ts', 'x'), chunk('d.ts', 'new'), chunk('b.ts', 'three', 9), chunk('a.ts', 'one')]
		const pieces = inKeptOrder(shown, now)
		expect(asRead(pieces)).toEqual(['c.ts x', 'b.ts three', 'a.ts one', 'd.ts new'])
		expect(pieces.flat().find(({ path }) => path === 'b.ts')?.startLine).toBe(9)
	})

	it('costs no more than what stands behind the first piece that fell out', () => {
		const shown = inKeptOrder([], found)
		const length = promptOf(shown).length
		// Another order of worth alone costs nothing.
		expect(commonStart(shown, inKeptOrder(shown, found.toReversed()))).toBe(length)
		const [changed, ...others] = found.toReversed()
		const one = (text: string) => chunk(changed?.path ?? '', text)
		// The first piece is changed once, and then again: it has gone to the end, where changes cost least.
		const once = inKeptOrder(shown, [...others, one('new')])
		const twice = inKeptOrder(once, [one('newer'), ...others])
		const endOfOne = commonStart(once, twice)
		expect(endOfOne).toBeGreaterThan(promptOf(once).length - 40)
		expect(commonStart(shown, once)).toBeLessThan(10)
		// In the order of worth, most of it is read again whenever that changes.
		const byWorth = inKeptOrder([], [one('newer'), ...others])
		expect(commonStart(inKeptOrder([], [...others, one('new')]), byWorth)).toBeLessThan(10)
	})

	it('shows all that was found and nothing else, and keeps all before the first piece that fell out', () => {
		const chunks = fc.uniqueArray(
			fc.record({ path: fc.constantFrom('a', 'b', 'c'), text: fc.constantFrom('1', '2', '3', '4') }),
			{ selector: ({ path, text }) => `${path}${text}` },
		)
		fc.assert(
			fc.property(chunks, chunks, chunks, (first, second, third) => {
				const lists = [first, second, third].map((list) => list.map(({ path, text }) => chunk(path, text)))
				let shown: ChunkPiece[] = []
				for (const list of lists) {
					const before = asRead(shown)
					shown = inKeptOrder(shown, list)
					const now = asRead(shown)
					const wanted = list.map(({ path, text }) => `${path} ${text}`)
					expect(now.toSorted()).toEqual(wanted.toSorted())
					const kept = before.filter((one) => wanted.includes(one))
					expect(now.slice(0, kept.length)).toEqual(kept)
				}
			}),
		)
	})
})
