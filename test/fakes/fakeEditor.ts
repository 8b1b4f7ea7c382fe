import type { ReadableFiles, Refusal } from '../../src/core/chat/readableFiles.ts'

/**
 * The part of the editor that the chat reads, in memory: `vi.mock('vscode', async () => (await import('…/fakeEditor.ts')).vscodeModule)`.
 * There is one for each test file; `resetEditor` before each test.
 */
export const editor = {
	folders: [] as { name: string; uri: Uri }[],
	/** Texts by absolute path; what ends with `/` is a folder without files. */
	files: new Map<string, string>(),
	documents: [] as FakeDocument[],
	active: undefined as FakeTextEditor | undefined,
	visible: [] as FakeTextEditor[],
	diagnostics: new Map<string, unknown[]>(),
	isTrusted: true,
	/** Undefined: the editor's git is off. */
	repositories: undefined as unknown[] | undefined,
	/** What commands answer, by their ids. */
	commands: new Map<string, (...args: never[]) => unknown>(),
	ran: [] as unknown[][],
	messages: [] as string[],
	/** What the user chooses in a message. */
	choice: undefined as string | undefined,
	clipboard: '',
	hasTerminal: false,
	listeners: new Map<string, Set<(event: never) => void>>(),
}

export function resetEditor(): void {
	Object.assign(editor, {
		folders: [{ name: 'w', uri: Uri.file('/w') }],
		files: new Map(),
		documents: [],
		active: undefined,
		visible: [],
		diagnostics: new Map(),
		isTrusted: true,
		repositories: undefined,
		commands: new Map(),
		ran: [],
		messages: [],
		choice: undefined,
		clipboard: '',
		hasTerminal: false,
		listeners: new Map(),
	})
}

export function fire(name: string, event?: unknown): void {
	for (const listener of editor.listeners.get(name) ?? []) listener(event as never)
}

/** Opens a text in the active editor. */
export function show(path: string, text: string, selection = new Selection(0, 0, 0, 0)): FakeTextEditor {
	const document = openDocument(path, text)
	const shown: FakeTextEditor = {
		document,
		selection,
		visibleRanges: [new Range(0, 0, Math.min(20, document.lineCount - 1), 0)],
	}
	editor.active = shown
	editor.visible = [shown]
	fire('activeEditor', shown)
	return shown
}

export function openDocument(path: string, text: string, languageId = 'typescript'): FakeDocument {
	const document = new FakeDocument(path.includes(':') ? Uri.parse(path) : Uri.file(path), text, languageId)
	editor.documents.push(document)
	return document
}

/** Files of the fake editor, as the disk's rules would have it: names of secrets, and what is below `/w/ignored`. */
export async function openFakeFiles(): Promise<ReadableFiles> {
	const refusal = (file: string): Refusal | undefined => {
		if (/\/\.env$/.test(file)) return 'secret'
		if (file.startsWith('/w/ignored/')) return 'excluded'
		return editor.files.has(file) ? undefined : 'missing'
	}
	return {
		refusal: async (file) => refusal(file),
		read: async (file) => {
			const refused = refusal(file)
			return refused ? { refused } : { text: editor.files.get(file) ?? '' }
		},
		list: async (folder, limit) => {
			const found = [...editor.files.keys()].filter((file) => file.startsWith(`${folder}/`) && !refusal(file)).sort()
			const files = found.slice(0, limit).map((file) => ({ file, bytes: editor.files.get(file)?.length ?? 0 }))
			return { files, isWhole: found.length <= limit }
		},
	}
}

// ---------- the editor's own classes

export class Uri {
	readonly scheme: string
	readonly path: string

	private constructor(scheme: string, path: string) {
		this.scheme = scheme
		this.path = path
	}

	static file(path: string): Uri {
		return new Uri('file', path)
	}

	static parse(text: string): Uri {
		const [, scheme = 'file', path = ''] = /^([\w+.-]+):(?:\/\/[^/]*)?(.*)$/.exec(text) ?? []
		return new Uri(scheme, decodeURI(path))
	}

