import { mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { canContinue, type DownloadState } from '../../../core/model/download/downloadState.ts'
import type {
	DownloadFailure,
	DownloadOutcome,
	DownloadRequest,
	ModelDownload,
	Verification,
} from '../../../core/model/download/modelDownload.ts'
import { planPieces, writtenBytes } from '../../../core/model/download/pieces.ts'
import { RetryPolicy } from '../../../core/model/download/retryPolicy.ts'
import { type TransferProgress, TransferRate } from '../../../core/model/download/transferRate.ts'
import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { CancelledError, messageOf } from '../../../shared/errors.ts'
import { takeFileLock } from '../../fileLock.ts'
import { badAnswer, ChangedError, DownloadStop, SetbackError } from './downloadErrors.ts'
import { writeRecord } from './downloadRecord.ts'
import { FollowingHash } from './followingHash.ts'
import { type DownloadDisk, diskTrouble, partPath, readState, realDisk, removePart, removeState } from './partFile.ts'
import { pause } from './pause.ts'
import { locate, type RemoteDeps, type RemoteFile } from './remoteFile.ts'
import { Transfer } from './transfer.ts'

export interface HttpDownloadDeps extends RemoteDeps {
	readonly clock: Clock
	readonly disk?: DownloadDisk
	/** Requests side by side. Default 4. */
	readonly connections?: number
	/** Default 32 MiB. */
	readonly pieceBytes?: number
	/** Of the delays between attempts, for tests. Default 1. */
	readonly delayScale?: number
}

type Report = (progress: TransferProgress) => void

/** Left free on the disk, whatever is downloaded. */
const reservedBytes = 256 << 20
const reportEveryMs = 250
/** A file that changes while it is fetched is begun anew once. */
const mostBeginnings = 2

/** Downloads files over HTTP: in ranges, side by side, resumable, and never under its own name before its hash is right. */
export class HttpDownload implements ModelDownload {
	private readonly deps: HttpDownloadDeps
	private readonly disk: DownloadDisk

	constructor(deps: HttpDownloadDeps) {
		this.deps = deps
		this.disk = deps.disk ?? realDisk
	}

	async download(request: DownloadRequest, onProgress: Report, token: CancellationToken): Promise<DownloadOutcome> {
		try {
			return await this.locked(request, onProgress, token)
		} catch (error) {
			if (error instanceof CancelledError || token.isCancellationRequested) return paused(request.path)
			if (error instanceof DownloadStop || error instanceof SetbackError) {
				return { kind: 'failed', failure: error.failure }
			}
			const trouble = await diskTrouble(error, request.path, 0, this.disk)
			if (trouble instanceof DownloadStop) return { kind: 'failed', failure: trouble.failure }
			throw error
		}
	}

	async inspect(url: string, token: CancellationToken): Promise<{ bytes: number } | { failure: DownloadFailure }> {
		try {
			const retry = new RetryPolicy(Math.random, this.deps.delayScale)
			const { bytes } = await this.locatePatiently(url, retry, token)
			return { bytes }
		} catch (error) {
			if (error instanceof DownloadStop || error instanceof SetbackError) return { failure: error.failure }
			return { failure: { reason: 'badAnswer', detail: messageOf(error) } }
		}
	}

	async discard(path: string): Promise<void> {
		await removePart(path)
	}

	private async locked(
		request: DownloadRequest,
		onProgress: Report,
		token: CancellationToken,
	): Promise<DownloadOutcome> {
		await mkdir(dirname(request.path), { recursive: true })
		if (await stat(request.path).catch(() => undefined)) throw new DownloadStop({ reason: 'exists' })
		const unlock = await takeFileLock(`${request.path}.part.lock`, 0)
		if (!unlock) throw new DownloadStop({ reason: 'busy' })
		try {
			const retry = new RetryPolicy(Math.random, this.deps.delayScale)
			for (let beginning = 1; ; beginning++) {
				try {
					return await this.attempt(request, retry, onProgress, token)
				} catch (error) {
					if (!(error instanceof ChangedError)) throw error
					await removePart(request.path)
					if (beginning >= mostBeginnings) throw badAnswer(error.message)
				}
			}
		} finally {
			await unlock()
		}
	}

	/** @throws DownloadStop, SetbackError, ChangedError, CancelledError */
	private async attempt(
		request: DownloadRequest,
		retry: RetryPolicy,
		onProgress: Report,
		token: CancellationToken,
	): Promise<DownloadOutcome> {
		const file = await this.locatePatiently(request.url, retry, token)
		const { sha256, verifiedBy } = expectedHash(request, file)
		const state = await this.stateFor(request, file, sha256)
		const missing = file.bytes - writtenBytes(state.pieces)
		await this.ensureSpace(request.path, missing)
		const part = await this.disk.openPart(partPath(request.path))
		try {
			const hash = new FollowingHash(part)
			const transfer = new Transfer(
				{ ...this.deps, disk: this.disk, connections: this.deps.connections ?? 4, retry },
				{ path: request.path, state, file, part, hash, onBytes: this.reporter(file.bytes, onProgress) },
				token,
			)
			try {
				await transfer.run()
			} catch (error) {
				await hash.stop()
				throw error
			}
			const actual = await hash.digest(file.bytes)
			if (sha256 !== undefined && actual !== sha256) {
				await removePart(request.path)
				throw new DownloadStop({ reason: 'wrongHash', expected: sha256, actual })
			}
			await this.finish(request, { bytes: file.bytes, sha256: actual, verifiedBy })
			return { kind: 'done', path: request.path, bytes: file.bytes, sha256: actual, verifiedBy }
		} finally {
			await part.close()
		}
	}

	private async locatePatiently(url: string, retry: RetryPolicy, token: CancellationToken): Promise<RemoteFile> {
		for (;;) {
			try {
				return await locate(this.deps, url, token)
			} catch (error) {
				if (!(error instanceof SetbackError)) throw error
				const delay = retry.delayAfter(error.setback, Date.now())
				if (delay === undefined) throw error
				await pause(this.deps.clock, delay, token)
			}
		}
	}

	/** What is there already where it is the beginning of this file, else nothing. */
	private async stateFor(
		{ url, path }: DownloadRequest,
		file: RemoteFile,
		sha256: string | undefined,
	): Promise<DownloadState> {
		const { bytes, version } = file
		const kept = await readState(path)
		const part = await stat(partPath(path)).catch(() => undefined)
		if (kept && part && file.takesRanges && canContinue(kept, { url, bytes, version, sha256 })) {
			return { ...kept, version, sha256 }
		}
		await removePart(path)
		const pieces = file.takesRanges ? planPieces(bytes, this.deps.pieceBytes) : planPieces(bytes, Math.max(1, bytes))
		return { url, bytes, version, sha256, pieces }
	}

	private async ensureSpace(path: string, missingBytes: number): Promise<void> {
		const freeBytes = await this.disk.freeBytes(dirname(path))
		const neededBytes = missingBytes + reservedBytes
		if (neededBytes > freeBytes) throw new DownloadStop({ reason: 'diskFull', neededBytes, freeBytes })
	}

	private reporter(totalBytes: number, onProgress: Report): (doneBytes: number) => void {
		const rate = new TransferRate(totalBytes)
		let reportedAt = Number.NEGATIVE_INFINITY
		return (doneBytes) => {
			const now = this.deps.clock.now()
			if (doneBytes < totalBytes && now - reportedAt < reportEveryMs) return
			reportedAt = now
			onProgress(rate.progress(doneBytes, now))
		}
	}

	private async finish(
		{ path, url, licence }: DownloadRequest,
		facts: { readonly bytes: number; readonly sha256: string; readonly verifiedBy: Verification },
	): Promise<void> {
		await writeRecord(path, { url, ...facts, ...(licence !== undefined && { licence }) })
		await rename(partPath(path), path)
		await removeState(path)
	}
}

function expectedHash(request: DownloadRequest, file: RemoteFile) {
	if (request.bytes !== undefined && request.bytes !== file.bytes) {
		throw new DownloadStop({ reason: 'wrongLength', expected: request.bytes, actual: file.bytes })
	}
	if (request.sha256 === undefined) {
		return { sha256: file.sha256, verifiedBy: file.sha256 === undefined ? ('none' as const) : ('server' as const) }
	}
	// Not worth a byte: the server itself says that it is another file.
	if (file.sha256 !== undefined && file.sha256 !== request.sha256) {
		throw new DownloadStop({ reason: 'wrongHash', expected: request.sha256, actual: file.sha256 })
	}
	return { sha256: request.sha256, verifiedBy: 'catalogue' as const }
}

async function paused(path: string): Promise<DownloadOutcome> {
	const state = await readState(path)
	return { kind: 'paused', doneBytes: state ? writtenBytes(state.pieces) : 0, totalBytes: state?.bytes }
}
