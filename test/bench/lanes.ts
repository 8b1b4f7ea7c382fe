import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getLlama, type Token } from 'node-llama-cpp'
import { EngineClient } from '../../src/node/engine/engineClient.ts'
import { forkEngine } from '../../src/node/engine/engineProcess.ts'
import { type EngineArguments, type EngineResult, protocolVersion } from '../../src/protocol/engine.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { median, round, type Summary, summaryOf } from './statistics.ts'

/** What it costs that several requests share one model. Milliseconds, as the host sees them. */
export interface LanesResult {
	readonly threads: number
	/** From a keystroke's request to its first token; the prompt's 2,000 tokens before the keystroke are evaluated. */
	readonly inlineIdle: Summary | undefined
	readonly inlineDuringChat: Summary | undefined
	/** Of the second median to the first. */
	readonly ratio: number
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
const cancelsOfRound = 4
const decodesOfRound = 4
const decodedTokens = 400

/** What is compared takes turns, so that a change of the machine's mood hits both. */
export async function measureLanes(engineEntry: string, rounds: number): Promise<LanesResult> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-lanes-'))
	try {
		const path = join(folder, '60M.gguf')
		writeSyntheticModel(path, { ...syntheticShapes['60M'], contextSize, type: 'F16' })
		const engine = await TimedEngine.start(engineEntry, path)
		try {
			const { threads } = engine
			const inline = await measureInline(engine, rounds)
			const cancel = await measureCancel(engine, rounds)
			const small = join(folder, '8M.gguf')
			writeSyntheticModel(small, { ...syntheticShapes['8M'], contextSize, type: 'Q8_0' })
			await engine.load(small)
			return { threads, ...inline, ...cancel, perToken: await measureDecoding(engine, small, rounds) }
		} finally {
			engine.end()
		}
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

async function measureInline(engine: TimedEngine, rounds: number) {
	const idle: number[] = []
	const busy: number[] = []
	const untilPaused: number[] = []
	// One token a byte: what is typed is a few tokens more each time.
	let typed = 'a'.repeat(2_000)
	const keystroke = () => {
		typed += 'xyz'
		return engine.start({ prefix: typed, maxTokens: 8 })
	}
	await keystroke().answer
	for (let round = 1; round <= rounds; round++) {
		console.log(`  inline beside a chat, round ${round} of ${rounds}`)
		for (let pair = 0; pair < pairsOfRound; pair++) {
			const alone = keystroke()
			idle.push(await alone.firstTokenMs)
			await alone.answer
			const chat = engine.start({ prefix: `question ${pair} `, maxTokens: 2_000, purpose: 'chat' })
			await chat.firstTokenMs
			// Somewhere in the chat's next steps: a piece of text has just come out of the last one.
			await sleep(Math.random() * 50)
			const disturbing = keystroke()
			busy.push(await disturbing.firstTokenMs)
			untilPaused.push((await disturbing.answer).stats.queueMs)
			chat.cancel()
			const { stats } = await chat.answer
			if (stats.pausedMs === 0) throw new Error('the chat was not running')
		}
	}
	return {
		inlineIdle: summaryOf(idle),
		inlineDuringChat: summaryOf(busy),
		ratio: round(median(busy) / median(idle)),
		untilPaused: summaryOf(untilPaused),
	}
}

async function measureCancel(engine: TimedEngine, rounds: number) {
	const alone: number[] = []
	const after: number[] = []
	let count = 0
	/** A request whose prompt shares nothing with the one before. */
	const unlike = (length: number) =>
		engine.start({ prefix: `${letterAt(count++)}${letterAt(count)}`.repeat(length / 2), maxTokens: 2 })
	for (let round = 1; round <= rounds; round++) {
		console.log(`  cancel in a prompt, round ${round} of ${rounds}`)
		for (let time = 0; time < cancelsOfRound; time++) {
			const first = unlike(64)
			alone.push(await first.firstTokenMs)
			await first.answer
			const long = unlike(2_000)
			await sleep(300 + Math.random() * 700)
			long.cancel()
			const next = unlike(64)
			after.push(await next.firstTokenMs)
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
	const bare = await BareLoop.open(path, engine.threads)
	const inEngine: number[] = []
	const alone: number[] = []
	for (let round = 1; round <= rounds; round++) {
		console.log(`  time of a token, round ${round} of ${rounds}`)
		for (let time = 0; time < decodesOfRound; time++) {
			const running = engine.start({ prefix: 'const a = ', maxTokens: decodedTokens })
			await running.firstTokenMs
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

/** An engine process whose answers are timed at this end. */
class TimedEngine {
	private readonly process: ReturnType<typeof forkEngine>
	private readonly client: EngineClient
	threads = 0

	private constructor(entry: string) {
		this.process = forkEngine(entry)
		this.client = new EngineClient({ transport: this.process, logger: silentLogger })
	}

	static async start(entry: string, path: string): Promise<TimedEngine> {
		const engine = new TimedEngine(entry)
		await engine.client.request('initialize', { protocolVersion, gpu: 'off' })
		await engine.load(path)
		return engine
	}

	async load(path: string): Promise<void> {
		const { threads } = await this.client.request('loadModel', { path, contextSize })
		this.threads = threads
	}

	start(params: Pick<EngineArguments<'complete'>, 'prefix' | 'maxTokens' | 'purpose'>): {
		readonly firstTokenMs: Promise<number>
		readonly answer: Promise<EngineResult<'complete'>>
		cancel(): void
	} {
		const source = new CancellationSource()
		const started = performance.now()
		let first: (ms: number) => void = () => {}
		const firstTokenMs = new Promise<number>((resolve) => {
			first = resolve
		})
		const answer = this.client.request(
			'complete',
			{ suffix: '', stop: [], ...params },
			{ token: source.token, onProgress: () => first(performance.now() - started) },
		)
		return { firstTokenMs, answer, cancel: () => source.cancel() }
	}

	end(): void {
		this.process.kill()
		this.client.dispose()
	}
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
