import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecentEdits } from '../../../../src/core/context/recentEdits.ts'

/** A document that tells the recorder what is done to it. */
class Edited {
	lines: string[]
	readonly edits: RecentEdits
	readonly path: string
	constructor(edits: RecentEdits, text: string, path = 'a.ts') {
		this.edits = edits
		this.lines = text.split('\n')
		this.path = path
	}
	replace(startLine: number, endLine: number, ...lines: string[]) {
		const before = this.lines
		this.edits.record({ path: this.path, startLine, endLine, lines, lineBefore: (line) => before[line] ?? '' })
		this.lines = [...before.slice(0, startLine), ...lines, ...before.slice(endLine)]
	}
}

const numbered = (count: number) => Array.from({ length: count }, (_, line) => `line ${line}`).join('\n')

describe('recent edits', () => {
	it('tells of a word that was typed letter by letter as one change', () => {
		const edits = new RecentEdits()
		const document = new Edited(edits, 'a\nold\nc')
		for (const line of ['oldn', 'oldne', 'oldnew']) document.replace(1, 2, line)
		expect(edits.chunks()).toEqual([
			{ kind: 'recentEdit', path: 'a.ts', startLine: 1, endLine: 2, text: '-old\n+oldnew' },
		])
	})

	it('forgets what was undone', () => {
		const edits = new RecentEdits()
		const document = new Edited(edits, 'a\nb')
		document.replace(0, 1, 'x')
		document.replace(0, 1, 'a')
		expect(edits.chunks()).toEqual([])
	})

	it('tells of two places by themselves, the latest first, and moves the lower one with the lines above it', () => {
		const edits = new RecentEdits()
		const document = new Edited(edits, numbered(40))
		document.replace(30, 31, 'lower')
		document.replace(2, 3, 'upper', 'more')
		expect(edits.chunks().map(({ startLine, text }) => [startLine, text])).toEqual([
			[2, '-line 2\n+upper\n+more'],
			[31, '-line 30\n+lower'],
		])
	})

	it('leaves out what is too large, and what changes white space only', () => {
		const edits = new RecentEdits()
		const document = new Edited(edits, numbered(60))
		document.replace(0, 1, ...Array.from({ length: 40 }, (_, index) => `pasted ${index}`))
		document.replace(80, 81, `\t${document.lines[80]}`)
		expect(edits.chunks()).toEqual([])
	})

	it('keeps few', () => {
		const edits = new RecentEdits()
		const document = new Edited(edits, numbered(1000))
		for (let line = 0; line < 1000; line += 10) document.replace(line, line + 1, `changed ${line}`)
		expect(edits.chunks().length).toBe(24)
		expect(edits.chunks()[0]?.startLine).toBe(990)
	})

	it('always says what stands in the document now, also after changes of many places that it is not told in full', () => {
		const change = fc.record({ at: fc.nat(60), removed: fc.nat(3), added: fc.nat(3) })
		const step = fc.record({ isTold: fc.boolean(), changes: fc.array(change, { minLength: 1, maxLength: 4 }) })
		fc.assert(
			fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
				const edits = new RecentEdits()
				const document = new Edited(edits, numbered(40))
				for (const [round, { isTold, changes }] of steps.entries()) {
					for (const { at, removed, added } of changes) {
						const startLine = Math.min(at, document.lines.length)
						const endLine = Math.min(startLine + removed, document.lines.length)
						const lines = Array.from({ length: added }, (_, index) => `new ${round} ${index}`)
						if (isTold) document.replace(startLine, endLine, ...lines)
						else {
							edits.passOver('a.ts', [{ startLine, endLine, lineCount: added }])
							document.lines.splice(startLine, endLine - startLine, ...lines)
						}
					}
					const before = edits.chunks()
					edits.keepWhatStands('a.ts', (line) => document.lines[line] ?? '')
					expect(edits.chunks()).toEqual(before)
				}
			}),
		)
	})

	it('forgets a document, and what another program has changed of one', () => {
		const edits = new RecentEdits()
		const document = new Edited(edits, numbered(40))
		const other = new Edited(edits, numbered(40), 'b.ts')
		document.replace(2, 3, 'one')
		document.replace(20, 21, 'two')
		other.replace(2, 3, 'three')
		edits.keepWhatStands('a.ts', (line) => (line === 20 ? 'changed' : (document.lines[line] ?? '')))
		expect(edits.chunks().map(({ text }) => text)).toEqual(['-line 2\n+three', '-line 2\n+one'])
		edits.forget('a.ts')
		expect([edits.has('a.ts'), edits.has('b.ts')]).toEqual([false, true])
	})

	it('always says what stands in the document now', () => {
		const edit = fc.record({ at: fc.nat(60), removed: fc.nat(4), added: fc.nat(4) })
		fc.assert(
			fc.property(fc.array(edit, { maxLength: 60 }), (all) => {
				const edits = new RecentEdits()
				const document = new Edited(edits, numbered(40))
				for (const [round, { at, removed, added }] of all.entries()) {
					const start = Math.min(at, document.lines.length)
					const end = Math.min(start + removed, document.lines.length)
					document.replace(start, end, ...Array.from({ length: added }, (_, index) => `new ${round} ${index}`))
					for (const { startLine, endLine, text } of edits.chunks()) {
						const there = document.lines.slice(startLine, endLine)
						const added = text.split('\n').filter((line) => line.startsWith('+'))
						expect(there).toEqual(expect.arrayContaining(added.map((line) => line.slice(1))))
					}
				}
			}),
		)
	})
})
