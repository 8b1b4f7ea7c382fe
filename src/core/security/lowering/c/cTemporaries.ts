import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, isStaticName, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { argumentNodes, bare, calledName, receiverOf } from './cTree.ts'
import type { CType } from './cTypes.ts'

/*
 * `(a + b).c_str()`: the text goes with the end of the statement. What a function gives may be a reference to one that stays: of those of the
 * program the analysis knows which.
 */

const inside = /^(?:c_str|data|constData)$/
/** Methods that make a new text, whatever they are called on. */
const making =
	/^(?:toUtf8|toLocal8Bit|toLatin1|toStdString|toStdWString|generic_string|u8string|get_header_value|get_param_value|get_trailer_value|getHeaderValue|dump|asString)$/
/** Functions of libraries that make a text. */
const makers =
	/^(?:(?:std::)?(?:string|to_string|format|vformat)|fmt::(?:format|sprintf|to_string)|absl::(?:StrCat|StrFormat|StrJoin|StrReplaceAll|Substitute)|boost::(?:str|to_lower_copy|to_upper_copy|trim_copy|replace_all_copy)|boost::algorithm::\w+_copy)$/
const isText = /^(?:std\.)?(?:string|wstring|basic_string)$/
const isOwningText = isText
const isOwningList = /^(?:std\.)?(?:vector|array|basic_string|string)$/
const isSpan = /^(?:(?:std|gsl|absl)\.)?(?:span|Span|w?string_view|basic_string_view)$/
const isView = /^(?:std\.)?(?:w?string_view|basic_string_view)$/

/** A view, or a list of views. */
function givesViews(c: C, name: string): boolean {
	const given = c.types.functions.get(name)
	if (given?.form !== 'plain') return false
	if (isSpan.test(given.name)) return true
	if (!sequences.test(given.name)) return false
	// What a list is of is not kept with its type.
	const declared = new RegExp(
		`\\b(?:vector|list|deque|array|set|map|unordered_map|unordered_set|pair|tuple|optional)\\s*<[^;{}()]{0,120}\\b(?:w?string_view|span\\s*<[^;{}()<>]{0,60}>)[^;{}()]{0,120}>\\s+(?:\\w+\\s*::\\s*)?${escapePattern(name)}\\s*\\(`,
	)
	return [c.text, ...c.types.headers.map((it) => it.text)].some((text) => declared.test(text))
}

const sequences = /^(?:std\.)?(?:vector|list|deque|array|set|map|unordered_map|unordered_set|pair|tuple|optional)$/

/** `split(decoded(text), ';')`: views into a text that goes with the end of the statement. */
function viewsTemporary(c: C, of: CodeNode): boolean {
	if (of.kind !== 'call_expression' || receiverOf(of)) return false
	return givesViews(c, calledName(c, of)) && argumentNodes(of).some((it) => isOwnedByNobody(c, bare(it)))
}

/** A text or list that an expression makes, and that no variable holds. */
function isOwnedByNobody(c: C, of: CodeNode | undefined): boolean {
	if (!of) return false
	if (isTemporary(c, of, true)) return true
	if (of.kind !== 'call_expression' || receiverOf(of)) return false
	const given = c.types.functions.get(calledName(c, of))
	return given?.form === 'plain' && isOwningList.test(given.name)
}

const partsOfResult = /^(?:value|at|front|back|get|top|operator\*)$/

/**
 * What a loop goes over, with that it goes when the loop begins where it does: only the last of several temporaries lives as long as the loop
 * (before C++23).
 */
export function loopedOver(c: C, value: CodeNode | undefined, made: Expression): Expression {
	const of = withoutParentheses(value)
	if (!of) return made
	if (viewsTemporary(c, of)) return intrinsic('dangling', of, made)
	// `list().front()`, `maybe().value()`, `*maybe()`, `lists()[0]`: a part of what is gone.
	const callee = of.kind === 'call_expression' ? childOf(of, 'function') : undefined
	const field = callee?.kind === 'field_expression' ? childOf(callee, 'field') : undefined
	const isPart =
		field !== undefined && partsOfResult.test(textOf(c, field)) && !callee?.children.some((it) => it.kind === '->')
	const isItem = of.kind === 'subscript_expression'
	const isLed = of.kind === 'pointer_expression' && childOf(of, 'operator')?.kind === '*'
	const whole = isPart && callee ? childOf(callee, 'argument') : isItem || isLed ? childOf(of, 'argument') : undefined
	const inner = withoutParentheses(whole)
	if (inner?.kind !== 'call_expression' || receiverOf(inner)) return made
	const given = c.types.functions.get(calledName(c, inner))
	const isOwner = given?.form === 'plain' && holders.test(given.name)
	return isOwner ? intrinsic('dangling', of, made) : made
}

