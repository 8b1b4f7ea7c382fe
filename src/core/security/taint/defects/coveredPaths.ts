import type { Call, ClassIr, Expression } from '../../ir/ir.ts'
import { type FileNodes, type IrNode, someNode } from '../../ir/irNodes.ts'
import type { Machine, ProgramUnit } from '../machine.ts'

/** What one rule says: which addresses it is for, and what it asks of who wants them. */
interface PathRule {
	readonly call: Call
	readonly patterns: readonly string[]
	/** Of a request; absent where all count. */
	readonly method: string | undefined
	readonly access: Access
}

interface Access {
	readonly level: number | undefined
	readonly roles: ReadonlySet<string>
}

type Pattern = Pick<RegExp, 'test'>

/**
 * Rules for addresses of which the first that fits counts: one that asks for little and stands in front of one that asks for more, for some of the same addresses.
 * That one is never asked then.
 */
export function checkCoveredPaths(machine: Machine, unit: ProgramUnit): void {
	for (const entry of machine.rules.coveredPaths) {
		const named = entry.find.covers === undefined ? undefined : machine.rules.cache.pattern(entry.find.covers)
		if (!named) continue
		// Most files have no such rules, and their functions need not be gone through.
		const asking = unit.nodes
			.of<Call>('call')
			.filter(({ callee }) => callee.kind === 'field' && named.test(callee.name))
		if (asking.length < 2) continue
		for (const rules of rulesIn(unit, named))
			for (const [at, rule] of rules.entries())
				if (rules.slice(at + 1).some((later) => takesFrom(rule, later)))
					machine.reporter.find(entry, machine.place(ownSpan(rule.call)))
	}
}

/** The part of a chain that is the call itself. */
function ownSpan({ callee, end }: Call): { readonly start: number; readonly end: number } {
	return { start: callee.kind === 'field' ? callee.end - callee.name.length : callee.start, end }
}

/** The rules of each list, in their order. */
function rulesIn({ ir, nodes, text }: ProgramUnit, named: Pattern): readonly (readonly PathRule[])[] {
	const lists: (readonly PathRule[])[] = []
	let kept: ReadonlyMap<string, Expression> | undefined
	for (const calls of callsOfBodies(ir.body)) {
		const own = calls.filter(({ callee }) => callee.kind === 'field' && named.test(callee.name))
		if (own.length < 2) continue
		kept ??= constantsIn(nodes)
		const behind = new Map<Expression, Call>()
		for (const call of calls) if (call.callee.kind === 'field') behind.set(call.callee.object, call)
		const groups = new Map<string, PathRule[]>()
		for (const call of own.toSorted((a, b) => a.callee.end - b.callee.end)) {
			const rule = ruleOf(call, behind.get(call), kept)
			const root = rule && rootOf(call)
			if (root?.kind !== 'name' && root?.kind !== 'self' && root?.kind !== 'call') continue
			const key = text.slice(root.start, root.end)
			const group = groups.get(key)
			if (group) group.push(rule as PathRule)
			else groups.set(key, [rule as PathRule])
		}
		lists.push(...groups.values())
	}
	return lists
}

/** What is called in each function, without the functions in it. */
function callsOfBodies(root: unknown): readonly (readonly Call[])[] {
	const found: Call[][] = []
	const visit = (node: unknown, calls: Call[]): void => {
		if (typeof node !== 'object' || node === null) return
		const it = node as IrNode
		let own = calls
		if (Array.isArray(it.parameters) && Array.isArray(it.body) && it.head !== undefined) {
			own = []
			found.push(own)
		}
		if (it.kind === 'call') own.push(node as Call)
		for (const key in it) visit(it[key], own)
	}
	visit(root, [])
	return found
}

/** What constants of the classes are called, and lists of them. */
function constantsIn(nodes: FileNodes): ReadonlyMap<string, Expression> {
	const found = new Map<string, Expression>()
	for (const it of nodes.of<{ readonly class: ClassIr }>('class'))
		for (const { name, initial } of it.class.fields) if (initial) found.set(name, initial)
	return found
}

/** What the chain begins with. */
function rootOf({ callee }: Call): Expression {
	let it: Expression = callee
	while (true) {
		if (it.kind === 'field') it = it.object
		else if (it.kind === 'call' && it.callee.kind === 'field') it = it.callee
		else return it
	}
}

function ruleOf(call: Call, next: Call | undefined, kept: ReadonlyMap<string, Expression>): PathRule | undefined {
	const [first, second] = call.arguments
	// `chain.put("/admin/**", "roles[admin]")`: both stand in the call.
	const words = second && call.arguments.length === 2 ? textOf(second.value) : undefined
	const filters = words === undefined || words.startsWith('/') ? undefined : ofFilters(words)
	const access = filters ?? (next && ofCall(next))
	if (!access || !first) return undefined
	const patterns = (filters ? [first] : call.arguments).flatMap(({ value }) => patternsOf(value, kept, 0))
	return patterns.length === 0
		? undefined
		: { call, patterns, method: filters ? undefined : methodOf(call.arguments), access }
}

const deepestPattern = 4

