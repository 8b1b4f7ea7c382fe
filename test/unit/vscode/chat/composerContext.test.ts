import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ComposerContext } from '../../../../src/vscode/chat/attachments/composerContext.ts'
import {
	editor,
	fire,
	openDocument,
	openFakeFiles,
	Range,
	resetEditor,
	Selection,
	show,
} from '../../../fakes/fakeEditor.ts'
import { ManualClock } from '../../../fakes/manualClock.ts'

vi.mock('vscode', async () => (await import('../../../fakes/fakeEditor.ts')).vscodeModule)

beforeEach(() => {
	resetEditor()
	for (const path of ['src/cart.ts', 'src/cartTotal.ts', 'test/cart.test.ts', 'my docs/cart notes.md', '.env']) {
		editor.files.set(`/w/${path}`, 'text')
	}
})

const make = () => new ComposerContext({ openFiles: openFakeFiles, clock: new ManualClock() })
const labels = ({ chips }: ComposerContext) => chips.map(({ shown }) => `${shown.label}${shown.isImplicit ? '*' : ''}`)

describe('the code in view', () => {
	it('goes along by itself, as what is selected where something is', () => {
		const context = make()
		expect(labels(context)).toEqual([])
		const shown = show('/w/src/cart.ts', 'a\nb\nc')
		expect(labels(context)).toEqual(['cart.ts*'])
		shown.selection = new Selection(0, 1, 2, 0)
		fire('selection', { textEditor: shown })
		expect(labels(context)).toEqual(['cart.ts:1-2*'])
		expect(context.chips[0]?.attachment).toMatchObject({
			isImplicit: true,
			kind: 'selection',
			path: 'src/cart.ts',
			startLine: 0,
			endLine: 2,
			text: 'a\nb\n',
		})
	})

	it('of a long file is the part that can be seen, with some lines around it', () => {
		const context = make()
		const shown = show('/w/src/cart.ts', 'line\n'.repeat(2_000))
		shown.visibleRanges = [new Range(500, 0, 540, 0)]
		expect(labels(context)).toEqual(['cart.ts:441-601*'])
	})

	it('stays while the chat or a panel has the focus, as long as it can be seen', () => {
		const context = make()
		const shown = show('/w/src/cart.ts', 'a')
		editor.active = undefined
		fire('activeEditor', undefined)
		expect(labels(context)).toEqual(['cart.ts*'])
		const panel = { ...shown, document: openDocument('output:log', 'x') }
		editor.active = panel
		fire('activeEditor', panel)
		expect(labels(context)).toEqual(['cart.ts*'])
		editor.active = undefined
		editor.visible = []
		fire('visibleEditors', [])
		expect(labels(context)).toEqual([])
	})

	it('is told of when it changes, and not when the cursor moves', () => {
		const context = make()
		const told: string[][] = []
		context.onDidChangeChips(() => told.push(labels(context)))
		const shown = show('/w/src/cart.ts', 'a\nb')
		shown.selection = new Selection(1, 0, 1, 0)
		fire('selection', { textEditor: shown })
		fire('activeEditor', shown)
		expect(told).toEqual([['cart.ts*']])
	})

	it('can be taken away until the message was sent', () => {
		const context = make()
		show('/w/src/cart.ts', 'a')
		context.remove('implicit')
		expect(labels(context)).toEqual([])
		context.sent()
		expect(labels(context)).toEqual(['cart.ts*'])
	})

	it('that looks secret does not go along', () => {
		const context = make()
		show('/w/.env', 'KEY=1')
		expect(labels(context)).toEqual([])
	})
})

