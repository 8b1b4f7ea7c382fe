import * as v from 'valibot'
import { createMessageConnection, type MessageConnection, ProgressType, ResponseError } from 'vscode-jsonrpc/node'
import { noFigures } from '../../src/core/model/figures.ts'
import type { EngineExit, EngineProcess } from '../../src/node/engine/engineProcess.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import {
	type EngineParams,
	type EngineResult,
	engineRequests,
	logNotification,
	protocolVersion,
	type StopReason,
	unloadedNotification,
} from '../../src/protocol/engine.ts'
import { EngineError, type EngineErrorData, engineErrorNumber } from '../../src/protocol/engineErrors.ts'
import type { CancellationToken } from '../../src/shared/cancellation.ts'
import type { Clock } from '../../src/shared/clock.ts'
import { cutAnswer, fakeJson, fakeLogProbs, fakeTokenCount, fakeVector, fakeVerdict } from './fakeAnswers.ts'
import { checkFile, type FakeModel, FakeModelPool, type UnloadReason } from './fakeModelPool.ts'
import { memoryTransport, type TransportEnd } from './memoryTransport.ts'

export interface FakeEngineScript {
	/** The number that the handshake answers with. Default: the right one. */
	readonly protocolVersion?: number
	/** What keep-alive and deadlines go by. Default: the system's. */
	readonly clock?: Clock
	/** Why the model cannot be loaded. Default: looks whether the file is there and begins as a GGUF. */
	checkModel?(path: string): EngineErrorData | undefined
	/** Awaited before the share `fraction` of the model is reported as loaded. */
	beforeLoadStep?(fraction: number): Promise<void>
	/** The pieces of text that are "generated", before stop texts are looked for. Default: 100 short lines. */
	answer?(params: EngineParams<'complete'> | EngineParams<'chat'>): readonly string[]
	/** Awaited before each piece. */
	beforePiece?(index: number): Promise<void>
}

type Kind = keyof typeof engineRequests
type TextParams = EngineParams<'complete'> | EngineParams<'chat'>

/** Speaks the engine's side of the protocol, without a model. Passes the same contract tests as the real engine. */
export class FakeEngine {
	readonly connection: MessageConnection
	readonly pool: FakeModelPool
	private readonly script: FakeEngineScript
	private readonly clock: Clock
	private readonly exit: (code: number) => void
	private isInitialized = false
	/** The place whose prompt was computed last, for each model. */
	private readonly warm = new Map<number, string>()

	constructor(end: TransportEnd, script: FakeEngineScript, exit: (code: number) => void) {
		this.script = script
		this.clock = script.clock ?? systemClock
		this.exit = exit
		this.connection = createMessageConnection(end.reader, end.writer)
		this.pool = new FakeModelPool({
			clock: this.clock,
			checkModel: script.checkModel ?? checkFile,
			beforeLoadStep: async (fraction) => script.beforeLoadStep?.(fraction),
			onUnloaded: (model, reason) =>
				void this.connection.sendNotification(unloadedNotification.method, { model, reason }),
		})
		this.answerAll()
		this.connection.listen()
	}

	dispose(): void {
		this.pool.dispose()
		this.connection.dispose()
	}

	private answerAll(): void {
		this.on('initialize', (params) => this.initialize(params))
		this.on('ping', () => ({ rssBytes: process.memoryUsage.rss() }))
		this.on('configure', (params) => {
			this.pool.configure(params)
			return {}
		})
		this.on('loadModel', (params) =>
			this.pool.load(params, (fraction) => this.sendProgress(params.progressToken, { fraction })),
		)
		this.on('unloadModel', ({ model }) => {
			this.pool.unload(model, 'asked')
			return {}
		})
		this.on('complete', async (params, token) => {
			const all = this.script.answer?.(params) ?? hundredLines
			const answer = await this.write(await this.pool.find(params.model), params, all, token)
			const pieces = params.context && [...params.context.pieces.keys()]
			return pieces ? { ...answer, context: { tokens: pieces.length, pieces } } : answer
		})
		this.on('warmUp', async (params, token) => this.warmUp(await this.pool.find(params.model), params, token))
		this.on('announce', () => ({}))
		this.on('chat', async (params, token) => this.chat(await this.pool.find(params.model), params, token))
		this.on('embed', async (params, token) => this.embed(await this.pool.find(params.model), params, token))
		this.on('countTokens', async ({ model, texts }) => {
			await this.pool.find(model)
			return { counts: texts.map(fakeTokenCount) }
		})
		this.on('shutdown', () => {
			setImmediate(() => this.exit(0))
			return {}
		})
	}

