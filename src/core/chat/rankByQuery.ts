/**
 * How well a text fits what was typed of it: its characters in their order, best where they stand together, at the beginnings of
 * words and in the last part of a path.
 *
 * @returns the higher the better; undefined where it does not fit
 */
export function fitOf(query: string, text: string): number | undefined {
	if (query === '') return 0
	const wanted = query.toLowerCase()
	const lower = text.toLowerCase()
	const nameStart = text.lastIndexOf('/') + 1
	const inName = lower.indexOf(wanted, nameStart)
	if (inName >= 0) return 1_000 + (inName === nameStart ? 500 : 0) + bonusAt(text, inName) * 10 - text.length
	const anywhere = lower.indexOf(wanted)
	if (anywhere >= 0) return 600 + bonusAt(text, anywhere) * 10 - text.length
	return scattered(wanted, lower, text, nameStart) ?? scattered(wanted, lower, text, 0)
}

/** The items that fit, the best first; of those that fit equally well, the earlier one. */
export function rankByQuery<T>(
	query: string,
	items: readonly T[],
	textOf: (item: T) => string,
	limit: number,
): readonly T[] {
	const fitting: { readonly item: T; readonly fit: number; readonly at: number }[] = []
	for (const [at, item] of items.entries()) {
		const fit = fitOf(query, textOf(item))
		if (fit !== undefined) fitting.push({ item, fit, at })
	}
	fitting.sort((a, b) => b.fit - a.fit || a.at - b.at)
	return fitting.slice(0, limit).map(({ item }) => item)
}

function scattered(wanted: string, lower: string, text: string, from: number): number | undefined {
	let at = from - 1
	let fit = 0
	for (const char of wanted) {
		const next = lower.indexOf(char, at + 1)
		if (next < 0) return undefined
		fit += next === at + 1 ? 8 : bonusAt(text, next) - Math.min(4, next - at - 1)
		at = next
	}
	return fit - text.length / 10 + (from > 0 ? 50 : 0)
}

/** At the beginning of a word. */
function bonusAt(text: string, at: number): number {
	if (at === 0) return 10
	const before = text.charAt(at - 1)
	if (/[/_.\s-]/.test(before)) return 10
	return /[a-z\d]/.test(before) && /[A-Z]/.test(text.charAt(at)) ? 8 : 0
}
