import { dirname, join } from 'node:path'
import { checkModelFile } from '../../src/engine/llama/checkModelFile.ts'
import { openLibrary } from '../../src/engine/llama/library.ts'
import type { ChatRequest, CompletionRequest } from '../../src/engine/llama/loadedModel.ts'
import { loadModel } from '../../src/engine/llama/loadModel.ts'
import type { Turn } from '../../src/engine/llama/turn.ts'
import type { Logger } from '../../src/shared/logger.ts'
import { engineEntry } from '../engineFiles.ts'

/** A turn that nobody takes. */
export const freeTurn: Turn = { checkpoint: async () => {}, isCancelled: () => false, pausedMs: 0 }

/** A model as the engine loads it, in this process. */
export async function loadInProcess(path: string, contextSize: number) {
	const log: string[] = []
	const logger: Logger = { log: (_level, event) => void log.push(event) }
	const library = await openLibrary('off', logger)
	const model = await loadModel(
		await checkModelFile(path),
		{ id: 1, contextSize },
		{
			library,
			logger,
			onProgress: () => {},
			signal: new AbortController().signal,
			measuring: (work) => work(freeTurn),
			chatTemplateWorker: join(dirname(engineEntry), 'chatTemplateWorker.cjs'),
		},
	)
	const common = () => ({
		maxTokens: 16,
		stop: [],
		temperature: 0,
		logProbs: false,
		drafts: true,
		arrivedAt: performance.now(),
		turn: freeTurn,
		onText: () => {},
	})
	return {
		model,
		/** Names of the events that were logged. */
		log,
		complete: (request: Partial<CompletionRequest>) =>
			model.complete({ prefix: '', suffix: '', typed: '', mode: 'fill', purpose: 'inline', ...common(), ...request }),
		chat: (request: Partial<ChatRequest> & Pick<ChatRequest, 'messages'>) =>
			model.chat({ purpose: 'chat', ...common(), ...request }),
		async dispose() {
			await model.dispose()
			await library.llama.dispose()
		},
	}
}

export type LoadedInProcess = Awaited<ReturnType<typeof loadInProcess>>
