import type { SourceRule } from '../rules/ruleTypes.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { conditionsHold } from './conditions.ts'
import { carriedIn } from './frameworks/carried.ts'
import type { Machine } from './machine.ts'
import { hasPointers } from './memory/memory.ts'
import { subjectOf } from './sinks.ts'
import { addSource } from './sources.ts'
import type { Value } from './value.ts'

/** What rules say of a variable or field that is read. */
export function read(machine: Machine, value: Value, at: CodeSpan): Value {
	if (value.paths.length === 0) return value
	let result = carriedIn(machine, value)
	for (const path of value.paths) {
		for (const entry of machine.rules.reads.lookUp(path)) {
			if (entry.form === 'source') {
				// A variable that holds it was given it where it came from: that place is the one to show. In C a variable is a copy of its own.
				if (!hasPointers(machine) && comesFrom(value, entry.source)) continue
				if (conditionsHold(machine, entry.source.when, subjectOf(value)))
					result = addSource(machine, result, entry.source, at, [path])
			} else if (conditionsHold(machine, entry.find.when, subjectOf(value)))
				machine.reporter.find(entry, machine.place(at))
		}
	}
	return result
}

/** A variable that holds what was read of a source is no source of its own: the way of the data began where it was read. */
function comesFrom({ taint }: Value, { label, kind = 'remote' }: SourceRule): boolean {
	return taint.some((it) => it.kind === kind && it.origin.endsWith(`:${label}`))
}
