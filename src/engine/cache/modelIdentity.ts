import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import type { CheckedModelFile } from '../llama/checkModelFile.ts'

/** Bytes that are looked at, at both ends of each file: all of it would take seconds. */
const sample = 1 << 20

/**
 * Names what is in a model's files, as far as can be told at once: sizes, times, and the bytes at both ends of each.
 * Rejects where a file cannot be read.
 */
export async function modelIdentity({ parts }: Pick<CheckedModelFile, 'parts'>): Promise<string> {
	const hash = createHash('sha256')
	for (const path of parts) {
		const { size, mtimeMs } = await stat(path)
		hash.update(`${size}:${mtimeMs};`)
		const file = await open(path, 'r')
		try {
			for (const position of [0, Math.max(0, size - sample)]) {
				const { buffer, bytesRead } = await file.read(Buffer.alloc(sample), 0, sample, position)
				hash.update(buffer.subarray(0, bytesRead))
			}
		} finally {
			await file.close()
		}
	}
	return hash.digest('hex')
}
