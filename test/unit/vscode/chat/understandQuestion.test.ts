import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Attachment } from '../../../../src/core/chat/conversation.ts'
import { commandInstruction } from '../../../../src/core/chat/slashCommands.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { CurrentCodeTracker } from '../../../../src/vscode/chat/attachments/currentCode.ts'
import { questionReader, type UnderstandDeps } from '../../../../src/vscode/chat/attachments/understandQuestion.ts'
import { editor, Range, resetEditor, Selection, show, Uri } from '../../../fakes/fakeEditor.ts'
import { ManualClock } from '../../../fakes/manualClock.ts'

vi.mock('vscode', async () => (await import('../../../fakes/fakeEditor.ts')).vscodeModule)

const code = 'class Cart {\n\ttotal() {\n\t\treturn 1\n\t}\n}\n'
const file: Attachment = { kind: 'file', path: 'src/cart.ts' }
const lines = {
	kind: 'selection',
	path: 'src/cart.ts',
	startLine: 1,
	endLine: 4,
	text: '\ttotal() {\n\t\treturn 1\n\t}\n',
} as const

beforeEach(() => {
	resetEditor()
	editor.files.set('/w/src/cart.ts', code)
	editor.files.set('/w/my docs/a b.md', 'a')
	editor.files.set('/w/package.json', '{"devDependencies":{"vitest":"1"}}')
})

const select = () => show('/w/src/cart.ts', code, new Selection(1, 2, 4, 0))

function reader(more: Partial<UnderstandDeps> = {}) {
	return questionReader({
		current: new CurrentCodeTracker(),
		prompts: { all: async () => [] },
		clock: new ManualClock(),
		filesLike: async (ending) => (ending === 'cart.ts' ? ['src/cart.ts'] : []),
		...more,
	})
}

const ask = (text: string, given: readonly Attachment[] = [], more: Partial<UnderstandDeps> = {}) =>
	reader(more).understand(text, given, neverCancelled)

