import type { ObjectPattern, PatternItem, Target } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'
import { constantAt, nameAt, type Php, spanOf, textOf } from './php.ts'

/** What is assigned; what is none becomes a name that nothing else has. */
export function targetOf(php: Php, node: CodeNode | undefined, at: CodeSpan): Target {
	if (!node) return nameAt('', at)
	if (node.kind === 'list_literal' || node.kind === 'array_creation_expression') return patternOf(php, node)
	const [inner] = node.children.filter((it) => it.isNamed)
	if (inner && (node.kind === 'by_ref' || node.kind === 'parenthesized_expression')) return targetOf(php, inner, node)
	const expression = php.expression(php, node, node)
	if (expression.kind === 'name' || expression.kind === 'field' || expression.kind === 'index') return expression
	return nameAt('', node)
}

/** `[$a, , 'k' => $b]`: commas are not in the tree, so that the text tells where an item is left out. */
function patternOf(php: Php, node: CodeNode): Target {
	const items: (PatternItem | null)[] = []
	const entries: ObjectPattern['entries'][number][] = []
	const children = node.children.flatMap((it) => (it.kind === 'array_element_initializer' ? it.children : [it]))
	let end = node.start
	let key: CodeNode | undefined
	for (const [position, it] of children.entries()) {
		if (!it.isNamed) continue
		const commas = php.text.slice(end, it.start).split(',').length - 1
		const missing = end === node.start ? commas : commas - 1
		for (let at = 0; at < missing; at++) items.push(null)
		end = it.end
		if (children[position + 1]?.kind === '=>') {
			key = it
			continue
		}
		const target = targetOf(php, it, it)
		if (key) entries.push({ key: php.expression(php, key, key), target, ...spanOf(it) })
		else items.push({ target, ...spanOf(it) })
		key = undefined
	}
	if (entries.length === 0) return { kind: 'listPattern', items, ...spanOf(node) }
	const numbered = items.flatMap((it, at) => (it ? [{ ...it, key: constantAt(at, it) }] : []))
	return { kind: 'objectPattern', entries: [...entries, ...numbered], ...spanOf(node) }
}

/** The names of variables that a clause such as `use` or `global` lists. */
export function variablesIn(php: Php, node: CodeNode | undefined): string[] {
	if (!node) return []
	if (node.kind === 'variable_name') return [textOf(php, node)]
	return node.children.flatMap((it) => variablesIn(php, it))
}
