import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '../../core/settings.ts'
import { messageOf } from '../../shared/errors.ts'
import { TimedEngine } from '../bench/timedEngine.ts'
import { CliError } from '../cliError.ts'
import type { CliIo } from '../cliIo.ts'
import { modelFilesFor } from '../modelFilesFor.ts'
import { type EvalOptions, parseEvalOptions } from './evalOptions.ts'
import { type EvalReport, evalJson, evalText, type TaskResult } from './evalReport.ts'
import { type InfillingTask, isOneLine, kindOf, parseInfillingTasks, programOf } from './infillingTasks.ts'
import { makeSandbox, type Sandbox } from './sandbox.ts'

export const evalHelp = `Usage: alcove eval humaneval-infilling --data FILE [options]

Has a model fill gaps in Python programs, runs their tests, and says how many passed (pass@1, always the most likely
token). FILE holds one JSON object a line, as HumanEval-Infilling has them: task_id, prompt, suffix, test, entry_point.
Programs run in a sandbox (Bubblewrap): without a network, without your files, for a limited time. Nothing leaves the
machine.

Options:
  --data FILE       the tasks
  --model FILE      a GGUF model; without it, the starter model with its draft model
  --draft FILE      a GGUF draft model for it
  --limit N         the first N tasks only
  --max-tokens N    tokens of an answer, at most (default 256)
  --context N       tokens of context, at most (default ${defaultSettings['engine.contextSize']})
  --timeout N       seconds that a program may take (default 10)
  --python PROGRAM  what runs the programs (default python3)
  --no-sandbox      the programs may do all that you may: only where nothing of value is in reach
  --gpu auto|off    whether a graphics card may be used (default ${defaultSettings['engine.gpu']})
  --json FILE       writes the results there, too, with each answer
`

/**
 * @returns the exit code
 * @throws CliError, or EngineError where the engine or the model fails
 */
export async function evaluate(args: readonly string[], io: CliIo): Promise<number> {
	const options = parseEvalOptions(args)
	const tasks = parseInfillingTasks(readData(options.dataPath), options.dataPath).slice(0, options.limit)
	const sandbox = makeSandbox(options)
	if (!options.isConfined) io.complain('programs that a model wrote run without a sandbox\n')
	const report = await evaluated(tasks, sandbox, options, io)
	io.print(evalText(report))
	if (options.jsonPath !== undefined) writeReport(options.jsonPath, report)
	return 0
}

function readData(file: string): string {
	try {
		return readFileSync(file, 'utf8')
	} catch (error) {
		throw new CliError(2, `${file} cannot be read (${messageOf(error)})`, { cause: error })
	}
}

function writeReport(file: string, report: EvalReport): void {
	try {
		writeFileSync(file, evalJson(report))
	} catch (error) {
		throw new CliError(1, `${file} cannot be written (${messageOf(error)})`, { cause: error })
	}
}

async function evaluated(
	tasks: readonly InfillingTask[],
	sandbox: Sandbox,
	options: EvalOptions,
	io: CliIo,
): Promise<EvalReport> {
	const { extensionRoot, signal } = io
	const engine = await TimedEngine.start(join(extensionRoot, 'dist', 'engine', 'main.cjs'), options.gpu, signal)
	try {
		const {
			name,
			quantization,
			contextSize,
			fimOrder: fim,
		} = await engine.load({
			...modelFilesFor(options, extensionRoot),
			contextSize: options.contextSize,
		})
		const results: TaskResult[] = []
		for (const [at, task] of tasks.entries()) {
			results.push(await resultOf(task, { engine, sandbox, options, signal }))
			const passed = results.filter(({ outcome }) => outcome.kind === 'passed').length
			io.complain(`${at + 1} of ${tasks.length}: ${passed} passed\n`)
		}
		const { maxTokens, isConfined } = options
		return {
			model: name,
			quantization,
			contextSize,
			fim,
			maxTokens,
			isConfined,
			date: new Date().toISOString(),
			results,
		}
	} finally {
		await engine.end()
	}
}

interface Parts {
	readonly engine: TimedEngine
	readonly sandbox: Sandbox
	readonly options: EvalOptions
	readonly signal: AbortSignal
}

async function resultOf(task: InfillingTask, { engine, sandbox, options, signal }: Parts): Promise<TaskResult> {
	const { prefix, suffix } = task
	const { text, stopReason, stats } = await engine.ask({
		prefix,
		suffix,
		maxTokens: options.maxTokens,
		...(isOneLine(task) && { stopRule: { maxLines: 1 } }),
	}).answer
	const outcome = await sandbox.run((proof) => programOf(task, text, proof), signal)
	signal.throwIfAborted()
	const { generatedTokens, totalMs } = stats
	return { id: task.id, kind: kindOf(task), filling: text, stopReason, generatedTokens, totalMs, outcome }
}