const holders =
	/^(?:std\.)?(?:vector|list|deque|array|map|unordered_map|optional|expected)$|^(?:absl\.)?(?:StatusOr|flat_hash_map)$/

/** The first value of a pointer or a view, with that it leads into something that is gone where it does. */
export function heldInside(c: C, type: CType, value: CodeNode, made: Expression): Expression {
	const isViewed = type.form === 'plain' && isView.test(type.name)
	const whole =
		type.form === 'plain' && (isSpan.test(type.name) || sequences.test(type.name) || /^(?:auto)?$/.test(type.name))
	const first = whole ? onlyValue(value) : undefined
	if (first && viewsTemporary(c, first)) return intrinsic('dangling', value, made)
	const of = isViewed ? onlyValue(value) : textInside(c, value)
	if (!of) return made
	const isPlain = type.form === 'plain' && (type.name === '' || type.name === 'auto')
	if (!isViewed && type.form !== 'pointer' && !isPlain) return made
	if (isTemporary(c, of, isViewed)) return intrinsic('dangling', value, made)
	const maker = of.kind === 'call_expression' ? childOf(of, 'function') : undefined
	return maker && /^(?:identifier|qualified_identifier|field_expression)$/.test(maker.kind)
		? intrinsic('ofResult', value, made, c.expression(maker, value))
		: made
}

/** `x.c_str()` → x. */
function textInside(c: C, value: CodeNode): CodeNode | undefined {
	const callee = value.kind === 'call_expression' ? childOf(value, 'function') : undefined
	const field = callee?.kind === 'field_expression' ? childOf(callee, 'field') : undefined
	if (!callee || !field || !inside.test(textOf(c, field)) || callee.children.some((it) => it.kind === '->'))
		return undefined
	return withoutParentheses(childOf(callee, 'argument'))
}

function onlyValue(value: CodeNode): CodeNode | undefined {
	const isList = value.kind === 'argument_list' || value.kind === 'initializer_list'
	const [first, ...more] = isList ? namedChildren(value) : [value]
	return more.length === 0 ? withoutParentheses(first) : undefined
}

function withoutParentheses(node: CodeNode | undefined): CodeNode | undefined {
	let at = node
	while (at?.kind === 'parenthesized_expression') at = namedChildren(at)[0]
	return at
}

/** @param isAlone whether nothing else says that it is a text, such as `c_str()` behind it */
function isTemporary(c: C, of: CodeNode, isAlone: boolean): boolean {
	if (of.kind === 'binary_expression') {
		const isSum = /^\+/.test(textOf(c, childOf(of, 'operator') ?? of))
		return isSum && (!isAlone || isTextIn(c, childOf(of, 'left')) || isTextIn(c, childOf(of, 'right')))
	}
	const maker = of.kind === 'call_expression' ? childOf(of, 'function') : undefined
	if (!maker) return false
	if (maker.kind === 'field_expression') {
		const name = childOf(maker, 'field')
		const written = name ? textOf(c, name) : ''
		const owner = typeOf(c, childOf(maker, 'argument'))
		const known = owner?.form === 'plain' ? owner.name : ''
		if (written === 'substr') return isText.test(known) || (!isAlone && !isView.test(known))
		if (written === 'str') return /stringstream$/.test(known)
		if (written === 'string') return /(?:^|\.)path$/.test(known)
		return making.test(written)
	}
	if (maker.kind === 'identifier' && givesOwnText(c, textOf(c, maker))) return true
	return makers.test(textOf(c, maker)) && !c.types.functions.has(textOf(c, maker))
}

/** A function of the program that is declared to give a text, and no reference to one. */
function givesOwnText(c: C, name: string): boolean {
	const given = c.types.functions.get(name)
	if (given?.form !== 'plain' || !isText.test(given.name) || c.types.defined.has(name)) return false
	const other = new RegExp(
		`[&*]\\s*${escapePattern(name)}\\s*\\(|\\b(?:string_view|auto)\\s+${escapePattern(name)}\\s*\\(`,
	)
	return ![c.text, ...c.types.headers.map((it) => it.text)].some((text) => other.test(text))
}

function isTextIn(c: C, node: CodeNode | undefined): boolean {
	if (node?.kind === 'call_expression') return isTemporary(c, node, true)
	if (node?.kind === 'binary_expression')
		return isTextIn(c, childOf(node, 'left')) || isTextIn(c, childOf(node, 'right'))
	const type = typeOf(c, node)
	return type?.form === 'plain' && isText.test(type.name)
}

