/** A run of letters, digits and `_`, of any script. */
const run = /[\p{L}\p{N}_$]+/gu
/** Where an identifier is put together: `parseHTTPUrl_2` is `parse`, `HTTP`, `Url`, `2`. */
const part = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{N}+|\p{Lu}/gu

const longestWord = 40

/** Words that say nothing about what is looked for, in questions and in code. */
const stopWords = new Set(
	(
		'a about after all also an and any are as at be because been before being both but by can could did do does doing done each for from get gets ' +
		'had has have having he her here his how i if in into is it its itself just me more most my no nor not of off on once only or other our out over own please ' +
		'same she should show so some such than that the their them then there these they this those through to too under until up us very was we were what when where ' +
		'which while who whom why will with would you your code file function method class ' +
		'const let var return void new null undefined true false import export default public private static async await def self elif else none string number boolean int'
	).split(' '),
)

/**
 * The words that a text is found by: identifiers as they are and in their parts, in lower case and without plural and the like; stop words
 * are left out. In the order of the text, with repetitions. What looks like a hash or a key is no word.
 */
export function searchWords(text: string): string[] {
	const words: string[] = []
	for (const [whole] of text.matchAll(run)) {
		if (whole.length > longestWord * 2) continue
		const parts = whole.match(part) ?? []
		// A long row of short parts is no name.
		if (parts.length > 12) continue
		for (const one of parts) addWord(words, one.toLowerCase())
		if (parts.length > 1) addWord(words, whole.toLowerCase().replace(/[_$]+/g, ''))
	}
	return words
}

function addWord(words: string[], word: string): void {
	if (word.length > longestWord || stopWords.has(word)) return
	// One letter names nothing, but one sign of Chinese does.
	if (word.length === 1 && !/\p{Lo}/u.test(word)) return
	words.push(stemOf(word))
}

/**
 * The same for the forms of an English word: `parses`, `parsed`, `parsing` and `parse` are `pars`. Takes off too little rather than too
 * much.
 */
export function stemOf(word: string): string {
	if (word.length < 4 || !/^[a-z]+$/.test(word)) return word
	let stem = word
	if (/(?:ss|us|is)$/.test(stem)) return stem
	if (/ies$/.test(stem) && stem.length > 4) stem = `${stem.slice(0, -3)}y`
	else if (/s$/.test(stem)) stem = stem.slice(0, -1)
	if (/ing$/.test(stem) && hasVowel(stem.slice(0, -3)) && stem.length > 5) stem = undoubled(stem.slice(0, -3))
	else if (/ed$/.test(stem) && hasVowel(stem.slice(0, -2)) && stem.length > 4) stem = undoubled(stem.slice(0, -2))
	if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1)
	return stem
}

function hasVowel(text: string): boolean {
	return text.length > 2 && /[aeiouy]/.test(text)
}

/** `stopp` is `stop`; `pass` and `call` stay. */
function undoubled(text: string): string {
	return /([bdgmnprt])\1$/.test(text) ? text.slice(0, -1) : text
}
