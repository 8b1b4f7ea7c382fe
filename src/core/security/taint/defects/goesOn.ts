import type { Call, Expression, Statement } from '../../ir/ir.ts'
import { someNode } from '../../ir/irNodes.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'

/**
 * Whether the function goes on after a call that its branch ends with, and does more: `if (!isAllowed) response.sendStatus(403)`, and then
 * what only those may do who are allowed to.
 */
export function goesOn({ frame, unit }: Machine, call: Call | undefined): boolean {
	return call !== undefined && leadsOn(frame.function?.body ?? unit.ir.body, call, false)
}

/** @param isFollowed whether something is done after these statements */
function leadsOn(statements: readonly Statement[], call: Call, isFollowed: boolean): boolean {
	const at = statements.findIndex((it) => encloses(it, call))
	const it = statements[at]
	if (!it) return false
	const isMore = acts(statements.slice(at + 1)) ?? isFollowed
	const ends = (branch: readonly Statement[]): boolean => isLast(branch, call) || leadsOn(branch, call, isMore)
	switch (it.kind) {
		case 'block':
			return leadsOn(it.body, call, isMore)
		case 'if':
			// What stands in the other branch is done instead.
			if (isIn(it.then, call)) return isMore && ends(it.then)
			return isMore && ends(it.otherwise)
		case 'try': {
			const handler = it.handlers.find(({ body }) => isIn(body, call))
			return handler ? isMore && ends(handler.body) : leadsOn(it.body, call, isMore)
		}
		default:
			return false
	}
}

function isLast(branch: readonly Statement[], call: Call): boolean {
	for (const last of branch.toReversed()) {
		if (last.kind === 'block') return isLast(last.body, call)
		const done = last.kind === 'expression' ? bare(last.expression) : undefined
		if (done === call) return true
		if (done?.kind !== 'call' || done.callee.kind !== 'name' || !beside.test(done.callee.name)) return false
	}
	return false
}

/** What belongs to an answer that was given in front of it (PHP). */
const beside = /^(?:http_response_code|header|setcookie|session_\w+|unset|error_log|ob_\w+)$/

function bare(it: Expression): Expression {
	return it.kind === 'await' || it.kind === 'cast' ? bare(it.value) : it
}

const writesOnly =
	/^(?:log|info|warn|error|debug|trace|verbose|time|timeEnd|end|(?:Log|Info|Warn|Error|Debug|Trace|Print)(?:f|ln|w|Context)?|Warning[fw]?)$/

/** Whether they do something whatever was answered; undefined where they come to their end without that. */
function acts(statements: readonly Statement[]): boolean | undefined {
	for (const it of statements) {
		if (it.kind === 'if' && someNode(it.test, ({ name }) => typeof name === 'string' && asked.test(name))) return false
		// What a line of a log tells is asked for only to tell it.
		if (it.kind === 'expression' && isLine(it.expression)) continue
		if ((it.kind === 'expression' || it.kind === 'declare' || it.kind === 'return') && someNode(it, isAct)) return true
		if (it.kind === 'return' || it.kind === 'throw' || it.kind === 'jump') return false
	}
	return undefined
}

/** What tells that there was an answer. */
const asked = /^(?:headersSent|writableEnded|sent|finished)$/

function isLine(expression: Expression): boolean {
	const it = bare(expression)
	return it.kind === 'call' && it.callee.kind === 'field' && writesOnly.test(it.callee.name)
}

function isAct({ kind, callee }: Readonly<Record<string, unknown>>): boolean {
	const { name } = (callee ?? {}) as { readonly name?: unknown }
	return kind === 'call' && !(typeof name === 'string' && writesOnly.test(name))
}

function isIn(statements: readonly Statement[], call: Call): boolean {
	return statements.some((it) => encloses(it, call))
}

function encloses(it: CodeSpan, { start, end }: CodeSpan): boolean {
	return it.start <= start && end <= it.end
}
