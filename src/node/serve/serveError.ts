import { ModelUnavailableError } from '../../core/model/modelState.ts'
import { EngineError } from '../../protocol/engineErrors.ts'

/** A refusal in the form that clients of OpenAI's interface know. */
export class ServeError extends Error {
	readonly status: number
	readonly type: string
	readonly code: string | null
	/** Which field of the request it is about. */
	readonly param: string | null

	constructor(status: number, type: string, message: string, about: { code?: string; param?: string } = {}) {
		super(message)
		this.name = 'ServeError'
		this.status = status
		this.type = type
		this.code = about.code ?? null
		this.param = about.param ?? null
	}
}

export function badRequest(message: string, param?: string): ServeError {
	return new ServeError(400, 'invalid_request_error', message, param === undefined ? {} : { param })
}

/** What is not supported is refused rather than ignored where the answer would be another one. */
export function notSupported(param: string, what: string): ServeError {
	return new ServeError(400, 'invalid_request_error', what, { param, code: 'unsupported_parameter' })
}

export function errorBody({ message, type, param, code }: ServeError) {
	return { error: { message, type, param, code } }
}

/** What went wrong, for whoever asked. Paths of this machine stay here. */
export function toServeError(error: unknown): ServeError {
	if (error instanceof ServeError) return error
	if (error instanceof ModelUnavailableError) {
		const { cause, problem } = error
		if (cause instanceof EngineError && cause.data.code === 'invalidRequest') return badRequest(cause.data.detail)
		return new ServeError(503, 'server_error', `the model cannot be had: ${problem.code}`, { code: problem.code })
	}
	return new ServeError(500, 'server_error', 'internal error')
}
