import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getLlama, type Token } from 'node-llama-cpp'
import { median, round, type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'
import { TimedEngine } from '../../src/cli/bench/timedEngine.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'

/** What it costs that several requests share one model. Milliseconds, as the host sees them. */
export interface LanesResult {
	readonly threads: number
	/** From a keystroke's request to its first token; the prompt's 2,000 tokens before the keystroke are evaluated. */
	readonly inlineIdle: Summary | undefined
	readonly inlineDuringChat: Summary | undefined
	/** Of the second median to the first. */
	readonly ratio: number
	/** The same, where the keystroke was announced and the request came after the pause of somebody who types. */
	readonly inlineAnnounced: Summary | undefined
	readonly announcedRatio: number
	/** Of that request, the time until the chat had paused. */
	readonly untilPaused: Summary | undefined
	/** From a request of 64 tokens to its first token. */
	readonly shortAlone: Summary | undefined
	/** The same from the moment at which a prompt of 2,000 tokens is cancelled while it is evaluated. */
	readonly shortAfterCancel: Summary | undefined
	/** Difference of the medians. */
	readonly cancelMs: number
	/** Milliseconds of one token of a model of 8 million parameters: in the engine, and in a loop around llama.cpp alone. */
	readonly perToken: { readonly engine: number; readonly bare: number; readonly overhead: number }
}

const contextSize = 4_096
const pairsOfRound = 8
/** Milliseconds from the announcement to the request: no more than the completer pauses with somebody who types five keys a second. */
const pauseMs = 50
const cancelsOfRound = 4
const decodesOfRound = 4
const decodedTokens = 400

/** What is compared takes turns, so that a change of the machine's mood hits both. */
export async function measureLanes(engineEntry: string, rounds: number): Promise<LanesResult> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-lanes-'))
	try {
		const path = join(folder, '60M.gguf')
		writeSyntheticModel(path, { ...syntheticShapes['60M'], contextSize, type: 'F16' })
		const engine = await TimedEngine.start(engineEntry, 'off')
		try {
			const { threads } = await engine.load({ path, contextSize })
			const inline = await measureInline(engine, rounds)
			const cancel = await measureCancel(engine, rounds)
			const small = join(folder, '8M.gguf')
			writeSyntheticModel(small, { ...syntheticShapes['8M'], contextSize, type: 'Q8_0' })
			await engine.load({ path: small, contextSize })
			return { threads, ...inline, ...cancel, perToken: await measureDecoding(engine, small, rounds) }
		} finally {
			engine.kill()
		}
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

async function measureInline(engine: TimedEngine, rounds: number) {
	const idle: number[] = []
	const busy: number[] = []
	const untilPaused: number[] = []
	const announced: number[] = []
	// One token a byte: what is typed is a few tokens more each time.
	let typed = 'a'.repeat(2_000)
	const keystroke = () => {
		typed += 'xyz'
		return engine.ask({ prefix: typed, maxTokens: 8 })
	}
	await keystroke().answer
	for (let round = 1; round <= rounds; round++) {
		console.log(`  inline beside a chat, round ${round} of ${rounds}`)
		for (let pair = 0; pair < pairsOfRound; pair++) {
			const alone = keystroke()
			idle.push(await alone.firstTextMs)
			await alone.answer
			const chat = engine.ask({ prefix: `question ${pair} `, maxTokens: 2_000, purpose: 'chat' })
			await chat.firstTextMs
			// Somewhere in the chat's next steps: a piece of text has just come out of the last one.
			await sleep(Math.random() * 50)
			const disturbing = keystroke()
			busy.push(await disturbing.firstTextMs)
			untilPaused.push((await disturbing.answer).stats.queueMs)
			await sleep(100)
			await engine.announce(pauseMs + 50)
			await sleep(pauseMs)
			const expected = keystroke()
			announced.push(await expected.firstTextMs)
			await expected.answer
			chat.cancel()
			const { stats } = await chat.answer
			if (stats.pausedMs === 0) throw new Error('the chat was not running')
		}
	}
	return {
		inlineIdle: summaryOf(idle),
		inlineDuringChat: summaryOf(busy),
		ratio: round(median(busy) / median(idle)),
		inlineAnnounced: summaryOf(announced),
		announcedRatio: round(median(announced) / median(idle)),
		untilPaused: summaryOf(untilPaused),
	}
}

async function measureCancel(engine: TimedEngine, rounds: number) {
	const alone: number[] = []
	const after: number[] = []
	let count = 0
	/** A request whose prompt shares nothing with the one before. */
	const unlike = (length: number) =>
		engine.ask({ prefix: `${letterAt(count++)}${letterAt(count)}`.repeat(length / 2), maxTokens: 2 })
	for (let round = 1; round <= rounds; round++) {
		console.log(`  cancel in a prompt, round ${round} of ${rounds}`)
		for (let time = 0; time < cancelsOfRound; time++) {
			const first = unlike(64)
			alone.push(await first.firstTextMs)
			await first.answer
			const long = unlike(2_000)
			await sleep(300 + Math.random() * 700)
			long.cancel()
			const next = unlike(64)
			after.push(await next.firstTextMs)
			await next.answer
			const { stopReason, stats } = await long.answer
			if (stopReason !== 'cancelled' || stats.generatedTokens > 0) throw new Error('the prompt was done too soon')
		}
	}
	return {
		shortAlone: summaryOf(alone),
		shortAfterCancel: summaryOf(after),
		cancelMs: round(median(after) - median(alone)),
	}
}

async function measureDecoding(engine: TimedEngine, path: string, rounds: number): Promise<LanesResult['perToken']> {
	const bare = await BareLoop.open(path, engine.model.threads)
	const inEngine: number[] = []
	const alone: number[] = []
	for (let round = 1; round <= rounds; round++) {
		console.log(`  time of a token, round ${round} of ${rounds}`)
		for (let time = 0; time < decodesOfRound; time++) {
			const running = engine.ask({ prefix: 'const a = ', maxTokens: decodedTokens })
			await running.firstTextMs
			const started = performance.now()
			const { stats } = await running.answer
			inEngine.push((performance.now() - started) / (stats.generatedTokens - 1))
			alone.push(await bare.msPerToken(decodedTokens))
		}
	}
	await bare.dispose()
	const [engineMs, bareMs] = [median(inEngine), median(alone)]
	return { engine: round(engineMs), bare: round(bareMs), overhead: round(engineMs - bareMs) }
}

function letterAt(count: number): string {
	return String.fromCharCode(97 + (count % 26))
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Decoding with nothing around it: the library's own time for the same tokens. */
class BareLoop {
	private readonly parts: Awaited<ReturnType<typeof openBare>>

	private constructor(parts: Awaited<ReturnType<typeof openBare>>) {
		this.parts = parts
	}

	static async open(path: string, threads: number): Promise<BareLoop> {
		return new BareLoop(await openBare(path, threads))
	}

	async msPerToken(count: number): Promise<number> {
		const { sequence, model } = this.parts
		await sequence.clearHistory()
		const prompt = model.tokenize('const a = ')
		const ask = async (tokens: readonly Token[]) => {
			const last = tokens.at(-1)
			if (last === undefined) throw new Error('no token')
			const item = [last, { generateNext: { token: true, options: { temperature: 0 } } }] as const
			const output = await sequence.controlledEvaluate([...tokens.slice(0, -1), [item[0], item[1]]])
			const token = output.at(-1)?.next.token
			if (token === null || token === undefined) throw new Error('no next token')
			return token
		}
		let token = await ask(prompt)
		const started = performance.now()
		for (let done = 1; done < count; done++) token = await ask([token])
		return (performance.now() - started) / (count - 1)
	}

	async dispose(): Promise<void> {
		await this.parts.context.dispose()
		await this.parts.model.dispose()
		await this.parts.llama.dispose()
	}
}

/** With the engine's own settings. */
async function openBare(path: string, threads: number) {
	// The library tries its binary in a forked process, which must not begin with the program that began this one.
	process.execArgv = []
	const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, maxThreads: 0 })
	const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 })
	const context = await model.createContext({ contextSize, batchSize: 256, threads, flashAttention: false })
	return { llama, model, context, sequence: context.getSequence() }
}
