/** What a command has of the world. */
export interface CliIo {
	/** Absolute path of the folder with package.json, media/ and dist/. */
	readonly extensionRoot: string
	/** Results. */
	print(text: string): void
	/** What goes on, and what went wrong. */
	complain(text: string): void
	/** Whether a person watches results, and what goes on; absent: nobody does. */
	readonly terminal?: { readonly out: boolean; readonly error: boolean; readonly columns: number }
	/** Aborted when the person has had enough. */
	readonly signal: AbortSignal
}
