import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Summary, summaryOf } from '../../../src/cli/bench/statistics.ts'
import type { AnalysisSetup } from '../../../src/node/security/analysisMessages.ts'
import { forkAnalysis, type StartAnalysisProcess } from '../../../src/node/security/analysisProcess.ts'
import { analyzeProject } from '../../../src/node/security/analyzeProject.ts'
import { chooseFiles } from '../../../src/node/security/chooseFiles.ts'
import { ResidentAnalysis } from '../../../src/node/security/residentAnalysis.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { measureParsers, type ParserResult } from './measureParsers.ts'

export interface ScanRow {
	readonly name: string
	readonly files: number
	readonly lines: number
	readonly findings: number
	/** Seconds of one process, from nothing. */
	readonly first: number
	/** Seconds with the results of the first, where nothing changed. */
	readonly again: number
	/** Files that were analyzed anew in it. */
	readonly anew: number
	/** Bytes, the most that a process took after a batch. */
	readonly memory: number
	/** Seconds of processor time of the first one, without the start. */
	readonly processor: number
}

export interface SpeedResult {
	readonly scans: readonly ScanRow[]
	/** Milliseconds from an edit of one line to the findings, in the process that stays; files of about a thousand lines. */
	readonly edits: Summary | undefined
	/** The same in processor time of that process. */
	readonly processorEdits: Summary | undefined
	readonly editedFiles: number
	readonly parsers: ParserResult
}

interface EditTimes {
	readonly all: number[]
	readonly processor: number[]
}

const heap = 1_200
const editedLines = [900, 1_100] as const
const mostEdited = 40
const editsOfEach = 5

/** @param folders absolute paths; code in any language. @param dist of the packed extension */
export async function measureSpeed(
	folders: readonly string[],
	dist: string,
	grammarFolder: string,
): Promise<SpeedResult> {
	const entryPath = join(dist, 'code', 'analysisWorker.cjs')
	const scans: ScanRow[] = []
	const times: EditTimes = { all: [], processor: [] }
	const chosenFiles: { readonly root: string; readonly files: readonly string[] }[] = []
	let editedFiles = 0
	for (const root of folders) {
		const setup: AnalysisSetup = {
			root,
			grammarFolder,
			rulesFile: join(dist, 'rules.json'),
			ownRules: [],
			off: [],
			libraries: [],
			mostBytes: 1_000_000,
			today: new Date().toISOString().slice(0, 10),
		}
		const { files } = await chooseFiles({ root, paths: [root], exclude: [] })
		chosenFiles.push({ root, files })
		scans.push(await measureScan(setup, files, entryPath))
		const chosen = files.filter((file) => isOfSize(join(root, file))).slice(0, mostEdited)
		editedFiles += chosen.length
		await measureEdits(setup, chosen, entryPath, times)
	}
	const parsers = await measureParsers(chosenFiles, grammarFolder)
	return { scans, edits: summaryOf(times.all), processorEdits: summaryOf(times.processor), editedFiles, parsers }
}

async function measureScan(setup: AnalysisSetup, files: readonly string[], entryPath: string): Promise<ScanRow> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-speed-'))
	const row = { lines: 0, findings: 0, anew: 0, memory: 0, processor: 0 }
	const start = forkAnalysis(entryPath, heap)
	const watched: StartAnalysisProcess = (listener) =>
		start({
			reply: (message) => {
				if (message.kind === 'batchDone') {
					row.memory = Math.max(row.memory, message.memory)
					row.processor += message.processorMs / 1_000
				}
				listener.reply(message)
			},
			ended: (end) => listener.ended(end),
		})
	const scan = async (): Promise<number> => {
		Object.assign(row, { lines: 0, findings: 0, anew: 0 })
		const begun = performance.now()
		await analyzeProject(
			{ files, isWhole: true, entryPath, cacheFile: join(folder, 'results'), pool: { jobs: 1, setup, start: watched } },
			{
				analyzed: ({ lines, findings }, isKept) => {
					row.lines += lines
					row.findings += findings.length
					if (!isKept) row.anew++
				},
				notKept: (error) => {
					throw error
				},
			},
			neverCancelled,
		)
		return (performance.now() - begun) / 1_000
	}
	try {
		const first = await scan()
		const { processor } = row
		const again = await scan()
		return { name: basename(setup.root ?? ''), files: files.length, ...row, first, again, processor }
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

function isOfSize(path: string): boolean {
	if (!/\.(?:[cm]?[jt]sx?|py|java|go|php|rb|cs)$/.test(path)) return false
	const lines = readFileSync(path, 'utf8').split('\n').length
	return lines >= editedLines[0] && lines <= editedLines[1]
}

/** Behind the next line, round from the last to the first, that is a statement by itself: a call or an assignment in a block. */
function statementAt(lines: readonly string[], from: number): number {
	const isStatement = (line: string) => /^\s+[\w.$@]+(?:\(.*\)|(?:\s*:?=\s*[^\s({[].*[\w)\]'"]));?$/.test(line)
	const order = [...lines.keys()].map((step) => (from + step) % lines.length)
	return (order.find((at) => isStatement(lines[at] ?? '')) ?? from) + 1
}

/** Each file is opened, then a statement of it is doubled, another one each time, and nothing is saved. */
async function measureEdits(
	setup: AnalysisSetup,
	files: readonly string[],
	entryPath: string,
	times: EditTimes,
): Promise<void> {
	let processorMs = 0
	const start = forkAnalysis(entryPath, heap)
	const resident = new ResidentAnalysis((listener) =>
		start({
			reply: (message) => {
				if (message.kind === 'batchDone') processorMs = message.processorMs
				listener.reply(message)
			},
			ended: (end) => listener.ended(end),
		}),
	)
	try {
		for (const file of files) {
			const lines = readFileSync(join(setup.root ?? '', file), 'utf8').split('\n')
			for (let edit = 0; edit <= editsOfEach; edit++) {
				const at = statementAt(lines, Math.floor((lines.length * (edit + 0.5)) / (editsOfEach + 1)))
				const text = [...lines.slice(0, at), ...lines.slice(at - 1)].join('\n')
				resident.forget([file])
				const begun = performance.now()
				await resident.analyze(setup, file, { unsaved: [{ file, text }] }, neverCancelled)
				// The first one also reads what the file imports.
				if (edit === 0) continue
				times.all.push(performance.now() - begun)
				times.processor.push(processorMs)
			}
		}
	} finally {
		resident.dispose()
	}
}
