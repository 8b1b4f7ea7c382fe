import { readFile, rm, writeFile } from 'node:fs/promises'
import * as v from 'valibot'

/** What is kept beside a file that Alcove downloaded: where it is from, and that it may be removed again. */
const DownloadRecord = v.object({
	format: v.literal(1),
	url: v.string(),
	bytes: v.number(),
	sha256: v.string(),
	verifiedBy: v.picklist(['catalogue', 'server', 'none']),
	licence: v.optional(v.string()),
})
export type DownloadRecord = v.InferOutput<typeof DownloadRecord>

const recordPath = (path: string): string => `${path}.alcove.json`

export async function writeRecord(path: string, record: Omit<DownloadRecord, 'format'>): Promise<void> {
	await writeFile(recordPath(path), `${JSON.stringify({ format: 1, ...record }, undefined, '\t')}\n`)
}

/** Undefined where Alcove did not download the file. */
export async function readRecord(path: string): Promise<DownloadRecord | undefined> {
	const text = await readFile(recordPath(path), 'utf8').catch(() => undefined)
	if (text === undefined) return undefined
	try {
		const { success, output } = v.safeParse(DownloadRecord, JSON.parse(text))
		return success ? output : undefined
	} catch {
		return undefined
	}
}

export async function removeRecord(path: string): Promise<void> {
	await rm(recordPath(path), { force: true })
}
