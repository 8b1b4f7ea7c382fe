import { median, round, type Summary } from '../../src/cli/bench/statistics.ts'
import type { TimedEngine } from '../../src/cli/bench/timedEngine.ts'
import { type ComparedModel, comparedContext, summarized } from './comparedModel.ts'
import { LlamaServer } from './llamaServer.ts'

/** Typing one character after the other before a text that follows the cursor: what each keystroke's first token takes. */
export interface KeystrokeRow {
	readonly model: string
	readonly threads: number
	/** Words of the text before and after the cursor when typing begins, about as many tokens. */
	readonly prefixWords: number
	readonly suffixWords: number
	readonly sides: readonly KeystrokeSide[]
}

export interface KeystrokeSide {
	readonly name: string
	/** Milliseconds of the first request, which finds nothing in the cache. */
	readonly coldMs: number
	/** Milliseconds to the first token, and tokens evaluated for it, of every request after the first. */
	readonly firstToken: Summary
	readonly evaluatedTokens: number
	/** This side's median through the engine's. */
	readonly ratio: number
}

interface Options {
	/** Absolute path of llama-server. */
	readonly program: string
	readonly rounds: number
}

interface Asked {
	readonly firstTextMs: number
	readonly evaluatedTokens: number
}

interface Side {
	readonly name: string
	ask(typed: string): Promise<Asked>
}

interface Place {
	readonly prefix: string
	readonly suffix: string
}

const promptWords = 2_000
const maxTokens = 8
/** The most that llama-server shows of what follows, with its default batch; and about as much as the extension sends. */
const suffixes = [500, 150] as const
export async function measureKeystrokes(
	engine: TimedEngine,
	model: ComparedModel,
	{ program, rounds }: Options,
): Promise<KeystrokeRow[]> {
	const { threads, flashAttention } = engine.model
	const options = { program, modelPath: model.path, threads, contextSize: comparedContext, flashAttention }
	const server = await LlamaServer.start(options)
	try {
		const rows: KeystrokeRow[] = []
		for (const suffixWords of suffixes) {
			const place = newPlace(model, suffixWords)
			const sides = [engineSide(engine, place), serverSide(server, place)]
			const length = rounds * model.keystrokes
			const typed = model.newText(length).slice(0, length)
			const label = `${model.name}, ${suffixWords} tokens after the cursor`
			const prefixWords = promptWords - suffixWords
			rows.push({ model: model.name, threads, prefixWords, suffixWords, sides: await typeOn(sides, typed, label) })
		}
		return rows
	} finally {
		server.kill()
	}
}

function newPlace(model: ComparedModel, suffixWords: number): Place {
	return { prefix: model.newText(promptWords - suffixWords), suffix: model.newText(suffixWords) }
}

function engineSide(engine: TimedEngine, place: Place): Side {
	return {
		name: 'Alcove',
		async ask(typed) {
			const { firstTextMs, answer } = engine.ask({ ...place, typed, maxTokens })
			const first = await firstTextMs
			const { promptTokens, reusedTokens } = (await answer).stats
			return { firstTextMs: first, evaluatedTokens: promptTokens - reusedTokens }
		},
	}
}

function serverSide(server: LlamaServer, place: Place): Side {
	return { name: 'llama-server', ask: (typed) => server.infill({ ...place, typed, maxTokens }) }
}

/** The sides take turns at every keystroke. */
async function typeOn(sides: readonly Side[], typed: string, label: string): Promise<KeystrokeSide[]> {
	console.log(`  ${label}: the first request`)
	const cold = new Map<Side, number>()
	for (const side of sides) {
		const { firstTextMs, evaluatedTokens } = await side.ask('')
		if (evaluatedTokens < promptWords * 0.9) throw new Error(`${side.name} knew the text already`)
		cold.set(side, firstTextMs)
	}
	console.log(`  ${label}: ${typed.length} keystrokes`)
	const asked = new Map<Side, Asked[]>(sides.map((side) => [side, []]))
	for (let end = 1; end <= typed.length; end++) {
		for (const side of end % 2 === 1 ? sides : sides.toReversed()) {
			asked.get(side)?.push(await side.ask(typed.slice(0, end)))
		}
	}
	const medianOf = (side: Side) => median(asked.get(side)?.map(({ firstTextMs }) => firstTextMs) ?? [])
	return sides.map((side) => ({
		name: side.name,
		coldMs: round(cold.get(side) ?? Number.NaN),
		firstToken: summarized(asked.get(side)?.map(({ firstTextMs }) => firstTextMs) ?? []),
		evaluatedTokens: median(asked.get(side)?.map(({ evaluatedTokens }) => evaluatedTokens) ?? []),
		ratio: round(medianOf(side) / medianOf(sides[0] ?? side)),
	}))
}