	private on<K extends Kind>(
		kind: K,
		handle: (params: EngineParams<K>, token: CancellationToken) => EngineResult<K> | Promise<EngineResult<K>>,
	): void {
		const { method, params: schema } = engineRequests[kind]
		this.connection.onRequest(method, async (params: unknown, token: CancellationToken): Promise<unknown> => {
			try {
				const parsed = v.safeParse(schema, params)
				if (!parsed.success) throw refusal('invalidRequest', `${method}: bad parameters`)
				if (!this.isInitialized && kind !== 'initialize') throw refusal('invalidRequest', `${method} before initialize`)
				return await handle(parsed.output as EngineParams<K>, token)
			} catch (error) {
				if (error instanceof EngineError) return new ResponseError(engineErrorNumber, error.message, error.data)
				throw error
			}
		})
	}

	private initialize(params: EngineParams<'initialize'>): EngineResult<'initialize'> {
		if (params.protocolVersion !== protocolVersion) {
			throw refusal('versionMismatch', `the host speaks protocol ${params.protocolVersion}`)
		}
		this.isInitialized = true
		const line = { level: 'debug', event: 'fake.initialized', fields: {} }
		void this.connection.sendNotification(logNotification.method, line)
		const version = this.script.protocolVersion ?? protocolVersion
		return { protocolVersion: version, pid: process.pid, libraryVersion: 'fake' }
	}

	private write(
		model: FakeModel,
		params: TextParams,
		all: readonly string[],
		token: CancellationToken,
	): Promise<EngineResult<'complete'>> {
		return this.pool.use(model, async () => {
			const { pieces, stopReason } = cutAnswer(all, params)
			const isEnded = this.endOf(model, params.deadlineMs, token)
			let text = ''
			let ended = isEnded()
			for (const [index, piece] of pieces.entries()) {
				await this.script.beforePiece?.(index)
				await turn()
				ended = isEnded()
				if (ended !== undefined) break
				text += piece
				this.sendProgress(params.progressToken, { text: piece })
			}
			const reusedTokens =
				'prefix' in params && this.warm.get(model.summary.id) === placeOf(params) ? promptTokens - 1 : 0
			const isTold = params.logProbs && text !== ''
			const typedTokens = 'typed' in params ? fakeTokenCount(params.typed) : 0
			const stats = { ...noCost, promptTokens: promptTokens + typedTokens, reusedTokens }
			return { text, stopReason: ended ?? stopReason, stats, ...(isTold && { logProbs: fakeLogProbs }) }
		})
	}

	/** Tells why a request is over, if it is. */
	private endOf(model: FakeModel, deadlineMs: number | undefined, token: CancellationToken) {
		const dueAt = this.clock.now() + (deadlineMs ?? Number.POSITIVE_INFINITY)
		return (): Extract<StopReason, 'cancelled' | 'deadline'> | undefined => {
			if (token.isCancellationRequested || model.ending.token.isCancellationRequested) return 'cancelled'
			return this.clock.now() >= dueAt ? 'deadline' : undefined
		}
	}

	private async warmUp(
		model: FakeModel,
		params: EngineParams<'warmUp'>,
		token: CancellationToken,
	): Promise<EngineResult<'warmUp'>> {
		const ended = this.endOf(model, params.deadlineMs, token)()
		if (ended !== undefined) return { promptTokens: 0, evaluatedTokens: 0, stopReason: ended }
		return this.pool.use(model, async () => {
			const isWarm = this.warm.get(model.summary.id) === placeOf(params)
			this.warm.set(model.summary.id, placeOf(params))
			return { promptTokens, evaluatedTokens: isWarm ? 1 : promptTokens, stopReason: 'done' }
		})
	}

	private async chat(
		model: FakeModel,
		params: EngineParams<'chat'>,
		token: CancellationToken,
	): Promise<EngineResult<'chat'>> {
		const { json } = params
		const verdict = json?.verdict === undefined ? undefined : fakeVerdict(json.schema, json.verdict)
		if (json?.verdict !== undefined && verdict === undefined) throw refusal('invalidRequest', 'no such verdict')
		const all =
			json === undefined ? (this.script.answer?.(params) ?? hundredLines) : [...JSON.stringify(fakeJson(json.schema))]
		const droppedMessages = countDropped(params, model.summary.contextSize)
		const answer = await this.write(model, params, all, token)
		const isWhole = answer.stopReason === 'endOfText'
		return { ...answer, droppedMessages, ...(isWhole && verdict !== undefined && { verdict }) }
	}

