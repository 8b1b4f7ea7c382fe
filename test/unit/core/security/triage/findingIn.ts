import { LineTable } from '../../../../../src/core/security/analysis/findingCollector.ts'
import type { Finding, PathStep } from '../../../../../src/core/security/findings/finding.ts'
import { sampleFinding } from '../sampleFinding.ts'

/** A finding whose path goes through these pieces of the files' texts, each written as `file: piece`. */
export function findingIn(
	files: Readonly<Record<string, string>>,
	pieces: readonly string[],
	given: Partial<Finding> = {},
): Finding {
	const path = pieces.map((where, at): PathStep => {
		const [, file = '', piece = ''] = /^(\S+): ([\s\S]*)$/.exec(where) ?? []
		const text = files[file] ?? ''
		const start = text.indexOf(piece)
		if (start < 0) throw new Error(`${piece} is not in ${file}`)
		const role = at === 0 ? 'source' : at === pieces.length - 1 ? 'sink' : 'step'
		const label = { source: 'HTTP request', step: 'goes on', sink: 'used here' }[role]
		return { file, range: new LineTable(text).range(start, start + piece.length), role, label }
	})
	const last = path.at(-1)
	return sampleFinding({ path, ...(last && { file: last.file, range: last.range }), ...given })
}
