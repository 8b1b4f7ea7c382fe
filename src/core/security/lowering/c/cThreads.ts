import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { argumentNodes, bare, calledName, callsIn, each } from './cTree.ts'

/*
 * Threads of a program that change the same structure: where it has a lock of its own and nobody in the file takes that, two of them change it at the same time.
 */

/** What starts a thread, and which argument it runs. */
const starting: ReadonlyMap<string, number> = new Map([
	['pthread_create', 2],
	['thrd_create', 1],
	['_beginthreadex', 2],
	['_beginthread', 0],
	['CreateThread', 2],
	['uv_thread_create', 1],
	['g_thread_new', 1],
	['g_thread_try_new', 1],
	['kthread_run', 0],
	['kthread_create', 0],
	['SDL_CreateThread', 0],
])

const lockType =
	/^(?:struct\s+)?(?:pthread_(?:mutex|rwlock|spinlock)_t|mtx_t|CRITICAL_SECTION|SRWLOCK|GMutex|GRWLock|uv_mutex_t|uv_rwlock_t|mutex|spinlock_t|SDL_mutex)$/
const locking = /\b(?:\w*(?:lock|Lock|LOCK)\w*|EnterCriticalSection)\s*\(/

/** Statements where threads change a structure that has a lock which the whole file never takes. */
export function spentByThreads(c: C, body: CodeNode, name: string | undefined): Statement[] {
	if (name === undefined || ![...starting.keys()].some((it) => c.text.includes(it))) return []
	if (!/->/.test(textOf(c, body)) || locking.test(textOf(c, body))) return []
	let place: CodeNode | undefined
	each(body, (it) => {
		const target =
			it.kind === 'assignment_expression'
				? childOf(it, 'left')
				: it.kind === 'update_expression'
					? bare(childOf(it, 'argument'))
					: undefined
		if (!place && target?.kind === 'field_expression' && isChange(c, it, target) && hasUnusedLock(c, target)) place = it
		return !place
	})
	if (!place || !isRunByThread(c, name)) return []
	return [{ kind: 'expression', expression: intrinsic('changedByThreads', place), ...spanOf(place) }]
}

/** `x->n++`, `x->n -= 3`, `x->n = x->n + 1`: what it was before counts. */
function isChange(c: C, it: CodeNode, target: CodeNode): boolean {
	if (it.kind === 'update_expression') return true
	const operator = childOf(it, 'operator')
	if (operator && textOf(c, operator) !== '=') return true
	const value = childOf(it, 'right')
	return value !== undefined && textOf(c, value).includes(textOf(c, target))
}

/** Whether what a member belongs to has a lock that the file makes and never takes. */
function hasUnusedLock(c: C, target: CodeNode): boolean {
	const holder = bare(childOf(target, 'argument'))
	const type = typeOf(c, holder)
	const of = type?.form === 'pointer' ? type.to : type
	const structure = of?.form === 'plain' ? c.types.structures.get(of.name) : undefined
	if (!structure) return false
	const locks = [...structure.fields].filter(([, it]) => it.form === 'plain' && lockType.test(it.name))
	const [field] = target.children.filter((it) => it.field === 'field')
	const changed = field && structure.fields.get(textOf(c, field))
	if (!changed || (changed.form === 'plain' && /atomic/i.test(changed.name))) return false
	return (
		locks.length > 0 &&
		locks.every(
			([lock]) => !new RegExp(`[Ll]ock\\w*\\s*\\([^;]{0,80}(?:->|\\.)\\s*${escapePattern(lock)}\\b`).test(c.text),
		)
	)
}

/** Whether a thread that the file starts comes to a function, by itself or by way of others of the file. */
function isRunByThread(c: C, name: string): boolean {
	const seen = new Set<string>()
	const left: string[] = []
	for (const bodies of c.types.defined.values())
		for (const one of bodies) {
			const body = childOf(one, 'body')
			for (const call of body ? callsIn(body, false) : []) {
				const at = starting.get(calledName(c, call))
				const run = at === undefined ? undefined : bare(argumentNodes(call)[at])
				const named = run?.kind === 'pointer_expression' ? namedChildren(run)[0] : run
				if (named?.kind === 'identifier') left.push(textOf(c, named))
			}
		}
	for (let next = left.pop(); next !== undefined && seen.size < 50; next = left.pop()) {
		if (next === name) return true
		if (seen.has(next)) continue
		seen.add(next)
		for (const one of c.types.defined.get(next) ?? []) {
			const body = childOf(one, 'body')
			if (body) left.push(...callsIn(body, false).map((it) => calledName(c, it)))
		}
	}
	return false
}
