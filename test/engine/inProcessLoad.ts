import { EngineCache } from '../../src/engine/cache/engineCache.ts'
import { checkModelFile } from '../../src/engine/llama/checkModelFile.ts'
import type { LlamaLibrary } from '../../src/engine/llama/library.ts'
import { type LoadDeps, loadModel } from '../../src/engine/llama/loadModel.ts'
import { RecordingLogger } from '../fakes/recordingLogger.ts'

export interface Loading {
	readonly path: string
	readonly draftPath?: string
	readonly contextSize?: number
	readonly leastContextSize?: number
	readonly cacheDirectory?: string
	readonly availableMemory?: number
}

const turn = { checkpoint: async () => {}, isCancelled: () => false, pausedMs: 0 }

/** Loads a model as the engine does, in this process; one that is loaded has to be disposed of. */
export async function loadInProcess(library: LlamaLibrary, loading: Loading) {
	const { path, draftPath, contextSize = 1_024, leastContextSize, cacheDirectory, availableMemory } = loading
	const logger = new RecordingLogger()
	const cache = cacheDirectory === undefined ? undefined : new EngineCache(cacheDirectory, logger)
	let measurings = 0
	const deps: LoadDeps = {
		library,
		logger,
		cache,
		onProgress() {},
		signal: new AbortController().signal,
		measuring: (work) => {
			measurings++
			return work(turn)
		},
		...(availableMemory !== undefined && { availableMemory: async () => availableMemory }),
	}
	const model = await loadModel(await checkModelFile(path), { id: 1, draftPath, contextSize, leastContextSize }, deps)
	const { fields: tuned } = logger.lines.find(({ event }) => event === 'engine.tuned') ?? {}
	return { model, summary: model.summary, logger, cache, source: tuned?.source, measurings }
}

/** The answer to a prompt, written greedily. */
export function completeInProcess(
	{ model }: Awaited<ReturnType<typeof loadInProcess>>,
	prefix: string,
	{ maxTokens = 8, purpose = 'chat' as 'chat' | 'inline' } = {},
) {
	return model.complete({
		prefix,
		suffix: '',
		typed: '',
		mode: 'fill',
		drafts: true,
		purpose,
		maxTokens,
		stop: [],
		temperature: 0,
		logProbs: false,
		arrivedAt: performance.now(),
		turn: { ...turn },
		onText() {},
	})
}
