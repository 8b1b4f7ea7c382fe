import type { Expression, Statement } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { constantAt, spanOf } from './ruby.ts'

type Wrap = (value: Expression, at: CodeSpan) => Statement

/** What a list of statements gives is the value of its last one: that is handed to `wrap`, in all branches. */
export function tailed(statements: readonly Statement[], wrap: Wrap, at: CodeSpan): Statement[] {
	const last = statements.at(-1)
	if (!last) return [wrap(constantAt(null, at), at)]
	return [...statements.slice(0, -1), ...tail(last, wrap)]
}

function tail(it: Statement, wrap: Wrap): Statement[] {
	switch (it.kind) {
		case 'expression':
			return [wrap(it.expression, it)]
		case 'if':
			return [{ ...it, then: tailed(it.then, wrap, it), otherwise: tailed(it.otherwise, wrap, it) }]
		case 'switch':
			return [{ ...it, cases: it.cases.map((one) => ({ ...one, body: tailed(one.body, wrap, one) })) }]
		case 'try': {
			const handlers = it.handlers.map((one) => ({ ...one, body: tailed(one.body, wrap, it) }))
			if (it.otherwise.length > 0) return [{ ...it, handlers, otherwise: tailed(it.otherwise, wrap, it) }]
			return [{ ...it, handlers, body: tailed(it.body, wrap, it) }]
		}
		case 'block':
			return [{ ...it, body: tailed(it.body, wrap, it) }]
		default:
			return [it]
	}
}

export function returning(statements: readonly Statement[]): Statement[] {
	if (statements.length === 0) return []
	return tailed(statements, (value, at) => ({ kind: 'return', value, ...spanOf(at) }), statements.at(-1) as Statement)
}

/** Statements as one expression, where nothing in them leaves it; else undefined. */
export function asExpression(statements: readonly Statement[], at: CodeSpan): Expression | undefined {
	const items: Expression[] = []
	for (const it of statements) {
		if (it.kind === 'expression') items.push(it.expression)
		else if (it.kind === 'if') {
			const then = asExpression(it.then, it)
			const otherwise = asExpression(it.otherwise, it)
			if (!then || !otherwise) return undefined
			items.push({ kind: 'conditional', test: it.test, then, otherwise, ...spanOf(it) })
		} else return undefined
	}
	const [first] = items
	if (!first) return constantAt(null, at)
	return items.length === 1 ? first : { kind: 'sequence', items, ...spanOf(at) }
}
