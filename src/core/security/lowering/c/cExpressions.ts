import type { Expression, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { argumentsIn, callOf, madeOf, offsetOf, sizeOfExpression } from './cCalls.ts'
import { type C, intrinsic, isType, nothingAt, numberAt, opaque, spanOf, textOf } from './cContext.ts'
import { twoDots } from './cDots.ts'
import { noteBeforeEmpty, noteEndBehind, noteUnaskedRead } from './cEnds.ts'
import { initializerOf } from './cInitializers.ts'
import { characterIn, textLiteral } from './cLiterals.ts'
import { usedVariable, withMoves } from './cMoves.ts'
import { nameOf, pathOf, qualifiedName, typeOf } from './cNames.ts'
import { divisor, shiftedBy, wrappingSum } from './cNumbers.ts'
import { heldBy } from './cOwners.ts'
import { noteCountOfPointer, notePointerSize, notePrinted, noteSizeOfParameter } from './cPrinted.ts'
import { noteConversion, noteDifference, noteOutcome, noteTruth } from './cQuestions.ts'
import { followedAtOnce, searched } from './cSearches.ts'
import { belowZero, lostByItself, narrowed } from './cSizes.ts'
import { streamOf } from './cStreams.ts'
import { noteView } from './cTemporaries.ts'
import { argumentNodes, calledName, plainText } from './cTree.ts'
import { type CType, castTo, isSigned, numberOf, specifierType } from './cTypes.ts'
import { writtenUnlimited } from './cUnlimited.ts'

const deepest = 250

export function expressionOf(c: C, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return nothingAt(at)
	if (c.depth > deepest) {
		c.gaps.push(spanOf(node))
		return nothingAt(node)
	}
	c.depth++
	const made = lowered(c, node)
	c.depth--
	return made
}

function lowered(c: C, node: CodeNode): Expression {
	const span = spanOf(node)
	switch (node.kind) {
		case 'identifier':
		case 'field_identifier':
		case 'namespace_identifier':
			return nameOf(c, node)
		case 'qualified_identifier':
		case 'template_function':
			return qualifiedName(c, node)
		case 'this':
			return { kind: 'self', ...span }
		case 'number_literal':
			return numberAt(numberOf(textOf(c, node)) ?? null, node)
		case 'char_literal':
			return numberAt(characterIn(c, node), node)
		case 'string_literal':
		case 'raw_string_literal':
		case 'concatenated_string':
			return textLiteral(c, node)
		case 'true':
		case 'false':
			return { kind: 'constant', value: node.kind === 'true', ...span }
		case 'null':
		case 'nullptr':
			return { kind: 'constant', value: null, ...span }
		case 'parenthesized_expression':
		case 'expression_statement':
		case 'condition_clause':
			return c.expression(childOf(node, 'value') ?? namedChildren(node)[0], node)
		case 'field_expression':
			return fieldOf(c, node)
		case 'subscript_expression':
			return indexOf(c, node)
		case 'pointer_expression':
		case 'unary_expression':
			return unaryOf(c, node)
		case 'update_expression':
			return updateOf(c, node)
		case 'binary_expression':
			return streamOf(c, node) ?? binaryOf(c, node)
		case 'assignment_expression':
			return assignmentOf(c, node)
		case 'conditional_expression':
			return conditionalOf(c, node)
		case 'comma_expression':
			return {
				kind: 'sequence',
				items: [c.expression(childOf(node, 'left'), node), c.expression(childOf(node, 'right'), node)],
				...span,
			}
		case 'cast_expression':
			return castOf(c, specifierType(c.types, childOf(node, 'type')), childOf(node, 'value'), node)
		case 'compound_literal_expression':
			return literalOf(c, node)
		case 'user_defined_literal':
			return c.expression(namedChildren(node)[0], node)
		case 'initializer_list':
			return initializerOf(c, node, undefined, node)
		case 'sizeof_expression':
			noteSizeOfParameter(c, node)
			return sizeOfExpression(c, node)
		case 'offsetof_expression':
			return offsetOf(c, node)
		case 'call_expression':
			noteOutcome(c, node)
			return callOf(c, node)
		case 'new_expression':
			return madeOf(c, node)
		case 'delete_expression':
			return deleted(c, node)
		case 'lambda_expression':
			return withMoves(c, node, { kind: 'closure', function: c.functionOf(node), ...span })
		case 'co_await_expression':
			return { kind: 'await', value: c.expression(namedChildren(node)[0], node), ...span }
		default:
			return isType(node) ? nothingAt(node) : opaque(c, node)
	}
}

/** `T{…}`: an array or structure of the file with these values, an object of any other class that gets them. */
function literalOf(c: C, node: CodeNode): Expression {
	const type = specifierType(c.types, childOf(node, 'type'))
	const value = childOf(node, 'value')
	const isObject = type.form === 'plain' && type.isClass && type.name !== '' && !c.types.structures.has(type.name)
	if (isObject && value)
		return {
			kind: 'call',
			callee: pathOf(type.name, node),
			arguments: argumentsIn(c, value),
			isNew: true,
			...spanOf(node),
		}
	const [first] = value ? namedChildren(value) : []
	if (type.form === 'pointer' && type.isOwner && value && first)
		return heldBy(c, type, value, c.expression(first, node), node)
	return initializerOf(c, value, type, node)
}

/** `delete p` and `delete[] p`. */
function deleted(c: C, node: CodeNode): Expression {
	const value = c.expression(namedChildren(node).at(-1), node)
	const isArray = /^(?:::\s*)?delete\s*\[/.test(textOf(c, node))
	return isArray
		? intrinsic('delete', node, value, { kind: 'constant', value: true, ...spanOf(node) })
		: intrinsic('delete', node, value)
}

function fieldOf(c: C, node: CodeNode): Expression {
	const field = childOf(node, 'field')
	const name = field ? textOf(c, field) : ''
	const argument = childOf(node, 'argument')
	const isArrow = node.children.some((it) => it.kind === '->')
	const written = c.expression(argument, node)
	const read = argument && isArrow ? followedAtOnce(c, argument, written, node) : written
	const object = argument ? usedVariable(c, argument, read, isArrow, name) : read
	// What follows a pointer is the same as the object that it leads to.
	const inner = object.kind === 'unary' && object.operator === '*' ? object.operand : object
	return {
		kind: 'field',
		object: inner,
		name: name.replace(/^(?:.*::|template\b)\s*/, '').replace(/\s*<[\s\S]*$/, ''),
		...spanOf(node),
	}
}

function indexOf(c: C, node: CodeNode): Expression {
	noteBeforeEmpty(c, node)
	const indices = childOf(node, 'indices')
	const index = childOf(node, 'index') ?? (indices && namedChildren(indices)[0])
	return {
		kind: 'index',
		object: c.expression(childOf(node, 'argument'), node),
		index: c.expression(index, node),
		...spanOf(node),
	}
}

function operatorOf(c: C, node: CodeNode): string {
	const operator = childOf(node, 'operator')
	return operator ? textOf(c, operator) : ''
}

function unaryOf(c: C, node: CodeNode): Expression {
	const written = operatorOf(c, node)
	const operator = written === 'not' ? '!' : written === 'compl' ? '~' : written
	const operand = c.expression(childOf(node, 'argument'), node)
	if (operator === '!') noteTruth(c, childOf(node, 'argument'))
	// `&*p` is p, and the number behind a minus is one number.
	if (operator === '&' && operand.kind === 'unary' && operand.operator === '*') return operand.operand
	if (operator === '-' && operand.kind === 'constant' && typeof operand.value === 'number')
		return numberAt(-operand.value, node)
	if (operator === '*' && operand.kind === 'self') return operand
	const argument = childOf(node, 'argument')
	const used =
		operator === '*' && argument
			? usedVariable(c, argument, followedAtOnce(c, argument, operand, node), true, '')
			: operand
	return { kind: 'unary', operator, operand: used, ...spanOf(node) }
}

function updateOf(c: C, node: CodeNode): Expression {
	const argument = childOf(node, 'argument')
	const operator = childOf(node, 'operator')
	return {
		kind: 'unary',
		operator: operator ? textOf(c, operator) : '++',
		operand: c.expression(argument, node),
		isPostfix: argument !== undefined && operator !== undefined && operator.start > argument.start,
		...spanOf(node),
	}
}

const spelled: Readonly<Record<string, string>> = {
	and: '&&',
	or: '||',
	bitand: '&',
	bitor: '|',
	xor: '^',
	not_eq: '!=',
}

function binaryOf(c: C, node: CodeNode): Expression {
	const written = operatorOf(c, node)
	const operator = spelled[written] ?? written
	const type = operator === '&' || operator === '*' ? castIn(c, childOf(node, 'left')) : undefined
	if (type) return { kind: 'unary', operator, operand: c.expression(childOf(node, 'right'), node), ...spanOf(node) }
	const left = spanned(c, childOf(node, 'left')) ?? c.expression(childOf(node, 'left'), node)
	const right = c.expression(childOf(node, 'right'), node)
	if (operator === '&&' || operator === '||') {
		noteTruth(c, childOf(node, 'left'))
		noteTruth(c, childOf(node, 'right'))
		const made: Expression = { kind: 'logical', operator, left, right, ...spanOf(node) }
		const dotted = operator === '&&' ? twoDots(c, node) : undefined
		return dotted ? intrinsic('dots', node, made, c.expression(dotted, dotted)) : made
	}
	noteDifference(c, node)
	if (operator === '/') noteCountOfPointer(c, node)
	const isBelowZero = /^[<>]=?$/.test(operator) && comparesSigned(c, node)
	const made: Expression = {
		kind: 'binary',
		operator,
		left: /^[<>]=?$/.test(operator) ? wrappingSum(c, childOf(node, 'left'), left) : left,
		right: operandOf(c, operator, childOf(node, 'left'), childOf(node, 'right'), right),
		...(isBelowZero ? { isSigned: true } : {}),
		...spanOf(node),
	}
	if (operator === '-') return belowZero(c, node, made)
	return operator === '*' && isNarrow(c, node) ? intrinsic('product', node, made) : made
}

/** What an operation is made with that is not made for all numbers. */
function operandOf(
	c: C,
	operator: string,
	left: CodeNode | undefined,
	right: CodeNode | undefined,
	made: Expression,
): Expression {
	if (operator === '/' || operator === '%') return divisor(c, left, right, made)
	if (/^[<>]=?$/.test(operator)) return wrappingSum(c, right, made)
	return operator === '<<' || operator === '>>' ? shiftedBy(c, right, made) : made
}

/** `text[strspn(text, "abc")]` is the first character that is none of these, and `text[strcspn(text, "abc")]` the first that is. */
function spanned(c: C, node: CodeNode | undefined): Expression | undefined {
	const indices = node?.kind === 'subscript_expression' ? childOf(node, 'indices') : undefined
	const index =
		node?.kind === 'subscript_expression'
			? (childOf(node, 'index') ?? (indices && namedChildren(indices)[0]))
			: undefined
	const text = node && childOf(node, 'argument')
	if (!node || !text || index?.kind !== 'call_expression') return undefined
	const name = calledName(c, index)
	const [first, set] = argumentNodes(index)
	if (!/^strc?spn$/.test(name) || !first || !set || plainText(c, first) !== plainText(c, text)) return undefined
	return intrinsic(name === 'strspn' ? 'outside' : 'inside', node, c.expression(text, node), c.expression(set, node))
}

/** Where one side has no sign, the other is taken for one without: then a number below 0 is a large one. */
function comparesSigned(c: C, node: CodeNode): boolean {
	const sides = [childOf(node, 'left'), childOf(node, 'right')]
	const types = sides.map((it) => typeOf(c, it))
	if (!types.some(isSigned)) return false
	return sides.every(
		(it, at) =>
			isSigned(types[at]) ||
			(it?.kind === 'number_literal' && !/u/i.test(textOf(c, it))) ||
			(it?.kind === 'identifier' && !types[at]),
	)
}

/** These give numbers below 0, or such without a sign that a signed variable takes for one. */
const signedMakers = /^(?:std::)?(?:ato(?:i|l|ll)|strto(?:l|ll|imax)|_wtoi|sto(?:i|l|ll))$/
const wideMakers = /^(?:ntohl|be32toh|le32toh|bswap_32|__builtin_bswap32|g_ntohl)$/

/** A number that is kept in a variable where it may be below 0. */
export function signedOf(c: C, value: Expression, node: CodeNode | undefined, type: CType | undefined): Expression {
	if (!node || !isSigned(type)) return value
	let inner: CodeNode | undefined = node
	while (inner?.kind === 'cast_expression' || inner?.kind === 'parenthesized_expression') {
		if (inner.kind === 'cast_expression' && !isSigned(typeOf(c, inner))) return value
		inner = childOf(inner, 'value') ?? namedChildren(inner)[0]
	}
	const callee = inner?.kind === 'call_expression' ? childOf(inner, 'function') : undefined
	const name = callee ? textOf(c, callee) : ''
	const isWide = wideMakers.test(name) && type?.form === 'plain' && type.size === 4
	return isWide || signedMakers.test(name) ? intrinsic('signed', node, value) : value
}

/** A product of two numbers of 32 bits has no more bits than they have, also where more are made of it afterwards. */
function isNarrow(c: C, node: CodeNode): boolean {
	const sides = [childOf(node, 'left'), childOf(node, 'right')]
	const isVariable = (it: CodeNode | undefined): boolean => {
		const type = typeOf(c, it)
		return (
			type?.form === 'plain' &&
			type.size === 4 &&
			/^(?:u?int(?:32_t)?|DWORD|U?INT|ULONG|LONG|BOOL|(?:__)?[us]32|u_int32_t)$/.test(type.name)
		)
	}
	const isProduct = (it: CodeNode | undefined): boolean =>
		it?.kind === 'binary_expression' && operatorOf(c, it) === '*' && isNarrow(c, it)
	if (!sides.some((it) => isVariable(it) || isProduct(it))) return false
	return sides.every((it) => isVariable(it) || isProduct(it) || it?.kind === 'number_literal')
}

/** `(T) &x` reads like a sum of bits: where T is no variable but named like a type it is a cast. */
function castIn(c: C, left: CodeNode | undefined): string | undefined {
	const [inner] = left?.kind === 'parenthesized_expression' ? namedChildren(left) : []
	if (inner?.kind !== 'identifier') return undefined
	const name = textOf(c, inner)
	if (typeOf(c, inner) || c.types.constants.has(name)) return undefined
	const isType = c.types.names.has(name) || c.types.structures.has(name) || /^(?:LP|P)[A-Z]+$|_t$/.test(name)
	return isType ? name : undefined
}

function assignmentOf(c: C, node: CodeNode): Expression {
	const left = childOf(node, 'left')
	const right = childOf(node, 'right')
	const operator = operatorOf(c, node).replace(/=$/, '')
	if (!left) return c.expression(right, node)
	const written = c.expression(right, node)
	const type = operator === '' ? typeOf(c, left) : undefined
	noteConversion(c, type, right)
	if (left.kind === 'identifier' && operator === '') noteView(c, textOf(c, left), type, right)
	const value =
		operator === ''
			? keptFrom(
					c,
					left,
					right,
					writtenUnlimited(c, left, asPointer(c, signedOf(c, written, right, type), right, type, node), node),
					node,
				)
			: operandOf(c, operator, left, right, written)
	return {
		kind: 'assign',
		target: operator === '' ? (characterOf(c, left, right) ?? c.target(left)) : c.target(left),
		value,
		...(operator === '' ? {} : { operator }),
		...spanOf(node),
	}
}

/** `*end = '\0'` writes one character of a text, of which the others stay. */
function characterOf(c: C, left: CodeNode, right: CodeNode | undefined): Target | undefined {
	const pointer =
		left.kind === 'pointer_expression' && operatorOf(c, left) === '*' ? childOf(left, 'argument') : undefined
	if (pointer?.kind !== 'identifier' || !right || !/^(?:char|number)_literal$/.test(right.kind)) return undefined
	const type = typeOf(c, pointer)
	if (type?.form !== 'pointer' || type.to.form !== 'plain' || type.to.size !== 1) return undefined
	return { kind: 'index', object: c.expression(pointer, pointer), index: numberAt(0, left), ...spanOf(left) }
}

/** What is assigned, with what is wrong with keeping it there. */
function keptFrom(c: C, left: CodeNode, right: CodeNode | undefined, value: Expression, at: CodeNode): Expression {
	if (left.kind === 'identifier') notePrinted(c, textOf(c, left), right)
	if (left.kind === 'identifier') noteUnaskedRead(c, textOf(c, left), right)
	notePointerSize(c, left, typeOf(c, left), right)
	noteEndBehind(c, left)
	const found = left.kind === 'identifier' ? searched(c, textOf(c, left), right, value) : value
	return lostByItself(c, left, right, narrowed(c, typeOf(c, left), right, found), at)
}

function conditionalOf(c: C, node: CodeNode): Expression {
	const test = c.expression(childOf(node, 'condition'), node)
	const then = childOf(node, 'consequence')
	const otherwise = c.expression(childOf(node, 'alternative'), node)
	// `a ?: b` gives a where it is true.
	if (!then) return { kind: 'logical', operator: '||', left: test, right: otherwise, ...spanOf(node) }
	return { kind: 'conditional', test, then: c.expression(then, node), otherwise, ...spanOf(node) }
}

/** A cast to a number keeps what was tainted; one to a pointer says how far its steps go, and which class is behind it. */
export function castOf(c: C, type: CType, value: CodeNode | undefined, at: CodeNode): Expression {
	const inner = c.expression(value, at)
	noteConversion(c, type, value)
	if (type.form === 'plain' && !type.isClass) {
		return castTo(type) === undefined
			? inner
			: narrowed(c, type, value, intrinsic('number', at, inner, numberAt(castTo(type) ?? null, at)))
	}
	return asPointer(c, classCast(inner, type, at), value, type, at, true)
}

function classCast(value: Expression, type: CType, at: CodeNode): Expression {
	const inner = type.form === 'pointer' || type.form === 'reference' ? type.to : type
	if (inner.form !== 'plain' || !inner.isClass || inner.name.startsWith('@')) return value
	return { kind: 'cast', type: inner.name, value, ...spanOf(at) }
}

/** A pointer to elements of another size than the value is known to have. */
export function asPointer(
	c: C,
	value: Expression,
	node: CodeNode | undefined,
	type: CType | undefined,
	at: CodeSpan,
	isCast = false,
): Expression {
	if (type?.form !== 'pointer' || type.to.form !== 'plain' || value.kind === 'constant') return value
	const unit = type.to.size
	if (unit === undefined) return value
	const known = typeOf(c, node)
	const before = known?.form === 'pointer' ? known.to : known?.form === 'array' ? known.of : undefined
	if (before?.form === 'plain' && before.size === unit) return value
	// Of names and fields it is known from where they were made.
	if (!isCast && value.kind !== 'call' && value.kind !== 'cast') return value
	return intrinsic('pointer', at, value, numberAt(unit, at))
}
