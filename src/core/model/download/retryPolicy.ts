import type { NetworkFailure } from '../../privacy/network.ts'

/** Why a request did not bring what was asked for. */
export type Setback =
	| { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string | undefined }
	| { readonly kind: 'network'; readonly failure: NetworkFailure }

/** Milliseconds before the second attempt; twice as long before each one after it. */
const firstDelay = 1_000
const longestDelay = 60_000
/** Who asks for more is not waited for: the user is told instead. */
const longestAskedFor = 10 * 60_000
/** Attempts in a row that bring not one byte. */
const mostAttempts = 6

/** How long to wait before the next attempt, over all connections of a download. */
export class RetryPolicy {
	private setbacks = 0
	private readonly random: () => number
	private readonly scale: number

	/**
	 * @param random from 0 to 1: clients that were cut off together do not come back together
	 * @param scale of the delays that nobody asked for; for tests
	 */
	constructor(random: () => number, scale = 1) {
		this.random = random
		this.scale = scale
	}

	/** Something came: the server is there. */
	progress(): void {
		this.setbacks = 0
	}

	/**
	 * Milliseconds to wait, or undefined where another attempt is of no use.
	 *
	 * @param nowMs since 1970, for a `Retry-After` that is a date (RFC 9110, section 10.2.3)
	 */
	delayAfter(setback: Setback, nowMs: number): number | undefined {
		if (!isPassing(setback)) return undefined
		if (++this.setbacks >= mostAttempts) return undefined
		const asked = setback.kind === 'status' ? retryAfterMs(setback.retryAfter, nowMs) : undefined
		if (asked !== undefined) return asked <= longestAskedFor ? asked : undefined
		const delay = Math.min(longestDelay, firstDelay * 2 ** (this.setbacks - 1))
		return delay * (0.5 + this.random() / 2) * this.scale
	}
}

/** Whether it may go away by itself. */
function isPassing(setback: Setback): boolean {
	if (setback.kind === 'network') return setback.failure !== 'badAddress' && setback.failure !== 'certificate'
	const { status } = setback
	return status === 408 || status === 425 || status === 429 || status >= 500
}

/** Seconds, or a date of HTTP. Undefined where it says neither. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
	if (value === undefined) return undefined
	const text = value.trim()
	if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
	const date = Date.parse(text)
	return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
