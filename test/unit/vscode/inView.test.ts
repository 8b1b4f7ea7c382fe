import { describe, expect, it, vi } from 'vitest'
import { isHiddenByEditor } from '../../../src/vscode/completion/inView.ts'

const editor = vi.hoisted(() => ({ active: undefined as unknown }))

/** A user who has inline suggestions on, but not in Markdown. */
vi.mock('vscode', () => ({
	window: {
		get activeTextEditor() {
			return editor.active
		},
	},
	workspace: {
		getConfiguration: (section: string, scope?: { languageId: string }) => ({
			get: (key: string) =>
				`${section}.${key}` === 'editor.inlineSuggest.enabled' ? scope?.languageId !== 'markdown' : 0,
		}),
	},
}))

describe('whether the editor hides suggestions', () => {
	it.each([
		['typescript', 'file', false],
		['markdown', 'file', true],
		// A panel is not what the user looks at.
		['markdown', 'output', false],
	])('in a document in %s (%s): %s', (languageId, scheme, hidden) => {
		editor.active = { document: { languageId, uri: { scheme } } }
		expect(isHiddenByEditor()).toBe(hidden)
	})

	it('is what holds everywhere where no document is in view', () => {
		editor.active = undefined
		expect(isHiddenByEditor()).toBe(false)
	})
})
