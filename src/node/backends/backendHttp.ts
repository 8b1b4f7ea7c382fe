import { backendRoot } from '../../core/model/backend.ts'
import type { EgressPurpose } from '../../core/privacy/egressPolicy.ts'
import type { Network, NetworkAnswer } from '../../core/privacy/network.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendError, errorOfStatus, toBackendError } from './backendError.ts'
import { jsonLines, serverSentData } from './eventStream.ts'

export interface BackendHttpDeps {
	readonly network: Network
	readonly url: string
	/** What the server lets in; undefined: everybody. */
	readonly key: () => Promise<string | undefined>
	readonly purpose: EgressPurpose
}

/** Milliseconds. A model may be loaded before an answer begins, and a long prompt takes a processor minutes. */
const writingHeadMs = 300_000
/** Between two pieces of an answer: a large model on a processor writes less than a token a second. */
const writingIdleMs = 120_000
const askingMs = 15_000
/** Bytes of an answer that is no stream: vectors of many texts. */
const largestAnswer = 64 * 2 ** 20
const longestMessage = 200

/** Requests to one server, with its key, in JSON. Rejects with BackendError or CancelledError. */
export class BackendHttp {
	private readonly deps: BackendHttpDeps
	private readonly root: string
	private key: Promise<string | undefined> | undefined

	constructor(deps: BackendHttpDeps) {
		this.deps = deps
		this.root = backendRoot(deps.url)
	}

	/** @param body absent: GET */
	async json(
		path: string,
		body: unknown,
		token: CancellationToken,
		patience: 'short' | 'long' = 'short',
	): Promise<unknown> {
		try {
			const answer = await this.send(path, body, token, patience)
			return parsed(await textOf(answer.body))
		} catch (error) {
			throw toBackendError(error)
		}
	}

	/** The values of a stream as they come. What follows `[DONE]` is read, so that the connection can be used again, and means nothing. */
	async *stream(
		path: string,
		body: unknown,
		form: 'events' | 'lines',
		token: CancellationToken,
	): AsyncGenerator<unknown> {
		try {
			const answer = await this.send(path, body, token, 'long')
			const type = answer.headers['content-type'] ?? ''
			// Some servers answer a request for a stream at once.
			if (form === 'events' && /^application\/json/i.test(type)) {
				yield parsed(await textOf(answer.body))
				return
			}
			let isDone = false
			for await (const data of form === 'events' ? serverSentData(answer.body) : jsonLines(answer.body)) {
				isDone ||= data === '[DONE]'
				if (!isDone) yield parsed(data)
			}
		} catch (error) {
			throw toBackendError(error)
		}
	}

	private async send(
		path: string,
		body: unknown,
		token: CancellationToken,
		patience: 'short' | 'long',
	): Promise<NetworkAnswer> {
		// Once: it is asked for in another process, and a client with another key is another client.
		this.key ??= this.deps.key()
		const key = await this.key
		const answer = await this.deps.network.send({
			...{ url: `${this.root}${path}`, purpose: this.deps.purpose, token },
			method: body === undefined ? 'GET' : 'POST',
			headers: {
				accept: '*/*',
				...(body !== undefined && { 'content-type': 'application/json' }),
				...(key !== undefined && key !== '' && { authorization: `Bearer ${key}` }),
			},
			...(body !== undefined && { body: JSON.stringify(body) }),
			headTimeoutMs: patience === 'long' ? writingHeadMs : askingMs,
			idleTimeoutMs: patience === 'long' ? writingIdleMs : askingMs,
		})
		if (answer.status === 200) return answer
		const message = await textOf(answer.body, 64 * 2 ** 10).catch(() => '')
		throw errorOfStatus(answer.status, messageIn(message), answer.headers)
	}
}

async function textOf(body: AsyncIterable<Uint8Array>, most = largestAnswer): Promise<string> {
	const decoder = new TextDecoder()
	const pieces: string[] = []
	let bytes = 0
	for await (const piece of body) {
		bytes += piece.length
		if (bytes > most) throw new BackendError('backendFailed', `an answer of more than ${most} bytes`)
		pieces.push(decoder.decode(piece, { stream: true }))
	}
	pieces.push(decoder.decode())
	return pieces.join('')
}

/** @throws BackendError; what was said may be anything, so it is not repeated */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text)
	} catch (error) {
		throw new BackendError('backendFailed', 'what it said is not JSON', { cause: error })
	}
}

/** What a server says of its refusal: OpenAI and llama-server `error.message`, Ollama `error`, vLLM also `message`. */
export function messageIn(text: string): string {
	try {
		return messageOfValue(JSON.parse(text)) ?? ''
	} catch {
		// A page of a proxy, or nothing.
		return ''
	}
}

export function messageOfValue(value: unknown): string | undefined {
	if (typeof value !== 'object' || value === null) return undefined
	const { error, message } = value as Readonly<Record<string, unknown>>
	const said = typeof error === 'object' && error !== null && 'message' in error ? error.message : (error ?? message)
	return typeof said === 'string' ? said.replace(/\s+/g, ' ').slice(0, longestMessage) : undefined
}
