/** Where an answer of the model belongs. */
export interface AnswerPlace {
	readonly documentId: string
	/** Text before the cursor. */
	readonly prefix: string
	/** Text after the cursor. */
	readonly suffix: string
}

/** What names the text after the cursor: its first line that says more than closers do. */
export function suffixKey(suffix: string): string {
	return suffix.slice(leadOf(suffix).length).split('\n', 1)[0]?.trimEnd() ?? ''
}

/** Whether two texts that end at the same place say the same, as far as both of them go back. */
export function isSamePrefix(a: string, b: string): boolean {
	return a.length > b.length ? a.endsWith(b) : b.endsWith(a)
}

/** Of suffixes that were cut at the window's end, the ends may differ by what the editor inserted since. */
const leastCut = 128
const mostInserted = 64

/**
 * Whether the text after the cursor is what it was before something was typed. The editor closes brackets, quotes and tags by itself,
 * moves them to a line of their own at a line break, and lets them be typed over: what that changes does not count.
 */
export function isSuffixAfter(typed: string, before: string, now: string): boolean {
	if (before === now) return true
	const [leadBefore, leadNow] = [leadOf(before), leadOf(now)]
	if (!isSameText(before.slice(leadBefore.length), now.slice(leadNow.length))) return false
	const common = commonEnd(leadBefore, leadNow)
	const [gone, come] = [leadBefore.slice(0, -common || undefined), leadNow.slice(0, -common || undefined)]
	if (gone.includes('\n') || (come.includes('\n') && !typed.includes('\n'))) return false
	return isIn(typed, closersOf(gone)) && isIn(typed, closersOf(come).map(openerOf))
}

/** Closers and white space that a text begins with. */
function leadOf(suffix: string): string {
	return /^(?:[)\]}>"'`\s]|<\/[\w.:-]*>)*/.exec(suffix)?.[0] ?? ''
}

function isSameText(a: string, b: string): boolean {
	if (a === b) return true
	const isCut = Math.min(a.length, b.length) >= leastCut && Math.abs(a.length - b.length) <= mostInserted
	return isCut && (a.startsWith(b) || b.startsWith(a))
}

function commonEnd(a: string, b: string): number {
	let length = 0
	while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++
	return length
}

function closersOf(lead: string): string[] {
	return lead.match(/<\/[\w.:-]*>|\S/g) ?? []
}

/** A tag is closed when its `>` is typed; quotes open as they close. */
function openerOf(closer: string): string {
	if (closer.startsWith('</')) return '>'
	return '([{<'[')]}>'.indexOf(closer)] ?? closer
}

/** Whether all of these stand in the text, each as often as it is named. */
function isIn(text: string, characters: readonly string[]): boolean {
	let left = text
	return characters.every((character) => {
		const at = left.indexOf(character)
		if (at < 0) return false
		left = left.slice(0, at) + left.slice(at + character.length)
		return true
	})
}
