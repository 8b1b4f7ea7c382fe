import { coversFile, type Piece } from './pieces.ts'

/** What is kept beside the part of a file that is there, so that a download goes on after a restart. */
export interface DownloadState {
	/** The address that the user agreed to; never one that a redirect led to, which may hold a token. */
	readonly url: string
	/** Of the whole file. */
	readonly bytes: number
	/** What the server calls this state of the file; undefined where it says nothing. */
	readonly version: string | undefined
	/** 64 small hexadecimal digits; undefined where nobody said it. */
	readonly sha256: string | undefined
	readonly pieces: readonly Piece[]
}

/** What is known of the file now, to be compared with what was known when its download began. */
export type RemoteFacts = Pick<DownloadState, 'url' | 'bytes' | 'version' | 'sha256'>

export function writeDownloadState(state: DownloadState): string {
	return JSON.stringify({ format: 1, ...state })
}

/** Undefined where it is damaged, or of another version of Alcove. */
export function readDownloadState(text: string): DownloadState | undefined {
	let value: unknown
	try {
		value = JSON.parse(text)
	} catch {
		return undefined
	}
	if (!isRecord(value) || value.format !== 1) return undefined
	const { url, bytes, version, sha256, pieces } = value
	if (typeof url !== 'string' || typeof bytes !== 'number' || !Array.isArray(pieces)) return undefined
	if (!isOptionalText(version) || !isOptionalText(sha256)) return undefined
	if (!pieces.every(isPiece) || !coversFile(pieces, bytes)) return undefined
	return { url, bytes, version, sha256, pieces }
}

/**
 * Whether what is there is the beginning of the same file. Without a word of the server on that, only a hash that is known
 * beforehand makes it safe to go on, for it is compared at the end.
 */
export function canContinue(kept: DownloadState, now: RemoteFacts): boolean {
	if (kept.url !== now.url || kept.bytes !== now.bytes) return false
	if (kept.sha256 !== undefined && now.sha256 !== undefined) return kept.sha256 === now.sha256
	return kept.version !== undefined && kept.version === now.version
}

function isPiece(value: unknown): value is Piece {
	return (
		isRecord(value) &&
		typeof value.start === 'number' &&
		typeof value.end === 'number' &&
		typeof value.done === 'number'
	)
}

function isOptionalText(value: unknown): value is string | undefined {
	return value === undefined || typeof value === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
}
