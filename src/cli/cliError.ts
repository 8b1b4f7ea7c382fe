/** Ends the program with one line for the person who started it. */
export class CliError extends Error {
	/** 2: the command line is wrong. 1: what was asked for failed; of an analysis that is 3. */
	readonly exitCode: 1 | 2 | 3

	constructor(exitCode: 1 | 2 | 3, message: string, options?: { cause?: unknown }) {
		super(message, options)
		this.name = 'CliError'
		this.exitCode = exitCode
	}
}
