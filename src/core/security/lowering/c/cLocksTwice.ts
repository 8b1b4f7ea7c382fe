import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { argumentNodes, calledName, callsIn, plainText, receiverOf } from './cTree.ts'

/*
 * A lock that is taken while it is held, here or by what is called: whoever does so waits for ever.
 */

const taking =
	/^(?:pthread_mutex_lock|pthread_rwlock_wrlock|mtx_lock|EnterCriticalSection|g_mutex_lock|uv_mutex_lock|spin_lock|mutex_lock|SDL_LockMutex)$/
const giving =
	/^(?:pthread_(?:mutex|rwlock)_unlock|mtx_unlock|LeaveCriticalSection|g_mutex_unlock|uv_mutex_unlock|spin_unlock|mutex_unlock|SDL_UnlockMutex|pthread_cond_(?:timed)?wait)$/
/** These may be taken again by who holds them. */
const again = /^EnterCriticalSection$|^pthread_rwlock/

function takes(c: C, call: CodeNode): boolean {
	return receiverOf(call) ? calledName(c, call) === 'lock' : taking.test(calledName(c, call))
}

function gives(c: C, call: CodeNode): boolean {
	return receiverOf(call) ? calledName(c, call) === 'unlock' : giving.test(calledName(c, call))
}

interface Taken {
	readonly key: string
	readonly held: readonly string[]
	readonly at: CodeNode
}

/** Statements where a lock is taken that is held. */
export function lockedTwice(c: C, body: CodeNode, name: string | undefined): Statement[] {
	if (!/\w*lock\w*\s*\(|EnterCriticalSection/.test(textOf(c, body))) return []
	const found: Statement[] = []
	if (/RECURSIVE|recursive/.test(c.text)) return []
	const note = (at: CodeNode): void => {
		found.push({ kind: 'expression', expression: intrinsic('lockTakenTwice', at), ...spanOf(at) })
	}
	for (const { key, held, at } of takenIn(c, body)) if (held.includes(key) && !again.test(calledName(c, at))) note(at)
	for (const { key, at } of calledWhileHeld(c, body, name)) if (key) note(at)
	return found.slice(0, 4)
}

/** The locks that are taken one after the other in the block of a function itself, with those that are held then. */
function takenIn(c: C, body: CodeNode): readonly Taken[] {
	const found: Taken[] = []
	const held: string[] = []
	for (const it of namedChildren(body))
		for (const call of straightCalls(it)) {
			const key = keyOf(c, body, call)
			if (key === undefined) continue
			if (takes(c, call)) {
				found.push({ key, held: [...held], at: call })
				if (!held.includes(key)) held.push(key)
			} else if (gives(c, call) && held.includes(key)) held.splice(held.indexOf(key), 1)
		}
	return found
}

/** What is called whatever way is taken: statements of the block, and the questions of its branches. */
function straightCalls(statement: CodeNode): readonly CodeNode[] {
	if (statement.kind === 'expression_statement' || statement.kind === 'declaration') return callsIn(statement, false)
	const condition = statement.kind === 'if_statement' ? childOf(statement, 'condition') : undefined
	return condition ? callsIn(condition, false) : []
}

/** A lock of the file: what a parameter or variable leads to may be another one each time. */
function keyOf(c: C, body: CodeNode, call: CodeNode): string | undefined {
	const called = calledName(c, call)
	const receiver = receiverOf(call)
	if (receiver) return ofMutex(c, call, receiver)
	if (!taking.test(called) && !giving.test(called)) return undefined
	const given = argumentNodes(call)
	const one = given[/^pthread_cond_/.test(called) ? 1 : 0]
	const text = one ? plainText(c, one).replace(/^&/, '') : ''
	const root = /^[A-Za-z_]\w*/.exec(text)?.[0]
	if (root === undefined || text.includes('[') || text.includes('(') || text.includes('->')) return undefined
	// A variable of the function, or one of its parameters, is none of the file.
	const isOwn = new RegExp(`[\\w*]\\s+\\**${escapePattern(root)}\\s*[=;,\\[]`).test(textOf(c, body))
	const head = c.text.slice(Math.max(0, body.start - 400), body.start)
	return isOwn || new RegExp(`\\b${escapePattern(root)}\\s*[,)]`).test(head.slice(head.lastIndexOf('}') + 1))
		? undefined
		: text
}

/** `guard.lock()` of a mutex: what has a name is the same one each time, in this function at least. */
function ofMutex(c: C, call: CodeNode, receiver: CodeNode): string | undefined {
	if (!/^(?:un)?lock$/.test(calledName(c, call)) || argumentNodes(call).length > 0) return undefined
	const type = typeOf(c, receiver)
	const plain = type?.form === 'reference' ? type.to : type
	const isMutex = plain?.form === 'plain' && /^(?:std\.)?(?:shared_|timed_|shared_timed_)?mutex$/.test(plain.name)
	return isMutex && receiver.kind === 'identifier' ? `${textOf(c, receiver)}@` : undefined
}

/** Calls of functions of the file that take a lock which is held here. */
function calledWhileHeld(
	c: C,
	body: CodeNode,
	name: string | undefined,
): readonly { readonly key: string; readonly at: CodeNode }[] {
	const found: { readonly key: string; readonly at: CodeNode }[] = []
	const held: string[] = []
	for (const it of namedChildren(body))
		for (const call of straightCalls(it)) {
			const called = calledName(c, call)
			const key = keyOf(c, body, call)
			if (key !== undefined) {
				if (takes(c, call)) held.push(key)
				else if (held.includes(key)) held.splice(held.indexOf(key), 1)
				continue
			}
			const [defined, ...more] = held.length > 0 && called !== name ? (c.types.defined.get(called) ?? []) : []
			const inner = defined && more.length === 0 ? childOf(defined, 'body') : undefined
			const first = inner ? takenIn(c, inner)[0] : undefined
			if (inner && first && held.includes(first.key) && !first.key.endsWith('@') && !unlocksBefore(c, inner, first))
				found.push({ key: first.key, at: call })
		}
	return found
}

function unlocksBefore(c: C, body: CodeNode, { at, key }: Taken): boolean {
	return callsIn(body).some((it) => it.start < at.start && gives(c, it) && keyOf(c, body, it) === key)
}