function patternsOf(it: Expression, kept: ReadonlyMap<string, Expression>, depth: number): readonly string[] {
	if (depth > deepestPattern) return []
	const inside = (one: Expression): readonly string[] => patternsOf(one, kept, depth + 1)
	const text = textOf(it)
	if (text !== undefined) return text.startsWith('/') ? [text] : []
	if (it.kind === 'name' || it.kind === 'field') {
		const initial = kept.get(it.name)
		return initial ? inside(initial) : []
	}
	if (it.kind === 'list') return it.items.flatMap((one) => inside(one.value))
	// `new AntPathRequestMatcher("/a/**")`, `antMatcher("/a/**")`, `mvc.pattern("/a/**")`.
	if (
		it.kind === 'call' &&
		(it.callee.kind === 'name' || it.callee.kind === 'field') &&
		makesMatcher.test(it.callee.name)
	)
		return it.arguments.flatMap((one) => inside(one.value))
	return []
}

const makesMatcher = /^(?:(?:Ant|Mvc|Path)\w*RequestMatcher|\w*[mM]atcher|pattern)$/

function textOf(it: Expression): string | undefined {
	if (it.kind === 'constant') return typeof it.value === 'string' ? it.value : undefined
	if (it.kind !== 'binary' || it.operator !== '+') return undefined
	const [left, right] = [textOf(it.left), textOf(it.right)]
	return left === undefined || right === undefined ? undefined : left + right
}

/** Which requests it is for: `HttpMethod.POST`, or `"POST"` beside the address. */
function methodOf(given: Call['arguments']): string | undefined {
	let found: string | undefined
	someNode(given, (it) => {
		const name = it.kind === 'constant' ? it.value : it.kind === 'field' || it.kind === 'name' ? it.name : undefined
		if (typeof name === 'string' && /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE)$/.test(name)) found = name
		return found !== undefined
	})
	return found
}

/** How much is asked for, from nothing to what nobody has. */
const levels: ReadonlyMap<string, number> = new Map([
	['permitAll', 0],
	['rememberMe', 1],
	['authenticated', 1],
	['fullyAuthenticated', 2],
	['hasRole', 3],
	['hasAnyRole', 3],
	['hasAllRoles', 3],
	['hasAuthority', 3],
	['hasAnyAuthority', 3],
	['hasAllAuthorities', 3],
	['denyAll', 4],
])
const ofRoles = 3

function ofCall({ callee, arguments: given }: Call): Access | undefined {
	if (callee.kind !== 'field') return undefined
	const roles = new Set(given.flatMap(({ value }) => textOf(value) ?? []))
	const level = levels.get(callee.name)
	if (level !== undefined) return { level, roles }
	if (callee.name !== 'access') return undefined
	// An expression in a text; what an object decides is not known.
	const [words] = roles
	const [, called = ''] = /^\s*(?:is(?=[AFR]))?(\w+)\s*(?:\(|$)/.exec(words ?? '') ?? []
	const said = /&&|\|\||\b(?:and|or)\b/.test(words ?? '')
		? undefined
		: levels.get(called.charAt(0).toLowerCase() + called.slice(1))
	return { level: said, roles: new Set([...(words ?? '').matchAll(/'([^']*)'/g)].map(([, it = '']) => it)) }
}

const longestFilters = 300

/** The filters of Shiro: `anon`, `authc`, `authc, roles[admin]`. */
function ofFilters(words: string): Access | undefined {
	if (words.length > longestFilters) return undefined
	const all = words.split(/,(?![^[\]]*\])/).map((it) => it.trim())
	if (!all.every((it) => /^[a-zA-Z]\w*(?:\[.*\])?$/.test(it))) return undefined
	if (all.some((it) => /^(?:roles|perms|rest|anyRoles)\[/.test(it))) return { level: ofRoles, roles: new Set([words]) }
	if (all.some((it) => /^(?:authc|authcBasic|authcBearer|user)$/.test(it))) return { level: 1, roles: new Set() }
	return all.every((it) => it === 'anon') ? { level: 0, roles: new Set() } : undefined
}

function takesFrom(rule: PathRule, later: PathRule): boolean {
	if (rule.method !== undefined && rule.method !== later.method) return false
	return (
		asksForLess(rule.access, later.access) &&
		later.patterns.some((narrow) => rule.patterns.some((broad) => covers(partsOf(broad), partsOf(narrow))))
	)
}

function asksForLess({ level, roles }: Access, later: Access): boolean {
	if (level === undefined) return false
	if (level !== ofRoles || later.level !== ofRoles) return level < (later.level ?? ofRoles)
	// Of roles no order is known, but that one of several is less than one of them.
	const isFewer = later.roles.size < roles.size && [...later.roles].every((it) => roles.has(it))
	return later.roles.size > 0 && (isFewer || (areMighty(later.roles) && !areMighty(roles)))
}

function areMighty(roles: ReadonlySet<string>): boolean {
	return [...roles].some((it) => /admin|superuser|root|owner|manage/i.test(it))
}

function partsOf(pattern: string): readonly string[] {
	return pattern.split('/').filter((it) => it !== '')
}

/** Whether all addresses of one pattern are addresses of the other as well. */
function covers(broad: readonly string[], narrow: readonly string[]): boolean {
	for (const [at, part] of broad.entries()) {
		if (part === '**') return at === broad.length - 1
		const other = narrow[at]
		if (other === undefined || other === '**') return false
		if (part !== other && !/^(?:\*|\{\w+\})$/.test(part)) return false
	}
	return broad.length === narrow.length
}
