import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { hashStep } from './tokenHashes.ts'

const stateFormat = 1
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{32,64}$/))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** What is known of a saved state; it stands beside it, and is written last. */
export const StateEntry = v.pipe(
	v.object({
		format: v.literal(stateFormat),
		/** Of which model in which kind of context it is. */
		space: hex,
		tokens: count,
		bytes: count,
		/** Of all bytes of the state's file. */
		sha256: hex,
		/** See `tokenHashes`. */
		hashes: v.pipe(v.array(hex), v.maxLength(16_384)),
	}),
	v.check(({ tokens, hashes }) => hashes.length === Math.floor(tokens / hashStep)),
)
export type StateEntry = v.InferOutput<typeof StateEntry>

/** Bytes; with fewer there are no 1,048,576 tokens in it. */
const largestEntry = 1 << 20
/** What llama.cpp begins the state of one sequence with, `ggsq`. */
const magic = 0x67677371

export function stateEntry(known: Omit<StateEntry, 'format'>): StateEntry {
	return { format: stateFormat, ...known }
}

/** Undefined where it is not there, or not whole. */
export async function readEntry(path: string): Promise<StateEntry | undefined> {
	try {
		if ((await stat(path)).size > largestEntry) return undefined
		const parsed = v.safeParse(StateEntry, JSON.parse(await readFile(path, 'utf8')))
		return parsed.success ? parsed.output : undefined
	} catch {
		return undefined
	}
}

/**
 * Whether a file is, to the last bit, what was saved: llama.cpp may end the process over another one. Rejects where it cannot
 * be read.
 */
export async function isIntact(
	path: string,
	{ bytes, sha256 }: Pick<StateEntry, 'bytes' | 'sha256'>,
): Promise<boolean> {
	if ((await stat(path)).size !== bytes || !(await hasMagic(path))) return false
	return (await contentHash(path)) === sha256
}

export async function contentHash(path: string): Promise<string> {
	const hash = createHash('sha256')
	for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece)
	return hash.digest('hex')
}

async function hasMagic(path: string): Promise<boolean> {
	const file = await open(path, 'r')
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
		return bytesRead === 4 && buffer.readUInt32LE() === magic
	} finally {
		await file.close()
	}
}
