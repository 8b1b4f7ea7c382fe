import type { Statement, Target } from '../../ir/ir.ts'

/** What statements declare for those around them, in their order. */
export function namesIn(statements: readonly Statement[]): readonly string[] {
	return statements.flatMap((it): readonly string[] => {
		if (it.kind === 'declare') return targetNames(it.target)
		if (it.kind === 'function') return it.function.name === undefined ? [] : [it.function.name]
		if (it.kind === 'class') return it.class.name === undefined ? [] : [it.class.name]
		return []
	})
}

/** What a target assigns by name. */
export function targetNames(target: Target): readonly string[] {
	switch (target.kind) {
		case 'name':
			return [target.name]
		case 'listPattern':
			return target.items.flatMap((it) => (it ? targetNames(it.target) : []))
		case 'objectPattern':
			return target.entries.flatMap((it) => targetNames(it.target))
		default:
			return []
	}
}
