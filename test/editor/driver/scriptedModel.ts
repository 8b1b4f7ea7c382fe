import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { scriptedVocabulary, writeSyntheticModel } from '../../synthetic/syntheticModel.ts'

/**
 * Writes a model that answers the same to everything, for tests of what is done with an answer: a real GGUF that the real engine
 * loads. Each piece is a token.
 */
export function writeScriptedModel(path: string, script: readonly string[]): void {
	mkdirSync(dirname(path), { recursive: true })
	writeSyntheticModel(path, {
		layers: 1,
		width: 256,
		heads: 4,
		kvHeads: 2,
		feedForward: 256,
		vocabulary: scriptedVocabulary(script),
		contextSize: 4_096,
		type: 'Q8_0',
		script,
	})
}
