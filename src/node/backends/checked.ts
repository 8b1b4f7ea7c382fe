import * as v from 'valibot'
import { BackendError } from './backendError.ts'
import { messageOfValue } from './backendHttp.ts'

/** @throws BackendError with what the server says went wrong, or that it does not speak as its kind does */
export function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
	// A failure in the middle of a stream has no status any more.
	const said = messageOfValue(value)
	const isError = typeof value === 'object' && value !== null && 'error' in value && value.error !== null
	if (isError && said !== undefined) throw new BackendError('backendFailed', said)
	const result = v.safeParse(schema, value)
	if (result.success) return result.output
	const place = v.getDotPath(result.issues[0]) ?? 'all of it'
	throw new BackendError('backendFailed', `what it said has another form (${place})`)
}
