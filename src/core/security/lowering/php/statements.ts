import type { Expression, Statement, SwitchCase, Try } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { labelled, loopOf } from './loops.ts'
import { callAt, constantAt, dotted, nameAt, type Php, spanOf, textOf } from './php.ts'
import { variablesIn } from './targets.ts'
import { importsOf } from './uses.ts'

export function statementsOf(php: Php, nodes: readonly CodeNode[]): Statement[] {
	const made: Statement[] = []
	let echoes = false
	for (const node of nodes) {
		if (node.kind === 'php_tag' || node.kind === 'text_interpolation') {
			// The second is what stands there in a template of Blade.
			echoes = /(?:<\?=|\{!!)$/.test(textOf(php, node).slice(-3))
			continue
		}
		if (!node.isNamed) continue
		// `<?= $x ?>`
		if (echoes && node.kind === 'expression_statement') made.push(echo(php, node))
		else made.push(...statementOf(php, node))
		echoes = false
	}
	return made
}

/** HTML in front of a piece of code that says what an address is. */
const addressBefore = /\b(?:href|action|formaction)\s*=\s*["']?<\?(?:=|php\s+echo\b)\s*$/i

function echo(php: Php, node: CodeNode): Statement {
	const values = namedChildren(node)
		.flatMap((it) => (it.kind === 'sequence_expression' ? namedChildren(it) : [it]))
		.map((it) => php.expression(php, it, it))
	const [first, ...others] = values
	const isAddress = first && addressBefore.test(php.text.slice(Math.max(0, first.start - 60), first.start))
	const written: Expression[] = isAddress
		? [{ kind: 'template', parts: [constantAt('href="', node), first], ...spanOf(node) }, ...others]
		: values
	return { kind: 'expression', expression: callAt('echo', written, node), ...spanOf(node) }
}

function statementOf(php: Php, node: CodeNode): Statement[] {
	const span = spanOf(node)
	switch (node.kind) {
		case 'expression_statement':
			return namedChildren(node).flatMap((it) => expressionStatement(php, it))
		case 'echo_statement':
			return [echo(php, node)]
		case 'compound_statement':
		case 'colon_block':
		case 'declaration_list':
			return statementsOf(php, node.children)
		case 'namespace_definition': {
			const body = childOf(node, 'body')
			return body ? statementsOf(php, body.children) : []
		}
		case 'declare_statement':
			return statementsOf(
				php,
				node.children.filter((it) => it.kind !== 'declare_directive'),
			)
		case 'namespace_use_declaration':
			return importsOf(php, node)
		case 'function_definition':
			return [{ kind: 'function', function: php.functionOf(php, node), ...span }]
		case 'class_declaration':
		case 'interface_declaration':
		case 'trait_declaration':
		case 'enum_declaration':
			return [{ kind: 'class', class: php.classOf(php, node), ...span }]
		case 'if_statement':
			return [ifOf(php, node, childrenOf(node, 'alternative'))]
		case 'while_statement':
		case 'do_statement':
		case 'for_statement':
		case 'foreach_statement':
			return loopOf(php, node)
		case 'switch_statement':
			return [switchOf(php, node)]
		case 'try_statement':
			return [tryOf(php, node)]
		case 'return_statement': {
			const [value] = namedChildren(node)
			return [{ kind: 'return', value: value && php.expression(php, value, node), ...span }]
		}
		case 'break_statement':
		case 'continue_statement':
			return [jumpOf(php, node)]
		case 'exit_statement':
			return ended(php, node)
		default:
			return declarationOf(php, node)
	}
}

function declarationOf(php: Php, node: CodeNode): Statement[] {
	const span = spanOf(node)
	switch (node.kind) {
		case 'global_declaration':
			return php.scope.isTop ? [] : [{ kind: 'scope', names: variablesIn(php, node), level: 'global', ...span }]
		case 'function_static_declaration':
			return namedChildren(node).flatMap((it): Statement[] => {
				const name = childOf(it, 'name')
				const value = childOf(it, 'value')
				if (!name) return []
				// It keeps its value between calls: a variable of the file that nothing else names.
				const kept = nameAt(`${textOf(php, name)} ${it.start}`, name)
				php.scope.aliases.set(textOf(php, name), kept)
				if (!php.scope.isTop) php.scope.globals.add(kept.name)
				const initial = value ? php.expression(php, value, it) : constantAt(null, it)
				return [assigned(kept, { kind: 'logical', operator: '??', left: kept, right: initial, ...spanOf(it) }, it)]
			})
		case 'const_declaration':
			return namedChildren(node).flatMap((it): Statement[] => {
				const [name, value] = namedChildren(it)
				return name ? [assigned(nameAt(textOf(php, name), name), php.expression(php, value, it), it)] : []
			})
		case 'unset_statement':
			return namedChildren(node).map((it): Statement => {
				if (it.kind === 'variable_name') php.scope.aliases.delete(textOf(php, it))
				const operand = php.expression(php, it, it)
				if (operand.kind === 'name') return assigned(operand, undefined, it)
				return {
					kind: 'expression',
					expression: { kind: 'unary', operator: 'delete', operand, ...spanOf(it) },
					...span,
				}
			})
		case 'empty_statement':
		case 'named_label_statement':
		case 'goto_statement':
		case 'text':
		case 'php_end_tag':
		case 'comment':
			return []
		case 'ERROR':
			php.gaps.push(span)
			return statementsOf(php, node.children)
		default:
			return expressionStatement(php, node)
	}
}

function assigned(name: Extract<Expression, { kind: 'name' }>, value: Expression | undefined, at: CodeNode): Statement {
	const span = spanOf(at)
	const given: Expression = value ?? { kind: 'constant', value: null, ...span }
	return { kind: 'expression', expression: { kind: 'assign', target: name, value: given, ...span }, ...span }
}

// ---------- expressions

function expressionStatement(php: Php, node: CodeNode): Statement[] {
	const span = spanOf(node)
	if (node.kind === 'throw_expression') {
		const [value] = namedChildren(node)
		return [{ kind: 'throw', value: value && php.expression(php, value, node), ...span }]
	}
	if (isEnd(php, node)) return ended(php, node)
	const operator = childOf(node, 'operator')
	const right = childOf(node, 'right')
	if (
		node.kind === 'binary_expression' &&
		operator &&
		right &&
		(isEnd(php, right) || right.kind === 'throw_expression')
	) {
		const test = php.expression(php, childOf(node, 'left'), node)
		const end = expressionStatement(php, right)
		const isOr = /^(?:or|\|\|)$/i.test(textOf(php, operator))
		return [{ kind: 'if', test, then: isOr ? [] : end, otherwise: isOr ? end : [], ...span }]
	}
	const defined = definition(php, node)
	if (defined) return [defined]
	const written = php.expression(php, node, node)
	const expression: Expression = written.kind === 'call' ? { ...written, isIgnored: true } : written
	return [{ kind: 'expression', expression, ...span }]
}

/** `exit`, `die('…')`. */
function isEnd(php: Php, node: CodeNode): boolean {
	if (node.kind === 'exit_statement') return true
	const called = node.kind === 'function_call_expression' ? childOf(node, 'function') : node
	return called?.kind === 'name' && /^(?:exit|die)$/i.test(textOf(php, called))
}

/** The program ends there: nothing comes after it, as after an exception. */
function ended(php: Php, node: CodeNode): Statement[] {
	const span = spanOf(node)
	const written = childOf(node, 'arguments')
	const values = written
		? php.argumentsOf(php, written).map((it) => it.value)
		: node.kind === 'exit_statement'
			? namedChildren(node).map((it) => php.expression(php, it, it))
			: []
	return [
		{ kind: 'expression', expression: callAt('exit', values, node), ...span },
		{ kind: 'throw', value: undefined, ...span },
	]
}

/** `define('NAME', value)`. */
function definition(php: Php, node: CodeNode): Statement | undefined {
	const called = node.kind === 'function_call_expression' ? childOf(node, 'function') : undefined
	if (!called || !php.scope.isTop || textOf(php, called).toLowerCase() !== 'define') return undefined
	const [name, value] = php.argumentsOf(php, childOf(node, 'arguments'))
	if (name?.value.kind !== 'constant' || !value) return undefined
	return assigned(nameAt(String(name.value.value), name), value.value, node)
}

// ---------- branches

export function bodyOf(php: Php, node: CodeNode | undefined): Statement[] {
	if (!node) return []
	return statementsOf(php, node.kind === 'compound_statement' || node.kind === 'colon_block' ? node.children : [node])
}

function ifOf(php: Php, node: CodeNode, alternatives: readonly CodeNode[]): Statement {
	const [next, ...more] = alternatives
	const test = php.expression(php, childOf(node, 'condition'), node)
	const then = bodyOf(php, childOf(node, 'body'))
	const otherwise = !next
		? []
		: next.kind === 'else_if_clause'
			? [ifOf(php, next, more)]
			: bodyOf(php, childOf(next, 'body') ?? next)
	return { kind: 'if', test, then, otherwise, ...spanOf(node) }
}

function switchOf(php: Php, node: CodeNode): Statement {
	const subject = php.expression(php, childOf(node, 'condition'), node)
	return labelled(php, node, (): Extract<Statement, { kind: 'switch' }> => {
		const cases = (childOf(node, 'body')?.children ?? []).flatMap((it): SwitchCase[] => {
			if (it.kind !== 'case_statement' && it.kind !== 'default_statement') return []
			const value = childOf(it, 'value')
			return [
				{
					values: value ? [php.expression(php, value, it)] : [],
					binding: undefined,
					guard: undefined,
					body: statementsOf(
						php,
						it.children.filter((child) => child !== value),
					),
					...spanOf(it),
				},
			]
		})
		return { kind: 'switch', subject, cases, fallsThrough: true, label: undefined, ...spanOf(node) }
	})
}

/** `break 2` leaves the loop around the innermost one. */
function jumpOf(php: Php, node: CodeNode): Statement {
	const [written] = namedChildren(node)
	const levels = written ? Number(textOf(php, written)) : 1
	const { loops } = php.scope
	const outer = levels > 1 ? loops.at(-levels) : undefined
	if (outer) outer.isUsed = true
	return {
		kind: 'jump',
		form: node.kind === 'break_statement' ? 'break' : 'continue',
		label: outer?.label,
		...spanOf(node),
	}
}

function tryOf(php: Php, node: CodeNode): Try {
	const last = childOfKind(node, 'finally_clause')
	return {
		kind: 'try',
		body: bodyOf(php, childOf(node, 'body')),
		handlers: node.children
			.filter((it) => it.kind === 'catch_clause')
			.map((it) => {
				const name = childOf(it, 'name')
				const type = childOf(it, 'type')
				return {
					binding: name && nameAt(textOf(php, name), name),
					types: type ? textOf(php, type).split('|').map(dotted) : [],
					body: bodyOf(php, childOf(it, 'body')),
				}
			}),
		otherwise: [],
		finally: last ? bodyOf(php, childOf(last, 'body')) : [],
		...spanOf(node),
	}
}
