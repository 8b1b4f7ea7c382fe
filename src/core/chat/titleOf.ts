const longest = 60

/** A title for a conversation: the first line of its first message that says something, cut between words. */
export function titleOf(text: string): string {
	const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim())
	const line = lines.find((it) => /[\p{L}\p{N}]/u.test(it) && !/^(```|~~~)/.test(it)) ?? ''
	const characters = [...line]
	if (characters.length <= longest) return line
	const cut = characters.slice(0, longest).join('')
	const space = cut.lastIndexOf(' ')
	return `${space > longest / 2 ? cut.slice(0, space) : cut}…`
}
