import { describe, expect, it } from 'vitest'
import { Healing, tokensToHeal } from '../../../src/engine/llama/healing.ts'

/** Tokens are numbers of these texts; the last is half a character. */
const texts = ['const', ' const', 'cons', 'con', 's', ' ', '.', 'for', '(', ')', '()', '\n', '\t', 'x', undefined]
const pieceOf = (token: number) => texts[token]
const tokens = (...pieces: (string | undefined)[]) => pieces.map((piece) => texts.indexOf(piece))

describe('tokensToHeal', () => {
	it.each([
		[['con'], 1],
		[['.', 'x'], 1],
		[['con', 's'], 2],
		[['(', 'x'], 1],
		[['x', '('], 1],
		[['x', ' '], 1],
		[[' ', 'x'], 2],
		[['x', ' const'], 1],
		[['\n', '\t'], 2],
		[['x', undefined], 0],
		[['for', 'con', 's'], 3],
		[['x', 'for', 'con', 's'], 3],
		[[], 0],
	])('of %j are %i', (typed, expected) => {
		expect(tokensToHeal(tokens(...typed), pieceOf)).toBe(expected)
	})
})

describe('Healing', () => {
	it('allows what the text begins with, and what begins with it', () => {
		const healing = new Healing('cons', pieceOf)
		const allowed = texts.filter((_, token) => healing.allows(token))
		expect(allowed).toEqual(['const', 'cons', 'con'])
		expect(healing.fitting(tokens('con', 's', '.'))).toBe(3)
		expect(healing.fitting(tokens('con', 'x', '.'))).toBe(1)
		expect(healing.isOpen).toBe(false)
	})

	it('goes on with what is left', () => {
		const healing = new Healing('cons', pieceOf)
		healing.accept(texts.indexOf('con'))
		expect(texts.filter((_, token) => healing.allows(token))).toEqual(['s'])
		healing.accept(texts.indexOf('s'))
		expect(healing.isOpen).toBe(true)
	})
})
