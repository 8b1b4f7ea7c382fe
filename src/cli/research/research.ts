import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EmbeddedEngine } from '../../node/engine/embeddedEngine.ts'
import { starterModelFiles } from '../../node/modelFiles.ts'
import { systemClock } from '../../node/systemClock.ts'
import { messageOf } from '../../shared/errors.ts'
import { silentLogger } from '../../shared/logger.ts'
import { cacheFolder } from '../analyze/analyzeSetup.ts'
import { CliError } from '../cliError.ts'
import type { CliIo } from '../cliIo.ts'
import { researchFolder } from './researchFolder.ts'
import { readResearchOptions } from './researchOptions.ts'

/** Tokens: a question takes up to some 3,000. */
const contextSize = 8_192

/** @throws CliError; CancelledError where the person has had enough: what was found is kept */
export async function research(args: readonly string[], io: CliIo): Promise<number> {
	const options = readResearchOptions(args)
	const { modelPath, output } = options
	const engine = new EmbeddedEngine({
		options: { gpu: 'auto', maxLoadedModels: 1, idleUnloadMs: 0, saveStates: false },
		entryPath: join(io.extensionRoot, 'dist', 'engine', 'main.cjs'),
		clock: systemClock,
		logger: silentLogger,
	})
	try {
		const spec =
			modelPath === undefined
				? { origin: 'starter' as const, path: starterModelFiles(io.extensionRoot).path, contextSize }
				: { origin: 'user' as const, path: modelPath, contextSize }
		const brief = await researchFolder(options, { model: engine.chat(spec), cacheFolder: cacheFolder() }, io)
		if (output === undefined) io.print(brief)
		else writeBrief(output, brief)
		return 0
	} finally {
		engine.dispose()
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
