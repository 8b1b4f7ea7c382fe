/** What of a block is drawn at first: rows of a table, and characters of text. */
const mostLines = 100
const mostCharacters = 8_000

/** The first lines, and of a very long line the first words. @param factor of what is drawn at first */
export function headOf(source: string, factor: number): string {
	const room = mostCharacters * factor
	let end = 0
	for (let lines = 0; lines < mostLines * factor; lines++) {
		const next = source.indexOf('\n', end)
		const lineEnd = next < 0 ? source.length : next + 1
		if (lineEnd > room) return end > 0 ? source.slice(0, end) : wordsOf(source, room)
		end = lineEnd
		if (next < 0) break
	}
	return source.slice(0, end)
}

function wordsOf(source: string, room: number): string {
	const space = source.lastIndexOf(' ', room)
	// Not within a character of two code units.
	const isPair = /[\ud800-\udbff]/.test(source[room - 1] ?? '')
	return source.slice(0, space > room / 2 ? space : isPair ? room - 1 : room)
}

/** Lines that a block takes at first, about. */
export function linesShown(lines: number, characters: number): number {
	return Math.min(mostLines, Math.max(lines, Math.min(characters, mostCharacters) / 80))
}
