import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DocumentLines } from '../../../src/core/completion/documentLines.ts'
import type { ContextKind, ContextSource } from '../../../src/core/context/contextSource.ts'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import { CodeThread } from '../../../src/node/syntax/codeThread.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import type { HeldOutPosition } from './choosePositions.ts'

/** Files beside the one at hand that a person would have open, too. */
const openBeside = 3
/** Milliseconds: what is shown is measured here, not how soon. */
const patience = 2_000

/** A repository as the extension has it open: indexed, with some of its files on the screen. */
export class BenchWorkspace {
	readonly code: CodeThread
	private readonly root: string
	private readonly stored: string
	private opened: string[] = []
	private version = 0

	constructor(root: string, extensionRoot: string, grammarFolder: string) {
		const file = (name: string) => join(extensionRoot, 'dist', 'code', name)
		this.root = root
		this.stored = mkdtempSync(join(tmpdir(), 'alcove-positions-'))
		const data = { grammarFolder, runtime: file('web-tree-sitter.wasm') }
		this.code = new CodeThread({ entryPath: file('codeWorker.cjs'), data, logger: silentLogger })
	}

	/** Resolves when the whole repository is known. */
	index(): Promise<void> {
		return new Promise((resolve) => {
			const subscription = this.code.onDidIndex(({ isWhole }) => {
				if (!isWhole) return
				subscription.dispose()
				resolve()
			})
			const roots = [{ folder: this.root, name: '', excluded: [] }]
			this.code.index({ roots, storeFile: join(this.stored, 'symbols.bin') })
		})
	}

	open(position: HeldOutPosition): DocumentLines {
		for (const documentId of this.opened) this.code.close(documentId)
		this.opened = []
		const beside = readdirSync(join(this.root, dirname(position.path)))
			.map((name) => join(dirname(position.path), name))
			.filter((path) => path !== position.path && grammarOfPath(path) === grammarOfPath(position.path))
		for (const path of beside.sort().slice(0, openBeside)) {
			this.tell(path, position.languageId, readFileSync(join(this.root, path), 'utf8'))
		}
		const { lines, languageId } = position
		const id = this.tell(position.path, languageId, lines.join('\n'))
		const { version } = this
		return { id, version, languageId, lineCount: lines.length, lineAt: (line) => lines[line] ?? '' }
	}

	dispose(): void {
		this.code.dispose()
		rmSync(this.stored, { recursive: true, force: true })
	}

	private tell(path: string, languageId: string, text: string): string {
		const documentId = `file:///${path}`
		this.version++
		this.code.open({ documentId, languageId, file: join(this.root, path), version: this.version, text })
		this.opened.push(documentId)
		return documentId
	}
}

/** The same source without one kind, and without hurry. */
export function without(source: ContextSource, left: ContextKind | undefined): ContextSource {
	return {
		async collect(request, token) {
			const found = await source.collect({ ...request, deadlineMs: patience }, token)
			return { ...found, chunks: found.chunks.filter(({ kind }) => kind !== left) }
		},
	}
}
