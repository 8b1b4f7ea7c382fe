import type { Expression } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'
import { hasMethod, isInClass, kindOfName, mayInherit } from '../selfScope.ts'
import { type CsharpContext, opaque, spanOf, textOf } from './csharpContext.ts'

/** Properties that controllers, pages and hubs have from their base classes: they look like classes. */
const inherited = new Set([
	'Request',
	'Response',
	'HttpContext',
	'Context',
	'User',
	'ModelState',
	'Url',
	'ViewBag',
	'ViewData',
	'TempData',
	'Session',
	'RouteData',
	'Server',
	'Clients',
	'Groups',
	'Environment',
	'Configuration',
])

/** A bare name that is read, written or called: a variable, or a member of this object, its bases or the classes around it. */
export function bareName(cs: CsharpContext, node: CodeNode): Expression {
	const name = textOf(cs, node).replace(/^@/, '')
	if (name === '') return opaque(node)
	const kind = kindOfName(cs.frame, name)
	if (kind === 'local') return nameAt(node, name)
	if (kind === 'member' || hasMethod(cs.frame, name)) return memberAt(node, name)
	if (!isInClass(cs.frame) || cs.types.has(name)) return nameAt(node, name)
	return memberAt(node, name)
}

/** What stands left of a dot: it can be a class or a namespace as well. */
export function qualifier(cs: CsharpContext, node: CodeNode): Expression {
	if (node.kind !== 'identifier') return cs.expression(node, node)
	const name = textOf(cs, node)
	const isKnown = kindOfName(cs.frame, name) !== 'unknown'
	if (isKnown || !/^\p{Lu}/u.test(name)) return bareName(cs, node)
	if (inherited.has(name) && mayInherit(cs.frame) && !cs.types.has(name)) return memberAt(node, name)
	return nameAt(node, name)
}

function nameAt(node: CodeSpan, name: string): Expression {
	return { kind: 'name', ...spanOf(node), name }
}

function memberAt(node: CodeSpan, name: string): Expression {
	return { kind: 'field', ...spanOf(node), object: { kind: 'self', ...spanOf(node) }, name }
}
