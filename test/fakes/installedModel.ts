import type { InstalledModel, ModelTraits } from '../../src/core/model/installedModel.ts'

const GB = 1e9

/** A model that can do everything, in the store of Ollama. */
export function installedModel(title: string, billions: number, traits: Partial<ModelTraits> = {}): InstalledModel {
	const fixedBytes = billions * 0.6 * GB
	return {
		store: 'ollama',
		path: `/models/${title}`,
		title,
		fileBytes: fixedBytes,
		isRemovable: false,
		about: {
			traits: {
				architecture: 'qwen2',
				parameters: billions * 1e9,
				quantization: 'Q4_K_M',
				contextSize: 32_768,
				hasFim: true,
				hasChatTemplate: true,
				isEmbedding: false,
				licence: undefined,
				tokenizer: 0,
				memory: { fixedBytes, bytesPerToken: 1_000 },
				...traits,
			},
		},
	}
}
