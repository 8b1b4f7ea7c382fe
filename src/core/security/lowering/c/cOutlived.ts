import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, calledName, plainText, receiverOf } from './cTree.ts'
import { declaredName, declaredType, functionDeclarator, specifierType } from './cTypes.ts'

/*
 * A lambda that captures by reference must not outlive the function: where a thread that is detached runs it, where it is returned, or where
 * an object keeps it, the variables are gone when it runs. One that captures `this` must keep the object alive where that counts its owners.
 */

const deepest = 200
/** As long as captures are: a text may have many brackets that are never closed. */
const capturesByReference = /\[[^\]]{0,200}&/
const threads = /^(?:(?:std|boost)::)?j?thread$/

/** A statement for each lambda of a function that refers to its variables after it has ended. */
export function outlivedIn(c: C, body: CodeNode, parameters: readonly CodeNode[]): Statement[] {
	const text = textOf(c, body)
	if (!capturesByReference.test(text)) return []
	const names = new Set<string>()
	for (const it of parameters) addName(c, it, names)
	addVariables(c, body, names, 0)
	const found: CodeNode[] = []
	visit(c, body, [], found, names)
	return found.map((it) => {
		const expression = intrinsic('outlived', it)
		return { kind: 'expression', expression, ...spanOf(it) }
	})
}

function visit(c: C, node: CodeNode, around: readonly CodeNode[], found: CodeNode[], names: ReadonlySet<string>): void {
	if (around.length > deepest) return
	if (node.kind === 'lambda_expression') {
		if (outlives(c, around) && refersTo(c, node, names)) found.push(node)
		return
	}
	const inner = [...around, node]
	for (const it of node.children) if (it.isNamed) visit(c, it, inner, found, names)
}

/** Whether what stands in these nodes, the innermost last, runs after the function. */
function outlives(c: C, around: readonly CodeNode[]): boolean {
	const [last, before, above] = [around.at(-1), around.at(-2), around.at(-3)]
	if (!last) return false
	if (last.kind === 'return_statement') return true
	if (last.kind === 'assignment_expression') return isField(c, childOf(last, 'left'))
	if (last.kind !== 'argument_list' && last.kind !== 'initializer_list') return false
	if (before?.kind === 'init_declarator') {
		const type = above && childOf(above, 'type')
		const name = declaredName(before)
		return (
			type !== undefined &&
			name !== undefined &&
			threads.test(textOf(c, type)) &&
			isDetached(c, around, textOf(c, name))
		)
	}
	if (before?.kind === 'call_expression' && last.kind === 'argument_list' && isKept(c, before, around)) return true
	const made = before?.kind === 'call_expression' ? childOf(before, 'function') : before && childOf(before, 'type')
	if (!before || !made || !threads.test(textOf(c, made))) return false
	const field = above?.kind === 'field_expression' ? childOf(above, 'field') : undefined
	return field !== undefined && textOf(c, field) === 'detach'
}

/** What these are given they run when they come to it. */
const later =
	/^(?:post|dispatch|defer|co_spawn|singleShot|connect|async_\w+|invokeMethod|enqueue|submit|addTask|schedule|runInLoop|queueInLoop|runAfter|callOnce|set_timeout|setTimeout|push_task)$/
