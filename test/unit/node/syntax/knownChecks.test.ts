import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InsertionCheck } from '../../../../src/core/syntax/codeStructure.ts'
import type { TextChange } from '../../../../src/core/syntax/documentFeed.ts'
import { KnownChecks } from '../../../../src/node/syntax/knownChecks.ts'

const documentId = 'a.ts'

/** A document as an editor has it, which tells of its changes. */
class Editor {
	readonly known = new KnownChecks()
	text = 'one two'
	version = 1

	constructor() {
		this.known.opened(documentId, this.version)
	}

	change(...changes: readonly (readonly [start: number, end: number, text: string])[]): void {
		const before = this.version++
		const told = changes.map(([start, end, text]): TextChange => {
			this.text = this.text.slice(0, start) + text + this.text.slice(end)
			return { start, end, text, startPoint: { row: 0, column: start }, endPoint: { row: 0, column: end } }
		})
		this.known.changed({ documentId, before, version: this.version, changes: told })
	}

	insertion(text = 'x') {
		return { place: { documentId, version: this.version, line: 0, character: 3 }, replaceEnd: 3, text }
	}

	/** What is remembered says of which text it was. */
	check(): string {
		const insertion = this.insertion()
		const found = this.known.find(insertion)
		if (found) return found.missingClosers
		this.known.asked(insertion)(checkOf(this.text))
		return this.text
	}
}

function checkOf(missingClosers: string): InsertionCheck {
	return { newErrors: 0, keep: 1, missingClosers, newNames: [] }
}

describe('checks that need not be made again', () => {
	it('are those of the same text, also where it was typed on and taken back', () => {
		const editor = new Editor()
		editor.known.asked(editor.insertion())(checkOf('first'))
		editor.change([3, 3, 'a'])
		expect(editor.known.find(editor.insertion())).toBeUndefined()
		editor.change([4, 4, 'bc'])
		editor.change([4, 6, ''])
		editor.change([3, 4, ''])
		expect(editor.known.find(editor.insertion())?.missingClosers).toBe('first')
		expect(editor.known.find(editor.insertion('y'))).toBeUndefined()
	})

	it('do not outlive a text that was replaced, several changes, a change that was missed, another document', () => {
		const ways: ((editor: Editor) => void)[] = [
			(editor) => {
				editor.change([0, 3, ''])
				editor.change([0, 0, 'two'])
			},
			(editor) => {
				editor.change([0, 0, 'a'], [1, 1, 'b'])
				editor.change([0, 2, ''])
			},
			(editor) => {
				editor.version++
				editor.change([0, 0, 'a'])
				editor.change([0, 1, ''])
			},
			(editor) => editor.known.changed({ documentId: 'b.ts', before: 1, version: 2, changes: [] }),
			(editor) => editor.known.forget(),
			(editor) => editor.known.opened(documentId, editor.version),
		]
		for (const way of ways) {
			const editor = new Editor()
			editor.known.asked(editor.insertion())(checkOf('first'))
			expect(editor.known.find(editor.insertion())).toBeDefined()
			way(editor)
			expect(editor.known.find(editor.insertion())).toBeUndefined()
		}
	})

	it('are not those of a text that came while they were made', () => {
		const editor = new Editor()
		const remember = editor.known.asked(editor.insertion())
		editor.change([0, 0, 'a'])
		remember(checkOf('late'))
		expect(editor.known.find(editor.insertion())).toBeUndefined()
		editor.change([0, 1, ''])
		expect(editor.known.find(editor.insertion())?.missingClosers).toBe('late')
	})

	it('are of the very text that the document has, whatever is typed and taken away', () => {
		const edit = fc.record({ at: fc.nat(9), gone: fc.nat(2), text: fc.constantFrom('', 'a', 'b', 'ab') })
		fc.assert(
			fc.property(fc.array(edit, { maxLength: 120 }), (edits) => {
				const editor = new Editor()
				for (const { at, gone, text } of edits) {
					const start = Math.min(at, editor.text.length)
					editor.change([start, Math.min(start + gone, editor.text.length), text])
					expect(editor.check()).toBe(editor.text)
				}
			}),
		)
	})
})
