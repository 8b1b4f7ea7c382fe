import { type GenericSchema, getDotPath, type InferOutput, safeParse } from 'valibot'
import { type CancellationToken, type MessageConnection, ProgressType, ResponseError } from 'vscode-jsonrpc'
import { type EngineProgress, engineRequests, protocolVersion, type RequestDefinition } from '../protocol/engine.ts'
import { EngineError, type EngineErrorData, engineErrorNumber } from '../protocol/engineErrors.ts'
import { messageOf } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { Engine } from './engine.ts'

export interface ServerDeps {
	readonly engine: Engine
	readonly logger: Logger
	/** Called after the answer to `shutdown` has been handed to the transport. */
	readonly onShutdown: () => void
}

const progressType = new ProgressType<object>()

/** Answers the engine protocol on a connection, over whatever transport. The caller listens and disposes. */
export function serve(connection: MessageConnection, { engine, logger, onShutdown }: ServerDeps): void {
	let initialized = false

	function handle<P extends GenericSchema, R extends GenericSchema, C extends GenericSchema>(
		{ method, params: schema }: RequestDefinition<P, R, C>,
		run: (params: InferOutput<P>, token: CancellationToken) => Promise<InferOutput<R>>,
	): void {
		// The library passes what `params` held, if it held anything, and then the token.
		connection.onRequest(method, async (...args: unknown[]): Promise<unknown> => {
			const token = args.at(-1) as CancellationToken
			try {
				if (!initialized && method !== engineRequests.initialize.method) throw invalid('initialize comes first')
				return await run(parse(schema, args.length > 1 ? args[0] : undefined), token)
			} catch (error) {
				throw responseError(error, method, logger)
			}
		})
	}

	/** Streams values of the request's progress type, where they are wanted. */
	function progressTo<K extends 'loadModel' | 'complete' | 'chat'>(
		token: string | undefined,
	): (value: EngineProgress<K>) => void {
		if (token === undefined) return () => {}
		return (value) => void connection.sendProgress(progressType, token, value).catch(ignore)
	}

	handle(engineRequests.initialize, async (params) => {
		if (initialized) throw invalid('initialized already')
		if (params.protocolVersion !== protocolVersion) {
			const detail = `the engine speaks ${protocolVersion}, the host ${params.protocolVersion}`
			throw new EngineError({ code: 'versionMismatch', detail })
		}
		const libraryVersion = await engine.initialize(params)
		initialized = true
		return { protocolVersion, pid: process.pid, libraryVersion }
	})
	handle(engineRequests.ping, async () => {
		engine.relieve()
		return { rssBytes: process.memoryUsage.rss() }
	})
	handle(engineRequests.configure, async (params) => {
		await engine.configure(params)
		return {}
	})
	handle(engineRequests.loadModel, (params) => {
		const report = progressTo<'loadModel'>(params.progressToken)
		return engine.load(params, (fraction) => report({ fraction }))
	})
	handle(engineRequests.unloadModel, async ({ model }) => {
		await engine.unload(model)
		return {}
	})
	handle(engineRequests.complete, (params, token) => {
		const report = progressTo<'complete'>(params.progressToken)
		return engine.complete(params, (text) => report({ text }), token)
	})
	handle(engineRequests.chat, (params, token) => {
		const report = progressTo<'chat'>(params.progressToken)
		return engine.chat(params, (text) => report({ text }), token)
	})
	handle(engineRequests.embed, (params, token) => engine.embed(params, token))
	handle(engineRequests.warmUp, (params, token) => engine.warmUp(params, token))
	handle(engineRequests.announce, async (params) => {
		engine.announce(params)
		return {}
	})
	handle(engineRequests.countTokens, (params, token) => engine.countTokens(params, token))
	handle(engineRequests.machine, () => engine.machine())
	handle(engineRequests.shutdown, async () => {
		await engine.stop()
		setImmediate(onShutdown)
		return {}
	})
}

/** @throws EngineError that names the field and what was expected, not what was there: that may be source text. */
function parse<P extends GenericSchema>(schema: P, raw: unknown): InferOutput<P> {
	const parsed = safeParse(schema, raw)
	if (parsed.success) return parsed.output
	const [issue] = parsed.issues
	throw invalid(`${getDotPath(issue) ?? 'params'}: expected ${issue.expected ?? issue.type}`)
}

function invalid(detail: string): EngineError {
	return new EngineError({ code: 'invalidRequest', detail })
}

function responseError(error: unknown, method: string, logger: Logger): ResponseError<EngineErrorData> {
	const known = error instanceof EngineError
	const data: EngineErrorData = known ? error.data : { code: 'internal', detail: messageOf(error) }
	logger.log(known ? 'warn' : 'error', 'request.failed', { method, code: data.code, detail: data.detail })
	return new ResponseError(engineErrorNumber, `${data.code}: ${data.detail}`, data)
}

/** A peer that is gone needs no progress; its requests end when the transport says so. */
function ignore(): void {}
