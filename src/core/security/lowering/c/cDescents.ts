import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { calledName, callsIn } from './cTree.ts'

/*
 * A parser that calls itself for what stands in brackets goes as deep as the text has them. Nothing keeps a text from having a million, and the stack
 * ends long before that, unless something counts.
 */

/** Functions on the way from one to itself. */
const longestCycle = 8
const mostSteps = 400

const reads =
	/parse|(?:^|_)read_?(?:value|object|array|list|node|element|expr|term|form|group|item)|(?:read|decode|skip|scan)_?(?:Value|Object|Array|List|Node|Element|Expr|Term|Form|Group|Item)/
const counts = /depth|level|nest|recurs|limit|budget|remaining_?stack|stack_?(?:check|guard|left|size)|too_?deep|max/i
const opens = /'(?:\(|\[|\{|<|\\\[)'/

/** A statement for each call of a function that leads back to it, by which a text makes the stack as deep as it likes. */
export function descentsIn(c: C, name: string, body: CodeNode): Statement[] {
	if (!reads.test(name)) return []
	const found: Statement[] = []
	const seen = new Set<string>()
	for (const call of callsIn(body, false)) {
		const to = calledName(c, call)
		if (seen.has(to) || !reads.test(to)) continue
		seen.add(to)
		const cycle = wayBetween(c, to, name)
		if (!cycle || !isFirst(c, to, cycle)) continue
		const texts = cycle.map((it) => textOf(c, definedAs(c, it) as CodeNode))
		if (texts.some((it) => counts.test(it)) || !texts.some((it) => opens.test(it))) continue
		found.push({ kind: 'expression', ...spanOf(call), expression: intrinsic('descent', call) })
	}
	return found
}

/** By names, the functions from one to another one of this file, both with it. */
function wayBetween(c: C, from: string, to: string): readonly string[] | undefined {
	let steps = 0
	const seen = new Set<string>()
	const go = (name: string, before: readonly string[]): readonly string[] | undefined => {
		if (before.length >= longestCycle || seen.has(name) || ++steps > mostSteps) return undefined
		seen.add(name)
		const defined = definedAs(c, name)
		const body = defined && childOf(defined, 'body')
		if (!body) return undefined
		const way = [...before, name]
		if (name === to) return way
		for (const next of new Set(callsIn(body).map((it) => calledName(c, it)))) {
			const found = go(next, way)
			if (found) return found
		}
		return undefined
	}
	return go(from, [])
}

/** Of a circle one call is enough to show: that of the function which stands first. */
function isFirst(c: C, name: string, cycle: readonly string[]): boolean {
	const at = definedAs(c, name)?.start ?? 0
	return cycle.every((it) => (definedAs(c, it)?.start ?? 0) >= at)
}

function definedAs(c: C, name: string): CodeNode | undefined {
	const all = c.types.defined.get(name)
	return all?.length === 1 ? all[0] : undefined
}
