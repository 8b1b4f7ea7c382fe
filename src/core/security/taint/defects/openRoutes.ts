import type { Call, Expression } from '../../ir/ir.ts'
import type { FileNodes } from '../../ir/irNodes.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { checkScriptRoutes } from './scriptRoutes.ts'

interface Route {
	readonly call: Call
	readonly name: string
	/** What it is mapped on, and what its address begins with: routes of one are siblings. */
	readonly group: string
	readonly isGuarded: boolean
}

/** A route that is mapped without what the routes beside it have behind them: `app.MapPost(…)` where the others go on with `.RequireAuthorization()`. */
export function checkOpenRoutes(machine: Machine, unit: ProgramUnit): void {
	for (const entry of machine.rules.openRoutes) {
		if (machine.language === 'javascript') {
			checkScriptRoutes(machine, unit, entry)
			continue
		}
		const { cache } = machine.rules
		const { route = '', lookup = '', method = route, except } = entry.find
		const [isOpen, isRoute, isGuard] = [cache.pattern(method), cache.pattern(route), cache.pattern(lookup)]
		if (!isOpen || !isRoute || !isGuard) continue
		const routes = routesIn(unit, isRoute, isGuard)
		const excuse = except === undefined ? undefined : cache.pattern(except)
		for (const one of routes) {
			if (one.isGuarded || !isOpen.test(one.name)) continue
			const beside = routes.filter((it) => it.group === one.group && it !== one)
			// Where several do without, that may be what is meant.
			if (beside.length === 0 || !beside.every((it) => it.isGuarded)) continue
			if (excuse?.test(unit.text.slice(one.call.start, one.call.end)) !== true)
				machine.reporter.find(entry, machine.place(one.call))
		}
	}
}

type Pattern = Pick<RegExp, 'test'>

function routesIn(unit: ProgramUnit, isRoute: Pattern, isGuard: Pattern): readonly Route[] {
	const { nodes, text } = unit
	const calls = nodes.of<Call>('call')
	const behind = new Map<Expression, Call>()
	for (const call of calls) if (call.callee.kind === 'field') behind.set(call.callee.object, call)
	const kept = keptIn(nodes)
	return calls.flatMap((call): readonly Route[] => {
		const { callee } = call
		const address = addressOf(call)
		if (callee.kind !== 'field' || !isRoute.test(callee.name) || address === undefined) return []
		let isGuarded = false
		let last = call
		for (let next = behind.get(last); next; next = behind.get(last)) {
			if (next.callee.kind === 'field' && isGuard.test(next.callee.name)) isGuarded = true
			last = next
		}
		// What is kept may be guarded later.
		const { object } = callee
		return [
			{
				call,
				name: callee.name,
				group: `${text.slice(object.start, object.end)} ${address}`,
				isGuarded: isGuarded || kept.has(last),
			},
		]
	})
}

/** Expressions whose result goes into something else than a statement of its own. */
function keptIn(nodes: FileNodes): ReadonlySet<unknown> {
	const kept = new Set<unknown>()
	for (const it of nodes.of<{ readonly initial?: unknown }>('declare')) kept.add(it.initial)
	for (const it of nodes.of<{ readonly value?: unknown }>('assign')) kept.add(it.value)
	for (const it of nodes.of<Call>('call')) for (const one of it.arguments) kept.add(one.value)
	return kept
}

/** The first part of the address that says what the route is about; undefined where it is not written there. */
function addressOf({ arguments: [first] }: Call): string | undefined {
	const value = first?.value
	if (value?.kind !== 'constant' || typeof value.value !== 'string') return undefined
	const parts = value.value.split('/').filter((it) => it !== '' && !/^(?:api|v\d+(?:\.\d+)?)$/i.test(it))
	return parts[0]?.startsWith('{') ? undefined : parts[0]?.toLowerCase()
}
