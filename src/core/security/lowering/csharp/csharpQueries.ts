import type { Comprehension, Expression, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import {
	type CsharpContext,
	declareLocal,
	inBlock,
	namedChildren,
	opaque,
	spanOf,
	textOf,
	withPlaces,
} from './csharpContext.ts'
import { closure } from './csharpFunctions.ts'

type Clause = Comprehension['clauses'][number]

/** `from x in xs where … select …`: a function that is called at once, whose variables are those of the query. */
export function query(cs: CsharpContext, node: CodeNode): Expression {
	const declared: Statement[] = []
	const value = inBlock(cs, () => withPlaces(cs, undefined, () => lowered(cs, node, declared)))
	const body: Statement[] = [...declared, { kind: 'return', ...spanOf(node), value }]
	return { kind: 'call', ...spanOf(node), callee: closure(node, [], body), arguments: [], isNew: false }
}

function lowered(cs: CsharpContext, node: CodeNode, declared: Statement[]): Expression {
	const clauses: Clause[] = []
	let element: Expression | undefined
	for (const child of node.children) {
		const values = namedChildren(child).filter((it) => it.field !== 'name' && it.field !== 'type')
		const value = values.at(-1)
		if (!value) continue
		const last = clauses.at(-1)
		if (child.kind === 'from_clause' || child.kind === 'let_clause' || child.kind === 'join_clause') {
			const source = child.kind === 'join_clause' ? values[0] : value
			const iterable = cs.expression(source, child)
			const name = childOf(child, 'name') ?? namedChildren(child)[0] ?? child
			declareLocal(cs, textOf(cs, name))
			const variable = { kind: 'name' as const, ...spanOf(name), name: textOf(cs, name) }
			declared.push({
				kind: 'declare',
				...spanOf(name),
				target: variable,
				type: undefined,
				initial: undefined,
				isHoisted: false,
			})
			const target = { kind: 'name' as const, ...spanOf(name), name: textOf(cs, name) }
			const items = [{ ...spanOf(child), value: iterable, isSpread: false }]
			const one: Expression = { kind: 'list', ...spanOf(child), items, form: 'list' }
			clauses.push({ target, iterable: child.kind === 'let_clause' ? one : iterable, conditions: [] })
		} else if (child.kind === 'where_clause' && last) {
			clauses[clauses.length - 1] = { ...last, conditions: [...last.conditions, cs.expression(value, child)] }
		} else if (child.kind === 'select_clause' || child.kind === 'group_clause') {
			element = cs.expression(values[0], child)
		}
	}
	return {
		kind: 'comprehension',
		...spanOf(node),
		form: 'list',
		element: element ?? opaque(node),
		key: undefined,
		clauses,
	}
}
