import * as v from 'valibot'
import {
	ConnectionError,
	createMessageConnection,
	ErrorCodes,
	type MessageConnection,
	type MessageReader,
	ProgressType,
	ResponseError,
} from 'vscode-jsonrpc/node'
import {
	type EngineArguments,
	type EngineProgress,
	type EngineResult,
	engineRequests,
	logNotification,
	type RequestDefinition,
	unloadedNotification,
} from '../../protocol/engine.ts'
import { EngineError, EngineErrorData } from '../../protocol/engineErrors.ts'
import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import { type Disposable, toDisposable } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import type { EngineProcess } from './engineProcess.ts'

export type EngineRequest = keyof typeof engineRequests

export interface RequestOptions<K extends EngineRequest> {
	readonly token?: CancellationToken
	readonly onProgress?: (progress: EngineProgress<K>) => void
}

/** A model that the engine has let go, and why. */
export type UnloadedModel = v.InferOutput<typeof unloadedNotification.params>

export interface EngineClientDeps {
	readonly transport: Pick<EngineProcess, 'reader' | 'writer'>
	readonly logger: Logger
	/** Something came that is no message of this protocol. */
	readonly onGarbage?: () => void
}

/** The host's end of the connection to an engine. Nothing that arrives is believed before it is parsed. */
export class EngineClient implements Disposable {
	private readonly connection: MessageConnection
	private readonly logger: Logger
	private closedBy: EngineError | undefined
	private lastProgressToken = 0
	private readonly unloaded = new Emitter<UnloadedModel>()
	readonly onUnloaded = this.unloaded.event

	constructor({ transport, logger, onGarbage = () => {} }: EngineClientDeps) {
		this.logger = logger
		// The library's own messages quote what arrived, which may be source text: only the fact is logged.
		const log = { error: onGarbage, warn() {}, info() {}, log() {} }
		this.connection = createMessageConnection(guarded(transport.reader, onGarbage), transport.writer, log)
		this.connection.onError(([error]) => logger.log('debug', 'engine.transport', { detail: messageOf(error) }))
		this.connection.onNotification(logNotification.method, (params: unknown) => this.logFromEngine(params))
		this.connection.onNotification(unloadedNotification.method, (params: unknown) => this.tellUnloaded(params))
		this.connection.listen()
	}

	/**
	 * Sends a request. Rejects with an `EngineError`, or with what `onProgress` threw. Settles at the latest with `close`.
	 */
	request<K extends EngineRequest>(
		kind: K,
		params: Omit<EngineArguments<K>, 'progressToken'>,
		{ token, onProgress }: RequestOptions<K> = {},
	): Promise<EngineResult<K>> {
		if (this.closedBy !== undefined) return Promise.reject(this.closedBy)
		const definition: RequestDefinition = engineRequests[kind]
		const source = new CancellationSource(token)
		return new Promise<EngineResult<K>>((resolve, reject) => {
			const giveUp = (error: unknown) => {
				reject(error)
				source.cancel()
			}
			const progress = onProgress && this.listenToProgress(definition, onProgress as (value: unknown) => void, giveUp)
			const sent = progress === undefined ? params : { ...params, progressToken: progress.token }
			this.connection
				.sendRequest(definition.method, sent, source.token)
				.then((answer) => resolve(parsed(definition.result, answer, definition.method) as EngineResult<K>))
				.catch((error: unknown) => reject(this.toEngineError(error)))
				.finally(() => {
					progress?.dispose()
					source.dispose()
				})
		})
	}

	/**
	 * Ends the connection; pending requests reject with `reason`. A connection whose other end has died does not do that
	 * by itself, without this call they would wait for ever: whoever learns of the end of the process has to call it.
	 */
	close(reason: EngineErrorData = { code: 'engineStopped', detail: 'the connection to the engine was closed' }): void {
		if (this.closedBy !== undefined) return
		this.closedBy = new EngineError(reason)
		this.connection.dispose()
	}

	dispose(): void {
		this.close()
	}

	private listenToProgress(
		definition: RequestDefinition,
		onProgress: (value: unknown) => void,
		giveUp: (error: unknown) => void,
	): Disposable & { readonly token: string } {
		const token = `p${++this.lastProgressToken}`
		const subscription = this.connection.onProgress(new ProgressType<unknown>(), token, (value) => {
			try {
				onProgress(parsed(definition.progress, value, definition.method))
			} catch (error) {
				giveUp(error)
			}
		})
		return { token, ...toDisposable(() => subscription.dispose()) }
	}

	private logFromEngine(params: unknown): void {
		const line = v.safeParse(logNotification.params, params)
		if (!line.success) this.logger.log('warn', 'engine.badNotification', { detail: issueOf(line.issues[0]) })
		else this.logger.log(line.output.level, `engine.${line.output.event}`, line.output.fields)
	}

	private tellUnloaded(params: unknown): void {
		const unloaded = v.safeParse(unloadedNotification.params, params)
		if (unloaded.success) this.unloaded.fire(unloaded.output)
		else this.logger.log('warn', 'engine.badNotification', { detail: issueOf(unloaded.issues[0]) })
	}

	private toEngineError(error: unknown): EngineError {
		if (error instanceof EngineError) return error
		if (error instanceof ResponseError) {
			const reported = v.safeParse(EngineErrorData, error.data)
			if (reported.success) return new EngineError(reported.output)
			if (this.closedBy !== undefined && error.code === ErrorCodes.PendingResponseRejected) return this.closedBy
			if (callersFaults.has(error.code)) return new EngineError({ code: 'invalidRequest', detail: error.message })
		}
		if (this.closedBy !== undefined && error instanceof ConnectionError) return this.closedBy
		return new EngineError({ code: 'internal', detail: messageOf(error).slice(0, 500) }, { cause: error })
	}
}

const callersFaults: ReadonlySet<number> = new Set([
	ErrorCodes.InvalidParams,
	ErrorCodes.InvalidRequest,
	ErrorCodes.MethodNotFound,
])

/** Some malformed messages make the library throw where nobody catches: inside the event of the transport. */
function guarded(reader: MessageReader, onGarbage: () => void): MessageReader {
	return {
		onError: reader.onError,
		onClose: reader.onClose,
		onPartialMessage: reader.onPartialMessage,
		dispose: () => reader.dispose(),
		listen: (callback) =>
			reader.listen((message) => {
				try {
					callback(message)
				} catch {
					onGarbage()
				}
			}),
	}
}

function parsed(schema: v.GenericSchema, value: unknown, method: string): unknown {
	const result = v.safeParse(schema, value)
	if (result.success) return result.output
	throw new EngineError({ code: 'internal', detail: `bad answer to ${method}: ${issueOf(result.issues[0])}` })
}

/** Where and what was expected; never what was there, which may be source text. */
function issueOf(issue: v.BaseIssue<unknown>): string {
	return `${v.getDotPath(issue) ?? 'value'}: expected ${issue.expected ?? issue.type}`
}
