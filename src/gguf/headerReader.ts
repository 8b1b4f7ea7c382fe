import type { FileHandle } from 'node:fs/promises'
import { GgufFormatError } from './ggufFormatError.ts'

/** Bytes fetched at a time. */
const windowBytes = 1 << 20

/**
 * Reads numbers and strings of a file in order, without ever holding more than one window of it, and without believing
 * any length before the file is known to be that long.
 */
export class HeaderReader {
	private readonly file: FileHandle
	readonly fileBytes: number
	/** Position in the file of the next byte to read. */
	position = 0
	private window: Buffer = Buffer.alloc(0)
	private windowStart = 0

	constructor(file: FileHandle, fileBytes: number) {
		this.file = file
		this.fileBytes = fileBytes
	}

	get remaining(): number {
		return this.fileBytes - this.position
	}

	async u8(): Promise<number> {
		return (await this.take(1)).readUInt8()
	}

	async u32(): Promise<number> {
		return (await this.take(4)).readUInt32LE()
	}

	/** A 64-bit number that is used as a length, a count or an offset. */
	async size(what: string): Promise<number> {
		const value = (await this.take(8)).readBigUInt64LE()
		if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new GgufFormatError('corrupt', `${what} is ${value}`)
		return Number(value)
	}

	async string(what: string, longest: number): Promise<string> {
		const length = await this.size(`the length of ${what}`)
		if (length > longest) throw new GgufFormatError('corrupt', `${what} has a length of ${length}`)
		return (await this.take(length)).toString('utf8')
	}

	/** The next `length` bytes. Only for lengths that were checked against a limit. */
	async take(length: number): Promise<Buffer> {
		if (length > this.remaining) throw this.ended(length)
		let at = this.position - this.windowStart
		if (at < 0 || at + length > this.window.length) {
			await this.fetch(length)
			at = 0
		}
		this.position += length
		return this.window.subarray(at, at + length)
	}

	skip(length: number): void {
		if (length > this.remaining) throw this.ended(length)
		this.position += length
	}

	/** Passes over `count` strings. */
	async skipStrings(count: number): Promise<void> {
		for (let done = 0; done < count; ) {
			const { buffer, start } = await this.peek(8)
			let at = start
			// As many as lie whole in the window: one await for each of a vocabulary's 150,000 tokens would take seconds.
			while (done < count && at + 8 <= buffer.length) {
				const length = buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * 2 ** 32
				if (length > this.remaining - (at - start) - 8) throw this.lengthOf(length)
				at += 8 + length
				done++
			}
			this.skip(at - start)
		}
	}

	private async peek(length: number): Promise<{ buffer: Buffer; start: number }> {
		await this.take(length)
		this.position -= length
		return { buffer: this.window, start: this.position - this.windowStart }
	}

	private async fetch(atLeast: number): Promise<void> {
		const length = Math.min(Math.max(atLeast, windowBytes), this.remaining)
		const buffer = Buffer.allocUnsafe(length)
		for (let done = 0; done < length; ) {
			const { bytesRead } = await this.file.read(buffer, done, length - done, this.position + done)
			// The file became shorter since its size was taken.
			if (bytesRead === 0) throw this.ended(length)
			done += bytesRead
		}
		this.window = buffer
		this.windowStart = this.position
	}

	private lengthOf(length: number): GgufFormatError {
		// No text in a header is that long: the number is broken, not the end of the file missing.
		if (length > 2 ** 32) return new GgufFormatError('corrupt', `a text has a length of ${length}`)
		return this.ended(length)
	}

	private ended(length: number): GgufFormatError {
		return new GgufFormatError(
			'truncated',
			`the header needs ${length} bytes at ${this.position}, the file has ${this.fileBytes}`,
		)
	}
}
