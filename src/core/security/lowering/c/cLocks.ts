import type { Call, Expression, Statement } from '../../ir/ir.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'

/*
 * A lock that is taken by hand has to be given back on every way out of a function. One that is still held where a function returns early, while its
 * last way out has given it back, was forgotten there: the next one who wants it waits for ever.
 */

const taking =
	/^(?:pthread_(?:mutex|spin)_lock|pthread_rwlock_(?:rd|wr)lock|mtx_lock|EnterCriticalSection|AcquireSRWLock(?:Exclusive|Shared)|g_(?:rec_)?mutex_lock|g_rw_lock_(?:reader|writer)_lock|uv_mutex_lock|uv_rwlock_(?:rd|wr)lock|spin_lock|mutex_lock|SDL_(?:Lock|mutexP)Mutex?|apr_thread_mutex_lock|omp_set_lock)$/
const giving =
	/^(?:pthread_(?:mutex|spin|rwlock)_unlock|mtx_unlock|LeaveCriticalSection|ReleaseSRWLock(?:Exclusive|Shared)|g_(?:rec_)?mutex_unlock|g_rw_lock_(?:reader|writer)_unlock|uv_mutex_unlock|uv_rwlock_(?:rd|wr)unlock|spin_unlock|mutex_unlock|SDL_(?:Unlock|mutexV)Mutex?|apr_thread_mutex_unlock|omp_unset_lock)$/
const takingMethod = /^(?:lock|Lock|lock_shared|lockForRead|lockForWrite|ReadLock|WriteLock)$/
const givingMethod = /^(?:unlock|Unlock|unlock_shared|ReadUnlock|WriteUnlock)$/

interface Step {
	readonly key: string
	readonly isTaken: boolean
}

type Held = ReadonlySet<string>

interface Walk {
	readonly c: C
	/** What is done to locks first, in the order of the text, and variables that give back by themselves. */
	readonly ignored: Set<string>
	readonly exits: { readonly at: Statement; readonly held: Held }[]
	/** States at each `break` out of the loops and switches around. */
	readonly breaks: Held[][]
	depth: number
}

/** Statements that say where a lock is still held, for the end of a function. */
export function locksKept(c: C, body: readonly Statement[], from: number, to: number): Statement[] {
	const text = c.text.slice(from, to)
	if (!/lock|CriticalSection|SRWLock/i.test(text) || !/unlock|Leave|Release|mutexV|unset/i.test(text)) return []
	// A lock that an object takes over is given back with it.
	if (/\b(?:adopt_lock|defer_lock|scope_exit|finally|Cleanup|ScopeGuard)\b/.test(text)) return []
	const walk: Walk = { c, ignored: new Set(), exits: [], breaks: [], depth: 0 }
	const steps: Step[] = []
	for (const it of body) collect(walk, it, steps)
	const first = new Map<string, Step>()
	for (const it of steps) if (!first.has(it.key)) first.set(it.key, it)
	const kept = [...first.values()].filter(
		({ key, isTaken }) => isTaken && !walk.ignored.has(key) && steps.some((it) => it.key === key && !it.isTaken),
	)
	if (kept.length === 0) return []
	const end = run(walk, body, new Set())
	const last = end ?? walk.exits.at(-1)?.held
	const early = end ? walk.exits : walk.exits.slice(0, -1)
	return early
		.filter(({ held }) => kept.some(({ key }) => held.has(key) && last?.has(key) === false))
		.map(({ at }) => ({ kind: 'expression', expression: intrinsic('lockKept', at), ...spanOf(at) }))
}

/** What is done to locks in a statement and all that it holds. */
function collect(walk: Walk, at: unknown, steps: Step[], depth = 0): void {
	if (typeof at !== 'object' || at === null || depth > 60) return
	if (Array.isArray(at)) {
		for (const it of at) collect(walk, it, steps, depth + 1)
		return
	}
	const node = at as { readonly kind?: string }
	if (node.kind === 'closure') {
		// What runs at another time gives back at another time.
		const inner: Step[] = []
		for (const it of (node as Extract<Expression, { kind: 'closure' }>).function.body)
			collect(walk, it, inner, depth + 1)
		for (const it of inner) if (!it.isTaken) walk.ignored.add(it.key)
		return
	}
	if (node.kind === 'declare') {
		const { target } = node as Extract<Statement, { kind: 'declare' }>
		if (target.kind === 'name') walk.ignored.add(target.name)
	}
	if (node.kind === 'call') {
		const step = stepOf(walk.c, node as Call)
		if (step) steps.push(step)
	}
	for (const it of Object.values(node)) collect(walk, it, steps, depth + 1)
}

