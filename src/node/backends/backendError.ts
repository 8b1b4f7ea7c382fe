import type { ModelProblemCode } from '../../core/model/modelState.ts'
import { EgressRefusedError, NetworkError } from '../../core/privacy/network.ts'
import { CancelledError } from '../../shared/errors.ts'
import { LineTooLongError } from './lines.ts'

export type BackendProblemCode = Extract<ModelProblemCode, `backend${string}` | 'modelNotServed' | 'modelNotCapable'>

/** Why a server gave no answer. */
export class BackendError extends Error {
	readonly code: BackendProblemCode
	/** A short technical reason: no text of a request, no name of a host. */
	readonly detail: string
	/** Of HTTP; absent where there was no answer. */
	readonly status: number | undefined
	/** Whether the same request may have an answer a moment later. */
	readonly isPassing: boolean
	/** Milliseconds that the server asked us to wait. */
	readonly retryAfterMs: number | undefined

	constructor(
		code: BackendProblemCode,
		detail: string,
		more: { status?: number; isPassing?: boolean; retryAfterMs?: number; cause?: unknown } = {},
	) {
		super(`${code}: ${detail}`, { cause: more.cause })
		this.name = 'BackendError'
		this.code = code
		this.detail = detail
		this.status = more.status
		this.isPassing = more.isPassing ?? false
		this.retryAfterMs = more.retryAfterMs
	}
}

/** What the status of an answer means. `message` is what the server says of it. */
export function errorOfStatus(
	status: number,
	message: string,
	headers: Readonly<Record<string, string>>,
): BackendError {
	const detail = message === '' ? `HTTP ${status}` : `HTTP ${status}: ${message}`
	if (status === 401 || status === 403) return new BackendError('backendUnauthorized', detail, { status })
	if (status === 429) {
		const seconds = Number(headers['retry-after'])
		const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined
		return new BackendError('backendBusy', detail, {
			status,
			isPassing: true,
			...(retryAfterMs !== undefined && { retryAfterMs }),
		})
	}
	if (status === 404 && /model/i.test(message)) return new BackendError('modelNotServed', detail, { status })
	// We follow none: it could lead to another host.
	if (status >= 300 && status < 400) return new BackendError('backendFailed', `HTTP ${status}, a redirect`, { status })
	return new BackendError('backendFailed', detail, {
		status,
		isPassing: status === 502 || status === 503 || status === 504,
	})
}

/** @returns the error itself where it is none of a connection, such as that of a cancelled request */
export function toBackendError(error: unknown): unknown {
	if (error instanceof BackendError || error instanceof CancelledError) return error
	if (error instanceof EgressRefusedError) return new BackendError('backendNotAllowed', error.reason, { cause: error })
	if (error instanceof LineTooLongError) return new BackendError('backendFailed', error.message, { cause: error })
	if (!(error instanceof NetworkError)) return error
	switch (error.failure) {
		case 'timeout':
			return new BackendError('backendTimeout', error.failure, { cause: error })
		case 'cut':
			return new BackendError('backendFailed', 'the connection was cut', { isPassing: true, cause: error })
		default:
			return new BackendError('backendUnreachable', error.failure, { cause: error })
	}
}
