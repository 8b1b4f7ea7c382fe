import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, bare, calledName, callsIn, each, plainText, receiverOf } from './cTree.ts'

/*
 * Servers run their handlers in several threads. What these change together without a lock is changed by two of them at the same time.
 */

export interface SharedClass {
	readonly name: string
	/** Where a method changes a container or counter of the object, by the name of the method, and no lock is held there. */
	readonly changes: ReadonlyMap<string, CodeNode>
}

const routes =
	/^(?:Get|Post|Put|Patch|Delete|Options|set_pre_routing_handler|set_post_routing_handler|set_error_handler|set_logger)$/
const locking =
	/\b(?:lock_guard|unique_lock|scoped_lock|shared_lock|lock|wlock|withWLock|QMutexLocker|QWriteLocker|MutexLock\w*|synchronized|pthread_mutex_lock|strand|call_once|post|dispatch)\b/
const growing =
	/^(?:push_back|emplace_back|push_front|emplace_front|pop_back|pop_front|push|pop|insert|emplace|try_emplace|insert_or_assign|erase|clear|resize|assign|append)$/
const shareable =
	'(?:std::)?(?:vector|deque|list|(?:unordered_)?(?:multi)?(?:map|set)|queue|stack|string)\\b(?:\\s*<[^;{}()]*>)?|(?:unsigned\\s+|signed\\s+)?(?:int|long|long\\s+long|short)|unsigned|(?:std::)?(?:size_t|u?int(?:8|16|32|64)_t)|double|float'

/** Statements where the handlers of a server change something of the program, and none of them holds a lock. */
export function sharedByHandlers(c: C, root: CodeNode, classes: readonly SharedClass[]): Statement[] {
	if (!/\b(?:httplib|crow|CROW_ROUTE|Crow)\b/.test(c.text)) return []
	const isCrow = /\.\s*(?:multithreaded\s*\(|concurrency\s*\((?!\s*1\s*\)))/.test(c.text)
	const found = new Set<CodeNode>()
	for (const call of callsIn(root)) {
		const lambdas = argumentNodes(call).filter((it) => it.kind === 'lambda_expression')
		if (lambdas.length === 0) continue
		const isRoute = routes.test(calledName(c, call)) && /\bhttplib\b/.test(c.text)
		const callee = childOf(call, 'function')
		if (!isRoute && !(isCrow && callee && /^CROW_\w*ROUTE\s*\(/.test(textOf(c, callee)))) continue
		for (const it of lambdas) {
			const place = changedIn(c, it, classes)
			if (place) found.add(place)
		}
	}
	return [...found].map((it) => ({ kind: 'expression', expression: intrinsic('sharedByHandlers', it), ...spanOf(it) }))
}

function changedIn(c: C, lambda: CodeNode, classes: readonly SharedClass[]): CodeNode | undefined {
	const body = childOf(lambda, 'body')
	const captures = childOf(lambda, 'captures') ?? childOfKind(lambda, 'lambda_capture_specifier')
	if (!body || !captures || locking.test(textOf(c, body))) return undefined
	let place: CodeNode | undefined
	each(body, (it) => {
		if (place) return false
		const target =
			it.kind === 'assignment_expression'
				? childOf(it, 'left')
				: it.kind === 'update_expression'
					? childOf(it, 'argument')
					: it.kind === 'call_expression'
						? receiverOf(it)
						: undefined
		const name = target && rootName(c, bare(target))
		if (!target || name === undefined || !isShared(c, lambda, body, captures, name)) return true
		if (it.kind !== 'call_expression' || growing.test(calledName(c, it))) {
			if (isOfType(c, name, shareable)) place = it
			if (place || it.kind !== 'call_expression') return true
		}
		const method = calledName(c, it)
		for (const one of classes) {
			const change = one.changes.get(method)
			if (change && isOfType(c, name, `(?:\\w+::)*${escapePattern(one.name)}`)) place = change
		}
		return true
	})
	return place
}

/** `counts` of `counts[page]`, `counts` and `state.counts` (which is what it belongs to). */
function rootName(c: C, node: CodeNode | undefined): string | undefined {
	let at = node
	for (let depth = 0; at?.kind === 'subscript_expression' && depth < 4; depth++) at = childOf(at, 'argument')
	return at?.kind === 'identifier' ? textOf(c, at) : undefined
}

/** A variable of the file, or one that the lambda refers to. */
function isShared(c: C, lambda: CodeNode, body: CodeNode, captures: CodeNode, name: string): boolean {
	const of = escapePattern(name)
	const parameters = c.text.slice(captures.end, body.start)
	if (new RegExp(`[\\s&*]${of}\\s*[,)]`).test(parameters)) return false
	if (new RegExp(`(?:[\\w>&*]\\s*[\\s&*])${of}\\s*(?:[=;{(:]|$)`).test(textOf(c, body).replace(/\breturn\b/g, ';')))
		return false
	const written = plainText(c, captures)
	if (new RegExp(`[[,](?:this,)?&(?:[,\\]]|${of}[,\\]])`).test(written) || new RegExp(`&${of}[,\\]]`).test(written))
		return true
	if (new RegExp(`[[,]${of}[,\\]=]`).test(written)) return false
	// Those of the file need not be captured.
	return new RegExp(`^(?:static\\s+|inline\\s+)*[\\w:<>, ]+\\s${of}\\s*(?:;|=|\\{)`, 'm').test(
		c.text.slice(0, lambda.start),
	)
}

function isOfType(c: C, name: string, type: string): boolean {
	return new RegExp(`(?:^|[\\s;{}(])(?:static\\s+)?(?:${type})\\s+${escapePattern(name)}\\s*(?:[;={]|\\()`).test(c.text)
}

export function holdsNoLock(c: C, body: CodeNode): boolean {
	return !locking.test(textOf(c, body)) && namedChildren(body).length > 0
}
