import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StopScanner } from '../../../src/shared/stopScanner.ts'

function scan(stops: readonly string[], pieces: readonly string[]) {
	const scanner = new StopScanner(stops)
	const shown: string[] = []
	for (const piece of pieces) {
		const { text, stopped } = scanner.push(piece)
		shown.push(text)
		if (stopped) return { shown, stopped }
	}
	shown.push(scanner.end())
	return { shown, stopped: false }
}

describe('StopScanner', () => {
	it('shows everything at once where nothing is to stop it', () => {
		expect(scan([], ['ab', 'c'])).toEqual({ shown: ['ab', 'c', ''], stopped: false })
	})

	it('stops before a stop text in the middle of a piece', () => {
		expect(scan(['\n'], ['ab\ncd'])).toEqual({ shown: ['ab'], stopped: true })
	})

	it('holds back what may be the beginning of a stop text, and shows it when it is not', () => {
		expect(scan(['end;'], ['a e', 'n', 'd', '!'])).toEqual({ shown: ['a ', '', '', 'end!', ''], stopped: false })
		expect(scan(['end;'], ['a e', 'n', 'd', ';'])).toEqual({ shown: ['a ', '', '', ''], stopped: true })
	})

	it('shows what is held back when nothing follows', () => {
		expect(scan(['\n\n'], ['a\n'])).toEqual({ shown: ['a', '\n'], stopped: false })
	})

	it('finds a stop text that begins anew within its own beginning', () => {
		expect(scan(['aab'], ['a', 'a', 'a', 'b'])).toEqual({ shown: ['', '', 'a', ''], stopped: true })
	})

	it('stops at the first of several', () => {
		expect(scan(['cd', 'b'], ['abcd'])).toEqual({ shown: ['a'], stopped: true })
	})

	it('never shows half a surrogate pair', () => {
		expect(scan([], ['a\ud83d', '\ude00'])).toEqual({ shown: ['a', '😀', ''], stopped: false })
		expect(scan([], ['a\ud83d'])).toEqual({ shown: ['a', ''], stopped: false })
		expect(scan(['\ude00'], ['a😀b'])).toEqual({ shown: ['a'], stopped: true })
	})

	it('shows the same however the text is cut', () => {
		const letters = fc.constantFrom('a', 'b', '\n', '😀')
		fc.assert(
			fc.property(
				fc.array(fc.array(letters, { maxLength: 4 }), { maxLength: 12 }),
				fc.array(fc.array(letters, { minLength: 1, maxLength: 4 }), { maxLength: 3 }),
				(parts, stopParts) => {
					const pieces = parts.map((part) => part.join(''))
					const stops = stopParts.map((part) => part.join(''))
					const text = pieces.join('')
					const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
					const { shown, stopped } = scan(stops, pieces)
					// Pieces end at the first moment a stop text is whole, which may be before an earlier one would be.
					const result = shown.join('')
					expect(stopped).toBe(ends.length > 0)
					expect(text.startsWith(result)).toBe(true)
					for (const stop of stops) expect(result).not.toContain(stop)
					if (!stopped) expect(result).toBe(text)
				},
			),
		)
	})
})
