import type { Statement } from '../../ir/ir.ts'
import type { CodeNode } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, calledName, callsIn, plainText } from './cTree.ts'

const users = /^(?:setuid|setreuid|setresuid)$/
const groups = /^(?:setgid|setregid|setresgid|setgroups|initgroups)$/

/** Groups that are given up after the user, who may no longer change them: statements where that is done. */
export function groupsAfterUser(c: C, body: CodeNode): Statement[] {
	const text = textOf(c, body)
	if (!/\bset(?:re|res)?uid\s*\(/.test(text) || !/\b(?:set(?:re|res)?gid|setgroups|initgroups)\s*\(/.test(text))
		return []
	const found: CodeNode[] = []
	const look = (block: CodeNode, depth: number): void => {
		if (depth > 60) return
		let isDropped = false
		for (const it of block.children) {
			if (!it.isNamed) continue
			if (isDropped) found.push(...callsIn(it).filter((call) => groups.test(calledName(c, call))))
			isDropped ||= callsOutside(it).some((call) => users.test(calledName(c, call)) && !isRoot(c, call))
		}
	}
	const visit = (node: CodeNode, depth: number): void => {
		if (depth > 60) return
		if (node.kind === 'compound_statement') look(node, depth)
		for (const it of node.children) if (it.isNamed) visit(it, depth + 1)
	}
	visit(body, 0)
	return [...new Set(found)].map((it) => ({
		kind: 'expression',
		expression: intrinsic('groupsLate', it),
		...spanOf(it),
	}))
}

/** Calls of a statement that happen whatever way is taken behind it: those of its condition, not those of its branches. */
function callsOutside(statement: CodeNode): readonly CodeNode[] {
	const found: CodeNode[] = []
	const look = (node: CodeNode, depth: number): void => {
		if (depth > 60 || node.field === 'consequence' || node.field === 'alternative' || node.field === 'body') return
		if (node.kind === 'call_expression') found.push(node)
		for (const it of node.children) if (it.isNamed) look(it, depth + 1)
	}
	if (!/^(?:for|while|do|switch|case)_statement$|^compound_statement$|^labeled_statement$/.test(statement.kind))
		look(statement, 0)
	return found
}

/** Who takes the rights of root back may change groups. */
function isRoot(c: C, call: CodeNode): boolean {
	return argumentNodes(call).some((it) => /^(?:0|saved\w*|orig\w*|old\w*|root\w*)$/i.test(plainText(c, it)))
}
