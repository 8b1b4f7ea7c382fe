import { basename, dirname, join } from 'node:path'

const mostParts = 1000

/** A large model comes as `name-00001-of-00003.gguf` and so on; whichever is named, all are meant, the first one first. */
export function splitParts(path: string): readonly string[] {
	const match = /^(.*)-\d{5}-of-(\d{5})\.gguf$/.exec(basename(path))
	const count = Number(match?.[2] ?? 1)
	if (!match || count < 1 || count > mostParts) return [path]
	const numbered = (n: number) => `${match[1]}-${String(n).padStart(5, '0')}-of-${match[2]}.gguf`
	return Array.from({ length: count }, (_, i) => join(dirname(path), numbered(i + 1)))
}
