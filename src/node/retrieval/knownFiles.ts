import type { DocumentRefusal } from '../../core/chat/readableFiles.ts'
import { type PackedRecord, readPacked, writePacked } from './packedFile.ts'

/** Changes with everything that changes what is kept of a file. */
const title = 'search 2'

/** What is kept of a file. */
export interface KnownFile {
	readonly mtimeMs: number
	readonly size: number
	/** Of its content: a branch that is left and entered again changes the time alone. */
	readonly hash: string
	/** Its chunks, as they are kept on disk: parsed text would take several times the memory. */
	readonly packed: Uint8Array
	/** Why there is no text of it. */
	readonly refused?: DocumentRefusal
}

/** By path; none where nothing was kept. */
export async function loadKnownFiles(storeFile: string): Promise<Map<string, KnownFile>> {
	const files = new Map<string, KnownFile>()
	for (const { head, body } of await readPacked(storeFile, title)) {
		// It is as this program wrote it: the hash says so.
		const { path, ...known }: Omit<KnownFile, 'packed'> & { path: string } = JSON.parse(head)
		files.set(path, { ...known, packed: new Uint8Array(body) })
	}
	return files
}

export function saveKnownFiles(storeFile: string, files: ReadonlyMap<string, KnownFile>): Promise<void> {
	return writePacked(storeFile, title, recordsOf(files))
}

function* recordsOf(files: ReadonlyMap<string, KnownFile>): Generator<PackedRecord> {
	for (const [path, { mtimeMs, size, hash, packed, refused }] of files) {
		yield { head: JSON.stringify({ path, mtimeMs, size, hash, refused }), body: packed }
	}
}
