import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Tree } from 'web-tree-sitter'
import { isProjectFile, readProjectFile } from '../../core/context/imports/projectFile.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'
import { SymbolTable } from '../../core/context/symbols/symbolTable.ts'
import { grammarOfPath } from '../../core/syntax/grammarOf.ts'
import { type IndexedFile, readIndex, writeIndex } from './indexStore.ts'
import type { ReadableFile, SymbolReader } from './symbolReader.ts'
import { filesBelow, isIncluded, pathIn, type WorkspaceRoot } from './workspaceFiles.ts'

const mostFiles = 50_000
const largestFile = 512 * 1024
/** Milliseconds after the last change before it is written to disk. */
const saveAfter = 5_000

export interface IndexProgress {
	readonly files: number
	readonly definitions: number
	readonly isWhole: boolean
}

/**
 * What is defined where in the folders of a workspace: read file by file, so that questions get their turn in between, kept on disk,
 * and brought up to date with every change. Only files whose time or size changed are read again.
 */
export class WorkspaceIndex {
	readonly table = new SymbolTable()
	private readonly reader: SymbolReader
	private readonly storeFile: string
	private readonly report: (progress: IndexProgress) => void
	private files = new Map<string, IndexedFile>()
	private roots: readonly WorkspaceRoot[] = []
	/** Counts up with every build: an older one ends. */
	private build = 0
	private pending = new Set<string>()
	private isUpdating = false
	private saving: NodeJS.Timeout | undefined
	private writing: Promise<void> = Promise.resolve()
	private isClosed = false
	private hasRead = false

	constructor(deps: { reader: SymbolReader; storeFile: string; report: (progress: IndexProgress) => void }) {
		this.reader = deps.reader
		this.storeFile = deps.storeFile
		this.report = deps.report
	}

	/** Reads what is new and forgets what is gone. Resolves when it is done or another build began. */
	async open(roots: readonly WorkspaceRoot[]): Promise<void> {
		const build = ++this.build
		this.roots = roots
		const kept = this.files.size > 0 ? this.files : await readIndex(this.storeFile)
		const files = new Map<string, IndexedFile>()
		this.files = files
		// What was known answers until it is looked at again.
		for (const [path, { symbols, project }] of kept) {
			if (symbols && !this.table.get(path)) this.table.set(symbols)
			if (project) this.table.setProject(path, project)
		}
		let read = 0
		for (const root of roots) {
			for await (const relative of filesBelow(root)) {
				if (build !== this.build || files.size >= mostFiles) break
				if (!isRead(relative)) continue
				if (await this.look(root, relative, kept)) read++
				if (files.size % 200 === 0) this.report(this.progress(false))
			}
		}
		if (build !== this.build) return
		for (const path of [...this.table.paths()]) if (!files.has(path)) this.table.delete(path)
		for (const path of [...this.table.projectPaths()]) if (!files.has(path)) this.table.setProject(path, undefined)
		this.hasRead = true
		this.report(this.progress(true))
		if (read > 0 || files.size !== kept.size) await this.save()
	}

	/** Files or folders that were changed, made or deleted. @param paths absolute */
	changed(paths: readonly string[]): void {
		for (const path of paths) this.pending.add(path)
		if (!this.isUpdating) void this.update()
	}

	/** The text of an open document counts, not the one on disk. @param treeOf its tree @returns what it defines */
	async setLive(file: ReadableFile, treeOf: () => Tree | undefined): Promise<FileSymbols | undefined> {
		const symbols = await this.reader.read(file, treeOf)
		if (symbols) this.table.set(symbols)
		return symbols
	}

	/** Whether all of the workspace was read at least once. */
	get isWhole(): boolean {
		return this.hasRead
	}

	/** Whether a file was found that nothing excludes. */
	has(path: string): boolean {
		return this.files.has(path)
	}

	/** Which path an absolute one has here. */
	pathOf(absolute: string): string | undefined {
		for (const root of this.roots) {
			const path = pathIn(root, absolute)
			if (path !== undefined) return path
		}
		return undefined
	}

	/** Resolves when nothing is written to disk any more. */
	async close(): Promise<void> {
		this.build++
		this.isClosed = true
		clearTimeout(this.saving)
		await this.writing
	}

	private async update(): Promise<void> {
		this.isUpdating = true
		try {
			for (const [absolute] of this.pending.entries()) {
				this.pending.delete(absolute)
				await this.updateOne(absolute)
			}
		} finally {
			this.isUpdating = false
		}
		this.report(this.progress(true))
		clearTimeout(this.saving)
		this.saving = setTimeout(() => void this.save(), saveAfter)
		this.saving.unref()
	}

	private async updateOne(absolute: string): Promise<void> {
		const root = this.roots.find((candidate) => pathIn(candidate, absolute) !== undefined)
		const path = root && pathIn(root, absolute)
		if (!root || path === undefined) return
		// Other rules may exclude or include anything below.
		if (/(^|\/)\.gitignore$/.test(path)) return this.open(this.roots)
		const relative = path.slice(root.name === '' ? 0 : root.name.length + 1)
		const found = await stat(absolute).catch(() => undefined)
		if (found?.isDirectory()) {
			for await (const inside of filesBelow(root, relative)) await this.look(root, inside, this.files)
			return
		}
		if (found?.isFile() && isRead(relative) && (await isIncluded(root, relative))) {
			await this.look(root, relative, this.files)
			return
		}
		// A folder that is gone takes everything in it along.
		for (const known of [...this.files.keys()]) {
			if (known === path || known.startsWith(`${path}/`)) this.forget(known)
		}
	}

	/** @returns whether the file had to be read */
	private async look(root: WorkspaceRoot, relative: string, kept: ReadonlyMap<string, IndexedFile>): Promise<boolean> {
		const path = root.name === '' ? relative : `${root.name}/${relative}`
		const absolute = join(root.folder, relative)
		const found = await stat(absolute).catch(() => undefined)
		if (!found) {
			this.forget(path)
			return false
		}
		const { mtimeMs, size } = found
		const known = kept.get(path)
		if (known && known.mtimeMs === mtimeMs && known.size === size) {
			this.files.set(path, known)
			return false
		}
		// Questions that came meanwhile are answered now.
		await setImmediate()
		const text = size > largestFile ? undefined : await readFile(absolute, 'utf8').catch(() => undefined)
		const grammar = grammarOfPath(path)
		const isCode = text !== undefined && grammar !== undefined && isReadable(text)
		const symbols = isCode ? await this.reader.read({ path, grammar, text }) : undefined
		const project = text === undefined ? undefined : readProjectFile(path, text)
		this.files.set(path, { mtimeMs, size, symbols, ...(project && { project }) })
		this.table.setProject(path, project)
		if (symbols) this.table.set(symbols)
		else this.table.delete(path)
		return true
	}

	private forget(path: string): void {
		this.files.delete(path)
		this.table.delete(path)
		this.table.setProject(path, undefined)
	}

	private progress(isWhole: boolean): IndexProgress {
		return { ...this.table.size, isWhole }
	}

	/** Without it everything is read again the next time: nothing is lost. */
	private save(): Promise<void> {
		if (!this.isClosed) this.writing = this.writing.then(() => writeIndex(this.storeFile, this.files)).catch(() => {})
		return this.writing
	}
}

/** Whether a file says anything that the index keeps. */
function isRead(path: string): boolean {
	return grammarOfPath(path) !== undefined || isProjectFile(path)
}

/** No binary content, and not packed into a few long lines by a tool. */
function isReadable(text: string): boolean {
	if (text.includes('\0')) return false
	const lines = text.split('\n').length
	return text.length / lines < 300
}
