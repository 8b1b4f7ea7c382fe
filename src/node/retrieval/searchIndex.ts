import { lstat, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { SearchHit, SearchIndexState } from '../../core/chat/chatPorts.ts'
import type { DocumentRefusal } from '../../core/chat/readableFiles.ts'
import { isPaged } from '../../core/documentPage.ts'
import { maskSecrets } from '../../core/privacy/secrets/maskSecrets.ts'
import { isSearchable } from '../../core/retrieval/isSearchable.ts'
import type { PdfReader } from '../documents/pdfReader.ts'
import type { SymbolReader } from '../symbols/symbolReader.ts'
import { IncludedFiles, pathIn, relativeIn, type WorkspaceRoot } from '../symbols/workspaceFiles.ts'
import { chunkFile, type IndexedChunk } from './chunkFile.ts'
import { ChunkTable, type SearchTerms } from './chunkTable.ts'
import { Embedder, type EmbedTexts } from './embedder.ts'
import { type KnownFile, loadKnownFiles, saveKnownFiles } from './knownFiles.ts'
import { absoluteOf, hitsOf, linesOf } from './readHits.ts'
import { readIndexed } from './readIndexed.ts'
import { type SearchOrder, vectorFileOf } from './searchMessages.ts'
import { VectorTable } from './vectorTable.ts'

const mostFiles = 50_000
const largestFile = 512 * 1024
/** Documents that could not be read, as far as they are told of. */
const mostUnread = 20
/** Milliseconds of work, and of the rest after it: others want the processor too. */
const workMs = 40
const restMs = 10
const saveAfter = 5_000
const reportEvery = 25
const rulesFile = /(^|\/)(\.gitignore|\.alcoveignore|\.git\/info\/exclude)$/

interface ShownFile extends KnownFile {
	readonly ids: readonly number[]
}

interface Pass {
	readonly root: WorkspaceRoot
	readonly included: IncludedFiles
}

interface SearchIndexDeps {
	readonly reader: SymbolReader
	/** Absent: PDF files are not read. */
	readonly pdf?: PdfReader
	readonly report: (state: SearchIndexState) => void
	readonly embed: EmbedTexts
}

/**
 * What the files of a workspace are about: read file by file in the background, kept on disk, and brought up to date with every change.
 * What is excluded or looks secret is not read. No text is kept in memory or on disk, only the words of it.
 */
export class SearchIndex {
	private readonly reader: SymbolReader
	private readonly report: (state: SearchIndexState) => void
	private readonly embed: EmbedTexts
	private readonly pdf: PdfReader | undefined
	private readonly table = new ChunkTable()
	private readonly files = new Map<string, ShownFile>()
	/** From disk, and not looked at yet. */
	private readonly kept = new Map<string, KnownFile>()
	private readonly unread = new Map<string, DocumentRefusal>()
	private vectors = new VectorTable()
	private embedder: Embedder | undefined
	private order: SearchOrder | undefined
	/** What the vectors are of. */
	private model: string | undefined
	private build = 0
	private progress = { done: 0, total: 0 }
	private isBuilding = false
	private resume: (() => void) | undefined
	private paused: Promise<void> | undefined
	private lastRest = performance.now()
	private readonly pending = new Set<string>()
	private updating: Promise<void> | undefined
	private saving: NodeJS.Timeout | undefined
	private writing: Promise<void> = Promise.resolve()
	private isSaved = true

	constructor(deps: SearchIndexDeps) {
		this.reader = deps.reader
		this.pdf = deps.pdf
		this.report = deps.report
		this.embed = deps.embed
	}

	get state(): SearchIndexState {
		if (!this.order) return { kind: 'off', done: 0, total: 0 }
		const { paused, isBuilding, progress } = this
		const unread = [...this.unread].slice(0, mostUnread).map(([path, refused]) => ({ path, refused }))
		return {
			kind: paused ? 'paused' : isBuilding ? 'building' : 'ready',
			...progress,
			...(unread.length > 0 && { unread }),
		}
	}

	get size(): { readonly files: number; readonly chunks: number; readonly vectors: number } {
		return { files: this.files.size, chunks: this.table.size, vectors: this.vectors.size }
	}

	/** Reads what is new and forgets what is gone. Resolves when it is done or another build began. */
	async open(order: SearchOrder): Promise<void> {
		const build = ++this.build
		this.isBuilding = true
		const isFirst = this.order === undefined
		this.order = order
		if (isFirst) await this.load(order)
		await this.useModel(order)
		if (build !== this.build) return
		this.tell()
		await this.readAll(build)
		await this.finish(build)
	}

	/** Files or folders that were changed, made or deleted. Resolves when all that was told is taken in. @param paths absolute */
	changed(paths: readonly string[]): Promise<void> {
		for (const path of paths) this.pending.add(path)
		this.updating ??= this.update().finally(() => {
			this.updating = undefined
		})
		return this.updating
	}

	pause(isPaused: boolean): void {
		if (isPaused === (this.paused !== undefined)) return
		if (isPaused) {
			this.paused = new Promise((resolve) => {
				this.resume = resolve
			})
		} else {
			this.resume?.()
			this.paused = undefined
		}
		this.tell()
	}

	/** The best first, as the files are now. */
	async search(question: string, terms: SearchTerms): Promise<SearchHit[]> {
		// What changed unnoticed is read again before it is shown, and once is enough.
		for (let tries = 0; ; tries++) {
			const found = this.table.search(question, { ...terms, vectors: this.vectors })
			const stale = new Set<string>()
			for (const path of new Set(found.map(({ chunk }) => chunk.path))) {
				if (await this.isStale(path)) stale.add(path)
			}
			if (stale.size > 0 && tries === 0) {
				await this.lookAgain([...stale])
				continue
			}
			const hits = await hitsOf(
				found.filter(({ chunk }) => !stale.has(chunk.path)),
				(path) => this.linesOf(path),
			)
			return hits.slice(0, terms.limit)
		}
	}

	/** Resolves when nothing is written to disk any more. */
	async close(): Promise<void> {
		this.build++
		this.order = undefined
		this.pause(false)
		clearTimeout(this.saving)
		await this.writing
	}

	/** What is not on disk yet is written. */
	async save(): Promise<void> {
		clearTimeout(this.saving)
		const { order, model } = this
		if (!order) return
		const isChanged = !this.isSaved
		this.isSaved = true
		this.writing = this.writing
			.then(async () => {
				if (isChanged) await saveKnownFiles(order.storeFile, this.files)
				if (model && !this.vectors.isSaved) await this.vectors.save(vectorFileOf(order.storeFile), model)
			})
			// Without it everything is read again the next time: nothing is lost.
			.catch(() => {})
		await this.writing
	}

	private async load({ storeFile }: SearchOrder): Promise<void> {
		for (const [path, known] of await loadKnownFiles(storeFile)) this.kept.set(path, known)
	}

	/** Vectors of another model, or of another state of its file, are of no use. */
	private async useModel({ storeFile, embeddingModel }: SearchOrder): Promise<void> {
		const status = embeddingModel === undefined ? undefined : await stat(embeddingModel).catch(() => undefined)
		const model = status && `${embeddingModel} ${status.size} ${status.mtimeMs}`
		if (model === this.model && (!model || this.embedder)) return
		this.model = model
		this.vectors = new VectorTable()
		this.embedder = undefined
		if (!model || embeddingModel === undefined) return
		await this.vectors.load(vectorFileOf(storeFile), model)
		this.embedder = new Embedder({
			modelPath: embeddingModel,
			vectors: this.vectors,
			embed: this.embed,
			linesOf: (path) => this.linesOf(path),
		})
	}

	private async readAll(build: number): Promise<void> {
		const found: { readonly pass: Pass; readonly relative: string }[] = []
		const seen = new Set<string>()
		for (const pass of passesOf(this.order?.roots ?? [])) {
			for await (const relative of pass.included.below()) {
				if (build !== this.build) return
				if (found.length >= mostFiles || !isSearchable(relative)) continue
				found.push({ pass, relative })
				seen.add(pathOf(pass.root, relative))
				await this.rest(build)
			}
		}
		if (build !== this.build) return
		for (const path of [...this.files.keys()]) if (!seen.has(path)) this.forget(path)
		this.progress = { done: 0, total: found.length }
		for (const [at, { pass, relative }] of found.entries()) {
			await this.look(pass.root, relative, build)
			if (build !== this.build) return
			this.progress = { done: at + 1, total: found.length }
			if ((at + 1) % reportEvery === 0) this.tell()
			await this.rest(build)
		}
		if (this.kept.size > 0) this.isSaved = false
		this.kept.clear()
	}

	/** Vectors come last: until then words alone are searched. */
	private async finish(build: number): Promise<void> {
		if (build !== this.build) return
		const files = this.progress
		if (!this.isSaved) await this.save()
		await this.embedder?.run(this.table, {
			isOver: () => build !== this.build,
			rest: () => this.rest(build),
			report: (done, total) => {
				this.progress = { done, total }
				this.tell()
			},
		})
		if (build !== this.build) return
		this.progress = files
		this.isBuilding = false
		this.tell()
		await this.save()
	}

	private async update(): Promise<void> {
		while (this.pending.size > 0 && this.order) {
			const paths = [...this.pending]
			this.pending.clear()
			// The build that is under way looks at everything, but may have been there already.
			await this.updateAll(paths)
		}
	}

	private async updateAll(paths: readonly string[]): Promise<void> {
		const { order, build } = this
		if (!order) return
		// Other rules may exclude or include anything below.
		if (paths.some((path) => rulesFile.test(path.replaceAll('\\', '/')))) return this.open(order)
		const gone: string[] = []
		const passes = passesOf(order.roots)
		for (const absolute of paths) {
			for (const pass of passes) {
				const path = pathIn(pass.root, absolute)
				const relative = path === undefined ? undefined : relativeIn(pass.root, path)
				if (path === undefined || relative === undefined) continue
				if (!(await this.lookBelow(pass, relative, build))) gone.push(path)
				if (build !== this.build) return
				break
			}
		}
		for (const path of [...this.files.keys()]) {
			if (gone.some((one) => path === one || path.startsWith(`${one}/`))) this.forget(path)
		}
		if (this.isBuilding) return
		if (this.embedder) {
			this.isBuilding = true
			await this.finish(build)
		}
		clearTimeout(this.saving)
		this.saving = setTimeout(() => void this.save(), saveAfter)
		this.saving.unref()
	}

	/** False where there is nothing any more that may be read. */
	private async lookBelow(pass: Pass, relative: string, build: number): Promise<boolean> {
		const status = await lstat(join(pass.root.folder, relative)).catch(() => undefined)
		if (status?.isDirectory()) {
			for await (const one of pass.included.below(relative)) {
				if (build !== this.build) return true
				if (isSearchable(one)) await this.look(pass.root, one, build)
				await this.rest(build)
			}
			return true
		}
		if (!status?.isFile() || !isSearchable(relative) || !(await pass.included.has(relative))) return false
		await this.look(pass.root, relative, build)
		await this.rest(build)
		return true
	}

	private async look(root: WorkspaceRoot, relative: string, build: number): Promise<void> {
		const path = pathOf(root, relative)
		const absolute = join(root.folder, relative)
		const status = await lstat(absolute).catch(() => undefined)
		if (build !== this.build) return
		if (!status?.isFile() || (status.size > largestFile && !isPaged(path))) return this.forget(path)
		const known = this.files.get(path) ?? this.kept.get(path)
		const { mtimeMs, size } = status
		if (known && known.mtimeMs === mtimeMs && known.size === size) return this.show(path, known)
		const read = await readIndexed(absolute, this.pdf)
		if (build !== this.build) return
		if (read === undefined) return this.forget(path)
		const { hash, refused } = read
		if (known?.hash === hash) return this.show(path, { ...known, mtimeMs, size })
		const chunks = read.isText ? await chunkFile(this.reader, path, maskSecrets(read.text), read.pages) : []
		if (build !== this.build) return
		const packed = deflateRawSync(JSON.stringify(chunks), { level: 1 })
		this.isSaved = false
		this.show(path, { mtimeMs, size, hash, packed, ...(refused && { refused }) }, chunks)
	}

	private show(path: string, known: KnownFile, chunks?: readonly IndexedChunk[]): void {
		const shown = this.files.get(path)
		this.kept.delete(path)
		if (known.refused) this.unread.set(path, known.refused)
		else this.unread.delete(path)
		if (shown?.hash === known.hash) {
			if (shown.mtimeMs !== known.mtimeMs) this.isSaved = false
			this.files.set(path, { ...known, ids: shown.ids })
			return
		}
		if (shown) this.table.remove(shown.ids)
		const all: readonly IndexedChunk[] = chunks ?? JSON.parse(inflateRawSync(known.packed).toString())
		this.files.set(path, { ...known, ids: this.table.add(path, all) })
	}

	private forget(path: string): void {
		const shown = this.files.get(path)
		if (shown) this.table.remove(shown.ids)
		this.unread.delete(path)
		if (this.files.delete(path) || this.kept.delete(path)) this.isSaved = false
	}

	private async isStale(path: string): Promise<boolean> {
		const known = this.files.get(path)
		const absolute = absoluteOf(this.order?.roots ?? [], path)
		const status = absolute === undefined ? undefined : await lstat(absolute).catch(() => undefined)
		return !status?.isFile() || status.mtimeMs !== known?.mtimeMs || status.size !== known.size
	}

	private async lookAgain(paths: readonly string[]): Promise<void> {
		const absolutes = paths.flatMap((path) => absoluteOf(this.order?.roots ?? [], path) ?? [])
		const { build, order } = this
		for (const pass of passesOf(order?.roots ?? [])) {
			for (const absolute of absolutes) {
				const path = pathIn(pass.root, absolute)
				const relative = path === undefined ? undefined : relativeIn(pass.root, path)
				if (path === undefined || relative === undefined) continue
				const isThere =
					(await pass.included.has(relative)) && ((await lstat(absolute).catch(() => undefined))?.isFile() ?? false)
				if (isThere) await this.look(pass.root, relative, build)
				else this.forget(path)
			}
		}
	}

	private linesOf(path: string): Promise<readonly string[] | undefined> {
		return linesOf(this.order?.roots ?? [], path, this.pdf)
	}

	/** Others get their turn; stands still while it is paused. */
	private async rest(build: number): Promise<void> {
		while (this.paused && build === this.build) await this.paused
		if (performance.now() - this.lastRest < workMs) return
		await sleep(restMs)
		this.lastRest = performance.now()
	}

	private tell(): void {
		this.report(this.state)
	}
}

function passesOf(roots: readonly WorkspaceRoot[]): Pass[] {
	return roots.map((root) => ({ root, included: new IncludedFiles(root) }))
}

function pathOf({ name }: WorkspaceRoot, relative: string): string {
	return name === '' ? relative : `${name}/${relative}`
}
