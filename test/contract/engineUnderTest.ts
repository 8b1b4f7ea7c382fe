import { afterEach, beforeAll } from 'vitest'
import { EngineClient, type UnloadedModel } from '../../src/node/engine/engineClient.ts'
import type { EngineProcess } from '../../src/node/engine/engineProcess.ts'
import { type EngineArguments, type EngineResult, protocolVersion } from '../../src/protocol/engine.ts'
import { EngineError, type EngineErrorData } from '../../src/protocol/engineErrors.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'

/** Starts engines for the tests of one `describe`; those that a test leaves behind end with it. */
export function useEnginesUnderTest(start: () => EngineProcess) {
	const folder = temporaryFolder()
	const files = { folder, model: '', otherModel: '' }
	const started: EngineProcess[] = []

	beforeAll(() => {
		files.model = writeTalkativeModel(folder)
		files.otherModel = writeTalkativeModel(temporaryFolder())
	})

	afterEach(async () => {
		for (const engine of started) engine.kill()
		await Promise.all(started.splice(0).map(({ exited }) => exited))
	})

	const connect = () => {
		const process = start()
		started.push(process)
		const client = new EngineClient({ transport: process, logger: silentLogger })
		// Otherwise requests to an engine that has died would never settle.
		void process.exited.then(({ detail }) =>
			client.close({ code: 'engineStopped', detail: `the engine ended: ${detail}` }),
		)
		const unloaded: UnloadedModel[] = []
		client.onUnloaded((model) => unloaded.push(model))
		/** Resolves with the first model that is let go from now on. */
		const nextUnloaded = () =>
			new Promise<UnloadedModel>((resolve) => {
				const subscription = client.onUnloaded((model) => {
					subscription.dispose()
					resolve(model)
				})
			})
		return { process, client, unloaded, nextUnloaded }
	}
	const initialized = async () => {
		const engine = connect()
		await engine.client.request('initialize', { protocolVersion, gpu: 'off' })
		return engine
	}
	const loaded = async (change: Partial<EngineArguments<'loadModel'>> = {}) => {
		const engine = await initialized()
		const summary = await engine.client.request('loadModel', { path: files.model, contextSize: 1_024, ...change })
		return { ...engine, summary }
	}
	return { files, connect, initialized, loaded }
}

/** A completion with values that do not matter where none are given. */
export function completion(change: Partial<EngineArguments<'complete'>> = {}): EngineArguments<'complete'> {
	return { prefix: 'const total = ', suffix: '\n', maxTokens: 40, stop: [], ...change }
}

/** A chat with values that do not matter where none are given. */
export function conversation(change: Partial<EngineArguments<'chat'>> = {}): EngineArguments<'chat'> {
	const messages = [
		{ role: 'system', content: 'Answer in one line.' } as const,
		{ role: 'user', content: 'What does a loop do?' } as const,
	]
	return { messages, maxTokens: 40, stop: [], ...change }
}

/** The answer to a request for text, and the pieces that were streamed before it. */
export async function stream<K extends 'complete' | 'chat'>(
	client: EngineClient,
	kind: K,
	params: EngineArguments<K>,
): Promise<{ readonly answer: EngineResult<K>; readonly pieces: readonly string[] }> {
	const pieces: string[] = []
	const onProgress = ({ text }: { readonly text: string }) => pieces.push(text)
	const answer = await client.request<K>(kind, params, { onProgress })
	return { answer, pieces }
}

/** What the engine said when it refused. Fails where it did not. */
export async function failureOf(promise: Promise<unknown>): Promise<EngineErrorData> {
	const error = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	)
	if (!(error instanceof EngineError)) throw new Error(`no EngineError but ${String(error)}`, { cause: error })
	return error.data
}
