import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { EgressRefusal } from '../../privacy/egressPolicy.ts'
import type { NetworkFailure } from '../../privacy/network.ts'
import type { TransferProgress } from './transferRate.ts'

/** One file of a model, as the user agreed to it. */
export interface DownloadRequest {
	readonly url: string
	/** Absolute path that the file is to have. */
	readonly path: string
	/** 64 small hexadecimal digits from the catalogue; absent: the server's own word is taken, and said to be that. */
	readonly sha256?: string
	/** Exactly; a server that offers another length offers another file. */
	readonly bytes?: number
	/** What is remembered with the file, such as its licence. */
	readonly licence?: string
}

/** By whose word the content of the file is the right one. */
export type Verification = 'catalogue' | 'server' | 'none'

export type DownloadOutcome =
	| {
			readonly kind: 'done'
			readonly path: string
			readonly bytes: number
			readonly sha256: string
			readonly verifiedBy: Verification
	  }
	/** Cancelled; what is there stays, and the same request goes on with it. */
	| { readonly kind: 'paused'; readonly doneBytes: number; readonly totalBytes: number | undefined }
	| { readonly kind: 'failed'; readonly failure: DownloadFailure }

export type DownloadFailure =
	/** The guard did not let a connection be made, to the host itself or to one that it sent us to. */
	| {
			readonly reason: 'refused'
			readonly host: string
			readonly port: number
			readonly why: EgressRefusal
			readonly isRedirect: boolean
	  }
	/** 401 or 403: the file is for those who agreed to its terms, or the token is not theirs. */
	| { readonly reason: 'needsToken'; readonly host: string; readonly hadToken: boolean }
	| { readonly reason: 'notFound' }
	| { readonly reason: 'status'; readonly status: number }
	| { readonly reason: 'network'; readonly failure: NetworkFailure; readonly detail: string }
	| { readonly reason: 'badAnswer'; readonly detail: string }
	| { readonly reason: 'wrongLength'; readonly expected: number; readonly actual: number }
	| { readonly reason: 'wrongHash'; readonly expected: string; readonly actual: string }
	| { readonly reason: 'diskFull'; readonly neededBytes: number; readonly freeBytes: number }
	| { readonly reason: 'notWritable'; readonly code: string }
	| { readonly reason: 'exists' }
	/** Another window of the editor is at it. */
	| { readonly reason: 'busy' }

/** Brings files of models onto this machine. */
export interface ModelDownload {
	/** Never rejects. A cancelled call resolves as paused. */
	download(
		request: DownloadRequest,
		onProgress: (progress: TransferProgress) => void,
		token: CancellationToken,
	): Promise<DownloadOutcome>
	/** Asks a server how long a file is, and fetches one byte of it. Never rejects. */
	inspect(
		url: string,
		token: CancellationToken,
	): Promise<{ readonly bytes: number } | { readonly failure: DownloadFailure }>
	/** Removes what an unfinished download left at `path`. */
	discard(path: string): Promise<void>
}
