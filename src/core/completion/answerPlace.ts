/** Where an answer of the model belongs. */
export interface AnswerPlace {
	readonly documentId: string
	/** Text before the cursor. */
	readonly prefix: string
	/** Text after the cursor. */
	readonly suffix: string
}

/** Drops what the editor may have closed by itself right after the cursor. */
export function withoutClosers(suffix: string): string {
	return suffix.replace(/^[)\]}>"'`]+/, '')
}

/** What names the text after the cursor: its first line that says anything. */
export function suffixKey(suffix: string): string {
	return withoutClosers(suffix).trimStart().split('\n', 1)[0]?.trimEnd() ?? ''
}

/**
 * What is left of an answer after some of it was typed.
 *
 * @param answer as the model gave it, or the part that there is.
 * @param typed since it was asked.
 * @returns undefined where something else was typed.
 */
export function restAfter(answer: string, typed: string): string | undefined {
	if (answer.startsWith(typed)) return answer.slice(typed.length)
	// The editor indents a new line in its own way: only what is more than that is still to be written.
	const indent = /\n[ \t]*$/.exec(typed)
	if (!indent) return undefined
	const upToLine = typed.slice(0, indent.index + 1)
	if (!answer.startsWith(upToLine)) return undefined
	const rest = answer.slice(upToLine.length)
	const text = rest.trimStart()
	const [wanted, written] = [rest.slice(0, rest.length - text.length), typed.slice(upToLine.length)]
	if (text === '' || wanted.includes('\n')) return undefined
	return wanted.startsWith(written) ? wanted.slice(written.length) + text : text
}
