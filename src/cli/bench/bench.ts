import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defaultSettings } from '../../core/settings.ts'
import type { ModelSummary } from '../../protocol/engine.ts'
import { messageOf } from '../../shared/errors.ts'
import { alcoveVersion } from '../alcoveVersion.ts'
import { CliError } from '../cliError.ts'
import type { CliIo } from '../cliIo.ts'
import { modelFilesFor } from '../modelFilesFor.ts'
import { type BenchOptions, parseBenchOptions } from './benchOptions.ts'
import { type BenchReport, type BenchSetup, reportJson, reportMarkdown, reportText } from './benchReport.ts'
import { describeHardware } from './hardware.ts'
import { watchLoad } from './machineLoad.ts'
import { measureModel } from './measureModel.ts'
import { TimedEngine } from './timedEngine.ts'

export const benchHelp = `Usage: alcove bench [options]

Measures a model on this machine: how fast it reads and writes, what drafts are worth, how soon it answers
while somebody types and after a cancel, and how much memory it takes. Nothing leaves the machine.

Options:
  --model FILE     a GGUF model; without it, the starter model with its draft model
  --draft FILE     a GGUF draft model for it
  --context N      tokens of context, at most (default ${defaultSettings['engine.contextSize']})
  --rounds N       how often everything is measured (default 3)
  --gpu auto|off   whether a graphics card may be used (default ${defaultSettings['engine.gpu']})
  --json FILE      writes the results there, too
  --markdown FILE  writes them there as a page with plots
`

/** @throws CliError, or EngineError where the engine or the model fails. */
export async function bench(args: readonly string[], io: CliIo): Promise<void> {
	const options = parseBenchOptions(args)
	const { jsonPath, markdownPath } = options
	for (const file of [jsonPath, markdownPath]) if (file !== undefined) checkFolder(file)
	const report = await measured(options, io)
	io.print(reportText(report))
	if (jsonPath !== undefined) writeReport(jsonPath, reportJson(report))
	if (markdownPath !== undefined) writeReport(markdownPath, reportMarkdown(report))
}

/** Before minutes of work whose result could not be kept. */
function checkFolder(file: string): void {
	try {
		accessSync(dirname(file), constants.W_OK)
	} catch (error) {
		throw new CliError(1, `${file} cannot be written (${messageOf(error)})`, { cause: error })
	}
}

function writeReport(file: string, text: string): void {
	try {
		writeFileSync(file, text)
	} catch (error) {
		throw new CliError(1, `${file} cannot be written (${messageOf(error)})`, { cause: error })
	}
}

async function measured(options: BenchOptions, io: CliIo): Promise<BenchReport> {
	const { extensionRoot, signal } = io
	const engine = await TimedEngine.start(join(extensionRoot, 'dist', 'engine', 'main.cjs'), options.gpu, signal)
	try {
		const { contextSize, rounds } = options
		const say = (what: string) => io.complain(`${what}\n`)
		const model = await engine.load(
			{ ...modelFilesFor(options, extensionRoot), contextSize },
			once(say, 'loading the model'),
		)
		const setup = setupOf(model, await engine.libraryVersion(), extensionRoot)
		const date = new Date().toISOString()
		const loadMeanwhile = watchLoad()
		const results = await measureModel(engine, rounds, say)
		return { setup, date, rounds, machineLoad: loadMeanwhile(), ...results, verifyCurve: model.verifyCurve }
	} finally {
		await engine.end()
	}
}

/** A bad file ends with one line: nothing is said before it is known to be a good one. */
function once(say: (what: string) => void, what: string): () => void {
	let isSaid = false
	return () => {
		if (!isSaid) say(what)
		isSaid = true
	}
}

function setupOf(model: ModelSummary, nodeLlamaCpp: string, extensionRoot: string): BenchSetup {
	const { draft } = model
	const detail = 'none' in draft && draft.detail !== '' ? ` (${draft.detail})` : ''
	return {
		model: model.name,
		quantization: model.quantization,
		fileBytes: model.fileBytes,
		threads: model.threads,
		backend: model.backend,
		gpuLayers: model.gpuLayers,
		contextSize: model.contextSize,
		draft: 'none' in draft ? `none: ${draft.none}${detail}` : draft.name,
		machine: describeHardware(),
		nodeLlamaCpp,
		alcove: alcoveVersion(extensionRoot),
	}
}
