import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import {
	type AllowedDestination,
	type Destination,
	decideEgress,
	isThisMachine,
} from '../../core/privacy/egressPolicy.ts'
import {
	EgressRefusedError,
	type Network,
	type NetworkAnswer,
	NetworkError,
	type NetworkFailure,
	type NetworkRequest,
} from '../../core/privacy/network.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError, codeOf, messageOf } from '../../shared/errors.ts'

export interface GuardedNetworkDeps {
	/** What the user allows now; asked before every request. */
	readonly allowed: () => readonly AllowedDestination[]
	/** `http://proxy:3128`, or undefined for none. Never used for this machine. */
	readonly proxy: () => string | undefined
	/** Told of every request before it is sent, and of every refused one. */
	readonly onDecision: (request: NetworkRequest, destination: Destination, isAllowed: boolean) => void
	/** Told once of every request that was allowed, when nothing more comes of it. */
	readonly onEnd?: (request: NetworkRequest, destination: Destination, end: NetworkEnd) => void
}

export interface NetworkEnd {
	/** `cut`: the caller left the body before its end. */
	readonly outcome: 'done' | 'cut' | 'cancelled' | 'failed'
	/** Absent where there was no answer. */
	readonly status?: number
	readonly receivedBytes: number
}

const defaultTimeoutMs = 30_000

/**
 * The one place of Alcove that opens connections. What is not allowed is refused before a name is looked up. Redirects are answers like
 * any other: who follows one asks again, and is decided upon again.
 */
export class GuardedNetwork implements Network, Disposable {
	private readonly deps: GuardedNetworkDeps
	private readonly direct = new Agent({ connect: { timeout: defaultTimeoutMs } })
	private proxied: { readonly proxy: string; readonly agent: ProxyAgent } | undefined

	constructor(deps: GuardedNetworkDeps) {
		this.deps = deps
	}

	async send(request: NetworkRequest): Promise<NetworkAnswer> {
		const url = parsed(request.url)
		const destination = url && destinationOf(url)
		if (!url || !destination)
			throw new NetworkError('badAddress', `No address of a server: ${withoutSecrets(request.url)}`)
		const decision = decideEgress(destination, request.purpose, this.deps.allowed())
		this.deps.onDecision(request, destination, decision.isAllowed)
		if (!decision.isAllowed) throw new EgressRefusedError(destination, request.purpose, decision.reason)
		const stop = new AbortController()
		const subscription = request.token?.onCancellationRequested(() => stop.abort())
		const end = (told: NetworkEnd) => {
			subscription?.dispose()
			this.deps.onEnd?.(request, destination, told)
		}
		try {
			if (request.token?.isCancellationRequested) throw new CancelledError()
			// It is an address then, so that no table of names of the machine can send it elsewhere.
			if (url.hostname === 'localhost') url.hostname = '127.0.0.1'
			const answer = await this.dispatcherFor(destination).request({
				origin: url.origin,
				path: url.pathname + url.search,
				method: request.method,
				headers: { ...request.headers },
				body: request.body ?? null,
				signal: stop.signal,
				headersTimeout: request.headTimeoutMs ?? defaultTimeoutMs,
				bodyTimeout: request.idleTimeoutMs ?? defaultTimeoutMs,
			})
			return {
				status: answer.statusCode,
				headers: flatHeaders(answer.headers),
				body: pieces(answer, stop, end),
			}
		} catch (error) {
			const failure = error instanceof CancelledError ? error : failureOf(error, stop.signal.aborted)
			end({ outcome: failure instanceof CancelledError ? 'cancelled' : 'failed', receivedBytes: 0 })
			throw failure
		}
	}

	dispose(): void {
		void this.direct.destroy()
		void this.proxied?.agent.destroy()
	}

	private dispatcherFor(destination: Destination): Dispatcher {
		const proxy = isThisMachine(destination.host) ? undefined : this.deps.proxy()
		if (proxy === undefined || proxy === '') return this.direct
		if (this.proxied?.proxy !== proxy) {
			void this.proxied?.agent.close()
			this.proxied = { proxy, agent: new ProxyAgent({ uri: proxy }) }
		}
		return this.proxied.agent
	}
}

function parsed(url: string): URL | undefined {
	return URL.canParse(url) ? new URL(url) : undefined
}

/** Undefined where the URL is none of HTTP, or holds a user name or password. */
export function destinationOf(url: URL): Destination | undefined {
	const scheme = url.protocol === 'http:' ? 'http' : url.protocol === 'https:' ? 'https' : undefined
	if (scheme === undefined || url.hostname === '' || url.username !== '' || url.password !== '') return undefined
	const host = url.hostname
		.toLowerCase()
		.replace(/^\[|\]$/g, '')
		.replace(/\.$/, '')
	const port = url.port === '' ? (scheme === 'http' ? 80 : 443) : Number(url.port)
	return { scheme, host, port }
}

/** What stands before an `@` may be a password, what stands after a `?` a token. */
function withoutSecrets(url: string): string {
	return url.replace(/\/\/[^/]*@/, '//…@').replace(/\?.*/s, '?…')
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	const flat: Record<string, string> = {}
	for (const [name, value] of Object.entries(headers)) {
		if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
	}
	return flat
}

async function* pieces(
	answer: Dispatcher.ResponseData,
	stop: AbortController,
	end: (told: NetworkEnd) => void,
): AsyncGenerator<Uint8Array> {
	let outcome: NetworkEnd['outcome'] = 'cut'
	let receivedBytes = 0
	try {
		for await (const piece of answer.body) {
			receivedBytes += piece.length
			yield piece
		}
		outcome = 'done'
	} catch (error) {
		outcome = stop.signal.aborted ? 'cancelled' : 'failed'
		throw failureOf(error, stop.signal.aborted)
	} finally {
		end({ outcome, status: answer.statusCode, receivedBytes })
		// Who leaves early wants no more of it.
		if (outcome !== 'done') stop.abort()
	}
}

function failureOf(error: unknown, isCancelled: boolean): Error {
	if (isCancelled) return new CancelledError()
	return new NetworkError(kindOf(error), messageOf(error), { cause: error })
}

function kindOf(error: unknown): NetworkFailure {
	const code = deepestCode(error)
	if (/^(ENOTFOUND|EAI_)/.test(code)) return 'unknownHost'
	if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'timeout'
	if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/.test(code)) return 'certificate'
	if (/^(UND_ERR_SOCKET|ECONNRESET|EPIPE|UND_ERR_(RES|REQ)|UND_ERR_ABORTED|HPE_)/.test(code)) return 'cut'
	return 'unreachable'
}

/** Of the error or of what caused it: where all addresses of a name were tried, of the first of them. */
function deepestCode(error: unknown): string {
	if (error instanceof AggregateError && error.errors.length > 0) return deepestCode(error.errors[0])
	const code = codeOf(error)
	if (code !== undefined || !(error instanceof Error) || error.cause === undefined) return code ?? ''
	return deepestCode(error.cause)
}
