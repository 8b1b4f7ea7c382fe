import type { Expression } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'
import { hasMethod, isInClass, kindOfName, mayInherit } from '../selfScope.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'

/** A bare name that is read or written: a variable, a static import, or a field of this object, its bases or the classes around it. */
export function bareName(java: JavaContext, node: CodeNode): Expression {
	const name = textOf(java, node)
	if (name === '') return { kind: 'opaque', ...spanOf(node), parts: [] }
	const kind = kindOfName(java.frame, name)
	if (kind === 'local') return nameAt(node, name)
	if (kind === 'member') return memberAt(node, name)
	if (java.statics.has(name) || !isInClass(java.frame)) return nameAt(node, name)
	if (java.hasStaticWildcard && !mayInherit(java.frame)) return nameAt(node, name)
	return memberAt(node, name)
}

/** What stands left of a dot: it can be a class or a package as well. */
export function qualifier(java: JavaContext, node: CodeNode): Expression {
	if (node.kind !== 'identifier') return java.expression(node, node)
	const name = textOf(java, node)
	const isType = /^\p{Lu}/u.test(name) || java.types.has(name)
	if (isType && kindOfName(java.frame, name) === 'unknown') return nameAt(node, name)
	return bareName(java, node)
}

/** A method that is called by its name alone. */
export function bareMethod(java: JavaContext, node: CodeNode): Expression {
	const name = textOf(java, node)
	if (hasMethod(java.frame, name)) return memberAt(node, name)
	if (java.statics.has(name) || !isInClass(java.frame)) return nameAt(node, name)
	if (java.hasStaticWildcard && !mayInherit(java.frame)) return nameAt(node, name)
	return memberAt(node, name)
}

/** `a.b.C.d`: fields of a variable, or a package with a class in it. */
export function fieldAccess(java: JavaContext, node: CodeNode, object: CodeNode, field: CodeNode): Expression {
	const name = textOf(java, field)
	// `Outer.this`: the analysis looks for members in the classes around this one as well.
	if (field.kind === 'this') return { kind: 'self', ...spanOf(node) }
	return { kind: 'field', ...spanOf(node), object: packageOf(java, object) ?? qualifier(java, object), name }
}

/** `java.util` in front of a class: names that are nothing else, in lower case, up to one that starts with a capital. */
export function packageOf(java: JavaContext, node: CodeNode): Expression | undefined {
	const written = textOf(java, node)
	if (node.kind !== 'field_access' || !/^\s*\p{Ll}[\w$]*(\s*\.\s*\p{Ll}[\w$]*)*\s*\.\s*\p{Lu}[\w$]*\s*$/u.test(written))
		return undefined
	const names = written.split('.').map((name) => name.trim())
	if (kindOfName(java.frame, names[0] ?? '') !== 'unknown') return undefined
	return qualifiedName(java, names, node)
}

/** A class with its package in front. That of the language has no file in the program. */
export function qualifiedName(java: JavaContext, names: readonly string[], at: CodeSpan): Expression {
	const path = names.join('.')
	if (!/^javax?\./.test(path)) {
		java.qualified.add(path)
		return nameAt(at, path)
	}
	let expression: Expression | undefined
	for (const name of names) {
		expression = expression ? { kind: 'field', ...spanOf(at), object: expression, name } : nameAt(at, name)
	}
	return expression ?? nameAt(at, path)
}

function nameAt(node: CodeSpan, name: string): Expression {
	return { kind: 'name', ...spanOf(node), name }
}

function memberAt(node: CodeSpan, name: string): Expression {
	return { kind: 'field', ...spanOf(node), object: { kind: 'self', ...spanOf(node) }, name }
}
