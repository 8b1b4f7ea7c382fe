import type { ClassIr, Expression, FieldIr, FunctionIr } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, spanOf } from './cContext.ts'
import { pathOf } from './cNames.ts'
import { functionDeclarator, nameOfType } from './cTypes.ts'
import { fieldsOf } from './cVariables.ts'

const classKinds = new Set(['struct_specifier', 'union_specifier', 'class_specifier'])

export function isClass(node: CodeNode): boolean {
	return classKinds.has(node.kind)
}

interface Members {
	readonly fields: FieldIr[]
	readonly methods: FunctionIr[]
	readonly classes: ClassIr[]
}

/** A class, structure or union. @param alias the name that a typedef gives it */
export function classOf(c: C, node: CodeNode, alias?: string): ClassIr {
	const written = childOf(node, 'name')
	const name = alias ?? (written && nameOfType(c.text, written).split('.').at(-1))
	const outer = c.owner
	c.owner = name ?? outer
	const made: Members = { fields: [], methods: [], classes: [] }
	const body = childOf(node, 'body')
	for (const it of body?.children ?? []) addMember(c, it, made)
	c.owner = outer
	return {
		name,
		form: node.kind === 'class_specifier' ? 'class' : 'struct',
		bases: basesOf(c, node),
		...made,
		initializers: [],
		annotations: [],
		head: spanOf(written ?? node),
		...spanOf(node),
	}
}

function basesOf(c: C, node: CodeNode): Expression[] {
	const clause = childOfKind(node, 'base_class_clause')
	return (clause ? namedChildren(clause) : [])
		.filter((it) => it.kind !== 'access_specifier')
		.map((it) => pathOf(nameOfType(c.text, it), it))
}

function addMember(c: C, node: CodeNode, made: Members): void {
	switch (node.kind) {
		case 'field_declaration':
		case 'declaration': {
			const type = childOf(node, 'type')
			const own = childrenOf(node, 'declarator')
			if (type && isClass(type) && childOf(type, 'body')) {
				const inner = c.classOf(type)
				if (own.length === 0 && inner.name === undefined) made.fields.push(...inner.fields)
				else if (inner.name !== undefined) made.classes.push(inner)
			}
			if (own.some((it) => functionDeclarator(it))) made.methods.push(c.functionOf(node))
			else made.fields.push(...fieldsOf(c, node))
			return
		}
		case 'function_definition':
			made.methods.push(c.functionOf(node))
			return
		case 'template_declaration':
		case 'preproc_if':
		case 'preproc_ifdef':
		case 'preproc_else':
		case 'preproc_elif':
			for (const it of node.children) addMember(c, it, made)
			return
		case 'struct_specifier':
		case 'union_specifier':
		case 'class_specifier':
			if (childOf(node, 'body')) made.classes.push(c.classOf(node))
			return
		case 'ERROR':
			c.gaps.push(spanOf(node))
			for (const it of node.children) addMember(c, it, made)
			return
		default:
	}
}
