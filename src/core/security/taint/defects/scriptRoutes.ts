import type { Call, Expression, ModuleIr, Statement } from '../../ir/ir.ts'
import { someNode } from '../../ir/irNodes.ts'
import type { RuleFind } from '../../rules/ruleIndex.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine, ProgramUnit } from '../machine.ts'

interface Route {
	readonly name: string
	/** Routes of one router, or what a file exports, are siblings. */
	readonly group: string
	readonly address: string
	readonly shown: CodeSpan
	readonly span: CodeSpan
	readonly isGuarded: boolean
}

type Pattern = Pick<RegExp, 'test'>

/** So many that are guarded tell of one with another address. */
const fewestGuarded = 3

/**
 * A handler that changes something without the check that its siblings make: `router.delete('/:id', remove)` beside `router.put('/:id', requireAdmin, change)`,
 * or an exported `DELETE` beside a `PATCH` that asks for a role.
 */
export function checkScriptRoutes(machine: Machine, unit: ProgramUnit, { rule, find }: RuleFind): void {
	const { cache } = machine.rules
	const { route = '', lookup = '', method = route, except } = find
	const [isOpen, isRoute, isGuard] = [cache.pattern(method), cache.pattern(route), cache.pattern(lookup)]
	if (!isOpen || !isRoute || !isGuard) return
	const excuse = except === undefined ? undefined : cache.pattern(except)
	const routes = [...exportedRoutes(unit.ir, isRoute, isGuard), ...routerRoutes(unit, isRoute, isGuard)]
	for (const one of routes) {
		if (one.isGuarded || !isOpen.test(one.name)) continue
		const siblings = routes.filter((it) => it.group === one.group && it !== one)
		const guarded = siblings.filter((it) => it.isGuarded)
		const isNear = guarded.some((it) => it.address === one.address)
		// Where several do without, that may be what is meant.
		const open = siblings.length - guarded.length
		if (isNear ? open > guarded.length : open > 0 || guarded.length < fewestGuarded) continue
		if (excuse?.test(unit.text.slice(one.span.start, one.span.end)) === true) continue
		machine.reporter.find({ rule, find }, machine.place(one.shown))
	}
}

/** `export async function DELETE(request)`, `export const DELETE = withUser(…)` of Next.js, SvelteKit, Astro. */
function exportedRoutes({ body }: ModuleIr, isRoute: Pattern, isGuard: Pattern): readonly Route[] {
	const exported = new Set(body.flatMap((it) => (it.kind === 'export' ? [it.name] : [])))
	return body.flatMap((it): readonly Route[] => {
		const [name, at] = definedBy(it)
		if (name === undefined || !/^[A-Z]+$/.test(name) || !exported.has(name) || !isRoute.test(name)) return []
		const span = it.kind === 'function' ? it.function : it
		return [{ name, group: '', address: '', shown: at ?? it, span, isGuarded: isAsking(it, isGuard) }]
	})
}

function definedBy(it: Statement): readonly [string | undefined, CodeSpan?] {
	if (it.kind === 'function') return [it.function.name, it.function.head]
	return it.kind === 'declare' && it.target.kind === 'name' ? [it.target.name, it.target] : [undefined]
}

function routerRoutes({ nodes, text }: ProgramUnit, isRoute: Pattern, isGuard: Pattern): readonly Route[] {
	const calls = nodes.of<Call>('call')
	const textOf = ({ start, end }: CodeSpan) => text.slice(start, Math.min(end, start + longest))
	// What stands in front of all routes of a router guards them.
	const all = calls.flatMap(({ callee, arguments: given }) =>
		callee.kind === 'field' && /^(?:use|addHook|all)$/.test(callee.name) && isAsking(given, isGuard)
			? [textOf(callee.object)]
			: [],
	)
	return calls.flatMap((call): readonly Route[] => {
		const { callee, arguments: given } = call
		if (callee.kind !== 'field' || !isRoute.test(callee.name)) return []
		const [base, before] = mapped(callee.object)
		const first = before ?? given[0]?.value
		const isAddress = first?.kind === 'constant' && typeof first.value === 'string' && /^$|^[/:*]/.test(first.value)
		if (!isAddress || given.length < (before ? 1 : 2)) return []
		const group = textOf(base)
		const span = { start: callee.end, end: call.end }
		const shown = { start: callee.end - callee.name.length, end: callee.end }
		const isGuarded = all.includes(group) || isAsking(given, isGuard)
		return [{ name: callee.name, group: `${group}.`, address: String(first.value), shown, span, isGuarded }]
	})
}

const longest = 80

/** Of `router.route('/x').get(list)` the router and the address. */
function mapped(object: Expression): readonly [Expression, Expression | undefined] {
	let at = object
	while (at.kind === 'call' && at.callee.kind === 'field') {
		if (at.callee.name === 'route') return [at.callee.object, at.arguments[0]?.value]
		at = at.callee.object
	}
	return [object, undefined]
}

/** Whether something is called, or handed over, whose name says that it checks. */
function isAsking(node: unknown, isGuard: Pattern): boolean {
	return someNode(
		node,
		(it) => (it.kind === 'name' || it.kind === 'field') && isGuard.test(String(it.name).slice(0, longest)),
	)
}
