import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { answersOfThree } from './cAnswers.ts'
import { buffersOutlived } from './cAsyncBuffers.ts'
import { argumentsIn } from './cCalls.ts'
import { type C, declareName, spanOf, textOf } from './cContext.ts'
import { threadLambdas } from './cContracts.ts'
import { descentsIn } from './cDescents.ts'
import { endsReached } from './cEndPointers.ts'
import { fetchedTwice } from './cFetches.ts'
import { freedByOwner } from './cHandedOver.ts'
import { unsafeInHandler } from './cHandlers.ts'
import { erasedInLoops, lessThanNothing } from './cIterations.ts'
import { withJumps } from './cJumps.ts'
import { leakedIn } from './cLeaks.ts'
import { lockedAsHanded } from './cLockOrder.ts'
import { locksKept } from './cLocks.ts'
import { lockedTwice } from './cLocksTwice.ts'
import { trustedLengths } from './cMessages.ts'
import { withoutMove } from './cMoves.ts'
import { pathOf } from './cNames.ts'
import { outlivedIn, unownedIn } from './cOutlived.ts'
import { heldBy } from './cOwners.ts'
import { groupsAfterUser } from './cPrivileges.ts'
import { noteNeverNull } from './cQuestions.ts'
import { releasedTwice } from './cRuleOfThree.ts'
import { addedUp } from './cSizes.ts'
import { beyondTails } from './cTails.ts'
import { spentByThreads } from './cThreads.ts'
import { calledName, callsIn, receiverOf } from './cTree.ts'
import {
	type CType,
	classIn,
	declaredName,
	declaredType,
	functionDeclarator,
	nameOfType,
	specifierType,
	unknownType,
} from './cTypes.ts'
import { keptOnAWay } from './cWays.ts'

/** A function, a method inside or outside of its class, or a lambda. */
export function functionOf(c: C, node: CodeNode): FunctionIr {
	const isLambda = node.kind === 'lambda_expression'
	const declarator = childOf(node, 'declarator')
	const taking = isLambda ? declarator : functionDeclarator(declarator)
	const named = isLambda ? undefined : declaredName(declarator)
	const path = named ? pathOfFunction(c, named) : []
	while (path.length > 1 && c.types.namespaces.has(path[0] as string)) path.shift()
	const name = path.at(-1)
	const receiver = path.length > 1 ? path.at(-2) : undefined
	const outer = c.owner
	c.owner = receiver ?? c.owner
	const owner = c.owner
	const body = childOf(node, 'body')
	const isConstructor = name !== undefined && owner !== undefined && name === owner
	const base = specifierType(c.types, childOf(node, 'type'))
	const type = declaredType(c.types, base, declarator)
	const gives = givenBy(type)
	const { gives: outerGives, unlimited, viewsOfOwn, moved, functionBody, threads, uncaught } = c
	c.functionBody = isLambda ? (functionBody ?? body) : body
	if (!isLambda) c.threads = body ? threadLambdas(c, body) : new Set()
	c.uncaught = isLambda ? threads.has(node.start) : isWithoutThrowing(c, node, name)
	const { catchesNothing } = c
	c.catchesNothing = !isLambda && !isMethodName(path) && endsProgram(c, name)
	c.gives = isLambda ? undefined : gives
	c.unlimited = new Set()
	if (!isLambda) c.viewsOfOwn = new Map()
	if (!isLambda) c.moved = new Map()
	const { asides } = c
	c.asides = []
	c.blocks.push(new Map())
	const parameters = parametersOf(c, taking && childOf(taking, 'parameters'))
	const inner = body
		? withJumps(c, body, () => c.statements(body.kind === 'try_statement' ? [body] : body.children))
		: []
	if (body && !isLambda) noteNeverNull(c, body)
	const statements = [
		...(isConstructor ? initializersOf(c, node) : []),
		...(isLambda ? capturesOf(c, childOf(node, 'captures')) : []),
		...(body && !isLambda ? outlivedIn(c, body, parameterNodes(taking)) : []),
		...(body && !isLambda ? buffersOutlived(c, body, parameterNodes(taking)) : []),
		...(body && !isLambda
			? [
					...unownedIn(c, body),
					...descentsIn(c, name ?? '', body),
					...unsafeInHandler(c, name, body),
					...addedUp(c, body),
					...groupsAfterUser(c, body),
					...trustedLengths(c, body),
					...answersOfThree(c, body),
					...beyondTails(c, body),
					...endsReached(c, body),
					...spentByThreads(c, body, name),
					...fetchedTwice(c, body),
					...freedByOwner(c, body),
					...keptOnAWay(c, body, name),
					...lockedTwice(c, body, name),
				]
			: []),
		...(body && !isLambda
			? [...erasedInLoops(c, body), ...lessThanNothing(c, body), ...lockedAsHanded(c, body, parameterNodes(taking))]
			: []),
		...(body && name?.startsWith('~') ? releasedTwice(c, body) : []),
		...(body ? locksKept(c, inner, body.start, body.end) : []),
		...c.asides,
		...(body && !isLambda ? leakedIn(c, body, name) : []),
		...inner,
	]
	c.asides = asides
	c.functionBody = functionBody
	c.threads = threads
	c.uncaught = uncaught
	c.catchesNothing = catchesNothing
	c.blocks.pop()
	c.owner = outer
	c.gives = outerGives
	c.unlimited = unlimited
	c.viewsOfOwn = viewsOfOwn
	c.moved = moved
	const isMember = owner !== undefined && !isLambda
	const isStatic = node.children.some((it) => it.kind === 'storage_class_specifier' && textOf(c, it) === 'static')
	return {
		name,
		form: isLambda ? 'lambda' : isConstructor ? 'constructor' : isMember ? 'method' : 'function',
		parameters,
		selfParameter: false,
		isStatic: isMember && isStatic,
		isAsync: false,
		isGenerator: false,
		inheritsSelf: isLambda,
		captures: 'all',
		annotations: [],
		returnType: gives.form === 'plain' || gives.form === 'pointer' ? classIn(gives) : undefined,
		receiverType: receiver,
		visibility: isStatic && !isMember ? 'private' : 'public',
		body: statements,
		head: spanOf(named ?? { start: node.start, end: Math.min(node.end, node.start + 1) }),
		...(body ? {} : { isAbstract: true }),
		...spanOf(node),
	}
}

