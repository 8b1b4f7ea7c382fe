import { median, round, type Summary } from '../../src/cli/bench/statistics.ts'
import type { TimedEngine } from '../../src/cli/bench/timedEngine.ts'
import { type ComparedModel, summarized } from './comparedModel.ts'
import { runLlamaBench } from './llamaBench.ts'

/** Decoding without drafts in the engine, seen from the host, and in llama-bench. Tokens a second. */
export interface DecodeRow {
	readonly model: string
	readonly threads: number
	readonly depth: number
	readonly tokens: number
	readonly ours: Summary
	readonly llamaBench: Summary
	/** The same with one thread; absent where there is only one. The engine may go down to one on a busy machine. */
	readonly oneThread?: Summary
	/** The first median through the second, and the least and the most of a round. */
	readonly ratio: number
	readonly range: readonly [number, number]
}

interface Options {
	/** Absolute path of llama-bench. */
	readonly program: string
	readonly rounds: number
}

/** Both sides take turns in each round, every other round the other way round. */
export async function measurePlainDecode(
	engine: TimedEngine,
	model: ComparedModel,
	{ program, rounds }: Options,
): Promise<DecodeRow> {
	const { threads, flashAttention } = engine.model
	const { path: modelPath, tokens, answers: repetitions } = model
	const prefix = model.newText(model.depth)
	const depth = await depthOf(engine, prefix)
	const ours: number[][] = []
	const theirs: number[][] = []
	const single: number[][] = []
	const bench = (count: number) =>
		runLlamaBench({ program, modelPath, threads: count, depth, tokens, repetitions, flashAttention })
	const sides = [
		async () => void ours.push(await decode(engine, prefix, tokens, repetitions)),
		async () => void theirs.push(await bench(threads)),
		...(threads > 1 ? [async () => void single.push(await bench(1))] : []),
	]
	for (let time = 1; time <= rounds; time++) {
		console.log(`  ${model.name}, decoding, round ${time} of ${rounds}`)
		for (const side of time % 2 === 1 ? sides : sides.toReversed()) await side()
	}
	const ratios = ours.map((own, i) => median(own) / median(theirs[i] ?? []))
	return {
		model: model.name,
		threads,
		depth,
		tokens,
		ours: summarized(ours.flat()),
		llamaBench: summarized(theirs.flat()),
		...(single.length > 0 && { oneThread: summarized(single.flat()) }),
		ratio: round(median(ours.flat()) / median(theirs.flat())),
		range: [round(Math.min(...ratios)), round(Math.max(...ratios))],
	}
}

/** Evaluates the prompt, so that no answer has to. @returns its tokens */
async function depthOf(engine: TimedEngine, prefix: string): Promise<number> {
	const { stats } = await engine.ask({ prefix, maxTokens: 16, drafts: false }).answer
	return stats.promptTokens
}

async function decode(engine: TimedEngine, prefix: string, tokens: number, times: number): Promise<number[]> {
	const rates: number[] = []
	for (let time = 0; time < times; time++) {
		const started = performance.now()
		// The first token is the prompt's; one more than is timed is asked for.
		const { answer, firstTextMs } = engine.ask({ prefix, maxTokens: tokens + 1, drafts: false })
		const first = await firstTextMs
		const { stats } = await answer
		if (stats.draftedTokens > 0) throw new Error('something was drafted: this is not plain decoding')
		if (stats.generatedTokens !== tokens + 1) throw new Error('an answer is too short')
		rates.push((tokens / (performance.now() - started - first)) * 1000)
	}
	return rates
}
