import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type ScriptContext, textOf } from './scriptContext.ts'

/** What a type says of a value: its name without type arguments. Undefined where it is none that has a name. */
export function typeText(script: ScriptContext, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	switch (node.kind) {
		case 'type_annotation':
		case 'parenthesized_type':
		case 'readonly_type':
			return typeText(script, namedChildren(node)[0])
		case 'generic_type': {
			const name = typeText(script, childOf(node, 'name') ?? namedChildren(node)[0])
			return name !== undefined && wrappers.has(name) ? (firstArgument(script, node) ?? name) : name
		}
		case 'type_identifier':
		case 'identifier':
		case 'predefined_type':
			return textOf(script, node)
		case 'nested_type_identifier':
		case 'nested_identifier':
		case 'member_expression':
			return textOf(script, node).replace(/\s+/g, '')
		case 'union_type':
		case 'intersection_type': {
			const names = namedChildren(node)
				.filter((child) => !isNothing(script, child))
				.map((child) => typeText(script, child))
			const [first] = names
			return names.length === 1 || node.kind === 'intersection_type' ? first : undefined
		}
		default:
			return undefined
	}
}

/** Types whose values are taken for what they hold. */
const wrappers = new Set(['Promise', 'Readonly', 'Partial', 'Required', 'NonNullable', 'Awaited', 'PromiseLike'])

function firstArgument(script: ScriptContext, node: CodeNode): string | undefined {
	const given = childOf(node, 'type_arguments')
	return given && typeText(script, namedChildren(given)[0])
}

function isNothing(script: ScriptContext, node: CodeNode): boolean {
	return /^(?:null|undefined|void)$/.test(textOf(script, node))
}
