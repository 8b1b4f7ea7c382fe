import { lstat, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Tree } from 'web-tree-sitter'
import { isProjectFile, readProjectFile } from '../../core/context/imports/projectFile.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'
import { SymbolTable } from '../../core/context/symbols/symbolTable.ts'
import { grammarOfPath } from '../../core/syntax/grammarOf.ts'
import { type IndexedFile, readIndex, writeIndex } from './indexStore.ts'
import type { ReadableFile, SymbolReader } from './symbolReader.ts'
import { IncludedFiles, pathIn, relativeIn, type WorkspaceRoot } from './workspaceFiles.ts'

const mostFiles = 50_000
const largestFile = 512 * 1024
/** Milliseconds after the last change before it is written to disk. */
const saveAfter = 5_000
/** Paths that are gone through before questions get their turn. */
const batch = 200
const rulesFile = /(^|\/)(\.gitignore|\.alcoveignore|\.git\/info\/exclude)$/

export interface IndexProgress {
	readonly files: number
	readonly definitions: number
	/** Whether all is read: false while any of it is read again. */
	readonly isWhole: boolean
}

/** A root, and what of it may be read. */
interface Pass {
	readonly root: WorkspaceRoot
	readonly included: IncludedFiles
}

/**
 * What is defined where in the folders of a workspace: read file by file, so that questions get their turn in between, kept on disk,
 * and brought up to date with every change. Only files whose time or size changed are read again. The table has files that
 * nothing excludes, and no others.
 */
export class WorkspaceIndex {
	readonly table = new SymbolTable()
	private readonly reader: SymbolReader
	private readonly storeFile: string
	private readonly report: (progress: IndexProgress) => void
	/** Found, and excluded by nothing. */
	private readonly files = new Map<string, IndexedFile>()
	/** From disk, and not looked at yet: whether it may be shown is not known. */
	private readonly kept = new Map<string, IndexedFile>()
	/** What open documents define, those that are excluded too: shown instead of what the disk has. */
	private readonly live = new Map<string, FileSymbols>()
	private loading: Promise<void> | undefined
	private roots: readonly WorkspaceRoot[] = []
	/** Counts up with every build: an older one ends. */
	private build = 0
	/** What was found in the build that is under way. */
	private seen: Set<string> | undefined
	private readonly pending = new Set<string>()
	private updating: Promise<void> | undefined
	private saving: NodeJS.Timeout | undefined
	private writing: Promise<void> = Promise.resolve()
	private isSaved = true
	private isClosed = false
	private hasRead = false

	constructor(deps: { reader: SymbolReader; storeFile: string; report: (progress: IndexProgress) => void }) {
		this.reader = deps.reader
		this.storeFile = deps.storeFile
		this.report = deps.report
	}

	/**
	 * Reads what is new and forgets what is gone; what is excluded now goes first, and the rest answers until it is looked at again.
	 * Resolves when it is done or another build began.
	 */
	async open(roots: readonly WorkspaceRoot[]): Promise<void> {
		const build = ++this.build
		const seen = new Set<string>()
		this.seen = seen
		this.roots = roots
		try {
			this.loading ??= this.load()
			await this.loading
			const passes = passesOf(roots)
			await this.admit(passes, build)
			await this.readAll(passes, build)
			for await (const path of this.inTurns(this.files.keys(), build)) if (!seen.has(path)) this.forget(path)
			if (build !== this.build) return
			this.kept.clear()
			this.hasRead = true
		} finally {
			if (build === this.build) this.seen = undefined
		}
		this.report(this.progress())
		if (!this.isSaved) await this.save()
	}

	/** Files or folders that were changed, made or deleted. Resolves when all that was told is taken in. @param paths absolute */
	changed(paths: readonly string[]): Promise<void> {
		for (const path of paths) this.pending.add(path)
		this.updating ??= this.update().finally(() => {
			this.updating = undefined
		})
		return this.updating
	}

	/** What a text defines. Undefined where its language has no query, or it takes too long. @param treeOf its tree */
	read(file: ReadableFile, treeOf: () => Tree | undefined): Promise<FileSymbols | undefined> {
		return this.reader.read(file, treeOf)
	}

