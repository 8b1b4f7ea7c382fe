import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { SearchHit } from '../../../../src/core/chat/chatPorts.ts'
import type { Attachment } from '../../../../src/core/chat/conversation.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { attachmentReader } from '../../../../src/vscode/chat/attachments/attachmentReader.ts'
import { editor, openDocument, openFakeFiles, Range, resetEditor, show, Uri } from '../../../fakes/fakeEditor.ts'

vi.mock('vscode', async () => (await import('../../../fakes/fakeEditor.ts')).vscodeModule)

beforeEach(() => {
	resetEditor()
	editor.files.set('/w/src/cart.ts', 'export const a = 1\nexport const b = 2\n')
	editor.files.set('/w/src/README.md', '# Cart\n')
	editor.files.set('/w/src/deep/list.ts', 'list\n')
	editor.files.set('/w/.env', 'KEY=secret\n')
	editor.files.set('/w/ignored/out.js', 'out\n')
	editor.files.set('/out/notes.md', 'notes\n')
})

const hits: SearchHit[] = [
	{ path: 'src/cart.ts', startLine: 1, endLine: 2, text: 'export const b = 2', score: 2 },
	{ path: 'ignored/out.js', startLine: 0, endLine: 1, text: 'out', score: 1 },
]

function readerWith(state: 'ready' | 'off' = 'ready') {
	return attachmentReader({
		openFiles: openFakeFiles,
		search: { state: { kind: state, done: 1, total: 1 }, search: async () => hits },
		diffOf: async (root, staged) => `diff --git a/x b/x\n+++ b/x\n@@ -1 +1 @@\n+${root} ${staged}\n`,
	})
}

function read(...attachments: Attachment[]) {
	return readerWith().read(attachments, 'where?', () => {}, neverCancelled)
}

describe('a file', () => {
	it('is read as it is on the disk, or as it is in the editor where it is open', async () => {
		const whole = { source: '@file', path: 'src/cart.ts', startLine: 0 }
		expect(await read({ kind: 'file', path: 'src/cart.ts' })).toEqual([
			{ ...whole, endLine: 2, text: 'export const a = 1\nexport const b = 2\n' },
		])
		openDocument('/w/src/cart.ts', 'not saved')
		expect(await read({ kind: 'file', path: 'src/cart.ts' })).toEqual([{ ...whole, endLine: 1, text: 'not saved' }])
	})

	it('that is in view has a share of the room where the workspace is asked for as well', async () => {
		const inView: Attachment = { kind: 'file', path: 'src/cart.ts', isImplicit: true }
		expect((await read(inView, { kind: 'workspace' }))[0]).toMatchObject({ path: 'src/cart.ts', mostShare: 0.25 })
		expect((await read(inView))[0]).not.toHaveProperty('mostShare')
		const asked: Attachment = { kind: 'file', path: 'src/cart.ts' }
		expect((await read(asked, { kind: 'workspace' }))[0]).not.toHaveProperty('mostShare')
	})

	it('of pages is shown without lines, for the pages stand in its text', async () => {
		editor.files.set('/w/docs/manual.pdf', '[Page 1]\nTurn the lid.')
		expect(await read({ kind: 'file', path: 'docs/manual.pdf' })).toEqual([
			{ source: '@file', path: 'docs/manual.pdf', text: '[Page 1]\nTurn the lid.' },
		])
	})

	it('that was never saved is read, and one outside of the workspace by its URI', async () => {
		openDocument('untitled:Untitled-1', 'new')
		const found = await read(
			{ kind: 'file', path: 'untitled:Untitled-1' },
			{ kind: 'file', path: 'file:///out/notes.md' },
		)
		expect(found.map(({ text }) => text)).toEqual(['new', 'notes\n'])
	})

	it.each([
		['.env', 'looks secret'],
		['ignored/out.js', 'is excluded by .gitignore, .alcoveignore or the settings'],
		['none.ts', 'is not there'],
		['src', 'is no file'],
	])('%s: nothing of it is shown, and why', async (path, refused) => {
		expect(await read({ kind: 'file', path })).toEqual([{ source: '@file', path, text: '', refused }])
	})

	it('that is open is no less secret', async () => {
		openDocument('/w/.env', 'KEY=typed')
		expect(await read({ kind: 'file', path: '.env' })).toMatchObject([{ text: '', refused: 'looks secret' }])
		const selection = { kind: 'selection', path: '.env', startLine: 0, endLine: 1, text: 'KEY=typed' } as const
		expect(await read(selection)).toMatchObject([{ text: '', refused: 'looks secret' }])
	})

	it('that is long ends with a whole line, and says where', async () => {
		editor.files.set('/w/long.txt', 'x'.repeat(99).concat('\n').repeat(5_000))
		const [piece] = await read({ kind: 'file', path: 'long.txt' })
		expect(piece?.text.length).toBe(299_999)
		expect(piece?.endLine).toBe(3_000)
	})
})

it('lines of a symbol are read as they are now', async () => {
	const symbol = { kind: 'symbol', name: 'b', path: 'src/cart.ts', startLine: 1, endLine: 2 } as const
	expect(await read(symbol)).toEqual([
		{ source: '@symbol', path: 'src/cart.ts', startLine: 1, endLine: 2, text: 'export const b = 2' },
	])
	expect(await read({ ...symbol, path: '', name: 'zzz' })).toEqual([
		{ source: '@symbol:zzz', text: '', refused: 'is not there' },
	])
})

