import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { LlamaCppBuild } from '../../scripts/llamaCpp.mjs'
import { describeLoad, type Load, watchLoad } from '../../src/cli/bench/machineLoad.ts'
import { measureActivation } from './activation.ts'
import { measureCodeAnswers } from './codeAnswers.ts'
import { measureEngineStart } from './engineStart.ts'
import { measureIndexing } from './indexing.ts'
import { measureLanes } from './lanes.ts'
import { engineEntryIn, measureLatency } from './latency.ts'
import { measureLlamaCpp } from './llamaCpp.ts'
import { describeMachine } from './machine.ts'
import { fixturesIn, measureSessions } from './measureSessions.ts'
import { measurePositions } from './positions/measurePositions.ts'
import { measurePrivacy } from './privacy/measurePrivacy.ts'
import { fitSymbolWeights } from './recall/fitSymbolWeights.ts'
import { measureRecall } from './recall/measureRecall.ts'
import { isJump, type Session } from './recording.ts'
import { type BenchResult, renderResults } from './report.ts'
import { measureRetrieval } from './retrieval/measureRetrieval.ts'
import { renderRetrieval } from './retrieval/renderRetrieval.ts'
import { measureSpeed } from './security/measureSpeed.ts'
import { renderSpeed } from './security/renderSpeed.ts'
import { makeSessions, parseSessions, readSessionFiles, renderSessions } from './session.ts'
import { measureSpeculation } from './speculation.ts'
import { measureTriage } from './triage/measureTriage.ts'
import { measureView } from './view/measureView.ts'
import { renderView } from './view/renderView.ts'

/** Measured where nothing else is asked for. */
const usualParts = ['activation', 'engine', 'latency', 'speculation', 'lanes'] as const
/** The last ones take long, or need a compiler; checkouts of other repositories, and ctags; labelled code. */
const parts = [
	...usualParts,
	'sessions',
	'index',
	'llamacpp',
	'recall',
	'positions',
	'triage',
	'retrieval',
	'view',
	'security',
	'privacy',
] as const

/**
 * The benchmark, bundled and started by scripts/bench.mjs.
 * @param root absolute path of the repository
 * @param extensionRoot absolute path of a folder with package.json, media/ and a fresh dist/
 * @param buildLlamaCpp called where llama.cpp's own programs are needed
 */
