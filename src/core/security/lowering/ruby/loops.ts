import type { ForEach, Statement, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type Ruby, spanOf, textOf } from './ruby.ts'
import { patternOf, targetOf } from './targets.ts'

export function loopOf(ruby: Ruby, node: CodeNode): Statement[] {
	const written = ruby.expression(ruby, childOf(node, 'condition'), node)
	const test = node.kind.startsWith('until')
		? ({ kind: 'unary', operator: '!', operand: written, ...spanOf(written) } as const)
		: written
	const body = childOf(node, 'body')
	return [
		{
			kind: 'loop',
			test,
			body: ruby.body({ ...ruby, inside: 'loop' }, body, node),
			update: [],
			testsLast: node.kind.endsWith('modifier') && body?.kind === 'begin',
			label: undefined,
			otherwise: [],
			...spanOf(node),
		},
	]
}

export function forOf(ruby: Ruby, node: CodeNode): Statement[] {
	const pattern = childOf(node, 'pattern')
	const list = childOf(node, 'value')
	const iterable = ruby.expression(ruby, list && namedChildren(list)[0], node)
	const target = targetOf(ruby, pattern, node)
	const body = ruby.body({ ...ruby, inside: 'loop' }, childOf(node, 'body'), node)
	return [{ ...plainLoop(node), target, iterable, body }]
}

function plainLoop(node: CodeNode): Omit<ForEach, 'target' | 'iterable' | 'body'> {
	return { kind: 'forEach', key: undefined, declares: false, label: undefined, otherwise: [], ...spanOf(node) }
}

const iterating =
	/^(?:each|each_with_index|each_pair|each_key|each_value|each_entry|reverse_each|find_each|each_slice)$/

/** `list.each do |x| … end` as the loop that it is, so that `return`, `next` and `break` do what they do; undefined for any other call. */
export function iterationOf(ruby: Ruby, node: CodeNode, name: string): Statement[] | undefined {
	const block = childOf(node, 'block')
	const receiver = childOf(node, 'receiver')
	if (!block) return undefined
	const body = childOf(block, 'body')
	const inner: Ruby = { ...ruby, inside: 'loop' }
	const span = spanOf(node)
	const list = childOf(block, 'parameters')
	const parameters = list ? namedChildren(list).filter((it) => it.field !== 'locals') : []
	if (!receiver && name === 'loop') {
		const statements = inner.body(inner, body, node)
		return [
			{
				kind: 'loop',
				test: undefined,
				body: statements,
				update: [],
				testsLast: false,
				label: undefined,
				otherwise: [],
				...span,
			},
		]
	}
	if (!receiver || !iterating.test(name) || parameters.length === 0) return undefined
	if (parameters.some((it) => !/^(?:identifier|destructured_parameter|splat_parameter)$/.test(it.kind)))
		return undefined
	const iterable = ruby.expression(ruby, receiver, receiver)
	const targets = parameters.map((it): Target => {
		if (it.kind === 'identifier') ruby.locals.names.add(textOf(ruby, it))
		return targetOf(ruby, it, it)
	})
	const [first, second] = targets
	const base = plainLoop(node)
	if (name === 'each_key')
		return [{ ...base, target: undefined, key: first, iterable, body: inner.body(inner, body, node) }]
	const statements = inner.body(inner, body, node)
	if (name === 'each_with_index') return [{ ...base, target: first, key: second, iterable, body: statements }]
	if (targets.length === 2 && name !== 'each_slice')
		return [{ ...base, target: second, key: first, iterable, body: statements }]
	const target = targets.length === 1 && first ? first : patternOf(ruby, parameters, node)
	return [{ ...base, target, iterable, body: statements }]
}