	/**
	 * The text of an open document counts, not the one on disk. Of a document that is excluded nothing is in the table, unless it is
	 * included one day.
	 *
	 * @param symbols undefined: it is closed
	 */
	setLive(path: string, symbols: FileSymbols | undefined): void {
		if (symbols) this.live.set(path, symbols)
		else if (!this.live.delete(path)) return
		this.show(path)
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
		return this.placeOf(absolute)?.path
	}

	/** Resolves when nothing is written to disk any more. */
	async close(): Promise<void> {
		this.build++
		this.isClosed = true
		clearTimeout(this.saving)
		await this.writing
	}

	private async load(): Promise<void> {
		for (const [path, indexed] of await readIndex(this.storeFile)) this.kept.set(path, indexed)
	}

	/** What is known and still included answers until it is looked at again; what is not is forgotten before anything is read. */
	private async admit(passes: readonly Pass[], build: number): Promise<void> {
		const paths = [...this.files.keys(), ...this.kept.keys()]
		for await (const path of this.inTurns(paths, build)) {
			const isIncluded = await isIncludedIn(passes, path)
			if (build !== this.build) return
			const kept = this.kept.get(path)
			if (!isIncluded) this.forget(path)
			else if (kept && !this.files.has(path)) this.keep(path, kept)
		}
	}

	private async readAll(passes: readonly Pass[], build: number): Promise<void> {
		let count = 0
		for (const { root, included } of passes) {
			for await (const relative of included.below()) {
				if (build !== this.build || count >= mostFiles) return
				if (!isRead(relative)) continue
				await this.look(root, relative, build)
				if (++count % batch === 0 && build === this.build) this.report(this.progress())
			}
		}
	}

	private async update(): Promise<void> {
		while (this.pending.size > 0 && !this.isClosed) {
			const paths = [...this.pending]
			this.pending.clear()
			await this.updateAll(paths)
		}
		if (this.isClosed) return
		this.report(this.progress())
		if (this.isSaved) return
		clearTimeout(this.saving)
		this.saving = setTimeout(() => void this.save(), saveAfter)
		this.saving.unref()
	}

	/** Rules are read once for all, and the index is gone through once. A build that begins meanwhile finds the rest by itself. */
	private async updateAll(paths: readonly string[]): Promise<void> {
		const { build } = this
		const passes = passesOf(this.roots)
		// Other rules may exclude or include anything below.
		for (const absolute of paths.filter((path) => rulesFile.test(path.replaceAll('\\', '/')))) {
			const place = this.placeOf(absolute)
			const included = passes.find(({ root }) => root === place?.root)?.included
			if (place && (await included?.has(place.relative))) return this.open(this.roots)
		}
		const found = new Set<string>()
		const gone = new Set<string>()
		for await (const absolute of this.inTurns(await this.withSiblings(paths, passes), build)) {
			const place = this.placeOf(absolute)
			const pass = passes.find(({ root }) => root === place?.root)
			if (!place || !pass) continue
			const status = await lstat(absolute).catch(() => undefined)
			if (status?.isFile()) {
				if (isRead(place.relative) && (await pass.included.has(place.relative))) {
					await this.look(pass.root, place.relative, build)
					found.add(place.path)
				} else if (build === this.build) this.forget(place.path)
			} else if (this.files.has(place.path)) this.forget(place.path)
			// It may have been a folder.
			else gone.add(place.path)
			if (!status?.isDirectory()) continue
			for await (const relative of pass.included.below(place.relative)) {
				if (build !== this.build) return
				if (!isRead(relative)) continue
				await this.look(pass.root, relative, build)
				found.add(pathOf(pass.root, relative))
			}
		}
		if (gone.size === 0) return
		for await (const path of this.inTurns(this.files.keys(), build)) {
			if (!found.has(path) && isBelow(path, gone)) this.forget(path)
		}
	}

