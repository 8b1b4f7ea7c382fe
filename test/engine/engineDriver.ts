import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterEach } from 'vitest'
import {
	CancellationTokenSource,
	createMessageConnection,
	IPCMessageReader,
	IPCMessageWriter,
	type MessageConnection,
	ProgressType,
	ResponseError,
} from 'vscode-jsonrpc/node'
import { type EngineArguments, type EngineResult, engineRequests, protocolVersion } from '../../src/protocol/engine.ts'
import type { EngineErrorData } from '../../src/protocol/engineErrors.ts'
import { engineEntry } from '../engineFiles.ts'
import { gone } from './processes.ts'

type Kind = keyof typeof engineRequests

interface LogLine {
	readonly level: string
	readonly event: string
	readonly fields: Record<string, string | number | boolean>
}

/** A completion under way. */
export interface RunningCompletion {
	readonly answer: Promise<EngineResult<'complete'>>
	/** What has been streamed so far. */
	readonly pieces: readonly string[]
	/** Resolves with the first piece of text. */
	readonly firstPiece: Promise<void>
	cancel(): void
}

const progress = new ProgressType<{ fraction: number; text: string }>()

interface EngineDriverOptions {
	readonly uid?: number
	readonly gid?: number
	readonly env?: NodeJS.ProcessEnv
	/** Default: this process's own program. */
	readonly execPath?: string
}

/** A real engine process, spoken to as the extension host does, without the extension's own client. */
export class EngineDriver {
	readonly child: ChildProcess
	readonly connection: MessageConnection
	readonly log: LogLine[] = []
	/** Models that the engine said it let go. */
	readonly unloaded: { readonly model: number; readonly reason: string }[] = []
	/** Resolves with the first of them. */
	readonly unloadedOnce: Promise<void>
	/** What the process wrote itself: nothing, unless something went wrong. */
	output = ''
	readonly exited: Promise<readonly [code: number | null, signal: string | null]>
	private lastToken = 0

	constructor(options: EngineDriverOptions = {}) {
		const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...options.env }
		this.child = fork(engineEntry, [], { ...options, env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream?.on('data', (chunk) => {
				this.output += chunk
			})
		}
		this.exited = once(this.child, 'exit') as Promise<[number | null, string | null]>
		this.connection = createMessageConnection(new IPCMessageReader(this.child), new IPCMessageWriter(this.child))
		this.connection.onNotification('log', (line: LogLine) => void this.log.push(line))
		this.unloadedOnce = new Promise((resolve) => {
			this.connection.onNotification('model/unloaded', (gone) => {
				this.unloaded.push(gone)
				resolve()
			})
		})
		this.connection.listen()
		// A request that is pending when its process dies would never settle.
		void this.exited.then(() => this.connection.dispose())
	}

	get pid(): number {
		if (this.child.pid === undefined) throw new Error('the engine did not start')
		return this.child.pid
	}

	request<K extends Kind>(kind: K, params: EngineArguments<K>): Promise<EngineResult<K>> {
		return this.connection.sendRequest(engineRequests[kind].method, params)
	}

	async initialize(gpu: 'auto' | 'off' = 'off'): Promise<EngineResult<'initialize'>> {
		return this.request('initialize', { protocolVersion, gpu })
	}

	load(params: EngineArguments<'loadModel'>, onFraction: (fraction: number) => void = () => {}) {
		const progressToken = this.listen(({ fraction }) => onFraction(fraction))
		return this.request('loadModel', { ...params, progressToken })
	}

	/** Begins a completion; what is not given has a value that does not matter. */
	start(params: Partial<EngineArguments<'complete'>>): RunningCompletion {
		const source = new CancellationTokenSource()
		const pieces: string[] = []
		let answer: Promise<EngineResult<'complete'>> | undefined
		const firstPiece = new Promise<void>((resolve) => {
			const progressToken = this.listen(({ text }) => {
				pieces.push(text)
				resolve()
			})
			const whole = { prefix: '', suffix: '', maxTokens: 32, stop: [], ...params, progressToken }
			answer = this.connection.sendRequest(engineRequests.complete.method, whole, source.token)
		})
		if (!answer) throw new Error('no request was sent')
		return { answer, pieces, firstPiece, cancel: () => source.cancel() }
	}

	complete(params: Partial<EngineArguments<'complete'>>): Promise<EngineResult<'complete'>> {
		return this.start(params).answer
	}

	/** Ends the process whatever it does, and waits for it. */
	async kill(): Promise<void> {
		this.child.kill('SIGKILL')
		await gone(this.pid)
	}

	private listen(onProgress: (value: { fraction: number; text: string }) => void): string {
		const token = `t${++this.lastToken}`
		this.connection.onProgress(progress, token, onProgress)
		return token
	}
}

/** Starts engines for one test file; those that a test leaves behind end with it. */
export function useEngines() {
	const engines: EngineDriver[] = []
	afterEach(async () => {
		await Promise.all(engines.splice(0).map((engine) => engine.kill()))
	})
	const start = (options?: ConstructorParameters<typeof EngineDriver>[0]) => {
		const engine = new EngineDriver(options)
		engines.push(engine)
		return engine
	}
	return {
		start,
		initialized: async (options?: ConstructorParameters<typeof EngineDriver>[0]) => {
			const engine = start(options)
			await engine.initialize()
			return engine
		},
		loaded: async (params: EngineArguments<'loadModel'>) => {
			const engine = start()
			await engine.initialize()
			const summary = await engine.load(params)
			return { engine, summary }
		},
	}
}

/** What the engine said when it refused. Fails where it did not. */
export async function refusalOf(promise: Promise<unknown>): Promise<EngineErrorData> {
	const error = await promise.then(
		(value) => new Error(`not refused but ${JSON.stringify(value)}`),
		(reason: unknown) => reason,
	)
	if (error instanceof ResponseError && error.data !== undefined) return error.data as EngineErrorData
	throw error
}