export async function main(
	root: string,
	extensionRoot: string,
	args: string[],
	buildLlamaCpp: () => Promise<LlamaCppBuild>,
): Promise<void> {
	const { values } = parseArgs({
		args,
		options: {
			name: { type: 'string', default: `${process.platform}-${process.arch}` },
			only: { type: 'string', default: usualParts.join(',') },
			rounds: { type: 'string', default: '3' },
			seconds: { type: 'string' },
			sessions: { type: 'string' },
			lines: { type: 'string', default: '100000,1000000' },
			shares: { type: 'string', default: '0.3,0.6,0.9' },
			model: { type: 'string' },
			repositories: { type: 'string' },
			suites: { type: 'string' },
			rules: { type: 'string' },
			findings: { type: 'string', default: '100' },
			points: { type: 'string', default: '200' },
			fit: { type: 'boolean', default: false },
			'processor-time': { type: 'boolean', default: false },
			record: { type: 'boolean', default: false },
			'dry-run': { type: 'boolean', default: false },
		},
	})
	const fixtures = fixturesIn(root)
	const sessionFile = join(root, 'test', 'bench', 'session.json')
	if (values.record) {
		writeFileSync(sessionFile, renderSessions(makeSessions(fixtures)))
		console.log('test/bench/session.json was recorded anew')
		return
	}
	const all = parseSessions(readFileSync(sessionFile, 'utf8')).map((one) => firstSeconds(one, values.seconds))
	const [recording] = all
	if (!recording) throw new Error('Nothing was recorded')
	const files = readSessionFiles(fixtures, recording)
	const sessions = namedOf(all, values.sessions)
	const shares = values.shares.split(',').map(shareOf)
	const rounds = positiveNumber(values.rounds)
	const wanted = new Set(values.only.split(','))
	const unknown = [...wanted].filter((part) => !(parts as readonly string[]).includes(part))
	if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; choose from ${parts.join(', ')}`)

	const { repositories } = values
	if (wanted.has('retrieval') && repositories === undefined) throw new Error('retrieval needs --repositories FOLDER')
	if ((wanted.has('recall') || wanted.has('positions')) && repositories === undefined)
		throw new Error('recall and positions need --repositories FOLDER')

	if (wanted.has('retrieval') && repositories !== undefined) {
		await measureFinding(root, extensionRoot, repositories, { points: values.points, model: values.model, args })
		if (wanted.size === 1) return
	}

	if (wanted.has('privacy')) {
		const { processor, cores } = describeMachine(root)
		const machine = `${processor}, ${cores} cores`
		await measurePrivacy(root, { date: new Date().toISOString(), command: commandOf(args), machine })
		if (wanted.size === 1) return
	}

	if (wanted.has('view')) {
		await measureSmoothness(root, extensionRoot, args)
		if (wanted.size === 1) return
	}

	if (wanted.has('security')) {
		if (repositories === undefined) throw new Error('security needs --repositories FOLDER,FOLDER')
		await measureAnalysis(root, extensionRoot, repositories.split(','), args)
		if (wanted.size === 1) return
	}

	const suites = values.suites?.split(',')
	if (wanted.has('triage') && suites === undefined) throw new Error('triage needs --suites FOLDER,FOLDER')

	if (values.fit && wanted.has('recall') && repositories !== undefined) {
		await fitSymbolWeights(repositories, join(root, 'grammars'), positiveNumber(values.points))
		return
	}

	// Before anything is measured: it takes a while, and says at once what is missing.
	const llamaCpp = wanted.has('llamacpp') ? await buildLlamaCpp() : undefined
	const engineEntry = engineEntryIn(join(extensionRoot, 'dist'))
	const measured = {
		...(wanted.has('activation') && {
			activation: await announced('activation', () => measureActivation(root, extensionRoot, 15)),
		}),
		...(wanted.has('engine') && {
			engine: await announced('engine process', () => measureEngineStart(engineEntry, root, 7)),
		}),
		...(wanted.has('latency') && {
			latency: await announced('latency', () =>
				measureLatency({ engineEntry, root, extensionRoot, files, recording, rounds, modelPath: values.model }),
			),
		}),
		...(wanted.has('speculation') && {
			speculation: await announced('speculation', () => measureSpeculation(engineEntry, rounds)),
		}),
		...(wanted.has('lanes') && { lanes: await announced('lanes', () => measureLanes(engineEntry, rounds)) }),
		...(llamaCpp && {
			llamaCpp: await announced('llama.cpp beside it', () => measureLlamaCpp(engineEntry, rounds, llamaCpp)),
		}),
		...(wanted.has('recall') &&
			repositories !== undefined && {
				recall: await announced('recall of context', () =>
					measureRecall(
						repositories,
						join(root, 'grammars'),
						positiveNumber(values.points),
						values['processor-time'] ? 'processor' : 'real',
					),
				),
			}),
		...(wanted.has('sessions') && {
			sessions: await announced('recorded sessions', () =>
				measureSessions({ engineEntry, root, extensionRoot, sessions, rounds, shares, modelPath: values.model }),
			),
		}),
		...(wanted.has('index') && {
			index: await announced('index', async () => ({
				rows: await measureIndexing(root, extensionRoot, values.lines.split(',').map(positiveNumber), rounds),
				answers: await measureCodeAnswers(root, extensionRoot, 200_000),
			})),
		}),
		...(wanted.has('positions') &&
			repositories !== undefined && {
				positions: await announced('suggestions at held-out positions', () =>
					measurePositions({
						engineEntry,
						root,
						extensionRoot,
						repositories,
						positions: positiveNumber(values.points),
						modelPath: values.model,
						fit: values.fit,
					}),
				),
			}),
		...(wanted.has('triage') &&
			suites !== undefined && {
				triage: await announced('triage of findings', () =>
					measureTriage({
						engineEntry,
						root,
						extensionRoot,
						suites,
						findings: positiveNumber(values.findings),
						rulesFile: values.rules,
						modelPath: values.model,
					}),
				),
			}),
	}
	const result: BenchResult = {
		name: values.name,
		date: new Date().toISOString(),
		command: commandOf(args),
		machine: describeMachine(root),
		session: {
			keystrokes: recording.edits.filter((edit) => !isJump(edit)).length,
			seconds: (recording.edits.at(-1)?.at ?? 0) / 1000,
			rounds,
		},
		...measured,
	}
	console.log(`\n${renderResults([result])}`)
	if (!values['dry-run']) keep(join(root, 'test', 'bench', 'results'), result)
}

/** On a page of its own: it is of the chat. */
async function measureFinding(
	root: string,
	extensionRoot: string,
	folder: string,
	{ points, model, args }: { readonly points: string; readonly model: string | undefined; readonly args: string[] },
): Promise<void> {
	const result = await announced('what the chat finds', () =>
		measureRetrieval({
			folder,
			grammarFolder: join(root, 'grammars'),
			engineEntry: engineEntryIn(join(extensionRoot, 'dist')),
			questions: positiveNumber(points),
			modelPath: model,
		}),
	)
	const { processor, cores } = describeMachine(root)
	const about = { date: new Date().toISOString(), command: commandOf(args), machine: `${processor}, ${cores} cores` }
	writeFileSync(join(root, 'test', 'bench', 'results', 'retrieval.md'), renderRetrieval(result, about))
}

/** On a page of its own, too. */
async function measureSmoothness(root: string, extensionRoot: string, args: string[]): Promise<void> {
	const result = await announced('how smooth the chat view is', () =>
		measureView(join(extensionRoot, 'dist', 'webview')),
	)
	const { processor, cores } = describeMachine(root)
	const about = { date: new Date().toISOString(), command: commandOf(args), machine: `${processor}, ${cores} cores` }
	const page = renderView(result, about)
	console.log(`\n${page}`)
	writeFileSync(join(root, 'test', 'bench', 'results', 'view.md'), page)
}

/** And this one, too. */
async function measureAnalysis(
	root: string,
	extensionRoot: string,
	folders: readonly string[],
	args: string[],
): Promise<void> {
	const result = await announced('the speed of the security analysis', () =>
		measureSpeed(folders, join(extensionRoot, 'dist'), join(root, 'grammars')),
	)
	const { processor, cores } = describeMachine(root)
	const page = renderSpeed(result, {
		date: new Date().toISOString(),
		command: commandOf(args),
		machine: `${processor}, ${cores} cores`,
		load: describeLoad(result.machineLoad, cores).text,
	})
	console.log(`\n${page}`)
	writeFileSync(join(root, 'test', 'bench', 'results', 'security-speed.md'), page)
}

/** Without the folders of what is not in this repository: where they are says nothing. */
function commandOf(args: readonly string[]): string {
	const shown = args.map((arg, at) => {
		const option = args[at - 1]
		if (option === '--repositories') return 'FOLDER'
		if (option === '--suites' || option === '--rules' || option === '--model')
			return arg
				.split(',')
				.map((path) => basename(path))
				.join(',')
		return arg
	})
	return ['npm run bench', ...(shown.length > 0 ? ['--', ...shown] : [])].join(' ')
}

/** The beginning of a session, to see quickly whether the benchmark works. */
function firstSeconds(session: Session, seconds: string | undefined): Session {
	if (seconds === undefined) return session
	const end = positiveNumber(seconds) * 1000
	return { ...session, edits: session.edits.filter(({ at }) => at <= end) }
}

/** All of them where none is named. */
function namedOf(sessions: readonly Session[], names: string | undefined): readonly Session[] {
	if (names === undefined) return sessions
	return names.split(',').map((name) => {
		const session = sessions.find((one) => one.name === name)
		if (!session)
			throw new Error(`There is no session ${name}; choose from ${sessions.map((one) => one.name).join(', ')}`)
		return session
	})
}

function shareOf(text: string): number {
	const share = Number(text)
	if (!(share > 0 && share <= 1)) throw new Error(`${text} is not a share above 0 and up to 1`)
	return share
}

function positiveNumber(text: string): number {
	const number = Number(text)
	if (!Number.isInteger(number) || number < 1) throw new Error(`${text} is not a whole number above zero`)
	return number
}

/** The load belongs to each part: a machine that is quiet for one need not be so for the next. */
async function announced<T extends object>(
	title: string,
	work: () => Promise<T>,
): Promise<T & { readonly machineLoad: Load }> {
	const started = performance.now()
	console.log(`Measuring ${title} ...`)
	const loadMeanwhile = watchLoad()
	const result = await work()
	console.log(`Measured ${title} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
	return { ...result, machineLoad: loadMeanwhile() }
}

/** Writes the result, and the page about all results that are there. */
function keep(folder: string, result: BenchResult): void {
	mkdirSync(folder, { recursive: true })
	writeFileSync(join(folder, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`)
	const all = readdirSync(folder)
		.filter((name) => name.endsWith('.json'))
		.sort()
		.map((name): BenchResult => JSON.parse(readFileSync(join(folder, name), 'utf8')))
	writeFileSync(join(folder, 'README.md'), renderResults(all))
	console.log(`Kept in test/bench/results/${result.name}.json`)
}