describe('mentions', () => {
	it('become attachments before those that were chosen, and words in the question', async () => {
		expect(await ask('Why does @file:src/cart.ts break @problems', [lines])).toEqual({
			instruction: 'Why does `src/cart.ts` break',
			query: 'Why does break',
			attachments: [file, { kind: 'problems' }, lines],
		})
	})

	it('of the workspace or a folder come last, so that the code in view is not left out for them', async () => {
		const inView: Attachment = { kind: 'file', path: 'src/cart.ts', isImplicit: true }
		const { attachments } = await ask('@workspace @folder:src @problems where is it?', [inView])
		expect(attachments).toEqual([{ kind: 'problems' }, inView, { kind: 'workspace' }, { kind: 'folder', path: 'src' }])
		// Named by hand it is asked for, and once.
		expect((await ask('@workspace @file:src/cart.ts', [inView])).attachments).toEqual([file, { kind: 'workspace' }])
	})

	it('keep their place in a sentence', async () => {
		const { instruction, query } = await ask('Do @changes fix @problems in @workspace, or not?')
		expect(instruction).toBe('Do the quoted changes fix the quoted problems in the workspace, or not?')
		expect(query).toBe('Do fix in, or not?')
	})

	it('name files by the end of their paths too, and keep what is found nowhere', async () => {
		const { attachments } = await ask('@file:cart.ts @file:"my docs/a b.md" @file:none.ts @folder:src/')
		expect(attachments).toEqual([
			file,
			{ kind: 'file', path: 'my docs/a b.md' },
			{ kind: 'file', path: 'none.ts' },
			{ kind: 'folder', path: 'src' },
		])
	})

	it('alone are a question as well', async () => {
		const { instruction, query, attachments } = await ask('@changes:staged')
		expect(instruction).toMatch(/^Look at what is quoted/)
		expect(query).toBe('')
		expect(attachments).toEqual([{ kind: 'changes', staged: true }])
	})

	it('without a path mean the file in view, and the folder that it is in', async () => {
		show('/w/src/cart.ts', code)
		const { attachments } = await ask('@file @folder')
		expect(attachments).toEqual([file, { kind: 'folder', path: 'src' }])
	})

	it('of a symbol ask the language first, then the index, and say where nobody knows it', async () => {
		show('/w/src/cart.ts', code)
		editor.commands.set('vscode.executeDocumentSymbolProvider', () => [
			{
				name: 'Cart',
				range: new Range(0, 0, 4, 1),
				children: [{ name: 'total()', range: new Range(1, 1, 3, 2), children: [] }],
			},
		])
		const search = {
			state: { kind: 'ready', done: 1, total: 1 } as const,
			search: async () => [{ path: 'src/tax.py', startLine: 3, endLine: 9, text: '', name: 'Tax.rate', score: 1 }],
		}
		const { attachments } = await ask('@symbol:Cart.total @symbol:rate @symbol:none', [], { search })
		expect(attachments).toEqual([
			{ kind: 'symbol', name: 'total', path: 'src/cart.ts', startLine: 1, endLine: 4 },
			{ kind: 'symbol', name: 'rate', path: 'src/tax.py', startLine: 3, endLine: 9 },
			{ kind: 'symbol', name: 'none', path: '', startLine: 0, endLine: 0 },
		])
	})

	it('of the terminal ask before the clipboard is used, and put it back', async () => {
		editor.hasTerminal = true
		editor.clipboard = 'mine'
		editor.commands.set('workbench.action.terminal.copySelection', () => {
			editor.clipboard = 'failed'
		})
		expect((await ask('@terminal')).attachments).toEqual([{ kind: 'terminal', text: '' }])
		expect(editor.ran).toEqual([])
		editor.choice = 'Use the clipboard'
		expect((await ask('@terminal')).attachments).toEqual([{ kind: 'terminal', text: 'failed' }])
		expect(editor.clipboard).toBe('mine')
	})

	it.each([
		['nothing is selected', () => {}, { attachments: [{ kind: 'terminal', text: '' }] }],
		[
			'copying fails',
			() => {
				throw new Error('no terminal')
			},
			undefined,
		],
	])('of the terminal put the clipboard back also where %s', async (_, copy, expected) => {
		editor.hasTerminal = true
		editor.clipboard = 'mine'
		editor.choice = 'Use the clipboard'
		editor.commands.set('workbench.action.terminal.copySelection', copy)
		const asked = ask('@terminal')
		if (expected) expect(await asked).toMatchObject(expected)
		else await expect(asked).rejects.toThrow('no terminal')
		expect(editor.clipboard).toBe('mine')
	})

	it('may not be told from code', async () => {
		expect((await ask('What is `@workspace` or a@file.org?')).attachments).toEqual([])
	})
})

