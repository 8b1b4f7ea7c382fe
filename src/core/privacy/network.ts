import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Destination, EgressPurpose, EgressRefusal } from './egressPolicy.ts'

/** A request to a server. It is sent as it stands: nothing is added but what HTTP asks for, and no redirect is followed. */
export interface NetworkRequest {
	/** Whole: `http://127.0.0.1:8080/v1/models`. */
	readonly url: string
	readonly method: 'GET' | 'HEAD' | 'POST'
	readonly purpose: EgressPurpose
	readonly headers?: Readonly<Record<string, string>>
	readonly body?: string | Uint8Array
	/** Ends the request and the body of the answer, at the server too: the connection is closed. */
	readonly token?: CancellationToken
	/** Milliseconds until the head of the answer. Default 30,000. */
	readonly headTimeoutMs?: number
	/** Milliseconds between two pieces of the body. Default 30,000. */
	readonly idleTimeoutMs?: number
}

export interface NetworkAnswer {
	readonly status: number
	/** Names in small letters; of a header that came several times, the values with `, ` between them. */
	readonly headers: Readonly<Record<string, string>>
	/**
	 * Pieces as they come; ends the connection when it is left before its end. Rejects with NetworkError. Has to be read or left, for the request
	 * counts as under way until then.
	 */
	readonly body: AsyncIterable<Uint8Array>
}

/** The only way to a server, this machine's included. */
export interface Network {
	/** @throws EgressRefusedError, NetworkError, CancelledError */
	send(request: NetworkRequest): Promise<NetworkAnswer>
}

/** Nobody allowed this destination for this purpose; nothing was sent and no name was looked up. */
export class EgressRefusedError extends Error {
	readonly destination: Destination
	readonly purpose: EgressPurpose
	readonly reason: EgressRefusal

	constructor(destination: Destination, purpose: EgressPurpose, reason: EgressRefusal) {
		super(`No connection to ${destination.host}:${destination.port} for ${purpose}: ${reason}`)
		this.name = 'EgressRefusedError'
		this.destination = destination
		this.purpose = purpose
		this.reason = reason
	}
}

export type NetworkFailure =
	/** The URL is none, is none of HTTP, or holds a password, which would end up in logs. */
	| 'badAddress'
	| 'unknownHost'
	| 'unreachable'
	| 'certificate'
	| 'timeout'
	/** The connection ended before the answer did. */
	| 'cut'

/** The destination is allowed, and there was no answer, or no whole one. */
export class NetworkError extends Error {
	readonly failure: NetworkFailure

	constructor(failure: NetworkFailure, message: string, options?: ErrorOptions) {
		super(message, options)
		this.name = 'NetworkError'
		this.failure = failure
	}
}