	static joinPath(base: Uri, ...parts: string[]): Uri {
		const names: string[] = []
		for (const name of [base.path, ...parts].join('/').split('/')) {
			if (name === '..') names.pop()
			else if (name !== '' && name !== '.') names.push(name)
		}
		return new Uri(base.scheme, `/${names.join('/')}`)
	}

	get fsPath(): string {
		return this.path
	}

	toString(): string {
		return `${this.scheme}:${this.scheme === 'file' ? '//' : ''}${encodeURI(this.path)}`
	}
}

export class Position {
	readonly line: number
	readonly character: number

	constructor(line: number, character: number) {
		this.line = line
		this.character = character
	}

	isBefore(other: Position): boolean {
		return this.line < other.line || (this.line === other.line && this.character < other.character)
	}
}

export class Range {
	readonly start: Position
	readonly end: Position

	constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
		this.start = new Position(startLine, startCharacter)
		this.end = new Position(endLine, endCharacter)
	}

	get isEmpty(): boolean {
		return this.start.line === this.end.line && this.start.character === this.end.character
	}

	contains(position: Position): boolean {
		return !position.isBefore(this.start) && !this.end.isBefore(position)
	}

	isEqual({ start, end }: Range): boolean {
		const isSame = (a: Position, b: Position) => !a.isBefore(b) && !b.isBefore(a)
		return isSame(start, this.start) && isSame(end, this.end)
	}
}

export class Selection extends Range {
	get active(): Position {
		return this.end
	}
}

export class FakeDocument {
	readonly uri: Uri
	readonly languageId: string
	text: string

	constructor(uri: Uri, text: string, languageId: string) {
		this.uri = uri
		this.text = text
		this.languageId = languageId
	}

	get lines(): string[] {
		return this.text.split('\n')
	}

	get lineCount(): number {
		return this.lines.length
	}

	lineAt(line: number): { readonly text: string } {
		return { text: this.lines[line] ?? '' }
	}

	getText(range?: Range): string {
		if (!range) return this.text
		const { start, end } = range
		const lines = this.lines.slice(start.line, end.line + 1)
		if (end.line < this.lineCount) lines[end.line - start.line] = (lines.at(-1) ?? '').slice(0, end.character)
		return lines.join('\n').slice(start.character)
	}
}

export interface FakeTextEditor {
	readonly document: FakeDocument
	selection: Selection
	visibleRanges: Range[]
}

class Diagnostic {
	source: string | undefined
	readonly range: Range
	readonly message: string
	readonly severity: number

	constructor(range: Range, message: string, severity = 0) {
		this.range = range
		this.message = message
		this.severity = severity
	}
}

class CodeAction {
	readonly title: string
	readonly kind: string

	constructor(title: string, kind: string) {
		this.title = title
		this.kind = kind
	}
}

class RelativePattern {
	readonly base: Uri
	readonly pattern: string

	constructor(base: Uri, pattern: string) {
		this.base = base
		this.pattern = pattern
	}
}

const on = (name: string) => (listener: (event: never) => void) => {
	const listeners = editor.listeners.get(name) ?? new Set()
	editor.listeners.set(name, listeners.add(listener))
	return { dispose: () => listeners.delete(listener) }
}

const inFolder = (uri: Uri) => editor.folders.find((folder) => uri.toString().startsWith(`${folder.uri.toString()}/`))

function isFolder(path: string): boolean {
	return [...editor.files.keys()].some((file) => file.startsWith(path.endsWith('/') ? path : `${path}/`))
}

async function message(text: string): Promise<string | undefined> {
	editor.messages.push(text)
	return editor.choice
}

