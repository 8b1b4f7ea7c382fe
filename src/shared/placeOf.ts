/**
 * What of an unexpected error may stand in a log: its kind and where it was thrown, never its message, which may quote
 * what the user wrote.
 */
export function placeOf(error: unknown): string {
	if (!(error instanceof Error)) return typeof error
	const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line))
	const where = frame?.match(/([^/\\()]+:\d+:\d+)\)?\s*$/)?.[1]
	return where ? `${error.name} at ${where}` : error.name
}
