import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { KeptResult } from './analysisMessages.ts'

const hashBytes = 32
/** Bytes of the file unpacked: a larger one was not written here. */
const mostBytes = 500_000_000

/**
 * What was found in the files of a project, by file. It holds no code, only places and what rules say.
 *
 * @param key of all that a result depends on beside the files: program, rules, switches. With another one nothing is known.
 * @returns empty where there is no file, or it is damaged or has another key
 */
export async function readResults(file: string, key: string): Promise<Map<string, KeptResult>> {
	try {
		const bytes = await readFile(file)
		const packed = bytes.subarray(hashBytes)
		if (!createHash('sha256').update(packed).digest().equals(bytes.subarray(0, hashBytes))) return new Map()
		const lines = (await promisify(gunzip)(packed, { maxOutputLength: mostBytes })).toString('utf8').split('\n')
		if (lines.shift() !== JSON.stringify({ key })) return new Map()
		// It is as this program wrote it: the hash says so.
		return new Map(lines.filter((line) => line !== '').map((line): [string, KeptResult] => JSON.parse(line)))
	} catch {
		return new Map()
	}
}

/** There whole or not at all; readable by its owner only. Rejects where it cannot be written. */
export async function writeResults(file: string, key: string, results: ReadonlyMap<string, KeptResult>): Promise<void> {
	await mkdir(dirname(file), { recursive: true })
	let lines = `${JSON.stringify({ key })}\n`
	for (const entry of results) lines += `${JSON.stringify(entry)}\n`
	const packed = await promisify(gzip)(lines, { level: 1 })
	const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
	try {
		const hash = createHash('sha256').update(packed).digest()
		await writeFile(draft, Buffer.concat([hash, packed]), { mode: 0o600, flag: 'wx' })
		await rename(draft, file)
	} catch (error) {
		await rm(draft, { force: true })
		throw error
	}
}
