import type { Statement, Switch, SwitchCase } from '../../ir/ir.ts'
import type { Machine, ProgramUnit } from '../machine.ts'

/**
 * A case that goes on into the next one, where all others of its `switch` end and nothing says that it is meant: what only the next one was to get or
 * may do, this one gets as well.
 */
export function checkFallenCases(machine: Machine, unit: ProgramUnit): void {
	const { fallenCases } = machine.rules
	if (fallenCases.length === 0) return
	for (const it of unit.nodes.of<Switch>('switch')) {
		const fallen = loneFallen(it, unit.text)
		if (!fallen) continue
		const subject = it.subject ? unit.text.slice(it.subject.start, it.subject.end) : ''
		const [found] = fallenCases.filter(({ pattern }) => pattern.test(subject.slice(-longest)))
		const last = fallen.body.at(-1)
		if (found && last) machine.reporter.find(found, machine.place(last))
	}
}

const longest = 120
const fewestCases = 3

/** The only case that does something and does not end. */
function loneFallen({ cases, fallsThrough }: Switch, text: string): SwitchCase | undefined {
	if (!fallsThrough || cases.length < fewestCases) return undefined
	const open = cases.slice(0, -1).filter(({ body }) => body.length > 0 && !endsAll(body))
	const [fallen] = open
	const next = fallen && cases[cases.indexOf(fallen) + 1]
	if (open.length !== 1 || !next || !isWork(fallen.body) || !isWork(next.body)) return undefined
	// What is set in both, or for which the next one is all there is to do, may be steps of one way.
	return next.values.length === 0 || isMeant.test(text.slice(fallen.start, next.start + wordOfCase))
		? undefined
		: fallen
}

/** So many characters of the next case, for a word that stands behind its name. */
const wordOfCase = 80
const isMeant =
	/falls?[ -]?thr(?:ough|u)|no[ -]?break|pass[ -]?thr(?:ough|u)|intentional|on purpose|eslint-disable|\/\* *@|also|\bgo(?:es)? on/i

const works: ReadonlySet<Statement['kind']> = new Set(['expression', 'if', 'loop', 'forEach', 'try'])

/** It does something, and not only declares what is needed. */
function isWork(body: readonly Statement[]): boolean {
	return body.some((it) => works.has(it.kind) || (it.kind === 'block' && isWork(it.body)))
}

/** Whether nothing comes behind these statements. */
function endsAll(body: readonly Statement[]): boolean {
	return body.some(ends)
}

function ends(it: Statement): boolean {
	switch (it.kind) {
		case 'return':
		case 'throw':
		case 'jump':
			return true
		case 'block':
			return endsAll(it.body)
		case 'if':
			return endsAll(it.then) && endsAll(it.otherwise)
		case 'try':
			return endsAll(it.finally) || (endsAll(it.body) && it.handlers.every((one) => endsAll(one.body)))
		case 'switch':
			return it.cases.some(({ values }) => values.length === 0) && it.cases.every(({ body }) => endsAll(body))
		case 'loop':
			return it.test === undefined || (it.test.kind === 'constant' && it.test.value === true)
		case 'expression':
			return it.expression.kind === 'call' && isLast(it.expression.callee)
		default:
			return false
	}
}

/** What does not come back: `process.exit()`, `ctx.throw(403)`, `notFound()`. */
function isLast(callee: unknown): boolean {
	const { name } = callee as { readonly name?: unknown }
	return (
		typeof name === 'string' &&
		/^(?:exit|abort|throw\w*|fail|redirect|notFound|unreachable|assertNever|never|panic)$/.test(name)
	)
}
