import { execFileSync } from 'node:child_process'
import type { Repository } from './repository.ts'

export interface TruePlace {
	readonly path: string
	/** From 0. */
	readonly line: number
}

/** Among them what is written like a definition and is none: `describe` and `context` of RSpec, an import's name in Go. */
const uninteresting =
	/^(local|parameter|label|package|packageName|namespace|import|unknown|using|include|header|alias|heredoc|anonField|module|implementation|anonMember|describe|context)$/

/**
 * Where names are defined, according to ctags, which knows nothing of our index. Its limits: it goes by the name alone, so that a
 * name is only taken where few files define it; what it does not see is never asked for.
 */
export function ctagsDefinitions({ root, files }: Repository): Map<string, TruePlace[]> {
	const output = execFileSync(
		'ctags',
		['--output-format=json', '--fields=+nKS', '--kinds-C=+p', '--kinds-C++=+p', '-f', '-', '-L', '-'],
		{
			cwd: root,
			encoding: 'utf8',
			input: [...files.keys()].join('\n'),
			maxBuffer: 1 << 29,
			stdio: ['pipe', 'pipe', 'ignore'],
		},
	)
	const found = new Map<string, TruePlace[]>()
	for (const row of output.split('\n')) {
		if (row === '') continue
		const { name, path, line, kind } = JSON.parse(row)
		if (typeof name !== 'string' || typeof line !== 'number' || uninteresting.test(kind)) continue
		const places = found.get(name)
		if (places) places.push({ path, line: line - 1 })
		else found.set(name, [{ path, line: line - 1 }])
	}
	return found
}
