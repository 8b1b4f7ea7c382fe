/** Characters: a server that never ends a line must not fill the memory. A line holds a piece of text, or all of an answer's vectors. */
export const longestLine = 32 * 2 ** 20

export class LineTooLongError extends Error {
	constructor() {
		super(`a line of more than ${longestLine} characters`)
		this.name = 'LineTooLongError'
	}
}

/**
 * The lines of a body, whatever pieces it comes in: a piece may end within a character, and between the `\r` and the `\n` of
 * one line break. Of what is no UTF-8 each wrong byte becomes U+FFFD. The last line needs no end.
 *
 * @throws LineTooLongError
 */
export async function* linesOf(body: AsyncIterable<Uint8Array>, longest = longestLine): AsyncGenerator<string> {
	const decoder = new TextDecoder('utf-8')
	let held: string[] = []
	let heldLength = 0
	let endedWithReturn = false
	const take = function* (text: string): Generator<string> {
		let start = 0
		// The other half of a line break that the last piece began.
		if (endedWithReturn && text.startsWith('\n')) start = 1
		if (text !== '') endedWithReturn = text.endsWith('\r')
		for (let at = start; at < text.length; at++) {
			const letter = text[at]
			if (letter !== '\n' && letter !== '\r') continue
			yield held.join('') + text.slice(start, at)
			held = []
			heldLength = 0
			if (letter === '\r' && text[at + 1] === '\n') at++
			start = at + 1
		}
		if (start >= text.length) return
		held.push(text.slice(start))
		heldLength += text.length - start
		if (heldLength > longest) throw new LineTooLongError()
	}
	for await (const piece of body) yield* take(decoder.decode(piece, { stream: true }))
	yield* take(decoder.decode())
	if (heldLength > 0) yield held.join('')
}