/** A function that calls one of these waits until it was run. */
const waiting =
	/\b(?:run|run_for|run_until|run_one|poll|join\w*|get|wait\w*|exec|arrive_and_wait|acquire|sync|drain|finish|flush|value)\s*\(/

/** Whether a call of a library or of the program keeps the lambda that it is given last among these nodes. */
function isKept(c: C, call: CodeNode, around: readonly CodeNode[]): boolean {
	const [body] = around
	const name = calledName(c, call)
	const given = argumentNodes(call)
	// What belongs to a variable of the function goes with it.
	const holder =
		receiverOf(call) ?? (given[0]?.kind === 'pointer_expression' ? childOf(given[0], 'argument') : undefined)
	if (holder && isLocalObject(c, body, holder)) return false
	const position = given.findIndex((it) => it.kind === 'lambda_expression')
	const own = c.types.defined.get(name)
	if (!own) return later.test(name) && body !== undefined && !waiting.test(textOf(c, body))
	const [only] = own
	return own.length === 1 && only !== undefined && keeps(c, only, position)
}

/** A variable of the function that is the object itself. */
function isLocalObject(c: C, body: CodeNode | undefined, holder: CodeNode): boolean {
	if (holder.kind !== 'identifier' || !body) return false
	const own = new Set<string>()
	addVariables(c, body, own, 0)
	const name = escapePattern(textOf(c, holder))
	return (
		own.has(textOf(c, holder)) && !new RegExp(`\\*\\s*${name}\\b|ptr<[^;]{0,200}>\\s*${name}\\b`).test(textOf(c, body))
	)
}

/** Whether a function of the program puts what it is given into a member or a container of one. */
function keeps(c: C, defined: CodeNode, position: number): boolean {
	const taking = functionDeclarator(childOf(defined, 'declarator'))
	const list = taking && childOf(taking, 'parameters')
	const parameter = list && namedChildren(list)[position]
	const name = parameter && declaredName(childOf(parameter, 'declarator'))
	const body = childOf(defined, 'body')
	if (!name || !body) return false
	const written = String.raw`(?:(?:std::)?(?:move|forward(?:<[^;()]{0,80}>)?)\(${escapePattern(textOf(c, name))}\)|${escapePattern(textOf(c, name))})`
	const text = plainText(c, body)
	const member = String.raw`(?:this->\w+|\w+_|m_\w+|\w+_\[[^\];]{0,80}\])`
	return new RegExp(
		String.raw`${member}\.(?:push_back|emplace_back|push|emplace|insert|push_front|append)\((?:[^;()]{0,80},)?${written}\)|${member}=${written};`,
	).test(text)
}

const running = /^(?:async_\w+|post|dispatch|defer|co_spawn|spawn|bind_executor)$/

/** A statement for each lambda that is run later and captures an object which only its owners keep alive. */
export function unownedIn(c: C, body: CodeNode): Statement[] {
	const structure = c.owner === undefined ? undefined : c.types.structures.get(c.owner)
	if (!structure?.bases.some((it) => /(?:^|\.)enable_shared_from_this$/.test(it))) return []
	const text = textOf(c, body)
	const owners = new Set([...text.matchAll(ownerVariable)].map((it) => it[1]))
	const found: Statement[] = []
	const look = (node: CodeNode, call: CodeNode | undefined, depth: number): void => {
		if (depth > deepest) return
		if (node.kind === 'lambda_expression' && call && capturesPlainThis(c, node, owners)) {
			found.push({ kind: 'expression', expression: intrinsic('unowned', node), ...spanOf(node) })
		}
		const isCall = node.kind === 'call_expression'
		const isRunning = isCall && running.test(calledName(c, node))
		const inner = isCall ? (isRunning && !/(?:shared|weak)_from_this/.test(textOf(c, node)) ? node : undefined) : call
		for (const it of node.children) {
			if (!it.isNamed) continue
			const isArgument = it.kind === 'argument_list' || node.kind === 'argument_list'
			look(it, isCall || isArgument ? inner : undefined, depth + 1)
		}
	}
	look(body, undefined, 0)
	return found
}

const ownerVariable = /\b(\w+)\s*(?:=|\{|\()\s*(?:this->)?(?:shared|weak)_from_this\s*\(/g

function capturesPlainThis(c: C, lambda: CodeNode, owners: ReadonlySet<string | undefined>): boolean {
	const captures = childOf(lambda, 'captures')
	const written = captures
		? textOf(c, captures)
				.slice(1, -1)
				.split(',')
				.map((it) => it.trim())
		: []
	if (!written.includes('this')) return false
	return written.every(
		(it) => !owners.has(it.replace(/^&|\s*=[\s\S]*$/g, '')) && !/(?:^|\W)(?:self|shared|weak|me)\w*\b/i.test(it),
	)
}

function isDetached(c: C, around: readonly CodeNode[], name: string): boolean {
	const [body] = around
	return body !== undefined && new RegExp(`\\b${escapePattern(name)}\\s*\\.\\s*detach\\s*\\(`).test(textOf(c, body))
}

/** `this->done`, or a member of the class. */
function isField(c: C, left: CodeNode | undefined): boolean {
	if (!left) return false
	const made = c.expression(left, left)
	return made.kind === 'field' && made.object.kind === 'self'
}

/** Whether a lambda captures one of these by reference and uses it. */
function refersTo(c: C, lambda: CodeNode, names: ReadonlySet<string>): boolean {
	const captures = childOf(lambda, 'captures')
	const body = childOf(lambda, 'body')
	if (!captures || !body) return false
	const written = textOf(c, captures)
		.slice(1, -1)
		.split(',')
		.map((it) => it.trim())
	const isAll = written.includes('&')
	const copied = new Set(written.map((it) => /^(?:\*)?(\w+)/.exec(it)?.[1]))
	const named = new Set(written.map((it) => /^&\s*(\w+)$/.exec(it)?.[1]))
	const own = new Set<string>()
	const declarator = childOf(lambda, 'declarator')
	const list = declarator && childOf(declarator, 'parameters')
	for (const it of list ? namedChildren(list) : []) {
		const name = declaredName(childOf(it, 'declarator'))
		if (name) own.add(textOf(c, name))
	}
	addVariables(c, body, own, 0)
	const refers = (node: CodeNode, depth: number): boolean => {
		if (node.kind === 'identifier') {
			const name = textOf(c, node)
			return names.has(name) && !own.has(name) && (named.has(name) || (isAll && !copied.has(name)))
		}
		return depth < deepest && node.children.some((it) => it.isNamed && refers(it, depth + 1))
	}
	return refers(body, 0)
}

/** The variables of a declaration or parameter that are no references. */
export function addName(c: C, node: CodeNode, names: Set<string>): void {
	const base = specifierType(c.types, childOf(node, 'type'))
	for (const it of node.children) {
		if (it.field !== 'declarator') continue
		const inner = it.kind === 'init_declarator' ? childOf(it, 'declarator') : it
		const name = declaredName(inner)
		// What a reference leads to is somebody else's.
		if (
			name?.kind === 'identifier' &&
			!functionDeclarator(inner) &&
			declaredType(c.types, base, inner).form !== 'reference'
		)
			names.add(textOf(c, name))
	}
}

/** Variables that a block declares and that go with it. */
function addVariables(c: C, node: CodeNode, names: Set<string>, depth: number): void {
	if (depth > deepest || node.kind === 'lambda_expression') return
	if (node.kind === 'declaration' && !/^\s*(?:static|thread_local|extern)\b/.test(textOf(c, node)))
		addName(c, node, names)
	for (const it of node.children) if (it.isNamed) addVariables(c, it, names, depth + 1)
}
