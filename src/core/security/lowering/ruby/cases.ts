import type { Expression, ObjectPattern, PatternItem, Statement, SwitchCase, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import {
	argumentAt,
	constantAt,
	expressionStatementAt,
	methodCallAt,
	nameAt,
	opaqueAt,
	plainText,
	type Ruby,
	spanOf,
	textOf,
} from './ruby.ts'
import { patternOf, targetOf } from './targets.ts'

/** `case … when`: a switch; where regular expressions are tried, a chain of conditions. */
export function caseOf(ruby: Ruby, node: CodeNode): Statement[] {
	const value = childOf(node, 'value')
	const whens = node.children.filter((it) => it.kind === 'when')
	const other = node.children.find((it) => it.kind === 'else')
	const written = value && ruby.expression(ruby, value, value)
	const matches = whens.some((it) => namedChildren(it).some((one) => namedChildren(one)[0]?.kind === 'regex'))
	if (written && matches) return chainOf(ruby, node, written, whens, other)
	const cases = whens.map(
		(it): SwitchCase => ({
			values: childrenOf(it, 'pattern').map((one) => ruby.expression(ruby, one, one)),
			binding: undefined,
			guard: undefined,
			body: ruby.body(ruby, childOf(it, 'body'), it),
			...spanOf(it),
		}),
	)
	const last = defaultOf(ruby, other)
	return [
		{
			kind: 'switch',
			subject: written,
			cases: last ? [...cases, last] : cases,
			fallsThrough: false,
			label: undefined,
			...spanOf(node),
		},
	]
}

function defaultOf(ruby: Ruby, node: CodeNode | undefined): SwitchCase | undefined {
	if (!node) return undefined
	return { values: [], binding: undefined, guard: undefined, body: ruby.body(ruby, node, node), ...spanOf(node) }
}

function chainOf(
	ruby: Ruby,
	node: CodeNode,
	written: Expression,
	whens: readonly CodeNode[],
	other: CodeNode | undefined,
): Statement[] {
	const isPlain = written.kind === 'name'
	const subject = isPlain ? written : nameAt(` ${node.start}`, node)
	const bodies = whens.map((it) => ruby.body(ruby, childOf(it, 'body'), it))
	let made: Statement[] = other ? ruby.body(ruby, other, node) : []
	for (const [at, it] of [...whens.entries()].reverse()) {
		const tests = childrenOf(it, 'pattern').map((one) => testOf(ruby, subject, one))
		const [first, ...more] = tests
		const test = more.reduce(
			(left: Expression, right): Expression => ({ kind: 'logical', operator: '||', left, right, ...spanOf(it) }),
			first ?? opaqueAt([], it),
		)
		made = [{ kind: 'if', test, then: bodies[at] ?? [], otherwise: made, ...spanOf(it) }]
	}
	if (isPlain) return made
	const assign: Expression = { kind: 'assign', target: subject, value: written, ...spanOf(written) }
	return [expressionStatementAt(assign, written), ...made]
}

function testOf(ruby: Ruby, subject: Expression, pattern: CodeNode): Expression {
	const [inner] = namedChildren(pattern)
	const value = ruby.expression(ruby, inner, pattern)
	const span = spanOf(pattern)
	if (inner?.kind === 'regex') return methodCallAt(subject, '=~', [argumentAt(value)], pattern)
	if (inner?.kind === 'splat_argument') return { kind: 'binary', operator: 'in', left: subject, right: value, ...span }
	if (value.kind === 'constant') return { kind: 'binary', operator: '==', left: subject, right: value, ...span }
	return opaqueAt([], pattern)
}

// ---------- patterns

export function matchOf(ruby: Ruby, node: CodeNode): Statement {
	const subject = ruby.expression(ruby, childOf(node, 'value'), node)
	const cases = childrenOf(node, 'clauses').map((it): SwitchCase => {
		const { values, target } = patternIn(ruby, childOf(it, 'pattern'), it)
		const guard = childOf(it, 'guard')
		const condition = guard && childOf(guard, 'condition')
		const test = condition && ruby.expression(ruby, condition, condition)
		const isUnless = guard?.kind === 'unless_guard'
		return {
			values: values.length > 0 || target?.kind === 'name' ? values : [opaqueAt([], it)],
			binding: target,
			guard: test && isUnless ? { kind: 'unary', operator: '!', operand: test, ...spanOf(test) } : test,
			body: ruby.body(ruby, childOf(it, 'body'), it),
			...spanOf(it),
		}
	})
	const last = defaultOf(
		ruby,
		node.children.find((it) => it.kind === 'else'),
	)
	return {
		kind: 'switch',
		subject,
		cases: last ? [...cases, last] : cases,
		fallsThrough: false,
		label: undefined,
		...spanOf(node),
	}
}

/** `x => { name: }`, `x in [a, b]`. */
export function patternTest(ruby: Ruby, node: CodeNode): Statement[] {
	const value = ruby.expression(ruby, childOf(node, 'value'), node)
	const { target } = patternIn(ruby, childOf(node, 'pattern'), node)
	const made: Expression = target ? { kind: 'assign', target, value, ...spanOf(node) } : value
	const tested: Expression =
		node.kind === 'test_pattern' ? { kind: 'sequence', items: [made, opaqueAt([], node)], ...spanOf(node) } : made
	return [expressionStatementAt(tested, node)]
}

interface Pattern {
	/** Constants that it is compared with. */
	readonly values: readonly Expression[]
	readonly target: Target | undefined
}

function patternIn(ruby: Ruby, node: CodeNode | undefined, at: CodeNode): Pattern {
	const none: Pattern = { values: [], target: undefined }
	if (!node) return none
	switch (node.kind) {
		case 'identifier':
		case 'splat_parameter':
			return { values: [], target: targetOf(ruby, node, node) }
		case 'as_pattern': {
			const inner = patternIn(ruby, childOf(node, 'value'), node)
			const name = childOf(node, 'name')
			return { values: inner.values, target: inner.target ?? (name && targetOf(ruby, name, node)) }
		}
		case 'parenthesized_pattern':
			return patternIn(ruby, namedChildren(node)[0], node)
		case 'alternative_pattern':
			return { values: namedChildren(node).flatMap((it) => patternIn(ruby, it, node).values), target: undefined }
		case 'array_pattern':
		case 'find_pattern': {
			const items = namedChildren(node).filter((it) => it.field !== 'class')
			return { values: [], target: listIn(ruby, items, node) }
		}
		case 'hash_pattern':
			return { values: [], target: mapIn(ruby, node) }
		case 'constant':
		case 'scope_resolution':
		case 'range':
		case 'variable_reference_pattern':
		case 'expression_reference_pattern':
			return none
		default:
			return { values: [ruby.expression(ruby, node, at)], target: undefined }
	}
}

function listIn(ruby: Ruby, nodes: readonly CodeNode[], at: CodeNode): Target {
	const items = nodes.map((it): PatternItem | null => {
		if (it.kind === 'splat_parameter') return patternOf(ruby, [it], it).items[0] ?? null
		const { target } = patternIn(ruby, it, at)
		return target ? { target, ...spanOf(it) } : null
	})
	return { kind: 'listPattern', items, ...spanOf(at) }
}

function mapIn(ruby: Ruby, node: CodeNode): Target {
	const entries = namedChildren(node).flatMap((it): ObjectPattern['entries'][number][] => {
		if (it.kind === 'hash_splat_parameter') {
			const name = childOf(it, 'name')
			return name ? [{ key: undefined, target: targetOf(ruby, name, it), isRest: true, ...spanOf(it) }] : []
		}
		const key = it.kind === 'keyword_pattern' ? childOf(it, 'key') : undefined
		const name = plainText(ruby, key)
		if (!key || name === undefined) return []
		const value = childOf(it, 'value')
		if (value) {
			const { target } = patternIn(ruby, value, it)
			return target ? [{ key: constantAt(name, key), target, ...spanOf(it) }] : []
		}
		ruby.locals.names.add(textOf(ruby, key))
		return [{ key: constantAt(name, key), target: nameAt(name, key), ...spanOf(it) }]
	})
	return { kind: 'objectPattern', entries, ...spanOf(node) }
}
