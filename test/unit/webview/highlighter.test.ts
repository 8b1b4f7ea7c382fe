import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHighlighter, plainLines, type Run } from '../../../webview/code/highlighter.ts'

const highlighter = createHighlighter()
const plain = (lines: readonly Run[][]) => lines.map((runs) => runs.map(({ text }) => text).join('')).join('\n')

describe('highlighted code', () => {
	it('has keywords, strings and comments, line by line', () => {
		const [first, second] = highlighter.highlight("const a = 'x'\n// no\n", 'ts')
		expect(first).toContainEqual({ text: 'const', style: 'keyword' })
		expect(first).toContainEqual({ text: "'x'", style: 'string' })
		expect(second).toEqual([{ text: '// no', style: 'comment' }])
	})

	it('is a comment over all of its lines', () => {
		const lines = highlighter.highlight('/* a\n b\n c */', 'ts')
		expect(lines.flat().map(({ style }) => style)).toEqual(['comment', 'comment', 'comment'])
	})

	it.each(['ts', 'python', 'html', 'cpp', 'diff', 'yaml', 'dockerfile', 'powershell', 'unheard-of', ''])(
		'is never anything else than the code, in %s',
		(language) => {
			fc.assert(
				fc.property(fc.string({ unit: fc.constantFrom(...'a1 <>&"\'`/*#\n{}()=-$') }), (code) => {
					expect(plain(highlighter.highlight(code, language))).toBe(code)
				}),
				{ numRuns: 60 },
			)
		},
	)

	it('is plain where the language is not known', () => {
		expect(highlighter.highlight('a\n\nb', 'unheard-of')).toEqual(plainLines('a\n\nb'))
		expect(highlighter.nameOf('unheard-of')).toBeUndefined()
		expect(highlighter.nameOf('ts')).toBe('TypeScript')
	})
})
