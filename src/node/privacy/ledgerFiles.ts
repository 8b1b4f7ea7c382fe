import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChainPlace, type ChainReport, ChainVerifier, note } from '../../core/privacy/ledger/ledgerChain.ts'
import type { Ledger, LedgerEntry } from '../../core/privacy/ledger/ledgerEntry.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import type { Logger } from '../../shared/logger.ts'
import { placeOf } from '../../shared/placeOf.ts'
import { withFileLock } from '../fileLock.ts'
import { LedgerStore, sha256 } from './ledgerStore.ts'

/** What the editor remembers of the ledger, in a place of its own. */
export interface LedgerAnchor {
	get(): ChainPlace | undefined
	set(place: ChainPlace): void
}

export interface LedgerFilesDeps {
	/** Absolute; made with the first record. Several windows may have the same. */
	readonly folder: string
	readonly clock: Clock
	readonly now: () => Date
	readonly retentionDays: () => number
	readonly logger: Logger
	readonly anchor?: LedgerAnchor
	/** Of a model's file; undefined where it cannot be read. */
	readonly hashOf?: (file: string) => Promise<string | undefined>
	/** Default: 4 MB. */
	readonly fileBytes?: number
}

/** Records wait so long for others. */
const batchMs = 250
const usualFileBytes = 4_000_000
const mostFiles = 64
/** More than that is not kept in memory where the disk takes nothing. */
const mostWaiting = 10_000

/**
 * The ledger in files of JSON lines. Who adds an entry pays for a place in a list; hashing and writing happen later, in batches, under a lock
 * that all windows share.
 */
export class LedgerFiles implements Ledger, Disposable {
	private readonly deps: LedgerFilesDeps
	private readonly store: LedgerStore
	private waiting: LedgerEntry[] = []
	private timer: Disposable | undefined
	private work: Promise<void> = Promise.resolve()
	private dropped = 0

	constructor(deps: LedgerFilesDeps) {
		this.deps = deps
		this.store = new LedgerStore(deps.folder)
	}

	add(entry: LedgerEntry): void {
		if (this.waiting.length >= mostWaiting) this.dropped++
		else this.waiting.push(entry)
		this.timer ??= this.deps.clock.after(batchMs, () => void this.flush())
	}

	/** Resolves when all that was added is on the disk, or could not be written. Never rejects. */
	flush(): Promise<void> {
		this.timer?.dispose()
		this.timer = undefined
		this.work = this.work.then(() => this.write())
		return this.work
	}

	/**
	 * Each file with its text, the oldest first; what waits is written before.
	 *
	 * @param from bytes of a file that are known already, up to the end of a record
	 */
	async read(take: (name: string, text: string) => void, from: (name: string) => number = () => 0): Promise<void> {
		await this.flush()
		for (const name of await this.store.files()) take(name, await this.store.read(name, from(name)).catch(() => ''))
	}

	async verify(): Promise<ChainReport> {
		await this.flush()
		return this.locked(async () => {
			const anchor = this.deps.anchor?.get()
			const verifier = new ChainVerifier(sha256, { head: await this.store.head(), anchor })
			for (const name of await this.store.files()) verifier.file(name, await this.store.read(name))
			return verifier.end()
		})
	}

	dispose(): void {
		if (this.waiting.length > 0) void this.flush()
		else this.timer?.dispose()
	}

	private async write(): Promise<void> {
		const entries = this.waiting
		if (entries.length === 0) return
		this.waiting = []
		try {
			const whole: LedgerEntry[] = []
			if (this.dropped > 0) whole.push(note(this.deps.now().toISOString(), 'dropped', `${this.dropped} records`))
			this.dropped = 0
			for (const entry of entries) whole.push(await this.withHash(entry))
			const { fileBytes = usualFileBytes, now, retentionDays } = this.deps
			const limits = { fileBytes, files: mostFiles, days: retentionDays() }
			const { anchor } = this.deps
			const order = () => ({ now: now(), limits, anchor: anchor?.get() })
			const place = await this.locked(() => this.store.append(whole, order()))
			anchor?.set(place)
		} catch (error) {
			// Kept for the next time; nothing else may fail for it.
			this.waiting = [...entries, ...this.waiting]
			this.deps.logger.log('error', 'ledger.notWritten', { place: placeOf(error), waiting: this.waiting.length })
		}
	}

	private async withHash(entry: LedgerEntry): Promise<LedgerEntry> {
		const { model } = entry
		const hash = model?.file === undefined ? undefined : await this.deps.hashOf?.(model.file)
		return model && hash !== undefined ? { ...entry, model: { ...model, hash } } : entry
	}

	private async locked<T>(run: () => Promise<T>): Promise<T> {
		await mkdir(this.deps.folder, { recursive: true, mode: 0o700 })
		return withFileLock(join(this.deps.folder, 'lock'), run)
	}
}
