import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DocumentLines } from '../../../src/core/completion/documentLines.ts'
import type {
	CollectedContext,
	ContextKind,
	ContextRequest,
	ContextSource,
} from '../../../src/core/context/contextSource.ts'
import type { TextChange } from '../../../src/core/syntax/documentFeed.ts'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import type { CodeThread } from '../../../src/node/syntax/codeThread.ts'
import type { CancellationToken } from '../../../src/shared/cancellation.ts'
import { codeThreadOf, indexed } from '../codeThreadOf.ts'
import { languageOf } from './choosePositions.ts'
import type { EditedFile, HeldOutPosition } from './heldOutPosition.ts'

/** Files beside the one at hand that a person would have open, too. */
const openBeside = 3
/** Milliseconds: what is shown is measured here, not how soon. */
const patience = 2_000

/** A repository as the extension has it open: indexed, with some of its files on the screen. */
export class BenchWorkspace {
	readonly code: CodeThread
	private readonly root: string
	private readonly stored = mkdtempSync(join(tmpdir(), 'alcove-positions-'))
	private opened: string[] = []
	private undo: (() => void)[] = []
	private version = 0

	constructor(root: string, code: CodeThread) {
		this.root = root
		this.code = code
	}

	static async of(root: string, places: { readonly root: string; readonly extensionRoot: string }) {
		const workspace = new BenchWorkspace(root, codeThreadOf(places.root, places.extensionRoot))
		await indexed(workspace.code, root, join(workspace.stored, 'symbols.bin'))
		return workspace
	}

	/** Closes what was open before, and takes back what was edited. */
	open(position: HeldOutPosition): DocumentLines {
		for (const undo of this.undo.reverse()) undo()
		for (const documentId of this.opened) this.code.close(documentId)
		this.opened = []
		this.undo = []
		const { path, edited = [], lines, languageId } = position
		for (const file of edited) this.edit(file)
		const open = new Set([path, ...edited.map((file) => file.path)])
		const beside = readdirSync(join(this.root, dirname(path)))
			.map((name) => join(dirname(path), name))
			.filter((other) => !open.has(other) && grammarOfPath(other) === grammarOfPath(path))
		for (const other of beside.sort().slice(0, openBeside)) {
			this.tell(other, readFileSync(join(this.root, other), 'utf8'))
		}
		const id = this.tell(path, lines.join('\n'))
		const { version } = this
		return { id, version, languageId, lineCount: lines.length, lineAt: (line) => lines[line] ?? '' }
	}

	dispose(): void {
		this.code.dispose()
		rmSync(this.stored, { recursive: true, force: true })
	}

	private edit({ path, before, changes }: EditedFile): void {
		const documentId = this.tell(path, before)
		let text = before
		for (const change of changes) {
			const back = inverse(change, text)
			text = text.slice(0, change.start) + change.text + text.slice(change.end)
			this.change(documentId, change)
			this.undo.push(() => this.change(documentId, back))
		}
	}

	private change(documentId: string, change: TextChange): void {
		const before = this.version
		this.version++
		this.code.change({ documentId, before, version: this.version, changes: [change] })
	}

	private tell(path: string, text: string): string {
		const documentId = `file:///${path}`
		this.version++
		const file = join(this.root, path)
		this.code.open({ documentId, languageId: languageOf(path), file, version: this.version, text })
		this.opened.push(documentId)
		return documentId
	}
}

/** Whole lines are taken out and put back. */
function inverse({ start, end, startPoint, text }: TextChange, before: string): TextChange {
	const endPoint = { row: startPoint.row + text.split('\n').length - 1, column: 0 }
	return { start, end: start + text.length, startPoint, endPoint, text: before.slice(start, end) }
}

/** What was collected for one place, to be had again with less in it, and without hurry. */
export class CollectedOnce {
	private readonly source: ContextSource
	private collected: Promise<CollectedContext> | undefined

	constructor(source: ContextSource) {
		this.source = source
	}

	/** What the other kinds have taken is not given to others: this is what a kind adds. */
	without(left: ContextKind | undefined): ContextSource {
		return {
			collect: async (request: ContextRequest, token: CancellationToken) => {
				this.collected ??= this.source.collect({ ...request, deadlineMs: patience }, token)
				const found = await this.collected
				return { ...found, chunks: found.chunks.filter(({ kind }) => kind !== left) }
			},
		}
	}

	async kinds(): Promise<ReadonlySet<ContextKind>> {
		return new Set((await this.collected)?.chunks.map(({ kind }) => kind))
	}
}