it('of a folder there is a list, then its small files, what explains it first', async () => {
	editor.files.set('/w/src/big.ts', 'x'.repeat(20_000))
	const found = await read({ kind: 'folder', path: 'src' })
	expect(found[0]).toEqual({
		source: '@folder:src',
		text: 'src/README.md\nsrc/big.ts\nsrc/cart.ts\nsrc/deep/list.ts',
	})
	expect(found.slice(1).map(({ path }) => path)).toEqual(['src/README.md', 'src/cart.ts', 'src/deep/list.ts'])
})

describe('problems', () => {
	const problem = (line: number, message: string, severity = 0) => ({
		range: new Range(line, 0, line, 5),
		message,
		severity,
		source: 'ts',
		code: 2304,
	})

	beforeEach(() => {
		show('/w/src/cart.ts', 'a\nb\nc')
		editor.diagnostics.set(Uri.file('/w/src/cart.ts').toString(), [
			problem(2, 'late', 1),
			problem(1, 'early'),
			problem(0, 'hint', 3),
		])
		editor.diagnostics.set(Uri.file('/w/.env').toString(), [problem(0, 'KEY')])
	})

	it('of all files come with their lines, errors first, and nothing of secret files', async () => {
		expect(await read({ kind: 'problems' })).toEqual([
			{
				source: '@problems',
				path: 'src/cart.ts',
				text: 'line 2: error: early (ts 2304)\n    b\nline 3: warning: late (ts 2304)\n    c',
			},
			{ source: '@problems', path: '.env', text: '', refused: 'looks secret' },
		])
	})

	it('of some lines are those that touch them', async () => {
		const found = await read({ kind: 'problems', path: 'src/cart.ts', startLine: 2, endLine: 3 })
		expect(found.map(({ text }) => text)).toEqual(['line 3: warning: late (ts 2304)\n    c'])
	})

	it('that are not there are said', async () => {
		expect(await read({ kind: 'problems', path: 'src/README.md' })).toMatchObject([
			{ refused: 'there are no problems' },
		])
	})
})

describe('changes', () => {
	const diff = (name: string) => `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n+new\n`
	const repository = (working: unknown[] = []) => ({
		rootUri: Uri.file('/w'),
		state: { workingTreeChanges: working, indexChanges: [], mergeChanges: [] },
		diff: async (cached?: boolean) => (cached ? diff('src/cart.ts') : diff('.env') + diff('src/gone.ts')),
	})

	it('are read by the file: staged, then not staged, then new ones; not those of secret files', async () => {
		editor.repositories = [repository([{ uri: Uri.file('/out/notes.md'), status: 7 }])]
		expect(await read({ kind: 'changes' })).toMatchObject([
			{ source: '@changes', path: 'src/cart.ts', text: diff('src/cart.ts') },
			{ path: '.env', text: '', refused: 'looks secret' },
			{ path: 'src/gone.ts', text: diff('src/gone.ts') },
			{ path: 'file:///out/notes.md', text: 'notes\n' },
		])
	})

	it('that are staged say so', async () => {
		editor.repositories = [repository()]
		expect(await read({ kind: 'changes', staged: true })).toEqual([
			{ source: '@changes:staged', path: 'src/cart.ts', text: diff('src/cart.ts') },
		])
	})

	it("come from git itself where the editor's is off, but not in a folder that is not trusted", async () => {
		expect(await read({ kind: 'changes', staged: true })).toMatchObject([{ path: 'x' }])
		editor.isTrusted = false
		expect(await read({ kind: 'changes' })).toMatchObject([
			{ refused: 'git is not asked in a folder that is not trusted' },
		])
	})

	it('need a repository', async () => {
		editor.repositories = []
		expect(await read({ kind: 'changes' })).toMatchObject([{ refused: 'there is no git repository' }])
	})
})

it('what a terminal shows loses what steers it', async () => {
	const text = '\u001b[31mfailed\u001b[0m \u001b]0;title\u0007done'
	expect(await read({ kind: 'terminal', text })).toEqual([{ source: '@terminal', text: 'failed done' }])
	expect(await read({ kind: 'terminal', text: ' ' })).toMatchObject([
		{ refused: 'nothing is selected in the terminal' },
	])
})

it('the workspace is searched, without what is excluded by now', async () => {
	expect(await read({ kind: 'workspace' })).toMatchObject([
		{ source: '@workspace', path: 'src/cart.ts', startLine: 1, text: 'export const b = 2' },
		{ path: 'ignored/out.js', text: '', refused: 'is excluded by .gitignore, .alcoveignore or the settings' },
	])
	const off = await readerWith('off').read([{ kind: 'workspace' }], '', () => {}, neverCancelled)
	expect(off).toMatchObject([{ refused: 'the workspace is not read: the index is off' }])
})

it('nothing is shown twice, and the order is that of the attachments', async () => {
	const found = await read(
		{ kind: 'finding', fingerprint: 'f', title: 'rule cart.ts:1', text: 'way' },
		{ kind: 'file', path: 'src/README.md' },
		{ kind: 'folder', path: 'src' },
	)
	expect(found.map(({ source, path }) => path ?? source)).toEqual([
		'rule cart.ts:1',
		'src/README.md',
		'@folder:src',
		'src/cart.ts',
		'src/deep/list.ts',
	])
})

it('ends where nobody waits any more', async () => {
	const source = new CancellationSource()
	source.cancel()
	expect(await readerWith().read([{ kind: 'file', path: 'src/cart.ts' }], '', () => {}, source.token)).toEqual([])
})
