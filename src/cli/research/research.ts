import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type BriefWords, renderBrief } from '../../core/research/renderBrief.ts'
import { newResearch, type ResearchState } from '../../core/research/researchState.ts'
import { type ResearchStep, researchTopic } from '../../core/research/researchTopic.ts'
import { EmbeddedEngine } from '../../node/engine/embeddedEngine.ts'
import { starterModelFiles } from '../../node/modelFiles.ts'
import { readResearch, researchFileIn, writeResearch } from '../../node/research/researchFile.ts'
import { SearchIndex } from '../../node/retrieval/searchIndex.ts'
import { SymbolReader } from '../../node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../node/syntax/grammarLibrary.ts'
import { systemClock } from '../../node/systemClock.ts'
import { CancellationSource } from '../../shared/cancellation.ts'
import { CancelledError, messageOf } from '../../shared/errors.ts'
import { silentLogger } from '../../shared/logger.ts'
import { cacheFolder } from '../analyze/analyzeSetup.ts'
import { CliError } from '../cliError.ts'
import type { CliIo } from '../cliIo.ts'

export const researchHelp = `Usage: alcove research TOPIC [options]

Answers a question from the code and the documents of a folder (Markdown, text; no PDF), with the lines that each claim
is taken from. Interrupted, it goes on where it was when it is started again with the same topic.

Options:
  --rounds N     how often it looks for what is missing, 1 to 5 (default 2)
  --folder DIR   what is read (default: this folder)
  --model FILE   a GGUF file (default: the model that comes with Alcove)
  --output FILE  where the brief goes (default: to the terminal)
  --restart      forgets what was found before
`

const words: BriefWords = {
	questions: 'What was found',
	open: 'Open questions',
	sources: 'Sources',
	notFound: 'The sources say nothing of it.',
	notSupported: (count) => `Claims that were left out, for nothing that was cited showed them: ${count}.`,
	dropped: (count) => `Citations that were dropped, for their text is not where it was said to be: ${count}.`,
	unfinished: 'Not finished: there is more to be asked.',
	confidence: { high: 'high confidence', medium: 'medium confidence', low: 'low confidence' },
}

const mostRounds = 5
/** Tokens: a question takes up to some 3,000. */
const contextSize = 8_192

interface ResearchOptions {
	readonly topic: string
	readonly rounds: number
	/** Absolute, like the other paths. */
	readonly folder: string
	readonly modelPath: string | undefined
	readonly output: string | undefined
	readonly restarts: boolean
}

/** @throws CliError; CancelledError where the person has had enough: what was found is kept */
export async function research(args: readonly string[], io: CliIo): Promise<number> {
	const options = parseOptions(args)
	const { topic, rounds, folder } = options
	const stateFile = researchFileIn(join(cacheFolder(), 'research'), `${folder}\n${topic}\n${rounds}`)
	const known = options.restarts ? undefined : await readResearch(stateFile)
	const start = known && !known.isDone ? known : newResearch(topic, rounds)
	const state = await finished(start, stateFile, options, io)
	const brief = `${renderBrief(state, words).trimEnd()}\n`
	if (options.output === undefined) io.print(brief)
	else writeBrief(options.output, brief)
	return 0
}

async function finished(
	start: ResearchState,
	stateFile: string,
	{ folder, modelPath }: ResearchOptions,
	io: CliIo,
): Promise<ResearchState> {
	const cancellation = new CancellationSource()
	const cancel = () => cancellation.cancel()
	if (io.signal.aborted) cancel()
	io.signal.addEventListener('abort', cancel, { once: true })
	const inExtension = (...path: string[]) => join(io.extensionRoot, ...path)
	const grammars = new GrammarLibrary(inExtension('grammars'), inExtension('dist', 'code', 'web-tree-sitter.wasm'))
	const reader = new SymbolReader(grammars, inExtension('grammars'))
	const index = new SearchIndex({ reader, embed: async () => [], report: () => {} })
	const engine = new EmbeddedEngine({
		options: { gpu: 'auto', maxLoadedModels: 1, idleUnloadMs: 0, saveStates: false },
		entryPath: inExtension('dist', 'engine', 'main.cjs'),
		clock: systemClock,
		logger: silentLogger,
	})
	// Dies with it: nobody waits for what it was at.
	const closing = cancellation.token.onCancellationRequested(() => void index.close())
	try {
		const name = createHash('sha256').update(folder).digest('hex').slice(0, 32)
		io.complain('reading the folder\n')
		await index.open({
			roots: [{ folder, name: '', excluded: [] }],
			storeFile: join(cacheFolder(), 'search', `${name}.bin`),
		})
		const spec =
			modelPath === undefined
				? { origin: 'starter' as const, path: starterModelFiles(io.extensionRoot).path, contextSize }
				: { origin: 'user' as const, path: modelPath, contextSize }
		const state = await researchTopic(
			start,
			{
				model: engine.chat(spec),
				search: (question, limit) => index.search(question, { limit }),
				save: (found) => writeResearch(stateFile, found),
				onStep: (step) => io.complain(`${stepText(step)}\n`),
			},
			cancellation.token,
		)
		if (cancellation.token.isCancellationRequested) throw new CancelledError()
		return state
	} finally {
		io.signal.removeEventListener('abort', cancel)
		closing.dispose()
		cancellation.dispose()
		engine.dispose()
		await index.close()
	}
}

function stepText(step: ResearchStep): string {
	switch (step.kind) {
		case 'planning':
			return 'planning'
		case 'answering':
			return `${step.number}/${step.of} ${step.question}`
		default:
			return `looking for what is missing, round ${step.round + 1}`
	}
}

function parseOptions(args: readonly string[]): ResearchOptions {
	const { values, positionals } = parsed(args)
	const topic = positionals.join(' ').trim()
	if (topic === '') throw new CliError(2, 'a topic is missing; see alcove research --help')
	const rounds = Number(values.rounds)
	if (!Number.isInteger(rounds) || rounds < 1 || rounds > mostRounds)
		throw new CliError(2, `--rounds takes a whole number from 1 to ${mostRounds}`)
	const folder = resolve(values.folder ?? '.')
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(2, `there is no folder ${folder}`)
	const modelPath = values.model === undefined ? undefined : resolve(values.model)
	if (modelPath !== undefined && !existsSync(modelPath)) throw new CliError(2, `there is no model ${modelPath}`)
	const output = values.output === undefined ? undefined : resolve(values.output)
	return { topic, rounds, folder, modelPath, output, restarts: values.restart }
}

function parsed(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			allowPositionals: true,
			options: {
				rounds: { type: 'string', default: '2' },
				folder: { type: 'string' },
				model: { type: 'string' },
				output: { type: 'string' },
				restart: { type: 'boolean', default: false },
			},
		})
	} catch (error) {
		throw new CliError(2, messageOf(error))
	}
}

function writeBrief(file: string, brief: string): void {
	try {
		mkdirSync(dirname(file), { recursive: true })
		writeFileSync(file, brief)
	} catch (error) {
		throw new CliError(1, `the brief could not be written: ${messageOf(error)}`)
	}
}
