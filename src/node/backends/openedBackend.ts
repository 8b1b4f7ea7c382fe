import type { Backend } from '../../core/model/backend.ts'
import type { BackendPlace, LoadedModel } from '../../core/model/modelState.ts'
import type { ProbedModel } from './dialect.ts'

export interface OpenedBackend {
	readonly probed: ProbedModel
	readonly model: LoadedModel
}

/** Tokens, where the server does not say. */
const usualContext = 8_192

export function openedBackend(
	probed: ProbedModel,
	backend: Backend,
	place: BackendPlace,
	loadMs: number,
): OpenedBackend {
	const { id, parameters = 0, fileBytes = 0, quantization = '', architecture = '', gap, countsTokens } = probed
	return {
		probed,
		model: {
			...{ path: '', name: id, architecture, quantization, fileBytes, parameters },
			contextSize: contextSizeOf(probed, backend),
			// Which of the orders it is, is the server's to know.
			fimOrder: gap.by === 'none' ? 'none' : 'prefixSuffixMiddle',
			...{
				backend: backend.kind,
				gpuLayers: 0,
				threads: 0,
				promptThreads: 0,
				batchSize: 0,
				flashAttention: false,
				kvType: 'f16',
			},
			...{ memoryBytes: 0, chatTemplate: true, draft: { none: 'notConfigured', detail: '' }, loadMs },
			served: { ...place, countsTokens },
		},
	}
}

function contextSizeOf({ contextSize }: ProbedModel, { kind, contextSize: wanted }: Backend): number {
	// What Ollama says is what the model was trained for; as much as we ask for takes memory there.
	const known = kind === 'ollama' ? Math.min(contextSize ?? usualContext, wanted ?? usualContext) : contextSize
	return Math.min(known ?? wanted ?? usualContext, wanted ?? Number.POSITIVE_INFINITY)
}
