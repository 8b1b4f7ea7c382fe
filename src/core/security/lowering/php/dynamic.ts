import type { Expression } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { constantAt, nameAt, type Php, spanOf } from './php.ts'

/** `$$name`: the variables of the function as an object, read by name. */
export function namedVariable(php: Php, name: Expression, at: CodeSpan): Expression {
	const span = spanOf(at)
	if (name.kind === 'constant') return nameAt(`$${name.value}`, at)
	const entries = php.scope.variables.map((it) => ({
		key: constantAt(it.slice(1), at),
		value: nameAt(it, at),
		...span,
	}))
	return { kind: 'index', object: { kind: 'object', entries, ...span }, index: name, ...span }
}

/** `$$name = value`: each variable keeps its value unless it has the name. */
export function assignNamed(php: Php, name: Expression, value: Expression, at: CodeSpan): Expression {
	const span = spanOf(at)
	if (name.kind === 'constant') return { kind: 'assign', target: nameAt(`$${name.value}`, at), value, ...span }
	const held = nameAt(`$ ${at.start}`, at)
	const items = php.scope.variables.map((it): Expression => {
		const isIt: Expression = {
			kind: 'binary',
			operator: '===',
			left: name,
			right: constantAt(it.slice(1), at),
			...span,
		}
		return {
			kind: 'assign',
			target: nameAt(it, at),
			value: { kind: 'conditional', test: isIt, then: held, otherwise: nameAt(it, at), ...span },
			...span,
		}
	})
	return { kind: 'sequence', items: [{ kind: 'assign', target: held, value, ...span }, ...items, held], ...span }
}

/** `extract($from)`: each variable may come out of it. */
export function extracted(php: Php, from: Expression, at: CodeSpan): Expression {
	const span = spanOf(at)
	const held = nameAt(`$ ${at.start}`, at)
	const items = php.scope.variables.map(
		(it): Expression => ({
			kind: 'assign',
			target: nameAt(it, at),
			value: {
				kind: 'logical',
				operator: '??',
				left: { kind: 'index', object: held, index: constantAt(it.slice(1), at), ...span },
				right: nameAt(it, at),
				...span,
			},
			...span,
		}),
	)
	return { kind: 'sequence', items: [{ kind: 'assign', target: held, value: from, ...span }, ...items], ...span }
}

/** `compact('a', 'b')`; undefined where a name is not written there. */
export function compacted(values: readonly Expression[], at: CodeSpan): Expression | undefined {
	const names = values.flatMap((it): readonly Expression[] =>
		it.kind === 'list' ? it.items.map((item) => item.value) : [it],
	)
	if (!names.every((it) => it.kind === 'constant')) return undefined
	const entries = names.map((key) => ({
		key,
		value: nameAt(`$${key.kind === 'constant' ? key.value : ''}`, key),
		...spanOf(key),
	}))
	return { kind: 'object', entries, ...spanOf(at) }
}
