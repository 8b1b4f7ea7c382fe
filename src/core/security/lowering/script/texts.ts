/** Unescapes the inside of a text literal. */
export function unescapeText(text: string): string {
	if (!text.includes('\\')) return text
	return text.replace(
		/\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))/g,
		(_, braced, four, two, other) => {
			const code = (braced as string | undefined) ?? (four as string | undefined) ?? (two as string | undefined)
			if (code !== undefined) {
				const point = Number.parseInt(code, 16)
				return point <= 0x10ffff ? String.fromCodePoint(point) : ''
			}
			return simple[other as string] ?? (other as string)
		},
	)
}

const simple: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	b: '\b',
	f: '\f',
	v: '\v',
	'0': '\0',
	'\n': '',
	'\r\n': '',
	'\r': '',
}

/** Undefined where it is no number. */
export function numberOf(text: string): number | undefined {
	const plain = text.replaceAll('_', '').replace(/n$/, '')
	const value = plain === '' ? Number.NaN : Number(plain)
	if (!Number.isNaN(value)) return value
	return /^0[0-7]+$/.test(plain) ? Number.parseInt(plain, 8) : undefined
}
