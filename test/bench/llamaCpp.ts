import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LlamaCppBuild } from '../../scripts/llamaCpp.mjs'
import { TimedEngine } from '../../src/cli/bench/timedEngine.ts'
import { fillerIndex, fillerText, syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { type ComparedModel, comparedContext } from './comparedModel.ts'
import { type DecodeRow, measurePlainDecode } from './plainDecode.ts'
import { type KeystrokeRow, measureKeystrokes } from './serverKeystroke.ts'

/** The engine beside llama.cpp's own programs, on the same models. */
export interface LlamaCppResult {
	readonly build: Pick<LlamaCppBuild, 'release' | 'compiler' | 'flags'>
	readonly decode: readonly DecodeRow[]
	readonly keystroke: readonly KeystrokeRow[]
}

const models = [
	{ shape: '60M', type: 'F16', depth: 512, tokens: 128, answers: 3, keystrokes: 12 },
	{ shape: '60M', type: 'Q8_0', depth: 512, tokens: 128, answers: 3, keystrokes: 12 },
	{ shape: '0.5B', type: 'Q8_0', depth: 256, tokens: 48, answers: 2, keystrokes: 4 },
] as const

export async function measureLlamaCpp(
	engineEntry: string,
	rounds: number,
	{ bench, server, release, compiler, flags }: LlamaCppBuild,
): Promise<LlamaCppResult> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-llamacpp-'))
	const decode: DecodeRow[] = []
	const keystroke: KeystrokeRow[] = []
	try {
		for (const { shape, type, ...amounts } of models) {
			const name = `${shape} ${type}`
			const path = join(folder, `${shape}-${type}.gguf`)
			const { vocabulary } = syntheticShapes[shape]
			writeSyntheticModel(path, { ...syntheticShapes[shape], contextSize: comparedContext, type, words: true })
			const engine = await TimedEngine.start(engineEntry, 'off')
			try {
				await engine.load({ path, contextSize: comparedContext })
				const newText = await unansweredText(engine, vocabulary)
				const model: ComparedModel = { name, path, ...amounts, newText }
				decode.push(await measurePlainDecode(engine, model, { program: bench, rounds }))
				keystroke.push(...(await measureKeystrokes(engine, model, { program: server, rounds })))
			} finally {
				await engine.end()
			}
			rmSync(path)
		}
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
	return { build: { release, compiler, flags }, decode, keystroke }
}

/** Answers run through the words in a circle, from a start that depends on the prompt's last token only. */
async function unansweredText(engine: TimedEngine, vocabulary: number): Promise<(words: number) => string> {
	const { text } = await engine.ask({ prefix: fillerText(0), maxTokens: 1 }).answer
	const distance = 3_000
	// Fewer than there are, so that all the texts of a run fit.
	const fillers = vocabulary - 3_000
	let next = (fillerIndex(text) + distance) % (fillers - distance)
	return (words) => Array.from({ length: words }, () => fillerText(next++)).join('')
}
