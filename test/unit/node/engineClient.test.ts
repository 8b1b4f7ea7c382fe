import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noFigures } from '../../../src/core/model/figures.ts'
import { EngineClient } from '../../../src/node/engine/engineClient.ts'
import { engineRequests, logNotification, protocolVersion } from '../../../src/protocol/engine.ts'
import { EngineError } from '../../../src/protocol/engineErrors.ts'
import { CancellationSource } from '../../../src/shared/cancellation.ts'
import { memoryTransport, type TransportEnd } from '../../fakes/memoryTransport.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

interface Wire {
	readonly id?: number
	readonly method?: string
	readonly params?: { readonly progressToken?: string; readonly id?: number }
}

const completion = { prefix: 'a', suffix: 'b', maxTokens: 8, stop: [] }
const stats = { ...noFigures, promptTokens: 1, generatedTokens: 1 }

/** The test writes the engine's messages itself, so that it can write wrong ones. */
describe('EngineClient', () => {
	let client: EngineClient
	let engine: TransportEnd
	let logger: RecordingLogger
	let garbage: number
	let received: Wire[]
	let onReceived: () => void

	beforeEach(() => {
		const transport = memoryTransport()
		engine = transport.engine
		logger = new RecordingLogger()
		garbage = 0
		// The wire of the test before may still deliver: it has a list of its own.
		const own: Wire[] = []
		received = own
		onReceived = () => {}
		engine.reader.listen((message) => {
			own.push(message as Wire)
			onReceived()
		})
		client = new EngineClient({ transport: transport.host, logger, onGarbage: () => garbage++ })
	})

	afterEach(() => client.dispose())

	const say = (message: object) => engine.writer.write({ jsonrpc: '2.0', ...message })
	const heard = async (count: number): Promise<Wire> => {
		while (received.length < count) await new Promise<void>((resolve) => (onReceived = resolve))
		return received[count - 1] as Wire
	}
	const failure = async (promise: Promise<unknown>): Promise<EngineError> => {
		const error = await promise.then(
			() => undefined,
			(reason: unknown) => reason,
		)
		expect(error).toBeInstanceOf(EngineError)
		return error as EngineError
	}

	it('answers with the parsed result, without fields that the protocol does not know', async () => {
		const ping = client.request('ping', {})
		const { id, method } = await heard(1)
		expect(method).toBe(engineRequests.ping.method)
		await say({ id, result: { rssBytes: 7, extra: 'x' } })
		expect(await ping).toEqual({ rssBytes: 7 })
	})

	it('refuses a result of the wrong shape without quoting it', async () => {
		const ping = client.request('ping', {})
		await say({ id: (await heard(1)).id, result: { rssBytes: 'const secret = 1' } })
		const { data } = await failure(ping)
		expect(data.code).toBe('internal')
		expect(data.detail).toContain('rssBytes')
		expect(data.detail).not.toContain('secret')
	})

	it('hands on an error that the engine describes', async () => {
		const load = client.request('loadModel', { path: '/m.gguf', contextSize: 512 })
		const data = { code: 'modelTooLarge', detail: 'no room', file: '/m.gguf', neededBytes: 2, availableBytes: 1 }
		await say({ id: (await heard(1)).id, error: { code: -32050, message: 'x', data } })
		expect((await failure(load)).data).toEqual(data)
	})

	it('makes an internal error of one with unknown data', async () => {
		const load = client.request('loadModel', { path: '/m.gguf', contextSize: 512 })
		const error = { code: -32050, message: 'odd', data: { code: 'somethingNew' } }
		await say({ id: (await heard(1)).id, error })
		expect((await failure(load)).data).toEqual({ code: 'internal', detail: 'odd' })
	})

	it('tells an unknown method apart', async () => {
		const ping = client.request('ping', {})
		await say({ id: (await heard(1)).id, error: { code: -32601, message: 'Unhandled method ping' } })
		expect((await failure(ping)).data.code).toBe('invalidRequest')
	})

	it('streams parsed progress to the request that it belongs to, before the result', async () => {
		const texts: string[] = []
		const first = client.request('complete', completion, { onProgress: ({ text }) => texts.push(`1${text}`) })
		const second = client.request('complete', completion, { onProgress: ({ text }) => texts.push(`2${text}`) })
		const one = await heard(1)
		const two = await heard(2)
		expect(one.params?.progressToken).not.toBe(two.params?.progressToken)
		await say({ method: '$/progress', params: { token: two.params?.progressToken, value: { text: 'b' } } })
		await say({ method: '$/progress', params: { token: one.params?.progressToken, value: { text: 'a' } } })
		await say({ id: two.id, result: { text: 'b', stopReason: 'endOfText', stats } })
		await say({ id: one.id, result: { text: 'a', stopReason: 'endOfText', stats } })
		expect((await first).text + (await second).text).toBe('ab')
		expect(texts).toEqual(['2b', '1a'])
	})

	it('asks for no progress that nobody reads', async () => {
		const done = client.request('complete', completion)
		const { id, params } = await heard(1)
		expect(params).not.toHaveProperty('progressToken')
		await say({ id, result: { text: '', stopReason: 'endOfText', stats } })
		await done
	})

	it('rejects at once for bad progress and cancels the request', async () => {
		const texts: string[] = []
		const done = client.request('complete', completion, { onProgress: ({ text }) => texts.push(text) })
		const { id, params } = await heard(1)
		await say({ method: '$/progress', params: { token: params?.progressToken, value: { text: 42 } } })
		expect((await failure(done)).data.code).toBe('internal')
		expect(texts).toEqual([])
		expect(await heard(2)).toMatchObject({ method: '$/cancelRequest', params: { id } })
	})

	it('rejects with what the reader of the progress threw', async () => {
		const done = client.request('complete', completion, {
			onProgress: () => {
				throw new Error('mine')
			},
		})
		const { params } = await heard(1)
		await say({ method: '$/progress', params: { token: params?.progressToken, value: { text: 'a' } } })
		await expect(done).rejects.toThrow('mine')
	})

	it('passes a cancellation on and takes the answer that follows', async () => {
		const source = new CancellationSource()
		const done = client.request('complete', completion, { token: source.token })
		const { id } = await heard(1)
		source.cancel()
		expect(await heard(2)).toMatchObject({ method: '$/cancelRequest', params: { id } })
		await say({ id, result: { text: 'so far', stopReason: 'cancelled', stats } })
		expect(await done).toMatchObject({ text: 'so far', stopReason: 'cancelled' })
	})

	it('settles what is pending when it is closed, and refuses what comes later', async () => {
		const ping = client.request('ping', {})
		client.close({ code: 'engineCrashed', detail: 'signal SIGKILL' })
		expect((await failure(ping)).data.code).toBe('engineCrashed')
		expect((await failure(client.request('ping', {}))).data.code).toBe('engineCrashed')
	})

	it('survives a cancellation after it was closed', async () => {
		const source = new CancellationSource()
		const ping = client.request('ping', {}, { token: source.token })
		client.close()
		source.cancel()
		expect((await failure(ping)).data.code).toBe('engineStopped')
	})

	it('logs what the engine says, and the fact that it was not understood', async () => {
		const method = logNotification.method
		await say({ method, params: { level: 'info', event: 'model.loaded', fields: { ms: 3 } } })
		await say({ method, params: { level: 'loud', event: 'secret text', fields: {} } })
		const ping = client.request('ping', {})
		await say({ id: (await heard(1)).id, result: { rssBytes: 1 } })
		await ping
		expect(logger.lines[0]).toEqual({ level: 'info', event: 'engine.model.loaded', fields: { ms: 3 } })
		expect(logger.lines[1]?.event).toBe('engine.badNotification')
		expect(JSON.stringify(logger.lines)).not.toContain('secret')
	})

	it.each([
		['a string', 'hello'],
		['null', null],
		['a number', 5],
		['an object of another protocol', { type: 'ready' }],
		['an answer without result or error', { jsonrpc: '2.0', id: 99 }],
		['a cancellation without parameters', { jsonrpc: '2.0', method: '$/cancelRequest' }],
	])('reports %s as garbage and goes on', async (_what, message) => {
		const ping = client.request('ping', {})
		const { id } = await heard(1)
		await engine.writer.write(message as never)
		await say({ id, result: { rssBytes: 1 } })
		expect(await ping).toEqual({ rssBytes: 1 })
		expect(garbage).toBe(1)
	})

	it('goes on after progress and answers that belong to nothing', async () => {
		const ping = client.request('ping', {})
		const { id } = await heard(1)
		await say({ method: '$/progress', params: { token: 'nobody', value: {} } })
		await say({ method: '$/progress', params: null })
		await say({ method: 'something/new', params: {} })
		await say({ id: 12_345, result: {} })
		await say({ id, result: { rssBytes: 1 } })
		expect(await ping).toEqual({ rssBytes: 1 })
	})

	it('sends requests by their method with the parameters as one object', async () => {
		const done = failure(client.request('initialize', { protocolVersion, gpu: 'off' }))
		expect(await heard(1)).toMatchObject({ method: 'initialize', params: { protocolVersion, gpu: 'off' } })
		client.close()
		await done
	})
})
