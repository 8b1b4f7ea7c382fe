import { cleaned, maskOf } from './taint.ts'
import { onlyTaint, type Value } from './value.ts'

const lastParts = new Set(['name', 'stem', 'suffix'])

/** `Path(file).name`: the last part of a path leads to no other folder (pathlib). */
export function lastPart(path: Value, name: string, part: Value): Value {
	if (!lastParts.has(name) || !path.paths.some((it) => it === 'pathlib.Path()' || it === 'pathlib.PurePath()'))
		return part
	return onlyTaint(part, cleaned(part.taint, maskOf(['path'])))
}
