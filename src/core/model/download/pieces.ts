/** Part of a file that one request asks for; bytes from `start` to before `end`, of which the first `done` are written. */
export interface Piece {
	readonly start: number
	readonly end: number
	readonly done: number
}

/** Large enough that a request more is not noticed, small enough that several connections end at about the same time. */
const usualPiece = 32 << 20
const mostPieces = 4_096

/** Cuts a file into pieces that several connections fetch side by side. */
export function planPieces(bytes: number, pieceBytes = usualPiece): readonly Piece[] {
	const length = Math.max(pieceBytes, Math.ceil(bytes / mostPieces))
	const count = Math.max(1, Math.ceil(bytes / length))
	return Array.from({ length: count }, (_, i) => ({
		start: i * length,
		end: Math.min(bytes, (i + 1) * length),
		done: 0,
	}))
}

export function isWhole({ start, end, done }: Piece): boolean {
	return start + done >= end
}

/** How many bytes are written in all. */
export function writtenBytes(pieces: readonly Piece[]): number {
	return pieces.reduce((sum, { done }) => sum + done, 0)
}

/** Up to where the file is whole from its beginning: what can be hashed already. */
export function wholeUntil(pieces: readonly Piece[]): number {
	for (const piece of pieces) if (!isWhole(piece)) return piece.start + piece.done
	return pieces.at(-1)?.end ?? 0
}

/** Whether pieces follow each other without a gap from 0 to `bytes`: what comes from a file may say anything. */
export function coversFile(pieces: readonly Piece[], bytes: number): boolean {
	let position = 0
	for (const { start, end, done } of pieces) {
		if (![start, end, done].every(Number.isSafeInteger)) return false
		if (start !== position || end < start || done < 0 || done > end - start) return false
		position = end
	}
	return position === bytes
}
