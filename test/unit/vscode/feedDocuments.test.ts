import { beforeEach, expect, it, vi } from 'vitest'
import type { DocumentChange, OpenDocument } from '../../../src/core/syntax/documentFeed.ts'
import { Emitter } from '../../../src/shared/event.ts'
import { feedDocuments } from '../../../src/vscode/syntax/feedDocuments.ts'

interface FakeDocument {
	uri: { scheme: string; fsPath: string; toString: () => string }
	languageId: string
	version: number
	lineCount: number
	getText: () => string
}

/** The little of the editor that is listened to. */
const editor = vi.hoisted(() => ({
	visible: [] as { document: unknown }[],
	listeners: new Map<string, (event: never) => void>(),
}))

vi.mock('vscode', () => {
	const on = (name: string) => (listener: (event: never) => void) => {
		editor.listeners.set(name, listener)
		return { dispose: () => editor.listeners.delete(name) }
	}
	return {
		window: {
			get visibleTextEditors() {
				return editor.visible
			},
			onDidChangeVisibleTextEditors: on('visible'),
		},
		workspace: {
			onDidOpenTextDocument: on('open'),
			onDidCloseTextDocument: on('close'),
			onDidChangeTextDocument: on('change'),
		},
	}
})

beforeEach(() => {
	editor.visible = []
	editor.listeners.clear()
})

const fire = (name: string, event: unknown) => editor.listeners.get(name)?.(event as never)

function documentOf(languageId: string): FakeDocument {
	const uri = { scheme: 'file', fsPath: '/a', toString: () => 'file:///a' }
	return { uri, languageId, version: 1, lineCount: 1, getText: () => 'text' }
}

function feed() {
	const told: string[] = []
	feedDocuments({
		takes: ({ languageId }) => languageId !== 'plaintext',
		open: ({ languageId }: OpenDocument) => told.push(`open ${languageId}`),
		change: ({ version }: DocumentChange) => told.push(`change ${version}`),
		close: () => told.push('close'),
		onDidLose: new Emitter<string>().event,
	})
	return told
}

/** As the editor does it: the document is closed with its old language and opened with the new one. */
function changeLanguage(document: FakeDocument, languageId: string): void {
	fire('close', document)
	document.languageId = languageId
	fire('open', document)
}

it('tells of a document again that changes its language on the screen', () => {
	const document = documentOf('plaintext')
	editor.visible = [{ document }]
	const told = feed()
	changeLanguage(document, 'typescript')
	changeLanguage(document, 'python')
	document.version = 2
	fire('change', { document, contentChanges: [] })
	expect(told).toEqual(['open typescript', 'close', 'open python', 'change 2'])
})

it('tells nothing of a document that is opened where nobody sees it', () => {
	const told = feed()
	fire('open', documentOf('typescript'))
	expect(told).toEqual([])
})
