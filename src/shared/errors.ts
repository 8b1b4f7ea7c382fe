/** Thrown where a cancelled call has no value to give back. Neither logged as an error nor shown. */
export class CancelledError extends Error {
	constructor() {
		super('Cancelled')
		this.name = 'CancelledError'
	}
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error)
}

/** What the system calls an error, such as `ENOENT`; undefined where it is none of the system's. */
export function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
