import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { ProjectFile } from '../../core/context/imports/projectFile.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'

/** Changes with everything that changes what is kept of a file. */
const version = 5
const hashBytes = 32
/** Characters that are packed before questions get their turn. */
const batch = 64 * 1024

/** What is known of a file, and of which state of it. */
export interface IndexedFile {
	readonly mtimeMs: number
	readonly size: number
	/** Undefined: looked at, and nothing to keep. */
	readonly symbols: FileSymbols | undefined
	/** What it says of where imports are found; undefined where it is no such file. */
	readonly project?: ProjectFile | undefined
}

/** By their paths in the index; empty where there is none, or it is damaged or of another version. */
export async function readIndex(file: string): Promise<Map<string, IndexedFile>> {
	try {
		const bytes = await readFile(file)
		const packed = bytes.subarray(hashBytes)
		if (!createHash('sha256').update(packed).digest().equals(bytes.subarray(0, hashBytes))) return new Map()
		const files = new Map<string, IndexedFile>()
		let isKnown = false
		// Line by line: the text of all of it at once would take more memory than the index.
		for await (const line of linesOf(Readable.from([packed]).pipe(createGunzip()))) {
			if (isKnown) {
				// It is as this program wrote it: the hash says so.
				const [path, indexed]: [string, IndexedFile] = JSON.parse(line)
				files.set(path, indexed)
			} else if (line !== headOf(version)) return new Map()
			isKnown = true
		}
		return files
	} catch {
		return new Map()
	}
}

/** There whole or not at all; readable by its owner only. Rejects where it cannot be written. */
export async function writeIndex(file: string, files: ReadonlyMap<string, IndexedFile>): Promise<void> {
	await mkdir(dirname(file), { recursive: true })
	const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
	try {
		const handle = await open(draft, 'wx', 0o600)
		try {
			await writeTo(handle, files)
		} finally {
			await handle.close()
		}
		await rename(draft, file)
	} catch (error) {
		await rm(draft, { force: true })
		throw error
	}
}

async function writeTo(handle: FileHandle, files: ReadonlyMap<string, IndexedFile>): Promise<void> {
	const hash = createHash('sha256')
	let position = hashBytes
	await pipeline(Readable.from(batchesOf(files)), createGzip({ level: 1 }), async (packed: AsyncIterable<Buffer>) => {
		for await (const part of packed) {
			hash.update(part)
			await handle.write(part, 0, part.length, position)
			position += part.length
		}
	})
	await handle.write(hash.digest(), 0, hashBytes, 0)
}

async function* batchesOf(files: ReadonlyMap<string, IndexedFile>): AsyncGenerator<string> {
	let lines = `${headOf(version)}\n`
	for (const entry of files) {
		lines += `${JSON.stringify(entry)}\n`
		if (lines.length < batch) continue
		yield lines
		lines = ''
		await setImmediate()
	}
	yield lines
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
	const decoder = new TextDecoder()
	let rest = ''
	for await (const chunk of chunks) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
		rest = lines.pop() ?? ''
		yield* lines
	}
}

function headOf(of: number): string {
	return JSON.stringify({ version: of })
}