/** What a function gives, with that it leads to one of its own variables where it does. */
export function returned(c: C, value: CodeNode | undefined, made: Expression): Expression {
	const { gives } = c
	const of = withoutParentheses(value)
	if (!gives || !of) return made
	const isLocal = (node: CodeNode | undefined, fits: (type: CType) => boolean): boolean => {
		const type = node?.kind === 'identifier' ? localType(c, textOf(c, node)) : undefined
		return type !== undefined && fits(type)
	}
	if (leadsToOwn(c, of)) return intrinsic('local', of, made)
	const isObject = (type: CType): boolean => type.form === 'plain'
	const isTextOf = (type: CType): boolean => type.form === 'plain' && isText.test(type.name)
	if (gives.form === 'reference') return isLocal(of, isObject) ? intrinsic('local', of, made) : made
	if (gives.form === 'plain') {
		if (!isView.test(gives.name)) return made
		return isLocal(of, isTextOf) ? intrinsic('local', of, made) : heldInside(c, gives, of, made)
	}
	if (gives.form !== 'pointer' || gives.isOwner) return made
	const text = textInside(c, of)
	if (text && isTemporary(c, text, false)) return intrinsic('dangling', of, made)
	const isAddress = of.kind === 'pointer_expression' && childOf(of, 'operator')?.kind === '&'
	const leaves =
		(isAddress && isLocal(childOf(of, 'argument'), (type) => type.form === 'plain' || type.form === 'array')) ||
		isLocal(text, isTextOf) ||
		isLocal(of, (type) => type.form === 'array')
	return leaves ? intrinsic('local', of, made) : made
}

/** A view or pointer that leads into a variable of the function, or a part of such a view. */
function leadsToOwn(c: C, of: CodeNode): boolean {
	const { gives } = c
	const isKept =
		gives?.form === 'reference' || gives?.form === 'pointer' || (gives?.form === 'plain' && isSpan.test(gives.name))
	if (!isKept || (gives.form === 'pointer' && gives.isOwner)) return false
	return ownBehind(c, of) !== undefined
}

function ownBehind(c: C, of: CodeNode | undefined): string | undefined {
	if (of?.kind === 'identifier') return c.viewsOfOwn.get(textOf(c, of))
	if (of?.kind === 'binary_expression' && /^[+-]$/.test(textOf(c, childOf(of, 'operator') ?? of)))
		return ownBehind(c, childOf(of, 'left'))
	const callee = of?.kind === 'call_expression' ? childOf(of, 'function') : undefined
	const field = callee?.kind === 'field_expression' ? childOf(callee, 'field') : undefined
	return callee && field && /^(?:substr|subspan|first|last|data)$/.test(textOf(c, field))
		? ownBehind(c, childOf(callee, 'argument'))
		: undefined
}

/** A variable gets its first value, or another one: remembers where it leads if that is a variable of the function. */
export function noteView(c: C, name: string, type: CType | undefined, value: CodeNode | undefined): void {
	if (c.blocks.length < 2) return
	const own = value && type ? ownIn(c, type, value) : undefined
	if (own !== undefined) c.viewsOfOwn.set(name, own)
	else c.viewsOfOwn.delete(name)
}

function ownIn(c: C, type: CType, value: CodeNode): string | undefined {
	const of = withoutParentheses(onlyValue(value) ?? value)
	if (!of) return undefined
	const local = (node: CodeNode | undefined, fits: (type: CType) => boolean): string | undefined => {
		const known = node?.kind === 'identifier' ? localType(c, textOf(c, node)) : undefined
		return node && known && fits(known) ? textOf(c, node) : undefined
	}
	const isText = (it: CType): boolean => it.form === 'plain' && isOwningText.test(it.name)
	if (type.form === 'plain' && isView.test(type.name)) return local(of, isText) ?? ownBehind(c, of)
	if (type.form === 'plain' && isSpan.test(type.name))
		return (
			local(of, (it) => it.form === 'array' || (it.form === 'plain' && isOwningList.test(it.name))) ?? ownBehind(c, of)
		)
	if (type.form === 'reference') return local(of, (it) => it.form === 'plain' && it.name !== '' && it.name !== 'auto')
	const isPlain = type.form === 'plain' && (type.name === '' || type.name === 'auto')
	if ((type.form !== 'pointer' || type.isOwner) && !isPlain) return undefined
	const isAddress = of.kind === 'pointer_expression' && childOf(of, 'operator')?.kind === '&'
	if (isAddress) return local(childOf(of, 'argument'), (it) => it.form === 'plain' || it.form === 'array')
	const text = textInside(c, of)
	if (text) return local(text, (it) => isText(it) || (it.form === 'plain' && isOwningList.test(it.name)))
	return (isPlain ? undefined : local(of, (it) => it.form === 'array')) ?? ownBehind(c, of)
}

/** The type of a variable of the function, unless it stays. */
function localType(c: C, name: string): CType | undefined {
	for (let at = c.blocks.length - 1; at > 0; at--) {
		const type = c.blocks[at]?.get(name)
		if (type) return isStaticName(c, name) ? undefined : type
	}
	return undefined
}