export const vscodeModule = {
	Uri,
	Position,
	Range,
	Selection,
	Diagnostic,
	CodeAction,
	RelativePattern,
	DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
	CodeActionKind: { QuickFix: 'quickfix', RefactorRewrite: 'refactor.rewrite' },
	CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
	FileType: { File: 1, Directory: 2, SymbolicLink: 64 },
	l10n: {
		t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)])),
	},
	env: {
		clipboard: {
			readText: async () => editor.clipboard,
			writeText: async (text: string) => {
				editor.clipboard = text
			},
		},
	},
	commands: {
		executeCommand: async (id: string, ...args: never[]) => {
			editor.ran.push([id, ...args])
			return editor.commands.get(id)?.(...args)
		},
		registerCommand: (id: string, run: (...args: never[]) => unknown) => {
			editor.commands.set(id, run)
			return { dispose: () => editor.commands.delete(id) }
		},
	},
	extensions: {
		getExtension: () => {
			const { repositories } = editor
			return repositories && { activate: async () => ({ getAPI: () => ({ repositories }) }) }
		},
	},
	languages: {
		getDiagnostics: (uri?: Uri) => {
			if (uri) return editor.diagnostics.get(uri.toString()) ?? []
			return [...editor.diagnostics].map(([id, found]) => [Uri.parse(id), found])
		},
		createDiagnosticCollection: () => ({
			clear: () => editor.diagnostics.clear(),
			set: (uri: Uri, found: unknown[]) => editor.diagnostics.set(uri.toString(), found),
			dispose: () => {},
		}),
		registerCodeActionsProvider: () => ({ dispose: () => {} }),
	},
	window: {
		get activeTextEditor() {
			return editor.active
		},
		get visibleTextEditors() {
			return editor.visible
		},
		get activeTerminal() {
			return editor.hasTerminal ? {} : undefined
		},
		onDidChangeActiveTextEditor: on('activeEditor'),
		onDidChangeVisibleTextEditors: on('visibleEditors'),
		onDidChangeTextEditorSelection: on('selection'),
		onDidChangeTextEditorVisibleRanges: on('visibleRanges'),
		showInformationMessage: message,
		showWarningMessage: message,
	},
	workspace: {
		get workspaceFolders() {
			return editor.folders
		},
		get textDocuments() {
			return editor.documents
		},
		get isTrusted() {
			return editor.isTrusted
		},
		getWorkspaceFolder: inFolder,
		asRelativePath: (uri: Uri) => {
			const folder = inFolder(uri)
			if (!folder) return uri.fsPath
			const path = uri.path.slice(folder.uri.path.length + 1)
			return editor.folders.length > 1 ? `${folder.name}/${path}` : path
		},
		getConfiguration: () => ({ get: () => undefined }),
		openTextDocument: async (uri: Uri) =>
			editor.documents.find((it) => it.uri.toString() === uri.toString()) ??
			new FakeDocument(uri, editor.files.get(uri.path) ?? '', 'typescript'),
		findFiles: async ({ base, pattern }: RelativePattern) => {
			const inner = new RegExp(`^${base.path}/${pattern.replace(/\./g, '\\.').replace('*', '[^/]*')}$`)
			return [...editor.files.keys()].filter((path) => inner.test(path)).map((path) => Uri.file(path))
		},
		createFileSystemWatcher: () => ({
			onDidChange: on('changed'),
			onDidCreate: on('created'),
			onDidDelete: on('deleted'),
			dispose: () => {},
		}),
		onDidGrantWorkspaceTrust: on('trust'),
		onDidChangeWorkspaceFolders: on('folders'),
		fs: {
			stat: async ({ path }: Uri) => {
				const text = editor.files.get(path)
				if (text !== undefined) return { type: 1, size: text.length }
				if (isFolder(path)) return { type: 2, size: 0 }
				throw new Error('not there')
			},
			readFile: async ({ path }: Uri) => new TextEncoder().encode(editor.files.get(path) ?? ''),
			readDirectory: async ({ path }: Uri) => {
				const names = new Set<string>()
				for (const file of editor.files.keys()) {
					if (file.startsWith(`${path}/`)) names.add(file.slice(path.length + 1).split('/')[0] ?? '')
				}
				return [...names].map((name) => [name, 1] as const)
			},
		},
	},
}
