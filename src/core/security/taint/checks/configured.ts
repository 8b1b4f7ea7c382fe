import type { SourceKind } from '../../rules/ruleTypes.ts'
import { deepTaints } from '../items.ts'
import type { Machine } from '../machine.ts'
import type { Taint } from '../taint.ts'
import type { Fact, Value } from '../value.ts'
import { factsOf, hostFacts, keyFacts } from './facts.ts'

/**
 * What follows for data that is asked for in a list which is none of others: the environment or the command line says it, or it is one of the program of which nothing is known. Who runs
 * the program names what is allowed.
 */
export function configuredFacts(machine: Machine, item: Value, list: Value, isIn: boolean): readonly Fact[] {
	const taints = deepTaints(machine, list)
	// `config.hosts.includes(host)`, where it is not known what is in it: nothing of others.
	if (taints.length === 0) return machine.language === 'javascript' && isIn ? keyFacts(item) : []
	if (!taints.every(({ kind }) => ofWhoRuns.has(kind))) return []
	// What is a part of a text need be no item of a list.
	if (list.objects.length === 0 && !taints.every(isOfList)) return []
	const foreign = { ...item, taint: item.taint.filter(({ kind }) => !ofWhoRuns.has(kind)) }
	return [...factsOf(foreign.taint, isIn), ...hostFacts(foreign, isIn)]
}

/** What the environment holds may be a secret as well. */
const ofWhoRuns: ReadonlySet<SourceKind> = new Set(['local', 'sensitive'])
const separating = /^(?:split\w*|Split\w*|lines|fields|Fields|words)\(/
const fewSteps = 10

function isOfList({ last }: Taint): boolean {
	let at: Taint['last'] | undefined = last
	for (let depth = 0; at && depth < fewSteps; depth++, at = at.previous) if (separating.test(at.label)) return true
	return false
}
