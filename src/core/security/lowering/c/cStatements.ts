import type { Expression, Statement, SwitchCase, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { isOverwritten, withIgnoredAnswer } from './cAnswers.ts'
import { isClass } from './cClasses.ts'
import { type C, declareName, inBlock, isType, nothingAt, spanOf, textOf } from './cContext.ts'
import { boundOfWrites, ledByData, stalledUpdate } from './cFollowed.ts'
import { jumpTo } from './cJumps.ts'
import { stalledSteps, unpackedWithoutLimit } from './cLoops.ts'
import { conditionalCode, defineOf, includeOf, namespaceAlias, usingOf } from './cPreprocessor.ts'
import { noteConversion, noteCounter, noteTruth } from './cQuestions.ts'
import { freedBeforeStep } from './cSteps.ts'
import { loopedOver, returned } from './cTemporaries.ts'
import { bindingIn, classIn, declaredName, declaredType, nameOfType, specifierType } from './cTypes.ts'
import { unlimitedIn } from './cUnlimited.ts'
import { variablesOf } from './cVariables.ts'
import { changedWhileRead, isHolder, readAgain, viewStatement } from './cViews.ts'

export function statementsOf(c: C, nodes: readonly CodeNode[]): Statement[] {
	const made: Statement[] = []
	const named = nodes.filter((it) => it.isNamed && it.kind !== 'comment')
	for (const [at, node] of named.entries()) {
		const next = named[at + 1]
		const own = statementOf(c, node)
		made.push(...(next && isOverwritten(c, node, next) ? own.map(withIgnoredAnswer) : own))
	}
	return made
}

const transparent: ReadonlySet<string> = new Set([
	'translation_unit',
	'declaration_list',
	'linkage_specification',
	'namespace_definition',
	'template_declaration',
	'else_clause',
	'attributed_statement',
	'seh_finally_clause',
	'init_statement',
])

const ignored: ReadonlySet<string> = new Set([
	'preproc_call',
	'preproc_function_def',
	'comment',
	'access_specifier',
	'static_assert_declaration',
	'template_instantiation',
	'friend_declaration',
	'template_parameter_list',
	'namespace_identifier',
	'concept_definition',
	'attribute_declaration',
])

function statementOf(c: C, node: CodeNode): Statement[] {
	const span = spanOf(node)
	if (transparent.has(node.kind))
		return statementsOf(
			c,
			node.children.filter((it) => it.field !== 'name'),
		)
	if (ignored.has(node.kind) || node.kind === 'string_literal') return []
	switch (node.kind) {
		case 'compound_statement':
			return [{ kind: 'block', body: blockOf(c, node), label: undefined, ...span }]
		case 'function_definition':
			return [{ kind: 'function', function: c.functionOf(node), ...span }]
		case 'declaration':
			return variablesOf(c, node)
		case 'type_definition':
		case 'alias_declaration':
			return typesOf(c, node)
		case 'struct_specifier':
		case 'union_specifier':
		case 'class_specifier':
			return childOf(node, 'body') ? [{ kind: 'class', class: c.classOf(node), ...span }] : []
		case 'enum_specifier':
			return enumeratorsOf(c, node)
		case 'preproc_include':
			return includeOf(c, node)
		case 'preproc_def':
			return defineOf(c, node)
		case 'preproc_if':
		case 'preproc_ifdef':
		case 'preproc_elif':
		case 'preproc_else':
			return conditionalCode(c, node)
		case 'namespace_alias_definition':
			return namespaceAlias(c, node)
		case 'using_declaration':
			return usingOf(c, node)
		case 'expression_statement':
			return expressionStatement(c, namedChildren(node)[0])
		case 'return_statement':
		case 'co_return_statement': {
			const [value] = namedChildren(node)
			noteConversion(c, c.gives, value)
			return [{ kind: 'return', value: value && returned(c, value, c.expression(value, node)), ...span }]
		}
		case 'throw_statement': {
			const [value] = namedChildren(node)
			return [{ kind: 'throw', value: value && c.expression(value, node), ...span }]
		}
		case 'if_statement':
			return inBlock(c, () => ifOf(c, node))
		case 'while_statement':
		case 'do_statement':
		case 'for_statement':
			return inBlock(c, () => loopOf(c, node))
		case 'for_range_loop':
			return inBlock(c, () => rangeOf(c, node))
		case 'switch_statement':
			return inBlock(c, () => switchOf(c, node))
		case 'try_statement':
		case 'seh_try_statement':
			return tryOf(c, node)
		case 'break_statement':
		case 'continue_statement':
			return [{ kind: 'jump', form: node.kind === 'break_statement' ? 'break' : 'continue', label: undefined, ...span }]
		case 'goto_statement':
			return jumpTo(c, node)
		case 'labeled_statement':
			return statementsOf(
				c,
				node.children.filter((it) => it.field !== 'label'),
			)
		case 'case_statement':
			return statementsOf(
				c,
				node.children.filter((it) => it.field !== 'value'),
			)
		case 'ERROR':
			c.gaps.push(span)
			return statementsOf(c, node.children)
		default:
			return isType(node) ? [] : expressionStatement(c, node)
	}
}

function blockOf(c: C, node: CodeNode | undefined): Statement[] {
	if (!node) return []
	return inBlock(c, () => blockIn(c, node))
}

function blockIn(c: C, node: CodeNode): Statement[] {
	return node.kind === 'compound_statement' ? statementsOf(c, node.children) : statementOf(c, node)
}

/** These do not return. */
const leaving =
	/^(?:std::)?(?:exit|_exit|_Exit|abort|quick_exit|terminate|longjmp|siglongjmp|__builtin_unreachable|v?errx?|errc|_?_?assert_fail|g_error|luaL_error|luaL_argerror|lua_error|Perl_croak|croak|rb_raise|rb_fatal|png_error|panic)$/

function expressionStatement(c: C, node: CodeNode | undefined): Statement[] {
	if (!node) return []
	const written = c.expression(node, node)
	const isCall = node.kind === 'call_expression'
	const expression: Expression = isCall && written.kind === 'call' ? { ...written, isIgnored: true } : written
	const made: Statement = { kind: 'expression', expression, ...spanOf(node) }
	const callee = isCall ? childOf(node, 'function') : undefined
	if (!callee || !leaving.test(textOf(c, callee))) return [made]
	return [made, { kind: 'throw', value: undefined, ...spanOf(node) }]
}

/** A typedef of a structure names it. */
function typesOf(c: C, node: CodeNode): Statement[] {
	const type = childOf(node, 'type')
	if (!type) return []
	if (type.kind === 'enum_specifier') return enumeratorsOf(c, type)
	if (!isClass(type) || !childOf(type, 'body')) return []
	const own = childOf(type, 'name')
	const names = childrenOf(node, 'declarator').flatMap((it) => (it.kind === 'type_identifier' ? [textOf(c, it)] : []))
	if (own) names.unshift(nameOfType(c.text, own))
	return [...new Set(names)].map((name) => ({ kind: 'class', class: c.classOf(type, name), ...spanOf(node) }))
}

function enumeratorsOf(c: C, node: CodeNode): Statement[] {
	const body = childOf(node, 'body')
	return (body ? namedChildren(body) : []).flatMap((it): Statement[] => {
		const name = childOf(it, 'name')
		if (it.kind !== 'enumerator' || !name) return []
		const value = c.types.constants.get(textOf(c, name))
		const initial: Expression = value === undefined ? nothingAt(it) : { kind: 'constant', value, ...spanOf(it) }
		return [
			{
				kind: 'declare',
				target: { kind: 'name', name: textOf(c, name), ...spanOf(name) },
				type: undefined,
				initial,
				isHoisted: false,
				...spanOf(it),
			},
		]
	})
}

// ---------- branches

/** `if (T *x = f())` declares x. */
function conditionOf(c: C, node: CodeNode): { readonly before: Statement[]; readonly test: Expression } {
	const condition = childOf(node, 'condition')
	const before: Statement[] = []
	const initializer = condition && childOf(condition, 'initializer')
	if (initializer) before.push(...statementOf(c, initializer))
	const value = condition?.kind === 'condition_clause' ? childOf(condition, 'value') : condition
	if (value?.kind !== 'declaration') {
		noteTruth(c, value)
		return { before, test: c.expression(value, node) }
	}
	before.push(...variablesOf(c, value))
	const name = childrenOf(value, 'declarator').map((it) => declaredName(it))[0]
	return { before, test: name ? c.expression(name, node) : nothingAt(node) }
}

function wrapped(before: Statement[], statement: Statement): Statement[] {
	if (before.length === 0) return [statement]
	return [{ kind: 'block', body: [...before, statement], label: undefined, start: statement.start, end: statement.end }]
}

function ifOf(c: C, node: CodeNode): Statement[] {
	const { before, test } = conditionOf(c, node)
	const alternative = childOf(node, 'alternative')
	return wrapped(before, {
		kind: 'if',
		test,
		then: blockOf(c, childOf(node, 'consequence')),
		otherwise: alternative
			? blockOf(c, alternative.kind === 'else_clause' ? namedChildren(alternative)[0] : alternative)
			: [],
		...spanOf(node),
	})
}

function loopOf(c: C, node: CodeNode): Statement[] {
	const around = c.unlimited
	c.unlimited = unlimitedIn(c, node)
	const made = loopIn(c, node)
	c.unlimited = around
	return made
}

function loopIn(c: C, node: CodeNode): Statement[] {
	const initializer = childOf(node, 'initializer')
	const before = initializer ? statementOf(c, initializer) : []
	const isFor = node.kind === 'for_statement'
	const condition = childOf(node, 'condition')
	const { before: declared, test } = condition ? conditionOf(c, node) : { before: [], test: undefined }
	const update = isFor ? childOf(node, 'update') : undefined
	noteCounter(c, node)
	return wrapped([...before, ...declared, ...unpackedWithoutLimit(c, node)], {
		kind: 'loop',
		test: test?.kind === 'constant' && test.value !== 0 && test.value !== false ? undefined : test,
		body: bodyOf(c, node),
		update: update ? [c.expression(update, node)] : [],
		testsLast: node.kind === 'do_statement',
		label: undefined,
		otherwise: [],
		...spanOf(node),
	})
}

function bodyOf(c: C, loop: CodeNode): Statement[] {
	const body = childOf(loop, 'body')
	return body
		? inBlock(c, () => [
				...blockIn(c, body),
				...stalledSteps(c, loop),
				...ledByData(c, loop),
				...boundOfWrites(c, loop),
				...stalledUpdate(c, loop),
				...freedBeforeStep(c, loop),
			])
		: []
}

function rangeOf(c: C, node: CodeNode): Statement[] {
	const initializer = childOf(node, 'initializer')
	const before = initializer ? statementOf(c, initializer) : []
	const over = childOf(node, 'right')
	const iterable = loopedOver(c, over, c.expression(over, node))
	const declarator = childOf(node, 'declarator')
	const base = specifierType(c.types, childOf(node, 'type'))
	const bindings = bindingIn(declarator)
	const names = bindings ? namedChildren(bindings).filter((it) => it.kind === 'identifier') : [declaredName(declarator)]
	const type = declaredType(c.types, base, declarator)
	const targets = names.flatMap((it): Target[] => {
		if (!it) return []
		declareName(c, textOf(c, it), type)
		return [{ kind: 'name', name: textOf(c, it), ...spanOf(it) }]
	})
	const [first] = targets
	const target: Target | undefined =
		targets.length > 1
			? {
					kind: 'listPattern',
					items: targets.map((it) => ({ target: it, start: it.start, end: it.end })),
					...spanOf(node),
				}
			: first
	const written = classIn(type)
	const [name] = names
	const container = bindings || type.form !== 'reference' ? undefined : childOf(node, 'right')
	const body = blockOf(c, childOf(node, 'body'))
	return wrapped([...before, ...changedWhileRead(c, node)], {
		kind: 'forEach',
		target,
		key: undefined,
		declares: true,
		...(written ? { type: written } : {}),
		iterable,
		body:
			name && container && isHolder(container)
				? [viewStatement(c, name, container, true), ...body, readAgain(c, name)]
				: body,
		label: undefined,
		otherwise: [],
		...spanOf(node),
	})
}

function switchOf(c: C, node: CodeNode): Statement[] {
	const { before, test } = conditionOf(c, node)
	const body = childOf(node, 'body')
	const cases: SwitchCase[] = []
	for (const it of body ? namedChildren(body) : []) {
		if (it.kind === 'case_statement') {
			const value = childOf(it, 'value')
			cases.push({
				values: value ? [c.expression(value, it)] : [],
				binding: undefined,
				guard: undefined,
				body: statementsOf(
					c,
					it.children.filter((one) => one.field !== 'value'),
				),
				...spanOf(it),
			})
			continue
		}
		// What stands behind a case that has braces of its own belongs to it.
		const last = cases.pop()
		if (last) cases.push({ ...last, body: [...last.body, ...statementOf(c, it)] })
	}
	return wrapped(before, {
		kind: 'switch',
		subject: test,
		cases,
		fallsThrough: true,
		label: undefined,
		...spanOf(node),
	})
}

function tryOf(c: C, node: CodeNode): Statement[] {
	const handlers = namedChildren(node).filter((it) => it.kind === 'catch_clause' || it.kind === 'seh_except_clause')
	const last = namedChildren(node).find((it) => it.kind === 'seh_finally_clause')
	return [
		{
			kind: 'try',
			body: caught(c, () => blockOf(c, childOf(node, 'body')), handlers.length > 0),
			handlers: handlers.map((it) => inBlock(c, () => handlerOf(c, it))),
			otherwise: [],
			finally: last ? blockOf(c, childOf(last, 'body')) : [],
			...spanOf(node),
		},
	]
}

/** Within a `try` somebody catches what is thrown. */
function caught(c: C, run: () => Statement[], isCaught: boolean): Statement[] {
	const { uncaught, catchesNothing } = c
	if (isCaught) {
		c.uncaught = false
		c.catchesNothing = false
	}
	const made = run()
	c.uncaught = uncaught
	c.catchesNothing = catchesNothing
	return made
}

function handlerOf(c: C, node: CodeNode) {
	const parameters = childOf(node, 'parameters')
	const parameter = parameters && namedChildren(parameters)[0]
	const name = declaredName(parameter && childOf(parameter, 'declarator'))
	const type = parameter && childOf(parameter, 'type')
	if (name) declareName(c, textOf(c, name), specifierType(c.types, type))
	const binding: Target | undefined = name && { kind: 'name', name: textOf(c, name), ...spanOf(name) }
	return { binding, types: type ? [nameOfType(c.text, type)] : [], body: blockOf(c, childOf(node, 'body')) }
}
