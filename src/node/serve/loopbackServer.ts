import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Logger } from '../../shared/logger.ts'
import { isSameToken } from './accessToken.ts'
import { errorBody, ServeError, toServeError } from './serveError.ts'

/** One request and the way to answer it: either once, or as a stream of events. */
export interface Exchange {
	readonly method: string
	/** Without what follows a `?`. */
	readonly path: string
	/** Parsed JSON; undefined where the request had no body. */
	readonly body: unknown
	/** Cancelled when whoever asked is gone, or the server stops. */
	readonly token: CancellationToken
	json(status: number, value: unknown): void
	text(status: number, contentType: string, text: string): void
	/** One server-sent event; the first one begins the answer. */
	event(data: string): void
	/** Ends the stream of events. */
	end(): void
	/** Whether an event was sent: from then on an error is an event, too. */
	readonly isStreaming: boolean
}

export type TurnedAway = 'token' | 'host' | 'origin' | 'size'

export interface LoopbackServerDeps {
	readonly token: string
	/** Paths that need no token; they must say nothing. */
	readonly open: readonly string[]
	readonly answer: (exchange: Exchange) => Promise<void>
	readonly onTurnedAway: (reason: TurnedAway) => void
	readonly onAnswered: (path: string, status: number) => void
	readonly logger: Logger
}

/** Bytes: more than the largest prompt that the engine takes, with what JSON adds to it. */
export const largestBody = 8 * 2 ** 20
/** Milliseconds for the head of a request, and for all of it: who is slower than that keeps a place for nobody. */
const headTimeout = 10_000
const requestTimeout = 60_000
const mostConnections = 64

/**
 * A server for programs of this machine and of this user: it listens on 127.0.0.1 alone, asks for a token, and refuses what a
 * browser sends, so that no page on the web can reach it, not even under a name that it lets point to this machine.
 */
export class LoopbackServer {
	private readonly deps: LoopbackServerDeps
	private readonly server: Server
	private readonly running = new Set<CancellationSource>()
	private port = 0

	constructor(deps: LoopbackServerDeps) {
		this.deps = deps
		this.server = createServer({ headersTimeout: headTimeout, requestTimeout }, (request, response) => {
			void this.serve(request, response)
		})
		this.server.maxConnections = mostConnections
		// Broken HTTP gets an answer in its own words, and no word of ours.
		this.server.on('clientError', (_, socket) => socket.destroy())
	}

	/** @param port 0: any that is free @returns the port. Rejects with the system's error, such as EADDRINUSE. */
	listen(port: number): Promise<number> {
		return new Promise((resolve, reject) => {
			this.server.once('error', reject)
			this.server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
				const address = this.server.address()
				this.port = typeof address === 'object' && address !== null ? address.port : port
				resolve(this.port)
			})
		})
	}

	/** Takes no more requests, and resolves when those that run are answered. */
	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
		this.server.closeIdleConnections()
		await closed
	}

	/** Ends the requests that run: each is answered with what there is. */
	cancelAll(): void {
		for (const source of this.running) source.cancel()
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const source = new CancellationSource()
		this.running.add(source)
		response.on('close', () => source.cancel())
		const path = pathOf(request)
		let isStreaming = false
		const send = (status: number, contentType: string, text: string, headers: Record<string, string> = {}) => {
			response.writeHead(status, { ...plainHeaders, 'content-type': contentType, ...headers }).end(text)
		}
		const fail = (error: unknown) => {
			const refusal = toServeError(error)
			if (refusal.status >= 500) this.deps.logger.log('warn', 'serve.failed', { path, code: refusal.code ?? '' })
			if (isStreaming) response.end(`data: ${JSON.stringify(errorBody(refusal))}\n\n`)
			else send(refusal.status, jsonType, JSON.stringify(errorBody(refusal)), extraHeaders(refusal))
		}
		try {
			this.check(request, path)
			const body = await bodyOf(request)
			await this.deps.answer({
				...{ method: request.method ?? '', path, body, token: source.token },
				json: (status, value) => send(status, jsonType, JSON.stringify(value)),
				text: (status, contentType, text) => send(status, contentType, text),
				event: (data) => {
					if (!isStreaming) response.writeHead(200, { ...plainHeaders, 'content-type': 'text/event-stream' })
					isStreaming = true
					response.write(`data: ${data}\n\n`)
				},
				end: () => void response.end(),
				get isStreaming() {
					return isStreaming
				},
			})
		} catch (error) {
			if (error instanceof ServeError && error.status === 413) this.deps.onTurnedAway('size')
			fail(error)
		} finally {
			this.running.delete(source)
			source.dispose()
			this.deps.onAnswered(path, response.statusCode)
		}
	}

	/** @throws ServeError */
	private check(request: IncomingMessage, path: string): void {
		const { host = '', origin, authorization = '' } = request.headers
		// A name that an attacker lets point to 127.0.0.1 stands here as it is.
		if (host !== `127.0.0.1:${this.port}` && host.toLowerCase() !== `localhost:${this.port}`) {
			throw this.turnAway('host', new ServeError(403, 'permission_error', 'this server is for this machine alone'))
		}
		// Only browsers send these, and programs that run in them are not the user's own.
		if (origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
			throw this.turnAway('origin', new ServeError(403, 'permission_error', 'this server is not for web pages'))
		}
		if (this.deps.open.includes(path)) return
		const given = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
		if (given !== undefined && isSameToken(given, this.deps.token)) return
		const message = given === undefined ? 'a token is missing' : 'the token is wrong'
		throw this.turnAway('token', new ServeError(401, 'authentication_error', message, { code: 'invalid_api_key' }))
	}

	private turnAway(reason: TurnedAway, refusal: ServeError): ServeError {
		this.deps.onTurnedAway(reason)
		return refusal
	}
}

const jsonType = 'application/json; charset=utf-8'
/** No header lets a page of another origin read an answer: there is no CORS. */
const plainHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

function extraHeaders({ status }: ServeError): Record<string, string> {
	if (status === 401) return { 'www-authenticate': 'Bearer' }
	if (status === 429) return { 'retry-after': '1' }
	// What is left of the body is not read.
	return status === 413 ? { connection: 'close' } : {}
}

function pathOf({ url = '/' }: IncomingMessage): string {
	return url.replace(/[?#].*$/s, '')
}

/** @throws ServeError */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
	if (request.method === 'GET' || request.method === 'HEAD') return undefined
	const tooLarge = () => new ServeError(413, 'invalid_request_error', `a request has at most ${largestBody} bytes`)
	if (Number(request.headers['content-length'] ?? 0) > largestBody) throw tooLarge()
	// A page may send text and forms anywhere without being asked, and JSON only where it is allowed to.
	if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
		throw new ServeError(415, 'invalid_request_error', 'the content type has to be application/json')
	const pieces: Buffer[] = []
	let bytes = 0
	for await (const piece of request) {
		bytes += piece.length
		if (bytes > largestBody) throw tooLarge()
		pieces.push(piece)
	}
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)))
	} catch {
		throw new ServeError(400, 'invalid_request_error', 'the body is not JSON')
	}
}
