import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, textOf } from './cContext.ts'
import { argumentNodes, bare, calledName, plainText, receiverOf } from './cTree.ts'

/*
 * `strchr(line, ':')` gives NULL and `prices.find(name)` the end where there is no such thing. Where the first thing that is done with what was found
 * is to follow it, nobody has asked.
 */

const searching =
	/^(?:str(?:r?chr|case|n?str|casestr|pbrk|tok|tok_r|sep)|memr?chr|memmem|r?index|wcs(?:r?chr|str|pbrk)|bsearch|lfind|get(?:pw(?:nam|uid)|gr(?:nam|gid)|spnam|hostbyname2?|hostbyaddr|servbyname|protobyname)|cJSON_Get(?:Object|Array)Item(?:CaseSensitive)?|json_object_get|json_array_get|xmlDocGetRootElement|xmlGetProp|g_hash_table_lookup|EVP_get_(?:cipher|digest)byname|OBJ_nid2obj)$/

/** What a search gives, with that it is followed without a question where it is. Its key is the second value. */
export function searched(c: C, name: string, value: CodeNode | undefined, made: Expression): Expression {
	const call = bare(value)
	const key = call && keyOf(c, call)
	const body = c.functionBody
	if (!call || !key || !body) return made
	const follows = followedFirst(c, body, name, value?.end ?? call.end)
	return follows && !isAskedBefore(c, body, call) ? intrinsic('unfound', follows, made, c.expression(key, call)) : made
}

/** `*strchr(a, 'x')`, `all.find(b)->second`. */
export function followedAtOnce(c: C, node: CodeNode, made: Expression, at: CodeNode): Expression {
	const call = bare(node)
	const key = call && keyOf(c, call)
	if (!call || !key || !c.functionBody || isAskedBefore(c, c.functionBody, call)) return made
	return intrinsic('unfound', at, made, c.expression(key, call))
}

/** What a search looks in or for, which says whether it finds anything: the text, or the key of a map. */
function keyOf(c: C, call: CodeNode): CodeNode | undefined {
	if (call.kind !== 'call_expression') return undefined
	const name = calledName(c, call)
	const given = argumentNodes(call)
	const holder = receiverOf(call)
	// The next piece is one of the text that was cut before.
	const isNext =
		/^strtok(?:_r)?$/.test(name) && given[0] !== undefined && /^(?:NULL|nullptr|0)$/.test(textOf(c, given[0]))
	if (isNext) return call
	if (!holder) return searching.test(name) ? given[0] : undefined
	// A text finds a number; only containers find a place.
	return name === 'find' && given.length === 1 ? given[0] : undefined
}

/** The place where a variable is followed, if that is the first time that it stands behind here. */
function followedFirst(c: C, body: CodeNode, name: string, from: number): CodeNode | undefined {
	let first: CodeNode | undefined
	let follows: CodeNode | undefined
	const around: CodeNode[] = []
	const look = (node: CodeNode, depth: number): void => {
		if (first || depth > 200 || node.end <= from) return
		if (node.kind === 'identifier' && node.start >= from && textOf(c, node) === name) {
			first = node
			follows = followed(c, around)
			return
		}
		around.push(node)
		for (const it of node.children) if (it.isNamed) look(it, depth + 1)
		around.pop()
	}
	look(body, 0)
	return follows
}

/** These follow each pointer that they get. */
const following =
	/^(?:str(?:len|n?cmp|n?casecmp|n?cpy|n?cat|dup|ndup|chr|rchr|str|spn|cspn|to(?:u?l|u?ll|d|f))|ato(?:i|l|ll|f)|mem(?:cpy|cmp|move)|puts|fputs|sscanf)$/

/** Whether the name that stands in these nodes, the innermost last, is followed: `*p`, `p->x`, `p[0]`. */
function followed(c: C, around: readonly CodeNode[]): CodeNode | undefined {
	const last = around.at(-1)
	if (!last) return undefined
	if (last.kind === 'field_expression') return last.children.some((it) => it.kind === '->') ? last : undefined
	if (last.kind === 'pointer_expression') return textOf(c, last).startsWith('*') ? last : undefined
	const call = last.kind === 'argument_list' ? around.at(-2) : undefined
	if (call?.kind === 'call_expression') return following.test(calledName(c, call)) ? call : undefined
	if (last.kind === 'subscript_expression') return childOf(last, 'argument')?.kind === 'identifier' ? last : undefined
	return undefined
}

/** The same was looked up before, or it was asked whether it is there. */
function isAskedBefore(c: C, body: CodeNode, call: CodeNode): boolean {
	const before = c.text.slice(body.start, call.start).replace(/\s+/g, '')
	if (before.includes(plainText(c, call))) return true
	const key = keyOf(c, call)
	const written = key ? plainText(c, key) : ''
	if (
		['contains', 'count', 'insert', 'emplace', 'try_emplace', 'find'].some((it) => before.includes(`${it}(${written}`))
	)
		return true
	return before.includes(`[${written}]`)
}