describe('commands', () => {
	it('are about what is selected, else about the file in view', async () => {
		select()
		expect(await ask('/explain')).toEqual({
			instruction: commandInstruction('explain', ''),
			query: 'explain',
			attachments: [lines],
		})
		show('/w/src/cart.ts', code)
		expect((await ask('/explain')).attachments).toEqual([file])
	})

	it('are about what was chosen or is mentioned where there is something', async () => {
		select()
		const other: Attachment = { kind: 'file', path: 'my docs/a b.md' }
		expect((await ask('/explain', [other])).attachments).toEqual([other])
		expect((await ask('/explain @file:"my docs/a b.md"')).attachments).toEqual([other])
	})

	it('/fix takes what the editor complains of there along, right behind the code', async () => {
		select()
		const at = (line: number) => ({ range: new Range(line, 0, line, 1), message: 'm', severity: 0 })
		editor.diagnostics.set(Uri.file('/w/src/cart.ts').toString(), [at(0)])
		expect((await ask('/fix', [lines])).attachments).toEqual([lines])
		editor.diagnostics.set(Uri.file('/w/src/cart.ts').toString(), [at(2)])
		const changes: Attachment = { kind: 'changes' }
		const { attachments, instruction } = await ask('/fix only the loop', [lines, changes])
		expect(attachments).toEqual([lines, { kind: 'problems', path: 'src/cart.ts', startLine: 1, endLine: 4 }, changes])
		expect(instruction.endsWith('\n\nonly the loop')).toBe(true)
	})

	it('/tests names what the project is tested with', async () => {
		select()
		expect((await ask('/tests', [lines])).instruction).toMatch(/The project is tested with Vitest\.$/)
	})

	it('/security takes the findings along, in the lines that are meant', async () => {
		select()
		const asked: unknown[] = []
		const finding = { kind: 'finding', fingerprint: 'f', title: 't', text: 'way' } as const
		const findingsIn: UnderstandDeps['findingsIn'] = async (uri, where) => {
			asked.push([uri.path, where])
			return [finding]
		}
		expect((await ask('/security', [lines], { findingsIn })).attachments).toEqual([finding, lines])
		expect(asked).toEqual([['/w/src/cart.ts', { startLine: 1, endLine: 4 }]])
		const none = await ask('/security', [file], { findingsIn: async () => [] })
		expect(none.instruction).toMatch(/The analysis found nothing in it\.$/)
		expect((await ask('/security', [finding, lines], { findingsIn })).attachments).toEqual([finding, lines])
		expect(asked).toHaveLength(1)
	})

	it('/commit takes what is staged, else what is changed, and not the file in view', async () => {
		show('/w/src/cart.ts', code)
		const repository = { state: { indexChanges: [] as unknown[] } }
		editor.repositories = [repository]
		expect((await ask('/commit', [file])).attachments).toEqual([{ kind: 'changes' }])
		repository.state.indexChanges.push({})
		const other: Attachment = { kind: 'file', path: 'package.json' }
		expect((await ask('/commit', [other, file])).attachments).toEqual([{ kind: 'changes', staged: true }, other])
	})

	it('/research answers by itself where there is a topic', async () => {
		const task = { run: async () => {} }
		const { task: answered, query } = await ask('/research how carts are kept', [], { research: () => task })
		expect([answered, query]).toEqual([task, 'how carts are kept'])
		expect((await ask('/research', [], { research: () => task })).task).toBeUndefined()
	})

	it('that nobody knows are text', async () => {
		expect((await ask('/nothing at all')).instruction).toBe('/nothing at all')
		expect((await ask('/usr/bin is full')).instruction).toBe('/usr/bin is full')
	})
})

describe("the user's own prompts", () => {
	const prompts = (text: string) => ({
		prompts: { all: async () => [{ name: 'review', description: 'Reviews', text }] },
	})

	it('are filled, and what they quote is not shown twice', async () => {
		select()
		const { instruction, attachments } = await ask(
			'/review quickly',
			[lines],
			prompts('{{input}}: look at {{selection}} in {{path}} ({{language}})'),
		)
		expect(instruction).toBe(
			'quickly: look at \nQuoted from the file src/cart.ts, lines 2-4:\n```\n\ttotal() {\n\t\treturn 1\n\t}\n```\n in src/cart.ts (typescript)',
		)
		expect(attachments).toEqual([])
	})

	it('take along what their variables name, and what is typed behind them', async () => {
		show('/w/src/cart.ts', code)
		const { instruction, attachments, query } = await ask(
			'/review be strict',
			[],
			prompts('Check {{file}} for {{problems}} and {{changes}}.'),
		)
		expect(instruction).toBe('Check `src/cart.ts` for the quoted problems and the quoted changes.\n\nbe strict')
		expect(attachments).toEqual([file, { kind: 'problems', path: 'src/cart.ts' }, { kind: 'changes' }])
		expect(query).toBe('be strict')
	})
})
