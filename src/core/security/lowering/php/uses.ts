import type { ImportStatement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { dotted, type Php, spanOf, textOf } from './php.ts'

/** `use A\B;`, `use A\{B, C as D};`, `use function A\f;`. */
export function importsOf(php: Php, node: CodeNode): ImportStatement[] {
	const group = childOf(node, 'body') ?? childOfKind(node, 'namespace_use_group')
	const prefix = group ? childOfKind(node, 'namespace_name') : undefined
	const clauses = (group ?? node).children.filter((it) => it.kind === 'namespace_use_clause')
	return clauses.flatMap((it): ImportStatement[] => {
		const alias = childOf(it, 'alias') ?? namedChildren(childOfKind(it, 'namespace_aliasing_clause') ?? it).at(-1)
		const name = namedChildren(it).find((child) => child.field !== 'alias' && child.field !== 'type')
		if (!name) return []
		const whole = dotted(`${prefix ? `${textOf(php, prefix)}\\` : ''}${textOf(php, name)}`)
		const at = whole.lastIndexOf('.')
		const imported = whole.slice(at + 1)
		const local = alias && alias !== name ? textOf(php, alias) : imported
		// A class of the language has no namespace: its name is what it is called already.
		if (at < 0 && local === imported) return []
		return [{ kind: 'import', module: at < 0 ? '' : whole.slice(0, at), names: [{ imported, local }], ...spanOf(node) }]
	})
}
