import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'

/** Bytes that are read of each end: all of a file of many gigabytes would take the host's time. */
const sample = 4 * 1024 * 1024

/** Names what is in model files, for the record. A file is read once, and again when its size or time is another one. */
export class ModelHashes {
	private readonly known = new Map<string, { readonly stamp: string; readonly hash: string }>()

	/** SHA-256 of the size and of the first and last 4 MB, `sampled:` before it; undefined where the file cannot be read. */
	async hashOf(path: string): Promise<string | undefined> {
		try {
			const { size, mtimeMs } = await stat(path)
			const stamp = `${size} ${mtimeMs}`
			const known = this.known.get(path)
			if (known?.stamp === stamp) return known.hash
			const hash = `sampled:${await sampled(path, size)}`
			this.known.set(path, { stamp, hash })
			return hash
		} catch {
			return undefined
		}
	}
}

async function sampled(path: string, size: number): Promise<string> {
	const hash = createHash('sha256').update(`${size};`)
	const file = await open(path, 'r')
	try {
		for (const position of [0, Math.max(0, size - sample)]) {
			const { buffer, bytesRead } = await file.read(
				Buffer.alloc(Math.min(sample, size)),
				0,
				Math.min(sample, size),
				position,
			)
			hash.update(buffer.subarray(0, bytesRead))
		}
	} finally {
		await file.close()
	}
	return hash.digest('hex')
}
