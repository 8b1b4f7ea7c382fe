import * as vscode from 'vscode'
import { isSearchable } from '../../../core/retrieval/isSearchable.ts'
import type { Clock } from '../../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts'
import { isCodeDocument } from '../../completion/codeDocument.ts'
import { pathOf } from '../workspacePaths.ts'
import { EditorFiles, type OpenReadableFiles } from './editorFiles.ts'

const mostFiles = 30_000
const mostRecent = 50
/** Milliseconds after which the workspace is read again; what was known is used meanwhile. */
const longestKept = 20_000

/** Paths of the workspace that may be mentioned: those that were in view lately first. */
export class KnownPaths implements Disposable {
	private readonly store = new DisposableStore()
	private readonly openFiles: OpenReadableFiles
	private readonly clock: Clock
	private readonly recent: string[] = []
	private known: readonly string[] | undefined
	private readAt = Number.NEGATIVE_INFINITY
	private reading: Promise<readonly string[]> | undefined

	constructor(openFiles: OpenReadableFiles, clock: Clock) {
		this.openFiles = openFiles
		this.clock = clock
		const { store } = this
		const take = (editor: vscode.TextEditor | undefined) => editor && this.note(editor.document)
		take(vscode.window.activeTextEditor)
		store.add(vscode.window.onDidChangeActiveTextEditor(take))
		store.add(
			vscode.workspace.onDidChangeWorkspaceFolders(() => {
				this.known = undefined
				this.readAt = Number.NEGATIVE_INFINITY
			}),
		)
	}

	/** The latest in view first, then all others in the order of their paths. */
	async files(): Promise<readonly string[]> {
		const all = await this.all()
		const present = new Set(all)
		const first = this.recent.filter((path) => present.has(path))
		const isFirst = new Set(first)
		return [...first, ...all.filter((path) => !isFirst.has(path))]
	}

	async folders(): Promise<readonly string[]> {
		const found = new Set<string>()
		for (const path of await this.files()) {
			for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) found.add(path.slice(0, at))
		}
		return [...found]
	}

	/** Those that end with these parts of a path. */
	async endingWith(ending: string): Promise<readonly string[]> {
		const lower = ending.toLowerCase()
		const found = (await this.files()).filter((path) => `/${path}`.toLowerCase().endsWith(`/${lower}`))
		return found.sort((a, b) => Number(b.endsWith(ending)) - Number(a.endsWith(ending)))
	}

	dispose(): void {
		this.store.dispose()
	}

	private note({ uri }: vscode.TextDocument): void {
		if (!isCodeDocument(uri.scheme) || !vscode.workspace.getWorkspaceFolder(uri)) return
		const path = pathOf(uri)
		const at = this.recent.indexOf(path)
		if (at >= 0) this.recent.splice(at, 1)
		this.recent.unshift(path)
		this.recent.length = Math.min(this.recent.length, mostRecent)
	}

	private all(): Promise<readonly string[]> {
		const isFresh = this.clock.now() - this.readAt < longestKept
		if (!this.reading && !(isFresh && this.known)) {
			this.reading = this.read().finally(() => {
				this.reading = undefined
				this.readAt = this.clock.now()
			})
		}
		return this.known ? Promise.resolve(this.known) : (this.reading ?? Promise.resolve([]))
	}

	private async read(): Promise<readonly string[]> {
		const paths: string[] = []
		try {
			const files = await EditorFiles.open(this.openFiles)
			for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
				const found = await files.list(uri, mostFiles)
				if (!('refused' in found)) paths.push(...found.files.map((file) => pathOf(file.uri)))
			}
		} catch {
			// What was known before is better than nothing.
			return this.known ?? []
		}
		// What is rarely asked about comes last.
		this.known = [...paths.filter(isSearchable), ...paths.filter((path) => !isSearchable(path))]
		return this.known
	}
}
