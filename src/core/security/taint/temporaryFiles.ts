import type { Value } from './value.ts'

/** What a file is of which no more is known than that it lies in the folder for temporary files, under a name that others can guess. */
const temporary = '@temporary'

const folder = /^\/(?:var\/)?tmp\/[^/]*$/
/** What nobody can guess, by what it is called. */
const random = /random|uniqid|uuid|guid|token|nonce|bin2hex|tempnam|hash/i

/** The path of a file that is made of these parts; none where that is not what they make. */
export function temporaryPath([first, ...more]: readonly Value[]): readonly string[] {
	const begins = first?.paths.includes(temporary) || first?.paths.includes('sys_get_temp_dir()')
	if (!first || !(begins || hasOnly(first, folder)) || more.length === 0) return []
	return more.every((it) => hasOnly(it, /^\/?[^/]*$/) || (it.constants === undefined && !it.paths.some(isRandom)))
		? [temporary]
		: []
}

function hasOnly({ constants }: Value, pattern: RegExp): boolean {
	return constants !== undefined && constants.length > 0 && constants.every((it) => pattern.test(String(it)))
}

function isRandom(path: string): boolean {
	return random.test(path)
}
