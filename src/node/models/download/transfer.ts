import type { DownloadState } from '../../../core/model/download/downloadState.ts'
import { isWhole, type Piece, wholeUntil, writtenBytes } from '../../../core/model/download/pieces.ts'
import type { RetryPolicy } from '../../../core/model/download/retryPolicy.ts'
import { CancellationSource, type CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { CancelledError } from '../../../shared/errors.ts'
import { ChangedError, networkTrouble, SetbackError } from './downloadErrors.ts'
import type { FollowingHash } from './followingHash.ts'
import { type DownloadDisk, diskTrouble, type PartHandle, writeState } from './partFile.ts'
import { pause } from './pause.ts'
import { locate, openRange, type RemoteDeps, type RemoteFile } from './remoteFile.ts'

/** Milliseconds of downloading that may be lost when the process is killed. */
const saveEveryMs = 2_000

export interface TransferDeps extends RemoteDeps {
	readonly clock: Clock
	readonly disk: DownloadDisk
	readonly retry: RetryPolicy
	/** Requests side by side. */
	readonly connections: number
}

export interface TransferJob {
	/** That the file is to have when it is whole. */
	readonly path: string
	readonly state: DownloadState
	readonly file: RemoteFile
	readonly part: PartHandle
	readonly hash: FollowingHash
	/** Told how many bytes are there. */
	readonly onBytes: (doneBytes: number) => void
}

/** Fetches what is missing of a file, over several connections, and keeps how far it got. */
export class Transfer {
	private readonly deps: TransferDeps
	private readonly job: TransferJob
	private readonly pieces: Piece[]
	private readonly waiting: number[]
	private readonly stop: CancellationSource
	private file: RemoteFile
	private relocation: Promise<RemoteFile> | undefined
	/** Until then nobody asks: the server wants a rest, whoever it said so to. */
	private quietUntil = 0
	private savedAt: number
	private saving: Promise<void> | undefined

	constructor(deps: TransferDeps, job: TransferJob, token: CancellationToken) {
		this.deps = deps
		this.job = job
		this.file = job.file
		this.pieces = [...job.state.pieces]
		this.waiting = this.pieces.flatMap((piece, i) => (isWhole(piece) ? [] : [i]))
		this.stop = new CancellationSource(token)
		this.savedAt = deps.clock.now()
	}

	get doneBytes(): number {
		return writtenBytes(this.pieces)
	}

	/** Resolves when all of it is written. @throws DownloadStop, ChangedError, CancelledError */
	async run(): Promise<void> {
		// While there is room: on a disk that is full later it can only be written over.
		await this.save()
		this.job.hash.advance(wholeUntil(this.pieces))
		const count = Math.min(this.file.takesRanges ? this.deps.connections : 1, this.waiting.length)
		const failed: unknown[] = []
		const workers = Array.from({ length: count }, () =>
			this.work().catch((error: unknown) => {
				// The first one to fail says why; the others only end.
				failed.push(error)
				this.stop.cancel()
			}),
		)
		await Promise.all(workers)
		this.stop.dispose()
		const saved = this.saveLast()
		if (failed.length === 0) return saved
		await saved.catch(() => {})
		throw failed[0]
	}

	private async work(): Promise<void> {
		for (let index = this.waiting.shift(); index !== undefined; index = this.waiting.shift()) {
			while (!isWhole(this.piece(index))) await this.attempt(index)
		}
	}

	private async attempt(index: number): Promise<void> {
		await this.rest()
		try {
			await this.fetch(index)
		} catch (error) {
			if (!(error instanceof SetbackError)) throw error
			const delay = this.deps.retry.delayAfter(error.setback, Date.now())
			if (delay === undefined) throw error
			this.quietUntil = Math.max(this.quietUntil, this.deps.clock.now() + delay)
			await this.rest()
			await this.relocate()
		}
	}

	private async fetch(index: number): Promise<void> {
		const { takesRanges } = this.file
		// A server without ranges begins again with every request.
		if (!takesRanges) this.pieces[index] = { ...this.piece(index), done: 0 }
		const { start, end, done } = this.piece(index)
		const { token } = this.stop
		const range = { start: start + done, end, origin: this.job.state.url }
		const body = await openRange(this.deps, this.file, range, token)
		try {
			for await (const bytes of body) await this.write(index, bytes)
		} catch (error) {
			throw networkTrouble(error, false)
		}
		if (isWhole(this.piece(index))) return
		throw new SetbackError(
			{ kind: 'network', failure: 'cut' },
			{ reason: 'network', failure: 'cut', detail: 'the answer ended early' },
		)
	}

	private async write(index: number, bytes: Uint8Array): Promise<void> {
		const { start, end, done } = this.piece(index)
		// More than was asked for: it is not this file.
		if (start + done + bytes.length > end) throw new ChangedError()
		try {
			await this.job.part.write(bytes, start + done)
		} catch (error) {
			const { bytes: total } = this.job.state
			throw await diskTrouble(error, this.job.path, total - this.doneBytes, this.deps.disk)
		}
		this.pieces[index] = { start, end, done: done + bytes.length }
		this.deps.retry.progress()
		this.job.hash.advance(wholeUntil(this.pieces))
		this.job.onBytes(this.doneBytes)
		if (this.deps.clock.now() - this.savedAt >= saveEveryMs) await this.saveSoon()
	}

	/** Asks the first host anew, where the bytes come from another one: its address may have run out. */
	private async relocate(): Promise<void> {
		const { url } = this.job.state
		if (new URL(this.file.url).origin === new URL(url).origin) return
		this.relocation ??= locate(this.deps, url, this.stop.token).finally(() => {
			this.relocation = undefined
		})
		try {
			const { bytes, version, takesRanges, ...rest } = await this.relocation
			const { file } = this
			if (bytes !== file.bytes || version !== file.version || takesRanges !== file.takesRanges) throw new ChangedError()
			this.file = { ...rest, bytes, version, takesRanges }
		} catch (error) {
			// The next attempt finds out whether it is still so.
			if (!(error instanceof SetbackError)) throw error
		}
	}

	private async rest(): Promise<void> {
		const { token } = this.stop
		for (let ms = this.quietUntil - this.deps.clock.now(); ms > 0; ms = this.quietUntil - this.deps.clock.now()) {
			await pause(this.deps.clock, ms, token)
		}
		if (token.isCancellationRequested) throw new CancelledError()
	}

	private saveSoon(): Promise<void> {
		this.saving ??= this.save().finally(() => {
			this.saving = undefined
		})
		return this.saving
	}

	private async saveLast(): Promise<void> {
		await this.saving?.catch(() => {})
		await this.save()
	}

	private async save(): Promise<void> {
		this.savedAt = this.deps.clock.now()
		const pieces = [...this.pieces]
		// What it says is there has to be there, also after a loss of power.
		await this.job.part.sync()
		await writeState(this.job.path, { ...this.job.state, pieces })
	}

	private piece(index: number): Piece {
		const piece = this.pieces[index]
		if (!piece) throw new RangeError(`piece ${index}`)
		return piece
	}
}
