const mostTried = 12

/** What may follow a line in a way that makes it whole, whatever the language; where none of it does, the line is wrong, not unfinished. */
const usual = ['', ' x', ' {}', ' x;', ';', ' => x', ': x', ' x: x', ' = x']
const closingMarks = ['"""', '"', "'", '`', '*/', '-->', '>', '/>', ' x>']
/** Begins what ends with a word, or with a block that is further in. */
const opensWithWord =
	/\b(?:def|class|module|function|if|elif|else|unless|while|until|for|foreach|case|begin|do|then|try|with|switch|repeat)\b/

/**
 * Texts that would end a line that goes on below, the likeliest first. Never more than a few: each of them is parsed.
 *
 * @param line the whole line, without what stands after the cursor
 * @param closers brackets that it leaves open
 */
export function endingsOf(line: string, closers: string): readonly string[] {
	const marks = closingMarks.filter((mark) => holdsMark(line, mark.trim()))
	const ends = /[,=+\-*/%&|<>!?:.([{]$/.test(line.trimEnd()) ? [' x', ...usual] : usual
	const quoted = marks.flatMap((mark) => [mark + closers, `${mark} x${closers}`])
	const plain = ends.map((end) => end + closers)
	const indent = /^\s*/.exec(line)?.[0] ?? ''
	const body = `\n${indent}  x\n`
	const words = opensWithWord.test(line)
		? [
				body,
				`:${body}`,
				`${body}${indent}end`,
				` then${body}${indent}end`,
				`${body}fi`,
				`; then${body}fi`,
				`${body}done`,
				`; do${body}done`,
			]
		: []
	// `if (a`, `const { a`: what it opens is closed before the rest comes.
	const closed = closers === '' ? [] : ['', ...marks].map((mark) => mark + closers)
	const rests = words.length > 0 ? [' {}', body, `:${body}`] : [' = x', ' => x']
	const heads = closed.flatMap((end) => rests.map((rest) => end + rest))
	return [...new Set([...heads, ...words, ...quoted, ...plain])].slice(0, mostTried + words.length + heads.length)
}

function holdsMark(line: string, mark: string): boolean {
	if (mark === '*/') return line.includes('/*')
	if (mark === '-->') return line.includes('<!--')
	return line.includes(mark.endsWith('>') ? '<' : mark)
}