function stepOf(c: C, call: Call): Step | undefined {
	const { callee } = call
	const [first] = call.arguments
	if (callee.kind === 'field') {
		const isTaken = takingMethod.test(callee.name)
		if (call.arguments.length > 0 || !(isTaken || givingMethod.test(callee.name))) return undefined
		return { key: keyOf(c, callee.object), isTaken }
	}
	if (callee.kind !== 'name' || !first) return undefined
	const isTaken = taking.test(callee.name)
	return isTaken || giving.test(callee.name) ? { key: keyOf(c, first.value), isTaken } : undefined
}

function keyOf(c: C, it: Expression): string {
	return textOf(c, it)
		.replace(/\s+/g, '')
		.replace(/^&|^this->|^\(\*this\)\./g, '')
}

/** What is held for sure behind these statements; undefined where none of them is left at its end. */
function run(walk: Walk, statements: readonly Statement[], before: Held): Held | undefined {
	if (++walk.depth > 200) return undefined
	let held: Held | undefined = before
	for (const it of statements) {
		if (!held) break
		held = step(walk, it, held)
	}
	walk.depth--
	return held
}

function step(walk: Walk, it: Statement, held: Held): Held | undefined {
	switch (it.kind) {
		case 'expression':
		case 'declare': {
			const value = it.kind === 'expression' ? it.expression : it.initial
			return value ? done(walk, value, held) : held
		}
		case 'block':
			return run(walk, it.body, held)
		case 'if': {
			const after = done(walk, it.test, held)
			// Where it is taken in the question, it is not in what is done when that failed.
			const then = run(walk, it.then, new Set([...after].filter((one) => held.has(one))))
			return joined(then, run(walk, it.otherwise, after))
		}
		case 'loop':
		case 'forEach': {
			walk.breaks.push([])
			const body = run(walk, it.body, held)
			return [...(walk.breaks.pop() ?? []), ...(body ? [body] : [])].reduce<Held>(
				(all, one) => joined(all, one) ?? all,
				held,
			)
		}
		case 'switch': {
			walk.breaks.push([])
			let open: Held | undefined
			for (const one of it.cases) open = run(walk, one.body, joined(open, held) ?? held)
			const ends = [...(walk.breaks.pop() ?? []), ...(open ? [open] : [])]
			const hasDefault = it.cases.some((one) => one.values.length === 0)
			if (!hasDefault) ends.push(held)
			return ends.reduce<Held | undefined>((all, one) => joined(all, one), undefined)
		}
		case 'try': {
			const body = run(walk, it.body, held)
			const ends = [body, ...it.handlers.map((one) => run(walk, one.body, held))]
			return ends.reduce((all, one) => joined(all, one), undefined)
		}
		case 'return': {
			const after = it.value ? done(walk, it.value, held) : held
			walk.exits.push({ at: it, held: after })
			return undefined
		}
		case 'throw':
			return undefined
		case 'jump':
			if (it.form === 'break') walk.breaks.at(-1)?.push(held)
			return undefined
		default:
			return held
	}
}

function done(walk: Walk, value: Expression, held: Held): Held {
	const steps: Step[] = []
	collect(walk, value, steps)
	if (steps.length === 0) return held
	const after = new Set(held)
	for (const { key, isTaken } of steps) {
		if (isTaken) after.add(key)
		else after.delete(key)
	}
	return after
}

/** What is held on both ways; a way that does not go on says nothing. */
function joined(a: Held | undefined, b: Held | undefined): Held | undefined {
	if (!a || !b) return a ?? b
	return new Set([...a].filter((it) => b.has(it)))
}
