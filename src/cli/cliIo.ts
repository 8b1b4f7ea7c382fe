/** What a command has of the world. */
export interface CliIo {
	/** Absolute path of the folder with package.json, media/ and dist/. */
	readonly extensionRoot: string
	/** Results. */
	print(text: string): void
	/** What goes on, and what went wrong. */
	complain(text: string): void
	/** Aborted when the person has had enough. */
	readonly signal: AbortSignal
}
