import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'

/** Changes with everything that changes what is kept of a file. */
const version = 2

/** What is known of a file, and of which state of it. */
export interface IndexedFile {
	readonly mtimeMs: number
	readonly size: number
	/** Undefined: looked at, and nothing to keep. */
	readonly symbols: FileSymbols | undefined
}

/** By their paths in the index; empty where there is none, or it is damaged or of another version. */
export async function readIndex(file: string): Promise<Map<string, IndexedFile>> {
	try {
		const bytes = await readFile(file)
		const [hash, packed] = [bytes.subarray(0, 32), bytes.subarray(32)]
		if (!createHash('sha256').update(packed).digest().equals(hash)) return new Map()
		const kept: unknown = JSON.parse((await promisify(gunzip)(packed)).toString('utf8'))
		if (typeof kept !== 'object' || kept === null || !('version' in kept) || kept.version !== version) return new Map()
		// It is as this program wrote it: the hash says so.
		return new Map((kept as unknown as { readonly files: [string, IndexedFile][] }).files)
	} catch {
		return new Map()
	}
}

/** There whole or not at all; readable by its owner only. Rejects where it cannot be written. */
export async function writeIndex(file: string, files: ReadonlyMap<string, IndexedFile>): Promise<void> {
	const packed = await promisify(gzip)(Buffer.from(JSON.stringify({ version, files: [...files] })), { level: 1 })
	const hash = createHash('sha256').update(packed).digest()
	await mkdir(dirname(file), { recursive: true })
	const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
	try {
		await writeFile(draft, Buffer.concat([hash, packed]), { mode: 0o600 })
		await rename(draft, file)
	} catch (error) {
		await rm(draft, { force: true })
		throw error
	}
}