function isMethodName(path: readonly string[]): boolean {
	return path.length > 1
}

/** Whether what leaves a function ends the program: `main`, and what it calls where no `try` is around. */
function endsProgram(c: C, name: string | undefined): boolean {
	if (name === undefined || c.owner !== undefined) return false
	if (name === 'main') return true
	const [main, ...others] = c.types.defined.get('main') ?? []
	const body = main && others.length === 0 ? childOf(main, 'body') : undefined
	if (!body || body.kind === 'try_statement' || /\btry\b/.test(textOf(c, body))) return false
	if ((c.types.defined.get(name) ?? []).length !== 1) return false
	// Only where nobody else calls it, who may catch it.
	const calls = [...c.text.matchAll(new RegExp(`\\b${escapePattern(name)}\\s*\\(`, 'g'))].length
	const inMain = callsIn(body, false).filter((it) => calledName(c, it) === name && !receiverOf(it)).length
	return inMain > 0 && calls === inMain + 1
}

/** What leaves a destructor or a function that says `noexcept` ends the program. */
function isWithoutThrowing(c: C, node: CodeNode, name: string | undefined): boolean {
	const body = childOf(node, 'body')
	const head = c.text.slice(node.start, body?.start ?? node.end)
	return name?.startsWith('~') === true || /\bnoexcept\b(?!\s*\()/.test(head)
}

function parameterNodes(taking: CodeNode | undefined): readonly CodeNode[] {
	const parameters = taking && childOf(taking, 'parameters')
	return parameters ? namedChildren(parameters) : []
}

/** `T &f()` declares a function around a reference, or the other way round. */
function givenBy(type: CType): CType {
	return type.form === 'function' ? type.gives : type
}

function pathOfFunction(c: C, named: CodeNode): string[] {
	// `operator std::string() const` has the type that it gives for its name.
	if (named.kind === 'operator_cast') return ['operator()@cast']
	return nameOfType(c.text, named).replace(/^\.+/, '').split(/\.|::/)
}

function parametersOf(c: C, node: CodeNode | undefined): Parameter[] {
	return (node ? namedChildren(node) : []).flatMap((it, position): Parameter[] => {
		if (it.kind === 'variadic_parameter') return [rest(it)]
		if (!it.kind.endsWith('parameter_declaration')) return []
		const declarator = childOf(it, 'declarator')
		const name = declaredName(declarator)
		const base = specifierType(c.types, childOf(it, 'type'))
		const type = declaredType(c.types, base, declarator)
		if (!name && base.form === 'plain' && base.name === 'void' && !declarator) return []
		const text = name ? textOf(c, name) : `@${position}`
		if (it.kind.startsWith('variadic'))
			return [{ ...rest(it), target: { kind: 'name', name: text, ...spanOf(name ?? it) } }]
		// An array that is handed over is a pointer.
		declareName(c, text, type.form === 'array' ? { form: 'pointer', to: type.of } : type)
		const initial = childOf(it, 'default_value')
		const isConstant = it.children.some((one) => one.kind === 'type_qualifier' && textOf(c, one) === 'const')
		return [
			{
				target: { kind: 'name', name: text, ...spanOf(name ?? it) },
				type: classIn(type)?.replace(/^@.*/, '') || undefined,
				initial: initial && c.expression(initial, it),
				rest: undefined,
				byReference: type.form === 'reference' && !isConstant,
				annotations: [],
				...spanOf(it),
			},
		]
	})
}

/** `[x = f()]` declares an x of the lambda. */
function capturesOf(c: C, node: CodeNode | undefined): Statement[] {
	return (node ? namedChildren(node) : []).flatMap((it): Statement[] => {
		const name = it.kind === 'lambda_capture_initializer' ? childOf(it, 'left') : undefined
		const initial = name && withoutMove(c.expression(childOf(it, 'right'), it))
		// One of the same name is the variable around it.
		if (!name || !initial || (initial.kind === 'name' && initial.name === textOf(c, name))) return []
		const target = { kind: 'name', name: textOf(c, name), ...spanOf(name) } as const
		declareName(c, target.name, unknownType)
		return [{ kind: 'declare', target, type: undefined, initial, isHoisted: false, ...spanOf(it) }]
	})
}

function rest(it: CodeNode): Parameter {
	return {
		target: { kind: 'name', name: '@rest', ...spanOf(it) },
		type: undefined,
		initial: undefined,
		rest: 'list',
		byReference: false,
		annotations: [],
		...spanOf(it),
	}
}

/** `A() : x(1), Base(2)`. */
function initializersOf(c: C, node: CodeNode): Statement[] {
	const list = childOfKind(node, 'field_initializer_list')
	const structure = c.owner === undefined ? undefined : c.types.structures.get(c.owner)
	return (list ? namedChildren(list) : []).flatMap((it): Statement[] => {
		const [name, values] = namedChildren(it)
		if (!name || !values) return []
		const span = spanOf(it)
		const text = nameOfType(c.text, name)
		const given = argumentsIn(c, values)
		// Another constructor of the class does it.
		if (text === c.owner) {
			const callee = { kind: 'self', ...span } as const
			return [
				{ kind: 'expression', expression: { kind: 'call', callee, arguments: given, isNew: false, ...span }, ...span },
			]
		}
		if (name.kind !== 'field_identifier' || structure?.bases.some((base) => base === text || base.endsWith(`.${text}`)))
			return [
				{
					kind: 'expression',
					expression: { kind: 'call', callee: { kind: 'super', ...span }, arguments: given, isNew: false, ...span },
					...span,
				},
			]
		const type = structure?.fields.get(text)
		const isObject = type?.form === 'plain' && type.isClass && !c.types.structures.has(type.name)
		const [first] = given
		const value = isObject
			? ({ kind: 'call', callee: pathOf(type.name, it), arguments: given, isNew: true, ...span } as const)
			: heldBy(c, type, values, first?.value, it)
		if (!isObject && !first && (type ?? unknownType).form === 'array') return []
		return [
			{
				kind: 'expression',
				expression: {
					kind: 'assign',
					target: { kind: 'field', object: { kind: 'self', ...span }, name: text, ...spanOf(name) },
					value,
					...span,
				},
				...span,
			},
		]
	})
}