	private embed(
		model: FakeModel,
		{ texts, deadlineMs }: EngineParams<'embed'>,
		token: CancellationToken,
	): Promise<EngineResult<'embed'>> {
		if (model.use !== 'embedding') throw refusal('invalidRequest', 'the model was not loaded for vectors')
		return this.pool.use(model, async () => {
			const isEnded = this.endOf(model, deadlineMs, token)
			const vectors: (readonly number[])[] = []
			for (const [index, text] of texts.entries()) {
				await this.script.beforePiece?.(index)
				await turn()
				if (isEnded() !== undefined) break
				vectors.push(fakeVector(text))
			}
			const tokens = texts.slice(0, vectors.length).reduce((sum, text) => sum + fakeTokenCount(text), 0)
			return { vectors, stopReason: isEnded() ?? 'done', promptTokens: tokens, queueMs: 0, totalMs: 1 }
		})
	}

	private sendProgress(token: string | undefined, value: unknown): void {
		if (token !== undefined) void this.connection.sendProgress(new ProgressType<unknown>(), token, value)
	}
}

/** A fake engine as a "process" that a test can kill, hang and look at. */
export class FakeEngineProcess implements EngineProcess {
	readonly pid: number
	readonly reader: EngineProcess['reader']
	readonly writer: EngineProcess['writer']
	readonly exited: Promise<EngineExit>
	/** The engine's end of the wire, for messages that no engine would send. */
	readonly engineEnd: TransportEnd
	private readonly engine: FakeEngine
	private end: (exit: EngineExit) => void = () => {}
	private alive = true

	constructor(pid: number, script: FakeEngineScript = {}) {
		this.pid = pid
		const { host, engine } = memoryTransport()
		this.reader = host.reader
		this.writer = host.writer
		this.engineEnd = engine
		this.exited = new Promise((resolve) => {
			this.end = resolve
		})
		this.engine = new FakeEngine(engine, script, (code) => this.finish({ code, signal: null, detail: '' }))
	}

	get isAlive(): boolean {
		return this.alive
	}

	/** Paths of the models in "memory". */
	get loaded(): readonly string[] {
		return [...this.engine.pool.models.values()].map(({ summary }) => summary.path)
	}

	/** Lets a model go, as the engine does by itself. */
	unload(path: string, reason: UnloadReason): void {
		for (const { summary } of [...this.engine.pool.models.values()]) {
			if (summary.path === path) this.engine.pool.unload(summary.id, reason)
		}
	}

	kill(): void {
		this.finish({ code: null, signal: 'SIGKILL', detail: '' })
	}

	crash(detail = 'killed by the test'): void {
		this.finish({ code: null, signal: 'SIGABRT', detail })
	}

	/** It stays, but answers nothing any more. */
	hang(): void {
		this.engine.dispose()
	}

	private finish(exit: EngineExit): void {
		this.alive = false
		this.engine.dispose()
		this.end(exit)
	}
}

const promptTokens = 10

const noCost: EngineResult<'complete'>['stats'] = {
	...noFigures,
	promptTokens,
	generatedTokens: 1,
	prefillMs: 1,
	firstTokenMs: 1,
	totalMs: 2,
}

const hundredLines: readonly string[] = Array.from({ length: 100 }, (_, index) => `line${index};\n`)

function placeOf({ prefix, suffix, mode }: EngineParams<'warmUp'>): string {
	return JSON.stringify([prefix, suffix, mode])
}

/** Messages that have to go until the rest fits: the first ones, but not the system's and not the last one. */
function countDropped({ messages }: EngineParams<'chat'>, contextSize: number): number {
	let tokens = messages.reduce((sum, { content }) => sum + fakeTokenCount(content), 0)
	let dropped = 0
	for (const { role, content } of messages.slice(0, -1)) {
		if (tokens <= contextSize) break
		if (role === 'system') continue
		tokens -= fakeTokenCount(content)
		dropped++
	}
	return dropped
}

function refusal(code: EngineErrorData['code'], detail: string): EngineError {
	return new EngineError({ code, detail })
}

function turn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve))
}
