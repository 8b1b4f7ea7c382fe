import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import * as v from 'valibot'
import { createMessageConnection, type MessageConnection, ProgressType, ResponseError } from 'vscode-jsonrpc/node'
import { noFigures } from '../../src/core/model/ports.ts'
import type { EngineExit, EngineProcess } from '../../src/node/engine/engineProcess.ts'
import {
	type EngineParams,
	type EngineResult,
	engineRequests,
	logNotification,
	type ModelSummary,
	protocolVersion,
} from '../../src/protocol/engine.ts'
import { EngineError, type EngineErrorData, engineErrorNumber } from '../../src/protocol/engineErrors.ts'
import type { CancellationToken } from '../../src/shared/cancellation.ts'
import { cutAtStop } from './fakeCompletionModel.ts'
import { memoryTransport, type TransportEnd } from './memoryTransport.ts'

export interface FakeEngineScript {
	/** The number that the handshake answers with. Default: the right one. */
	readonly protocolVersion?: number
	/** Why the model cannot be loaded. Default: looks whether the file is there and begins as a GGUF. */
	checkModel?(path: string): EngineErrorData | undefined
	/** Awaited before the share `fraction` of the model is reported as loaded. */
	beforeLoadStep?(fraction: number): Promise<void>
	/** The pieces of text that are "generated", before stop texts are looked for. Default: 100 short lines. */
	answer?(params: EngineParams<'complete'>): readonly string[]
	/** Awaited before each piece. */
	beforePiece?(index: number): Promise<void>
}

type Kind = keyof typeof engineRequests

/** Speaks the engine's side of the protocol, without a model. Passes the same contract tests as the real engine. */
export class FakeEngine {
	readonly connection: MessageConnection
	private readonly script: FakeEngineScript
	private readonly exit: (code: number) => void
	private isInitialized = false
	private model: ModelSummary | undefined

	constructor(end: TransportEnd, script: FakeEngineScript, exit: (code: number) => void) {
		this.script = script
		this.exit = exit
		this.connection = createMessageConnection(end.reader, end.writer)
		this.on('initialize', (params) => this.initialize(params))
		this.on('ping', () => ({ rssBytes: process.memoryUsage.rss() }))
		this.on('loadModel', (params) => this.loadModel(params))
		this.on('complete', (params, token) => this.complete(params, token))
		this.on('shutdown', () => {
			setImmediate(() => this.exit(0))
			return {}
		})
		this.connection.listen()
	}

	private on<K extends Kind>(
		kind: K,
		handle: (params: EngineParams<K>, token: CancellationToken) => EngineResult<K> | Promise<EngineResult<K>>,
	): void {
		const { method, params: schema } = engineRequests[kind]
		this.connection.onRequest(method, async (params: unknown, token: CancellationToken) => {
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

	private async loadModel(params: EngineParams<'loadModel'>): Promise<ModelSummary> {
		if (this.model?.path === params.path) return this.model
		const problem = (this.script.checkModel ?? checkFile)(params.path)
		if (problem !== undefined) throw new EngineError(problem)
		this.model = undefined
		for (const fraction of [0, 0.25, 0.5, 0.75, 1]) {
			await this.script.beforeLoadStep?.(fraction)
			await turn()
			this.sendProgress(params.progressToken, { fraction })
		}
		this.model = summaryOf(params)
		return this.model
	}

	private async complete(
		params: EngineParams<'complete'>,
		token: CancellationToken,
	): Promise<EngineResult<'complete'>> {
		if (this.model === undefined) throw refusal('modelNotLoaded', 'no model is loaded')
		const all = this.script.answer?.(params) ?? Array.from({ length: 100 }, (_, index) => `line${index};\n`)
		const { pieces, stopped } = cutAtStop(all.slice(0, params.maxTokens), params.stop)
		let text = ''
		let isCancelled = false
		for (const [index, piece] of pieces.entries()) {
			await this.script.beforePiece?.(index)
			await turn()
			isCancelled = token.isCancellationRequested
			if (isCancelled) break
			text += piece
			this.sendProgress(params.progressToken, { text: piece })
		}
		const limited = all.length > params.maxTokens ? 'maxTokens' : 'endOfText'
		return { text, stopReason: isCancelled ? 'cancelled' : stopped ? 'stopText' : limited, stats: noCost }
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

	kill(): void {
		this.finish({ code: null, signal: 'SIGKILL', detail: '' })
	}

	crash(detail = 'killed by the test'): void {
		this.finish({ code: null, signal: 'SIGABRT', detail })
	}

	/** It stays, but answers nothing any more. */
	hang(): void {
		this.engine.connection.dispose()
	}

	private finish(exit: EngineExit): void {
		this.alive = false
		this.engine.connection.dispose()
		this.end(exit)
	}
}

const noCost: EngineResult<'complete'>['stats'] = {
	...noFigures,
	promptTokens: 10,
	generatedTokens: 1,
	prefillMs: 1,
	firstTokenMs: 1,
	totalMs: 2,
}

function summaryOf({ path, draftPath, contextSize }: EngineParams<'loadModel'>): ModelSummary {
	return {
		path,
		name: basename(path),
		architecture: 'fake',
		quantization: 'Q8_0',
		fileBytes: 1024,
		contextSize,
		trainContextSize: contextSize,
		fimOrder: 'prefixSuffixMiddle',
		backend: 'cpu',
		gpuLayers: 0,
		threads: 1,
		draft:
			draftPath === undefined
				? { none: 'notConfigured', detail: 'no draft' }
				: { path: draftPath, name: basename(draftPath) },
		loadMs: 1,
	}
}

function checkFile(path: string): EngineErrorData | undefined {
	if (!existsSync(path)) return { code: 'modelMissing', file: path, detail: 'no such file' }
	if (!statSync(path).isFile()) return { code: 'modelUnreadable', file: path, detail: 'not a file' }
	const magic = Buffer.alloc(4)
	const file = openSync(path, 'r')
	readSync(file, magic)
	closeSync(file)
	return magic.toString('latin1') === 'GGUF' ? undefined : { code: 'modelNotGguf', file: path, detail: 'no GGUF magic' }
}

function refusal(code: EngineErrorData['code'], detail: string): EngineError {
	return new EngineError({ code, detail })
}

function turn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve))
}
