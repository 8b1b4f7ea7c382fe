import { checkModelFile } from '../../src/engine/llama/checkModelFile.ts'
import type { Gate } from '../../src/engine/llama/gate.ts'
import { generate, type TakenBack } from '../../src/engine/llama/generate.ts'
import { openLibrary } from '../../src/engine/llama/library.ts'
import { openContext } from '../../src/engine/llama/modelContext.ts'
import { ModelThreads } from '../../src/engine/llama/modelThreads.ts'
import type { TokenState } from '../../src/engine/llama/tokenState.ts'
import { vocabularyOf } from '../../src/engine/llama/vocabulary.ts'
import { noDraft, type Speculator } from '../../src/engine/speculation/speculation.ts'
import type { StopRule } from '../../src/protocol/engine.ts'
import { silentLogger } from '../../src/shared/logger.ts'

export interface Run {
	readonly prompt: readonly number[]
	readonly maxTokens: number
	readonly temperature?: number
	readonly stop?: readonly string[]
	readonly speculator?: Speculator
	readonly gate?: Gate | undefined
	readonly takenBack?: TakenBack
	readonly stopRule?: StopRule
	readonly logProbs?: boolean | 'rough'
	/** Instead of the model's own. */
	readonly target?: TokenState
	readonly onText?: (text: string) => void
	readonly isCancelled?: () => boolean
}

/** A real model in this process, one thread, for tests that draft by force. */
export async function openInProcess(path: string, contextSize: number) {
	const library = await openLibrary('off', silentLogger)
	const file = await checkModelFile(path)
	const model = await library.llama.loadModel({ modelPath: file.path, gpuLayers: 0 })
	const oneThread = new ModelThreads({ most: { single: 1, several: 1, prompts: 1 }, fixed: true, isCheap: true })
	const { context, state } = await openContext({ model, contextSize, signal: new AbortController().signal }, oneThread)
	const vocabulary = vocabularyOf(model)
	return {
		model,
		state,
		vocabulary,
		/** The answer with all tokens that came, the end token too. */
		async run({ prompt, maxTokens, temperature = 0, stop = [], speculator, target = state, ...rest }: Run) {
			const tokens: number[] = []
			const isEnd = (token: number) => {
				tokens.push(token)
				return vocabulary.isEnd(token)
			}
			const turn = { checkpoint: async () => {}, isCancelled: rest.isCancelled ?? (() => false), pausedMs: 0 }
			const { textStream } = vocabulary
			const generation = await generate(
				{ target, speculator, isEnd, textStream },
				{
					...{ prompt, maxTokens, temperature, stop, turn, arrivedAt: performance.now() },
					onText: rest.onText ?? (() => {}),
					...{ gate: rest.gate, takenBack: rest.takenBack, stopRule: rest.stopRule, logProbs: rest.logProbs ?? false },
				},
			)
			return { ...generation, whole: generation.tokens, tokens }
		},
		async dispose() {
			await context.dispose()
			await model.dispose()
			await library.llama.dispose()
		},
	}
}

/** Proposes what it is told to, in every step. */
export function forcedDrafts(draftOf: (tokens: readonly number[]) => readonly number[]): Speculator {
	return {
		async draft(tokens, most) {
			const proposed = draftOf(tokens).slice(0, most)
			return proposed.length === 0 ? noDraft : { drafter: 'ngram', kind: 'forced', tokens: proposed }
		},
		meanwhile() {},
		observe() {},
		end() {},
	}
}
