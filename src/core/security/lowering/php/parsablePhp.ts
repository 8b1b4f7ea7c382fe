const isBlade = /\.blade\.php$/i

/** The code of a file of PHP; of a template of Blade what it writes without escaping. */
export function parsablePhp(text: string, file: string): string {
	return isBlade.test(file) ? phpOfBlade(text) : text
}

/**
 * The PHP of a template of Blade, each piece at the place where it stands in the file: `{!! $x !!}` becomes `<?= $x ?>`, and what stands between `@php`
 * and `@endphp` is PHP. All else is HTML to the parser: `{{ $x }}` is escaped.
 */
export function phpOfBlade(text: string): string {
	const made: string[] = []
	let end = 0
	// What does not come any more need not be looked for again.
	const isMissing = new Set<string>()
	const begins = /\{\{--|\{!!|@php(?=\s)/g
	for (let found = begins.exec(text); found; found = begins.exec(text)) {
		const at = found.index
		// Twice the sign, or one in front: it is shown as it is written.
		if (text[at - 1] === '@') continue
		const [open] = found
		const close = open === '{{--' ? '--}}' : open === '{!!' ? '!!}' : '@endphp'
		const to = isMissing.has(close) ? -1 : text.indexOf(close, at + open.length)
		if (to < 0) {
			isMissing.add(close)
			continue
		}
		const code = text.slice(at + open.length, to)
		made.push(text.slice(end, at))
		if (open === '{{--') made.push(blank(open + code + close))
		else if (open === '{!!') made.push('<?=', code, ' ?>')
		else made.push('<?  ', code, '?>     ')
		end = to + close.length
		begins.lastIndex = end
	}
	made.push(text.slice(end))
	return made.join('')
}

function blank(text: string): string {
	return text.replace(/[^\r\n]/g, ' ')
}
