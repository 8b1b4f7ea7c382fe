/** JSON as people write it into settings: with comments, with commas behind the last item, with a mark of the byte order. @returns undefined where it is none */
export function tolerantJson(text: string): unknown {
	try {
		return JSON.parse(plain(text))
	} catch {
		return undefined
	}
}

/** What is not closed goes on to the end: so each text is read once, whatever stands in it. */
const stringsAndComments = /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g
const stringsAndLastCommas = /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|,(?=\s*[}\]])/g

function plain(text: string): string {
	const onlyStrings = (part: string) => (part.startsWith('"') ? part : ' ')
	return text
		.replace(/^\uFEFF/, '')
		.replace(stringsAndComments, onlyStrings)
		.replace(stringsAndLastCommas, onlyStrings)
}
