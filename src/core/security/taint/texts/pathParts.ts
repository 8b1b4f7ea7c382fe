import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'
import { cleaned, maskOf, stepped } from '../taint.ts'
import { onlyTaint, type Value } from '../value.ts'

const lastParts = new Set(['name', 'stem', 'suffix'])

/** `Path(file).name`: the last part of a path leads to no other folder; `parts` are all of them (pathlib). */
export function pathPart(machine: Machine, path: Value, name: string, part: Value, at: CodeSpan): Value {
	if (part.taint.length === 0 || !path.paths.some((it) => /^pathlib\.(?:Pure)?(?:Posix|Windows)?Path\(\)$/.test(it)))
		return part
	if (name === 'parts')
		return onlyTaint(
			part,
			part.taint.map((it) => stepped(it, machine.place(at), 'step', '.parts')),
		)
	if (!lastParts.has(name)) return part
	return onlyTaint(part, cleaned(part.taint, maskOf(['path'])))
}
