import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { type ResearchState, researchVersion } from '../../core/research/researchState.ts'

const citation = v.object({
	path: v.string(),
	startLine: v.number(),
	endLine: v.number(),
	page: v.exactOptional(v.object({ number: v.number(), startLine: v.number() })),
	quote: v.string(),
})
const claim = v.object({
	text: v.string(),
	confidence: v.picklist(['high', 'medium', 'low']),
	citations: v.array(citation),
})
const answer = v.object({ claims: v.array(claim), missing: v.string(), dropped: v.number(), unsupported: v.number() })
const question = v.object({ text: v.string(), round: v.number(), answer: v.exactOptional(answer) })
const schema = v.object({
	version: v.literal(researchVersion),
	topic: v.string(),
	rounds: v.number(),
	round: v.number(),
	questions: v.array(question),
	isDone: v.boolean(),
})

/** One file for each research. @param key what makes it another one than the others */
export function researchFileIn(folder: string, key: string): string {
	return join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
}

/** Undefined where nothing was kept, or it is damaged or of another version. */
export async function readResearch(file: string): Promise<ResearchState | undefined> {
	try {
		return v.parse(schema, JSON.parse(await readFile(file, 'utf8')))
	} catch {
		return undefined
	}
}

/** There whole or not at all; readable by its owner only. */
export async function writeResearch(file: string, state: ResearchState): Promise<void> {
	await mkdir(dirname(file), { recursive: true })
	const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
	try {
		await writeFile(draft, JSON.stringify(state), { mode: 0o600, flag: 'wx' })
		await rename(draft, file)
	} catch (error) {
		await rm(draft, { force: true })
		throw error
	}
}