	/** With the files beside them, where what is excluded depends on what else is in a folder. */
	private async withSiblings(paths: readonly string[], passes: readonly Pass[]): Promise<ReadonlySet<string>> {
		const all = new Set(paths)
		const depending = passes.filter(({ included }) => included.dependsOnSiblings)
		const isIn = (path: string) => depending.some(({ root }) => pathIn(root, path) !== undefined)
		for (const folder of new Set(paths.filter(isIn).map((path) => dirname(path)))) {
			for (const name of await readdir(folder).catch(() => [])) if (isRead(name)) all.add(join(folder, name))
		}
		return all
	}

	/** Reads a file that is included, unless that was done since it changed. */
	private async look(root: WorkspaceRoot, relative: string, build: number): Promise<void> {
		const path = pathOf(root, relative)
		const absolute = join(root.folder, relative)
		const found = await lstat(absolute).catch(() => undefined)
		if (build !== this.build) return
		if (!found?.isFile()) return this.forget(path)
		this.seen?.add(path)
		const { mtimeMs, size } = found
		const known = this.files.get(path) ?? this.kept.get(path)
		if (known && known.mtimeMs === mtimeMs && known.size === size) return this.keep(path, known)
		if (!this.files.has(path) && this.files.size >= mostFiles) return
		// Questions that came meanwhile are answered now.
		await setImmediate()
		const text = size > largestFile ? undefined : await readFile(absolute, 'utf8').catch(() => undefined)
		const grammar = grammarOfPath(path)
		const isCode = text !== undefined && grammar !== undefined && isReadable(text)
		const symbols = isCode ? await this.reader.read({ path, grammar, text }) : undefined
		const project = text === undefined ? undefined : readProjectFile(path, text)
		// Meanwhile it may have been excluded.
		if (build !== this.build) return
		this.keep(path, { mtimeMs, size, symbols, ...(project && { project }) })
		this.isSaved = false
	}

	private keep(path: string, indexed: IndexedFile): void {
		if (this.files.get(path) === indexed) return
		this.files.set(path, indexed)
		this.kept.delete(path)
		this.show(path)
	}

	private forget(path: string): void {
		const wasKept = this.kept.delete(path)
		if (this.files.delete(path) || wasKept) this.isSaved = false
		this.seen?.delete(path)
		this.show(path)
	}

	private show(path: string): void {
		const known = this.files.get(path)
		const symbols = known && (this.live.get(path) ?? known.symbols)
		if (symbols) this.table.set(symbols)
		else this.table.delete(path)
		this.table.setProject(path, known?.project)
	}

	private placeOf(absolute: string): { readonly root: WorkspaceRoot; path: string; relative: string } | undefined {
		for (const root of this.roots) {
			const path = pathIn(root, absolute)
			if (path !== undefined) return { root, path, relative: relativeIn(root, path) ?? path }
		}
		return undefined
	}

	/** With turns for questions in between; none any more once another build began. */
	private async *inTurns(paths: Iterable<string>, build: number): AsyncGenerator<string> {
		let count = 0
		for (const path of paths) {
			if (++count % batch === 0) await setImmediate()
			if (build !== this.build) return
			yield path
		}
	}

	private progress(): IndexProgress {
		return { ...this.table.size, isWhole: this.hasRead && !this.seen }
	}

	/** Without it everything is read again the next time: nothing is lost. */
	private save(): Promise<void> {
		if (this.isClosed) return this.writing
		this.isSaved = true
		this.writing = this.writing.then(() => writeIndex(this.storeFile, this.files)).catch(() => {})
		return this.writing
	}
}

function passesOf(roots: readonly WorkspaceRoot[]): Pass[] {
	return roots.map((root) => ({ root, included: new IncludedFiles(root) }))
}

async function isIncludedIn(passes: readonly Pass[], path: string): Promise<boolean> {
	for (const { root, included } of passes) {
		const relative = relativeIn(root, path)
		if (relative !== undefined) return included.has(relative)
	}
	return false
}

function pathOf({ name }: WorkspaceRoot, relative: string): string {
	return name === '' ? relative : `${name}/${relative}`
}

/** Whether a path, or a folder above it, is one of some. */
function isBelow(path: string, some: ReadonlySet<string>): boolean {
	for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
		if (some.has(path.slice(0, end))) return true
	}
	return false
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
