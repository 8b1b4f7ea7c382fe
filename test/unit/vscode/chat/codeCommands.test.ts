import { beforeEach, expect, it, vi } from 'vitest'
import type { Attachment } from '../../../../src/core/chat/conversation.ts'
import { ChatCodeActions, registerCodeActions } from '../../../../src/vscode/chat/attachments/codeActions.ts'
import { CodeCommands } from '../../../../src/vscode/chat/attachments/codeCommands.ts'
import { ComposerContext } from '../../../../src/vscode/chat/attachments/composerContext.ts'
import { putCommitMessage } from '../../../../src/vscode/chat/attachments/readChanges.ts'
import { editor, openFakeFiles, Range, resetEditor, Selection, show, Uri } from '../../../fakes/fakeEditor.ts'
import { ManualClock } from '../../../fakes/manualClock.ts'

vi.mock('vscode', async () => (await import('../../../fakes/fakeEditor.ts')).vscodeModule)

beforeEach(() => {
	resetEditor()
	editor.files.set('/w/a.ts', 'a')
})

function start() {
	const asked: { text: string; attachments: readonly Attachment[]; isSent?: boolean }[] = []
	const said: string[] = []
	const clock = new ManualClock()
	const context = new ComposerContext({ openFiles: openFakeFiles, clock })
	const chat = {
		ask: async ({
			attachments = [],
			...rest
		}: {
			text: string
			attachments?: readonly Attachment[]
			isSent?: boolean
		}) => {
			asked.push({ ...rest, attachments })
		},
		notify: ({ text }: { text: string }) => said.push(text),
	}
	return { asked, said, context, commands: new CodeCommands({ chat, context, clock }) }
}

const code = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')

it('asks about what is selected, else about the function at the cursor', async () => {
	const { asked, commands } = start()
	const shown = show('/w/a.ts', code, new Selection(2, 0, 4, 0))
	await commands.ask('explain')
	shown.selection = new Selection(12, 0, 12, 0)
	editor.commands.set('vscode.executeDocumentSymbolProvider', () => [
		{
			name: 'A',
			range: new Range(0, 0, 39, 0),
			children: [{ name: 'f', range: new Range(10, 0, 14, 1), children: [] }],
		},
	])
	await commands.ask('doc')
	expect(asked).toEqual([
		{ text: '/explain', attachments: [], isSent: true },
		{
			text: '/doc',
			attachments: [{ kind: 'symbol', name: 'f', path: 'a.ts', startLine: 10, endLine: 15 }],
			isSent: true,
		},
	])
})

it('says what is missing where there is no editor', async () => {
	const { asked, commands } = start()
	await commands.ask('fix')
	await commands.addCode()
	await commands.addTerminal()
	expect(asked).toEqual([])
	expect(editor.messages).toHaveLength(3)
})

it('adds files of the explorer, all that are selected, and says what is not added', async () => {
	const { said, context, commands } = start()
	await commands.addFiles(Uri.file('/w/a.ts'), [Uri.file('/w/a.ts'), Uri.file('/w/.env')])
	expect(context.chips.map(({ shown }) => shown.label)).toEqual(['a.ts'])
	expect(said).toEqual(['Not added: .env: looks secret'])
	expect(editor.ran.map(([id]) => id)).toEqual(['alcove.openChat'])
})

function actionsAt(diagnostics: unknown[], range = new Range(3, 0, 3, 0), triggerKind = 2) {
	const { document } = show('/w/a.ts', code)
	const actions = new ChatCodeActions({ isOn: () => true })
	return actions.provideCodeActions(document as never, range as never, { diagnostics, triggerKind } as never)
}

const squiggle = (line: number, source: string) => ({ range: new Range(line, 0, line, 4), message: 'm', source })

it('offers a light bulb at what the editor complains of, and at a finding of the analysis', () => {
	expect(actionsAt([squiggle(3, 'ts')]).map(({ title }) => title)).toEqual(['Fix with Alcove', 'Explain with Alcove'])
	expect(actionsAt([squiggle(3, 'Alcove')]).map(({ title }) => title)).toEqual(['Explain in the chat'])
	const two = ['CWE-79', 'CWE-502'].map((value) => ({ ...squiggle(3, 'Alcove'), code: { value } }))
	expect(actionsAt(two).map(({ title }) => title)).toEqual([
		'Explain in the chat (CWE-79)',
		'Explain in the chat (CWE-502)',
	])
	expect(actionsAt([], new Range(1, 0, 2, 0), 2)).toEqual([])
	expect(actionsAt([], new Range(1, 0, 2, 0), 1).map(({ title }) => title)).toEqual(['Refactor with Alcove'])
})

it('asks with the code around a problem, and with the finding where it is one', async () => {
	const { asked, commands } = start()
	const finding: Attachment = { kind: 'finding', fingerprint: 'f', title: 't', text: 'way' }
	registerCodeActions({ commands, findingOf: async () => finding, isOn: () => true })
	for (const source of ['ts', 'Alcove']) {
		const [action] = actionsAt([squiggle(20, source), squiggle(22, source)].slice(0, source === 'ts' ? 2 : 1))
		const { command = '', arguments: args = [] } = action?.command ?? {}
		await editor.commands.get(command)?.(...(args as never[]))
	}
	expect(asked).toMatchObject([
		{
			text: '/fix',
			attachments: [
				{ kind: 'selection', path: 'a.ts', startLine: 5, endLine: 38 },
				{ kind: 'problems', path: 'a.ts', startLine: 20, endLine: 23 },
			],
		},
		{ text: '/security', attachments: [finding, { kind: 'selection', startLine: 5, endLine: 36 }] },
	])
})

it('does nothing where another extension hands over what does not fit', async () => {
	const { asked, commands } = start()
	registerCodeActions({ commands, findingOf: async () => undefined, isOn: () => true })
	const run = editor.commands.get('alcove.internal.askAboutProblem')
	for (const args of [[], ['fix', '/w/a.ts', {}], ['rm', Uri.file('/w/a.ts'), { startLine: 0, endLine: 1 }]]) {
		await run?.(...(args as never[]))
	}
	expect(asked).toEqual([])
})

it('puts the message of a commit into the repository with something staged', async () => {
	const repository = (staged: unknown[]) => ({
		inputBox: { value: '' },
		state: { indexChanges: staged, workingTreeChanges: [] },
	})
	const repositories = [repository([]), repository([{}])]
	editor.repositories = repositories
	expect(await putCommitMessage('Fix it\n')).toBe(true)
	expect(repositories.map(({ inputBox }) => inputBox.value)).toEqual(['', 'Fix it'])
	editor.repositories = []
	expect(await putCommitMessage('Fix it')).toBe(false)
})
