import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { comparisonsIn, each, names, nodesOf, plainText } from './cTree.ts'
import { declaredName, declaredType, specifierType } from './cTypes.ts'

/*
 * Two locks that are held together have to be taken in the same order by everybody. Where two objects are handed over and each has its lock, who calls decides on
 * the order, and two callers may decide otherwise.
 */

interface Taken {
	readonly at: CodeNode
	/** Blocks around it, the innermost last. */
	readonly blocks: readonly CodeNode[]
	/** `from` of `from.mutex`, empty for a name alone. */
	readonly root: string
	readonly path: string
	readonly isScoped: boolean
}

const scoped =
	/^(?:const)?(?:std::|boost::|absl::|folly::)?(?:lock_guard|unique_lock|scoped_lock|shared_lock|MutexLock(?:Guard)?|WriterMutexLock|ReaderMutexLock|QMutexLocker|QWriteLocker|QReadLocker|CAutoLock|AutoLock)(?:<[^;{}()]*>)?(\w+)[({](.*)[)}];?$/
const byHand =
	/^(?:(.+?)(?:\.|->)(?:lock|Lock|lock_shared)\(\)|(?:pthread_mutex_lock|pthread_rwlock_(?:rd|wr)lock|mtx_lock|EnterCriticalSection|AcquireSRWLockExclusive)\((.+)\))$/
/** Both are taken at once, or one is given up where the other one is held. */
const together =
	/\b(?:defer_lock|adopt_lock|try_to_lock|try_lock\w*|(?:pthread_mutex|mtx)_trylock)\b|\bstd\s*::\s*lock\s*\(|\block\s*\(\s*\w+\s*,/

function takenIn(c: C, body: CodeNode): Taken[] {
	const found: Taken[] = []
	const look = (node: CodeNode, blocks: readonly CodeNode[], depth: number): void => {
		if (depth > 60 || node.kind === 'lambda_expression') return
		const inner = node.kind === 'compound_statement' ? [...blocks, node] : blocks
		if (node.kind === 'declaration' || node.kind === 'call_expression') {
			const text = plainText(c, node)
			if (text.length < 200) {
				const [, , guarded] = scoped.exec(text) ?? []
				const [, method, function_] = guarded === undefined ? (byHand.exec(text) ?? []) : []
				const lock = (guarded ?? method ?? function_)?.replace(/^[&*]+|^this->/g, '')
				const [, root = '', path] = /^(?:(\w+)(?:\.|->))?(\w+(?:\(\))?)$/.exec(lock ?? '') ?? []
				if (path !== undefined) found.push({ at: node, blocks, root, path, isScoped: guarded !== undefined })
			}
		}
		for (const it of node.children) if (it.isNamed) look(it, inner, depth + 1)
	}
	look(body, [], 0)
	return found
}

/** Pairs of which the first is still held when the second is taken. */
function heldTogether(c: C, body: CodeNode): (readonly [first: Taken, second: Taken])[] {
	const text = textOf(c, body)
	if (!/lock|CriticalSection/i.test(text) || together.test(text)) return []
	const all = takenIn(c, body)
	return all.flatMap((first, at) =>
		all.slice(at + 1).flatMap((second) => {
			const block = first.blocks.at(-1)
			if (block && !second.blocks.includes(block)) return []
			const between = c.text.slice(first.at.end, second.at.start)
			return /unlock|Leave|Release/.test(between) ? [] : [[first, second] as const]
		}),
	)
}

/** Statements where the locks of two objects that were handed over are taken in the order in which they came. */
export function lockedAsHanded(c: C, body: CodeNode, parameters: readonly CodeNode[]): Statement[] {
	const types = new Map<string, string>()
	for (const it of parameters) {
		const name = declaredName(childOf(it, 'declarator'))
		const type = declaredType(c.types, specifierType(c.types, childOf(it, 'type')), childOf(it, 'declarator'))
		const inner = type.form === 'pointer' || type.form === 'reference' ? type.to : undefined
		if (name && inner?.form === 'plain') types.set(textOf(c, name), inner.name)
	}
	if (types.size === 0) return []
	const isOrdered = (a: string, b: string): boolean =>
		comparisonsIn(c, body, false).some(
			(it) => (a === '' || names(c, it, a) || /\bthis\b/.test(textOf(c, it))) && names(c, it, b),
		) || /\b(?:less|compare)\b/.test(textOf(c, body))
	return heldTogether(c, body).flatMap(([first, second]) => {
		if (first.path !== second.path || first.root === second.root) return []
		const [a, b] = [first.root, second.root]
		const own = c.owner?.split('.').at(-1)
		const isSame =
			a !== '' && b !== ''
				? types.has(a) && types.get(a) === types.get(b)
				: own !== undefined &&
					types
						.get(a === '' ? b : a)
						?.split('.')
						.at(-1) === own
		if (!isSame || isOrdered(a === '' ? b : a, a === '' ? '' : b === '' ? a : b)) return []
		return [noted(second.at)]
	})
}

/** Statements where one function takes two locks the other way round than another one before it. */
export function lockedOtherwise(c: C, root: CodeNode): Statement[] {
	if (!/lock|CriticalSection/i.test(c.text)) return []
	const before = new Set<string>()
	const found: Statement[] = []
	for (const it of nodesOf(root, new Set(['function_definition']))) {
		const body = childOf(it, 'body')
		if (!body) continue
		const own = new Set<string>()
		for (const [first, second] of heldTogether(c, body)) {
			// What is one in each function is not known to be the same.
			if (first.root !== '' || second.root !== '' || first.path === second.path) continue
			if ([first, second].some((one) => isLocal(c, it, body, one.path))) continue
			own.add(`${first.path} ${second.path}`)
			if (before.has(`${second.path} ${first.path}`) && !own.has(`${second.path} ${first.path}`))
				found.push(noted(second.at))
		}
		for (const one of own) before.add(one)
	}
	return found
}

function isLocal(c: C, definition: CodeNode, body: CodeNode, name: string): boolean {
	const head = c.text.slice(definition.start, body.start)
	let isFound = new RegExp(`[\\s&*]${escapePattern(name)}\\s*[,)]`).test(head)
	each(body, (it) => {
		if (it.kind === 'declaration') {
			const declared = declaredName(childOf(it, 'declarator'))
			if (declared && textOf(c, declared) === name) isFound = true
		}
		return !isFound
	})
	return isFound
}

function noted(at: CodeNode): Statement {
	return { kind: 'expression', expression: intrinsic('lockOrder', at), ...spanOf(at) }
}
