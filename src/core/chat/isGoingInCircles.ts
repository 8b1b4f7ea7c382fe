/** Characters at the end that are looked at. */
const window = 4_000
/** Rows of a drawing and rules of a table are long by right. */
const leastLength = 900
const leastTimes = 8
/** The same sentences over and over, if they are long ones. */
const longPeriod = 150
const leastLongTimes = 4

/** Whether a text ends in the same over and over, numbers aside: a model that is caught in that never ends by itself. */
export function isGoingInCircles(text: string): boolean {
	const tail = text.slice(-window)
	if (tail.length < leastLength) return false
	if (repeats(tail, leastLength, leastTimes, leastLongTimes)) return true
	// Counting on is how people write tables, too: a long way of it, then.
	const uncounted = text.slice(-2 * window).replace(/\d+/g, '0')
	return uncounted.length >= 2_000 && repeats(uncounted, 2_000, 100, 40)
}

function repeats(tail: string, length: number, times: number, longTimes: number): boolean {
	const reversed = [...tail].reverse()
	const borders = bordersOf(reversed)
	for (let end = length; end <= reversed.length; end++) {
		const period = end - (borders[end] ?? 0)
		if (end / period >= (period >= longPeriod ? longTimes : times)) return true
	}
	return false
}

/** For each length, the longest proper prefix of the text so long that is its suffix, too (Knuth, Morris, Pratt). */
function bordersOf(text: readonly string[]): Uint32Array {
	const borders = new Uint32Array(text.length + 1)
	let border = 0
	for (let at = 1; at < text.length; at++) {
		while (border > 0 && text[at] !== text[border]) border = borders[border] ?? 0
		if (text[at] === text[border]) border++
		borders[at + 1] = border
	}
	return borders
}
