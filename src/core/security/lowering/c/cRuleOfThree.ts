import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import type { CType, Structure } from './cTypes.ts'

/*
 * A class whose destructor gives back what a member leads to must say how it is copied: the compiler's own copy has the same pointer, and both
 * give it back.
 */

const releasing =
	/(?:^|_|[a-z])(?:[fF]ree|[dD]estroy|[dD]elete|[rR]elease|[fF]inalize|[cC]leanup|[uU]nref)$|^(?:std)?(?:::)?(?:f|p)?close$|_close$/
const deepest = 60

/** A statement at what a destructor gives back, where the class leaves its copies to the compiler. */
export function releasedTwice(c: C, body: CodeNode): Statement[] {
	const structure = c.owner === undefined ? undefined : c.types.structures.get(c.owner)
	if (!structure?.copiesPlainly || !isValue(c, structure)) return []
	const place = releasedIn(c, body, structure, 0)
	if (!place) return []
	return [{ kind: 'expression', expression: intrinsic('releasedByCopies', place), ...spanOf(place) }]
}

/** Whether the program hands it about as a value: returns one, takes one, or keeps them in a container. */
function isValue(c: C, structure: Structure): boolean {
	const name = escapePattern(structure.name)
	const taking = String.raw`\(\s*(?:(?:const\s+)?[\w:<>]+[\s&*]+\w[^;{}]{0,500})?\)`
	const kept = String.raw`(?:vector|deque|list|array|optional|pair|map|set|tuple)\s*<(?:[^<>;{}()]{0,200},)?\s*${name}\s*[,>]`
	const given = new RegExp(
		String.raw`(?:^|[\s;{}])(?:const\s+)?${name}\s+[A-Za-z]\w*\s*${taking}\s*(?:const\s*|noexcept\s*)*[{;]|${kept}|[(,]\s*(?:const\s+)?${name}\s+\w+\s*[,)]`,
	)
	return given.test(c.text)
}

function releasedIn(c: C, node: CodeNode, structure: Structure, depth: number): CodeNode | undefined {
	if (depth > deepest) return undefined
	if (node.kind === 'delete_expression' && isOwnPointer(c, namedChildren(node).at(-1), structure)) return node
	if (node.kind === 'call_expression') {
		const callee = childOf(node, 'function')
		const written = childOf(node, 'arguments')
		const [first] = written ? namedChildren(written) : []
		const isRelease = callee && callee.kind !== 'field_expression' && releasing.test(textOf(c, callee))
		if (isRelease && isOwnPointer(c, first, structure)) return node
	}
	for (const it of node.children) {
		const found = it.isNamed ? releasedIn(c, it, structure, depth + 1) : undefined
		if (found) return found
	}
	return undefined
}

/** A member that is a plain pointer or a handle. */
function isOwnPointer(c: C, node: CodeNode | undefined, { fields }: Structure): boolean {
	let at = node
	if (at?.kind === 'field_expression' && childOf(at, 'argument')?.kind === 'this') at = childOf(at, 'field')
	const type = at && /^(?:field_)?identifier$/.test(at.kind) ? fields.get(textOf(c, at)) : undefined
	return type !== undefined && isHandle(type)
}

function isHandle(type: CType): boolean {
	return (type.form === 'pointer' && type.isOwner !== true) || (type.form === 'plain' && type.name === 'int')
}

/**
 * Whether copies of a class are what the compiler makes: it says nothing of them, and neither a base nor a member forbids them. Classes with virtual
 * functions are held by pointers.
 */
export function copiesPlainly(name: string, body: string, bases: readonly string[], fields: Iterable<CType>): boolean {
	if (bases.length > 0 || /\bvirtual\b|(?:NON?_?COPY|DISALLOW|DISABLE_COPY|Q_OBJECT)/i.test(body)) return false
	const own = escapePattern(name)
	// An assignment of copies says nothing of how one is made, one that moves forbids copies.
	if (/\boperator\s*=\s*\([^)]*&&/.test(body)) return false
	if (new RegExp(`(?:^|[^~\\w])${own}\\s*\\(\\s*(?:const\\s+)?${own}\\s*(?:const\\s*)?&`).test(body)) return false
	for (const it of fields) if (isUncopied(it)) return false
	return true
}

function isUncopied(type: CType): boolean {
	if (type.form === 'reference') return true
	if (type.form === 'pointer') return type.isOwner === true
	return (
		type.form === 'plain' &&
		/(?:^|\.)(?:\w*mutex|atomic\w*|j?thread|[io]?fstream|condition_variable\w*|promise|future|[Mm]utex|once_flag)$/.test(
			type.name,
		)
	)
}