describe('what is chosen', () => {
	it('goes along once, before what is implicit, until the message was sent', () => {
		const context = make()
		show('/w/src/cart.ts', 'a')
		context.add([{ kind: 'workspace' }, { kind: 'file', path: 'src/cart.ts' }])
		context.add([{ kind: 'workspace' }])
		expect(labels(context)).toEqual(['@workspace', 'cart.ts'])
		expect(context.chips.every(({ shown }) => /^[\w-]{1,64}$/.test(shown.id))).toBe(true)
		context.remove(context.chips[0]?.shown.id ?? '')
		expect(labels(context)).toEqual(['cart.ts'])
		context.sent()
		expect(labels(context)).toEqual(['cart.ts*'])
	})

	it('may be dropped: files and folders of file systems, with a word on what is not', async () => {
		const context = make()
		const dropped = [
			'file:///w/src/cart.ts',
			'file:///w/my%20docs',
			'file:///w/.env',
			'https://a.example/x',
			'file:///w/none.ts',
		]
		const notice = await context.addFiles(dropped)
		expect(labels(context)).toEqual(['cart.ts', 'my docs/'])
		expect(notice?.text).toBe('Not added: .env: looks secret, https://a.example/x, none.ts: is not there')
		expect(await context.addFiles(['file:///w/test'])).toBeUndefined()
	})
})

describe('suggestions', () => {
	const suggest = async (text: string, context = make()) => {
		const items = await context.suggest(text, text.length)
		return items.map(({ insert }) => insert)
	}

	it('are commands and prompts at the beginning', async () => {
		editor.files.set('/w/.alcove/prompts/feature.md', 'Do it')
		expect((await suggest('/f')).slice(0, 2)).toEqual(['/fix ', '/feature '])
		editor.isTrusted = false
		expect(await suggest('/feat')).toEqual([])
	})

	it('are mentions, then files', async () => {
		expect((await suggest('x @')).slice(0, 3)).toEqual(['@file:', '@folder:', '@symbol:'])
		expect(await suggest('@cart')).toEqual([
			'@file:src/cart.ts ',
			'@file:src/cartTotal.ts ',
			'@file:test/cart.test.ts ',
			'@file:"my docs/cart notes.md" ',
		])
		expect(await suggest('@change')).toEqual(['@changes '])
	})

	it('are files that were in view lately first, without those that are secret', async () => {
		const context = make()
		show('/w/test/cart.test.ts', 'a')
		expect(await suggest('@file:', context)).toEqual([
			'@file:test/cart.test.ts ',
			'@file:"my docs/cart notes.md" ',
			'@file:src/cart.ts ',
			'@file:src/cartTotal.ts ',
		])
		expect(await suggest('@folder:d', context)).toEqual(['@folder:"my docs" '])
	})

	it('are symbols, with their file where the name is not enough', async () => {
		const context = make()
		show('/w/src/cart.ts', 'a')
		const { uri } = openDocument('/w/src/cartTotal.ts', 'b')
		editor.commands.set('vscode.executeDocumentSymbolProvider', () => [
			{ name: 'total', range: new Range(0, 0, 1, 0), children: [] },
			{ name: 'items', range: new Range(2, 0, 3, 0), children: [] },
		])
		editor.commands.set('vscode.executeWorkspaceSymbolProvider', () => [
			{ name: 'total', containerName: 'Sum', location: { uri, range: new Range(0, 0, 1, 0) } },
		])
		expect(await suggest('@symbol:tot', context)).toEqual([
			'@symbol:src/cart.ts#total ',
			'@symbol:src/cartTotal.ts#Sum.total ',
		])
		expect(await suggest('@symbol:item', context)).toEqual(['@symbol:items '])
	})

	it('are none elsewhere', async () => {
		expect(await suggest('a /fix')).toEqual([])
		expect(await suggest('me@fi')).toEqual([])
	})
})

describe('prompts of the workspace that are wrong', () => {
	it('are told of once, with their place, and marked in the file', async () => {
		editor.files.set('/w/.alcove/prompts/bad.md', '---\ntitle: x\n---\ntext')
		const context = make()
		await context.suggest('/', 1)
		fire('changed')
		await context.suggest('/', 1)
		expect(editor.messages).toEqual([
			'A prompt cannot be used: .alcove/prompts/bad.md:2:1: "title" is not known here: there are "name" and "description".',
		])
		expect([...editor.diagnostics.values()]).toMatchObject([[{ range: { start: { line: 1, character: 0 } } }]])
	})
})
