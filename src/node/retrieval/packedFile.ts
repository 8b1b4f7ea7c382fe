import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'

const hashBytes = 32
/** Bytes that are put together before they are written, and others get their turn. */
const batch = 256 * 1024

/** A record of a packed file. */
export interface PackedRecord {
	readonly head: string
	readonly body: Uint8Array
}

/** Of a file that was written with the same title; nothing where there is none, or it is damaged or of another kind. */
export async function readPacked(file: string, title: string): Promise<PackedRecord[]> {
	try {
		const bytes = await readFile(file)
		const content = bytes.subarray(hashBytes)
		if (!createHash('sha256').update(content).digest().equals(bytes.subarray(0, hashBytes))) return []
		const records: PackedRecord[] = []
		let at = 0
		const next = () => {
			const length = content.readUInt32LE(at)
			at += 4 + length
			return content.subarray(at - length, at)
		}
		if (next().toString() !== title) return []
		while (at < content.length) records.push({ head: next().toString(), body: next() })
		return records
	} catch {
		return []
	}
}

/** There whole or not at all; readable by its owner only. Rejects where it cannot be written. */
export async function writePacked(file: string, title: string, records: Iterable<PackedRecord>): Promise<void> {
	await mkdir(dirname(file), { recursive: true })
	const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
	try {
		const handle = await open(draft, 'wx', 0o600)
		try {
			const hash = createHash('sha256')
			let position = hashBytes
			let parts: Uint8Array[] = []
			let length = 0
			const flush = async () => {
				const bytes = Buffer.concat(parts)
				parts = []
				length = 0
				hash.update(bytes)
				await handle.write(bytes, 0, bytes.length, position)
				position += bytes.length
			}
			const add = (bytes: Uint8Array) => {
				const size = Buffer.alloc(4)
				size.writeUInt32LE(bytes.length)
				parts.push(size, bytes)
				length += 4 + bytes.length
			}
			add(Buffer.from(title))
			for (const { head, body } of records) {
				add(Buffer.from(head))
				add(body)
				if (length < batch) continue
				await flush()
				await setImmediate()
			}
			await flush()
			await handle.write(hash.digest(), 0, hashBytes, 0)
		} finally {
			await handle.close()
		}
		await rename(draft, file)
	} catch (error) {
		await rm(draft, { force: true })
		throw error
	}
}
