import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'
import type { CodeThread } from '../../src/node/syntax/codeThread.ts'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import { codeThreadOf, indexed } from './codeThreadOf.ts'
import { makeCodeWorkspace } from './codeWorkspace.ts'
import { seededRandom } from './recall/random.ts'

/** Milliseconds until the thread that parses has answered, at the host, right after a key. */
export interface CodeAnswers {
	readonly workspaceLines: number
	readonly fileLines: number
	readonly placeOf: Summary | undefined
	readonly check: Summary | undefined
	readonly collect: Summary | undefined
	/** Share of the collected contexts that had something in them in time. */
	readonly inTime: number
}

const fileLines = 5_000
const keys = 300
/** As the completer waits. */
const deadlineMs = 20

/** A key here and there in a long file, made of those of one folder: what is the code there, what would a text do to it, what else is to be seen. */
export async function measureCodeAnswers(root: string, extensionRoot: string, lines: number): Promise<CodeAnswers> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-answers-'))
	const code = codeThreadOf(root, extensionRoot)
	try {
		const workspace = makeCodeWorkspace(root, join(folder, 'workspace'), lines)
		await indexed(code, workspace.folder, join(folder, 'symbols.bin'))
		return { workspaceLines: workspace.lines, fileLines, ...(await inLongFile(code, workspace.folder)) }
	} finally {
		code.dispose()
		rmSync(folder, { recursive: true, force: true })
	}
}

async function inLongFile(code: CodeThread, folder: string) {
	const place = join(folder, 'vendored0', '@azure', 'msal-browser', 'src', 'interaction_client')
	const lines = readdirSync(place)
		.sort()
		.flatMap((name) => readFileSync(join(place, name), 'utf8').split('\n'))
		.slice(0, fileLines)
	if (lines.length < fileLines) throw new Error(`${place} holds less code than it did`)
	const documentId = 'long.ts'
	let version = 1
	code.open({
		documentId,
		languageId: 'typescript',
		version,
		text: lines.join('\n'),
		file: join(place, documentId),
	})
	// Nobody types in the moment in which a file opens.
	await new Promise((resolve) => setTimeout(resolve, 1_000))
	const times: { placeOf: number[]; check: number[]; collect: number[] } = { placeOf: [], check: [], collect: [] }
	const random = seededRandom(5)
	let inTime = 0
	for (let key = 0; key < keys; key++) {
		const line = Math.floor(random() * lines.length)
		const text = lines[line] ?? ''
		const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + text.length
		const point = { row: line, column: text.length }
		code.change({
			documentId,
			before: version,
			version: ++version,
			changes: [{ start, end: start, startPoint: point, endPoint: point, text: ' ' }],
		})
		lines[line] = `${text} `
		const at = { documentId, version, line, character: text.length + 1 }
		const timed = async <T>(list: number[], ask: () => Promise<T>): Promise<T> => {
			const from = performance.now()
			const answer = await ask()
			list.push(performance.now() - from)
			return answer
		}
		await timed(times.placeOf, () => code.placeOf(at, neverCancelled))
		const insertion = { place: at, replaceEnd: at.character, text: 'const free = beds.filter(({ crop }) => !crop)' }
		await timed(times.check, () => code.checkInsertion(insertion, neverCancelled))
		const shown = { startLine: Math.max(0, line - 60), endLine: line + 20 }
		const request = { ...at, languageId: 'typescript', shown, budget: 1_024, charactersPerToken: 3, deadlineMs }
		const { chunks } = await timed(times.collect, () => code.collect(request, neverCancelled))
		if (chunks.length > 0 && (times.collect.at(-1) ?? 0) <= deadlineMs) inTime++
		// The next key comes when the thread is done with this one, also with what was late.
		await new Promise((resolve) => setTimeout(resolve, 60))
	}
	const { placeOf, check, collect } = times
	return { placeOf: summaryOf(placeOf), check: summaryOf(check), collect: summaryOf(collect), inTime: inTime / keys }
}
