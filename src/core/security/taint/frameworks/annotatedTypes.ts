import { knownItems } from '../items.ts'
import type { Machine } from '../machine.ts'
import type { Value } from '../value.ts'

/** What FastAPI is told that it shall call for a parameter. */
export const injection = /(?:^|\.)(?:Depends|Security)\(\)$/
const annotated = /^typing(?:_extensions)?\.Annotated$/

/** `Annotated[T, Depends(f)]`, which a name may stand for: the type, and that it is injected. */
export function annotatedType(machine: Machine, object: Value, index: Value): Value | undefined {
	if (machine.language !== 'python' || !object.paths.some((it) => annotated.test(it))) return undefined
	const [type, ...more] = knownItems(machine, index) ?? []
	if (!type) return undefined
	const said = more.flatMap(({ value }) => value.paths.filter((it) => injection.test(it)))
	return said.length === 0 ? type.value : { ...type.value, paths: [...type.value.paths, ...said] }
}
