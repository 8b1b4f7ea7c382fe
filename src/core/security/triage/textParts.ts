import { kindOf } from '../../syntax/nodeKinds.ts'
import type { CodeNode, CodeSpan, ParsedCode } from '../tree/codeNode.ts'

/** Parts of a text literal that are no code. */
const textual = /content|fragment|escape|string|heredoc|nowdoc|char|quote|delimiter|regex|format_spec|text|rune/
/** Literals next to each other: each is one of its own, and comments may stand between them. */
const joined = /concatenated_string|chained_string|template_string_list/
const prose = /^(text|jsx_text|raw_text|text_interpolation)$/

/** The stretches that are text and not code: literals without what is interpolated, text between tags. Sorted, apart from each other. */
export function textPartsOf(root: CodeNode): readonly CodeSpan[] {
	const parts: CodeSpan[] = []
	collect(root, parts)
	return parts
}

function collect(node: CodeNode, parts: CodeSpan[]): void {
	if (!isText(node)) {
		for (const child of node.children) collect(child, parts)
		return
	}
	let start = node.start
	const skipCode = (inside: CodeNode): void => {
		for (const child of inside.children) {
			if (isTextual(child)) skipCode(child)
			else {
				if (child.start > start) parts.push({ start, end: child.start })
				collect(child, parts)
				start = child.end
			}
		}
	}
	skipCode(node)
	if (node.end > start) parts.push({ start, end: node.end })
}

function isText(node: CodeNode): boolean {
	if (joined.test(node.kind)) return false
	return prose.test(node.kind) || kindOf({ type: node.kind, isNamed: node.isNamed }) === 'string'
}

function isTextual(node: CodeNode): boolean {
	if (!node.isNamed) return node.children.length === 0
	return textual.test(node.kind) && kindOf({ type: node.kind, isNamed: true }) !== 'interpolation'
}

/**
 * What must not be shown to a model that judges: comments, doc comments that are texts, and every other statement that is only a text and so
 * does nothing. Sorted, apart from each other.
 */
export function remarksOf(code: ParsedCode): readonly CodeSpan[] {
	const remarks: CodeSpan[] = code.comments.map(({ start, end }) => {
		// In some grammars the line break belongs to the comment; it ends a line all the same.
		const kept = /[\r\n]+$/.exec(code.text.slice(start, end))?.[0].length ?? 0
		return { start, end: end - kept }
	})
	const walk = (node: CodeNode): void => {
		if (isIdleText(node) || isEmptyHole(node)) remarks.push({ start: node.start, end: node.end })
		else for (const child of node.children) walk(child)
	}
	walk(code.root)
	let last = 0
	const apart: CodeSpan[] = []
	for (const remark of remarks.sort((a, b) => a.start - b.start || b.end - a.end)) {
		if (remark.start < last || remark.end <= remark.start) continue
		apart.push(remark)
		last = remark.end
	}
	return apart
}

function isIdleText(node: CodeNode): boolean {
	if (!/^expression_statement$/.test(node.kind)) return false
	const [only, ...others] = node.children.filter((child) => child.isNamed)
	if (!only || others.length > 0) return false
	return joined.test(only.kind) || (isText(only) && textPartsOf(only).length === 1)
}

/** `{}` in JSX, which held a comment. */
function isEmptyHole(node: CodeNode): boolean {
	return node.kind === 'jsx_expression' && !node.children.some((child) => child.isNamed)
}
