import type { Expression, SwitchCase, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type Python, spanOf, textOf } from './python.ts'

/** `case … if …:` of a match; what it cannot say exactly becomes a condition that may hold. */
export function caseOf(python: Python, node: CodeNode): SwitchCase {
	const patterns = node.children.filter((it) => it.kind === 'case_pattern')
	const guard = childOf(node, 'guard')
	const condition = guard && python.expression(namedChildren(guard)[0], guard)
	const body = python.statements(childOf(node, 'consequence')?.children ?? [])
	const values = patterns.length === 1 && patterns[0] ? constantsOf(python, patterns[0]) : undefined
	if (values) return { values, binding: undefined, guard: condition, body, ...spanOf(node) }
	const binding = bindingOf(python, patterns)
	const isOpen = patterns.length !== 1 || !isCapture(patterns[0] as CodeNode)
	const open: Expression = { kind: 'opaque', parts: [], ...spanOf(node) }
	return { values: [], binding, guard: isOpen ? (condition ?? open) : condition, body, ...spanOf(node) }
}

/** Of a pattern of constants and alternatives of them. */
function constantsOf(python: Python, pattern: CodeNode): readonly Expression[] | undefined {
	const [inner] = pattern.children
	if (!inner) return undefined
	if (inner.kind === 'union_pattern') {
		const all = namedChildren(inner).map((it) => constantOf(python, it))
		return all.every((it) => it !== undefined) ? (all as Expression[]) : undefined
	}
	if (inner.kind === '_') return []
	const one = constantOf(python, inner)
	return one && [one]
}

function constantOf(python: Python, node: CodeNode): Expression | undefined {
	if (node.kind === 'case_pattern' && node.children[0]) return constantOf(python, node.children[0])
	if (['integer', 'float', 'string', 'concatenated_string', 'true', 'false', 'none'].includes(node.kind))
		return python.expression(node, node)
	if (node.kind === 'dotted_name' && namedChildren(node).length > 1) return python.expression(node, node)
	return undefined
}

function isCapture(pattern: CodeNode): boolean {
	const [inner] = pattern.children
	return inner?.kind === '_' || (inner?.kind === 'dotted_name' && namedChildren(inner).length === 1)
}

/** All names that a pattern binds, each to a part of the value: where it is a list by its place. */
function bindingOf(python: Python, patterns: readonly CodeNode[]): Target | undefined {
	const [only] = patterns
	if (patterns.length === 1 && only) return targetIn(python, only)
	const items = patterns.map((it) => {
		const target = targetIn(python, it)
		return target ? { target, ...spanOf(it) } : null
	})
	return { kind: 'listPattern', items, start: only?.start ?? 0, end: patterns.at(-1)?.end ?? 0 }
}

function targetIn(python: Python, node: CodeNode): Target | undefined {
	const span = spanOf(node)
	switch (node.kind) {
		case 'case_pattern':
			return node.children[0] && targetIn(python, node.children[0])
		case 'dotted_name':
			return namedChildren(node).length === 1 ? { kind: 'name', name: textOf(python, node), ...span } : undefined
		case 'identifier':
			return { kind: 'name', name: textOf(python, node), ...span }
		case 'list_pattern':
		case 'tuple_pattern':
			return {
				kind: 'listPattern',
				items: namedChildren(node).map((it) => {
					const target = targetIn(python, it)
					return target
						? { target, ...spanOf(it), ...(it.children[0]?.kind === 'splat_pattern' ? { isRest: true } : {}) }
						: null
				}),
				...span,
			}
		case 'splat_pattern':
			return namedChildren(node)[0] && targetIn(python, namedChildren(node)[0] as CodeNode)
		case 'dict_pattern': {
			const entries = node.children.flatMap((it, at) => {
				const rest = it.kind === 'splat_pattern' ? targetIn(python, it) : undefined
				if (rest) return [{ key: undefined, target: rest, ...spanOf(it) }]
				if (it.field !== 'value') return []
				const key = node.children.slice(0, at).findLast((one) => one.field === 'key')
				const target = targetIn(python, it)
				return target ? [{ key: key && python.expression(key, key), target, ...spanOf(it) }] : []
			})
			return { kind: 'objectPattern', entries, ...span }
		}
		case 'class_pattern': {
			// The first child is the class.
			const entries = namedChildren(node)
				.slice(1)
				.flatMap((it, at) => {
					const place = `@${at}`
					const keyword = it.children.find((one) => one.kind === 'keyword_pattern')
					const [name, value] = keyword ? namedChildren(keyword) : []
					const target = value ? targetIn(python, value) : keyword ? undefined : targetIn(python, it)
					if (!keyword && target)
						return [{ key: { kind: 'constant' as const, value: place, ...spanOf(it) }, target, ...spanOf(it) }]
					if (!name || !target) return []
					return [
						{ key: { kind: 'constant' as const, value: textOf(python, name), ...spanOf(name) }, target, ...spanOf(it) },
					]
				})
			return { kind: 'objectPattern', entries, ...span }
		}
		case 'as_pattern': {
			const alias = node.children.at(-1)
			return alias ? { kind: 'name', name: textOf(python, alias), ...spanOf(alias) } : undefined
		}
		default:
			return undefined
	}
}
