import type { ForEach, Loop, Statement, Switch } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { nameAt, type Php, spanOf, textOf } from './php.ts'

/** Gives a loop a label where something in it leaves it from inside another one. */
export function labelled<T extends Loop | ForEach | Switch>(php: Php, node: CodeNode, make: () => T): T {
	const loop = { label: `at${node.start}`, isUsed: false }
	php.scope.loops.push(loop)
	const made = make()
	php.scope.loops.pop()
	return loop.isUsed ? { ...made, label: loop.label } : made
}

export function loopOf(php: Php, node: CodeNode): Statement[] {
	if (node.kind === 'foreach_statement') return [forEachOf(php, node)]
	const span = spanOf(node)
	const initial = childOf(node, 'initialize')
	const before: Statement[] = initial
		? [{ kind: 'expression', expression: php.expression(php, initial, initial), ...spanOf(initial) }]
		: []
	const loop = labelled(php, node, (): Loop => {
		const test = childOf(node, 'condition')
		const update = childOf(node, 'update')
		return {
			kind: 'loop',
			test: test && php.expression(php, test, node),
			body: bodyStatements(php, node),
			update: update ? [php.expression(php, update, update)] : [],
			testsLast: node.kind === 'do_statement',
			label: undefined,
			otherwise: [],
			...span,
		}
	})
	return [...before, loop]
}

function bodyStatements(php: Php, node: CodeNode): Statement[] {
	const bodies = node.children.filter((it) => it.field === 'body')
	return php.statements(
		php,
		bodies.flatMap((it) => (it.kind === 'compound_statement' || it.kind === 'colon_block' ? it.children : [it])),
	)
}

function forEachOf(php: Php, node: CodeNode): ForEach {
	const [over, each] = namedChildren(node).filter((it) => it.field !== 'body')
	const iterable = php.expression(php, over, node)
	const [key, value] = each?.kind === 'pair' ? namedChildren(each) : [undefined, each]
	const isReference = value?.kind === 'by_ref'
	const base = {
		kind: 'forEach',
		declares: false,
		iterable,
		label: undefined,
		otherwise: [],
		...spanOf(node),
	} as const
	const [variable] = isReference ? namedChildren(value) : []
	const isPlace = iterable.kind === 'name' || iterable.kind === 'field' || iterable.kind === 'index'
	if (variable?.kind === 'variable_name' && isPlace) {
		// What is assigned to the value is assigned to the item.
		const name = key ? php.target(php, key, node) : nameAt(`$ ${node.start}`, node)
		if (name.kind === 'name')
			php.scope.aliases.set(textOf(php, variable), {
				kind: 'index',
				object: iterable,
				index: name,
				...spanOf(variable),
			})
		return labelled(php, node, () => ({ ...base, target: undefined, key: name, body: bodyStatements(php, node) }))
	}
	return labelled(php, node, () => ({
		...base,
		target: value && php.target(php, value, node),
		key: key && php.target(php, key, node),
		body: bodyStatements(php, node),
	}))
}
