import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { promptWindow, windowLimits } from '../../../src/core/completion/promptWindow.ts'
import { documentOf, markedDocument } from './markedDocument.ts'

function windowOf(marked: string, limits = { prefix: 1_000, suffix: 1_000 }) {
	const { document, position } = markedDocument(marked)
	const before = document.lineAt(position.line).slice(0, position.character)
	return promptWindow(document, position, before, limits)
}

describe('the prompt window', () => {
	it('holds the text on both sides of the cursor', () => {
		expect(windowOf('a\nb│c\nd')).toEqual({ prefix: 'a\nb', suffix: 'c\nd' })
		expect(windowOf('│')).toEqual({ prefix: '', suffix: '' })
		expect(windowOf('\n│\n')).toEqual({ prefix: '\n', suffix: '\n' })
	})

	it('goes on into what is read before the document, with a blank line between the parts', () => {
		const { document, position } = markedDocument('c\nd│')
		const above = [documentOf('a\nb'), documentOf('')]
		const limits = { prefix: 1_000, suffix: 1_000 }
		expect(promptWindow({ ...document, above }, position, 'd', limits).prefix).toBe('a\nb\n\n\n\nc\nd')
		expect(promptWindow({ ...document, above: [] }, position, 'd', limits).prefix).toBe('c\nd')
		expect(promptWindow({ ...document, above }, position, 'd', { prefix: 6, suffix: 9 }).prefix).toBe('\nc\nd')
	})

	it('takes the nearest text where not all fits', () => {
		const text = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')
		const { prefix, suffix } = windowOf(`${text}\nhere│there\n${text}`, { prefix: 100, suffix: 20 })
		expect(prefix.length).toBeLessThanOrEqual(100)
		expect(prefix.endsWith('line 99\nhere')).toBe(true)
		expect(prefix.startsWith('line ')).toBe(true)
		expect(suffix).toBe('there\nline 0\nline 1\n')
	})

	it('starts at the same line while the user types on, so that the engine finds its cache warm', () => {
		const lines = Array.from({ length: 400 }, (_, line) => `const value${line} = ${line}`)
		const starts = new Set<string | undefined>()
		for (let typed = 0; typed < 20; typed++) {
			const { prefix } = windowOf(`${lines.slice(0, 200 + typed).join('\n')}\n│`, { prefix: 2_000, suffix: 100 })
			starts.add(prefix.split('\n')[0])
		}
		expect(starts.size).toBeLessThanOrEqual(2)
	})

	it.each([40, 60, 90, 110, 140, 200])('has few starts in 32 lines of %i characters', (width) => {
		const document = documentOf(Array.from({ length: 400 }, (_, line) => `${line}`.padEnd(width)).join('\n'))
		const starts = new Set<string>()
		for (let line = 200; line < 232; line++) {
			const { prefix } = promptWindow(document, { line, character: 0 }, '', { prefix: 6_144, suffix: 100 })
			starts.add(prefix.slice(0, 4))
		}
		expect(starts.size).toBeLessThanOrEqual(width > 140 ? 5 : 3)
	})

	it('has few starts while somebody types, however long the lines are', () => {
		const width = fc.integer({ min: 1, max: 2_000 })
		const widths = fc.oneof(
			width.map((value) => Array.from({ length: 300 }, () => value)),
			fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 200, maxLength: 300 }),
		)
		const limits = { prefix: 6_144, suffix: 100 }
		fc.assert(
			fc.property(widths, (lengths) => {
				const document = documentOf(lengths.map((length, line) => `${line} `.padEnd(length, 'x')).join('\n'))
				const starts = new Set<string>()
				for (let line = 100; line < document.lineCount; line++) {
					const text = document.lineAt(line)
					for (const character of [0, Math.floor(text.length / 2), text.length]) {
						const { prefix } = promptWindow(document, { line, character }, text.slice(0, character), limits)
						starts.add(prefix.slice(0, 20))
						const before = lengths.slice(0, line).reduce((sum, length) => sum + length, character)
						expect(prefix.length).toBeGreaterThanOrEqual(Math.min(limits.prefix / 2, before))
					}
				}
				const typed = lengths.slice(100).reduce((sum, length) => sum + Math.max(length, 4) + 1, 0)
				expect(starts.size).toBeLessThanOrEqual(3 + (typed / limits.prefix) * 4 + document.lineCount / 32)
			}),
			{ numRuns: 25 },
		)
	})

	it('has few starts while somebody types a line that is longer than it', () => {
		const starts = new Set<string>()
		for (let length = 5_000; length < 9_000; length += 25) {
			const line = Array.from({ length: length / 5 }, (_, at) => `${at}`.padStart(5)).join('')
			starts.add(windowOf(`${line}│`, { prefix: 2_000, suffix: 10 }).prefix.slice(0, 10))
		}
		expect(starts.size).toBeLessThan(20)
	})

	it('takes the end of a line that alone is longer than the window', () => {
		const { prefix, suffix } = windowOf(`${'a'.repeat(1_000_000)}b│c${'d'.repeat(1_000_000)}`, {
			prefix: 10,
			suffix: 5,
		})
		expect(prefix).toBe('aaaaaaaaab')
		expect(suffix).toBe('cdddd')
	})

	it('takes the end of a long line above where the window would stay empty without it', () => {
		expect(windowOf(`${'a'.repeat(1_000)}\nb│`, { prefix: 20, suffix: 5 }).prefix).toBe(`${'a'.repeat(18)}\nb`)
	})

	it('reads only the lines that it needs of a large document', () => {
		let reads = 0
		const document = {
			id: 'large',
			version: 1,
			languageId: 'typescript',
			lineCount: 2_000_000,
			lineAt: (line: number) => {
				reads++
				return `line ${line}`
			},
		}
		promptWindow(document, { line: 1_000_000, character: 0 }, '', { prefix: 1_000, suffix: 200 })
		expect(reads).toBeLessThan(200)
	})

	it('never holds half a character and never more than its limits, whatever the document', () => {
		const text = fc.string({
			unit: fc.oneof(fc.constantFrom('\n', '😀', '\ud83d', '\ude00', 'a'), fc.string({ unit: 'binary', maxLength: 2 })),
			maxLength: 80,
		})
		const limit = fc.integer({ min: 1, max: 40 })
		fc.assert(
			fc.property(text, fc.nat(), fc.nat(), limit, limit, (content, line, character, prefix, suffix) => {
				const document = documentOf(content)
				const cursorLine = line % document.lineCount
				const lineText = document.lineAt(cursorLine)
				const cursor = { line: cursorLine, character: character % (lineText.length + 1) }
				const window = promptWindow(document, cursor, lineText.slice(0, cursor.character), { prefix, suffix })
				expect(window.prefix.length).toBeLessThanOrEqual(prefix)
				expect(window.suffix.length).toBeLessThanOrEqual(suffix)
				expect(window.prefix + window.suffix).not.toMatch(/\p{Surrogate}/u)
				expect(new TextDecoder().decode(new TextEncoder().encode(window.prefix))).toBe(window.prefix)
			}),
			{ numRuns: 2_000 },
		)
	})

	it('is cut between characters rather than through them', () => {
		expect(windowOf('😀😀│😀😀', { prefix: 3, suffix: 3 })).toEqual({ prefix: '😀', suffix: '😀' })
		expect(windowOf('aa😀😀\nb│', { prefix: 5, suffix: 1 }).prefix).toBe('😀\nb')
	})

	it('is the text around the cursor where everything fits', () => {
		const text = fc.string({ unit: fc.constantFrom('\n', 'a', ' ', '😀'), maxLength: 60 })
		fc.assert(
			fc.property(text, fc.nat(), (content, line) => {
				const document = documentOf(content)
				const cursor = { line: line % document.lineCount, character: 0 }
				const { prefix, suffix } = promptWindow(document, cursor, '', { prefix: 1_000, suffix: 1_000 })
				expect(prefix + suffix).toBe(content)
			}),
		)
	})
})

describe('the limits of the window', () => {
	it('leave room for the answer in the smallest context, and stay bounded in the largest', () => {
		for (const contextSize of [0, 128, 512, 1_024, 4_096, 131_072]) {
			const { prefix, suffix } = windowLimits(contextSize, 96)
			expect(prefix).toBeGreaterThan(suffix)
			expect(suffix).toBeGreaterThan(0)
			expect(prefix + suffix).toBeLessThanOrEqual(Math.max(128, 2 * (contextSize - 96)))
			expect(prefix).toBeLessThanOrEqual(6_144)
		}
	})
})
