import { createHash } from 'node:crypto'
import type { PartHandle } from './partFile.ts'

const readBytes = 1 << 20

/**
 * The SHA-256 of a file that is still being written, in several places at once: it follows from the beginning as far as the file is
 * whole, and reads what it hashes back, so that it speaks of what is on the disk.
 */
export class FollowingHash {
	private readonly part: Pick<PartHandle, 'read'>
	private readonly hash = createHash('sha256')
	private readonly buffer = new Uint8Array(readBytes)
	private hashed = 0
	private wholeUntil = 0
	private running: Promise<void> = Promise.resolve()
	private isRunning = false

	constructor(part: Pick<PartHandle, 'read'>) {
		this.part = part
	}

	/** The file is whole up to here. */
	advance(wholeUntil: number): void {
		this.wholeUntil = Math.max(this.wholeUntil, wholeUntil)
		// Less is not worth a call; the end comes with `digest`.
		if (this.isRunning || this.wholeUntil - this.hashed < readBytes) return
		this.isRunning = true
		this.running = this.follow().finally(() => {
			this.isRunning = false
		})
		// Whoever awaits the end gets it.
		this.running.catch(() => {})
	}

	/** Ends what runs; nothing is read after it has resolved. Never rejects. */
	async stop(): Promise<void> {
		this.wholeUntil = this.hashed
		await this.running.catch(() => {})
	}

	/** Of the first `bytes` bytes. @throws what reading throws */
	async digest(bytes: number): Promise<string> {
		await this.running
		this.wholeUntil = bytes
		await this.follow()
		return this.hash.digest('hex')
	}

	private async follow(): Promise<void> {
		while (this.hashed < this.wholeUntil) {
			const length = Math.min(readBytes, this.wholeUntil - this.hashed)
			const read = await this.part.read(this.buffer.subarray(0, length), this.hashed)
			if (read === 0) throw new Error('the file is shorter than what was written')
			this.hash.update(this.buffer.subarray(0, read))
			this.hashed += read
		}
	}
}
