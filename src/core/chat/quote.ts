/** Backticks that no line of the text closes a block with. */
export function fenceFor(text: string): string {
	let longest = 2
	for (const [run] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length)
	return '`'.repeat(longest + 1)
}

/** Text as a block of code that nothing in it can end; the heading is one line. */
export function quote(heading: string, text: string, language = ''): string {
	const fence = fenceFor(text)
	const line = heading.replace(/[\r\n`]+/g, ' ')
	return `${line}\n${fence}${language.replace(/[^\w+#.-]/g, '')}\n${text.replace(/\n$/, '')}\n${fence}`
}
