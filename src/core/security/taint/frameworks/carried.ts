import { deepTaints } from '../items.ts'
import type { Machine } from '../machine.ts'
import { joinValues, type Value } from '../value.ts'

const carriers =
	/^(?:express\.(?:Request|Response)|koa\.Context|fastify\.Request|hapi\.Request|http\.IncomingMessage)(?:\.(?:locals|state|ctx|context|app|plugins|session))?$/
/** Who it is was looked up, mostly by something that was checked. */
const persons =
	/^(?:user|auth|session|account|principal|identity|claims|token|tenant|member|current\w*|is[A-Z]\w*|id|log|logger)$/

/** A middleware leaves data in the request for those behind it: `req.filter = req.query.filter`, `res.locals.folder = …`. */
export function noteCarried(machine: Machine, { paths }: Value, name: string, value: Value): void {
	if (machine.language !== 'javascript' || persons.test(name) || !machine.frame.function) return
	const path = paths.find((it) => carriers.test(it))
	if (path === undefined) return
	const key = `${path}.${name}`
	// What rules know of it holds as it is.
	if (machine.rules.knows(key)) return
	const taints = deepTaints(machine, value)
	if (taints.length === 0 || taints.some((it) => it.isWeak)) return
	if (machine.record) machine.record.isShared = true
	const known = machine.carried.get(key)
	machine.carried.set(key, known ? joinValues(known, value) : value)
}

/** Whether a middleware may have left it. */
function isCarried(machine: Machine, path: string): boolean {
	const end = path.lastIndexOf('.')
	return end > 0 && carriers.test(path.slice(0, end)) && !machine.rules.knows(path)
}

/** What a middleware left there. */
export function carriedIn(machine: Machine, value: Value): Value {
	if (machine.language !== 'javascript' || (machine.carried.size === 0 && !machine.record)) return value
	if (value.taint.length > 0 || value.objects.length > 0 || value.constants !== undefined) return value
	// Nothing may be there because the middleware has yet to be written.
	if (machine.record && value.paths.some((it) => isCarried(machine, it))) machine.record.isShared = true
	const left = value.paths.flatMap((it) => machine.carried.get(it) ?? [])
	return left.reduce(joinValues, value)
}
