import type { Argument } from '../../ir/ir.ts'
import type { CallEntry } from '../../rules/ruleIndex.ts'
import type { SinkRule } from '../../rules/ruleTypes.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { argumentAt, conditionsHold, type Subject, taintAskedFor } from '../conditions.ts'
import type { Machine } from '../machine.ts'
import { propertyValue, reportTaint } from '../sinks.ts'
import type { Value } from '../value.ts'
import type { LibraryCall } from './libraryCall.ts'
import { operandsOf } from './operands.ts'

export function checkSinks(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	isSure: boolean,
): void {
	for (const it of entries) {
		if (it.form === 'find') {
			if (conditionsHold(machine, it.find.when, subject)) machine.reporter.find(it, machine.place(call.at))
		} else if (it.form === 'sink' && machine.sawTaint && conditionsHold(machine, it.sink.when, subject)) {
			const because = taintAskedFor(machine, it.sink.when, subject)
			for (const { value, at } of sinkValues(machine, it.sink, call))
				reportTaint(machine, it, value, at, isSure, because)
		}
	}
}

function sinkValues(
	machine: Machine,
	sink: SinkRule,
	call: LibraryCall,
): readonly { readonly value: Value; readonly at: CodeSpan }[] {
	const { values, receiver, at } = call
	const found: { value: Value; at: CodeSpan }[] = []
	const add = (value: Value | undefined, written: Argument | undefined): void => {
		if (!value) return
		const part = sink.property === undefined ? value : propertyValue(machine, value, sink.property)
		if (part) found.push({ value: part, at: written ?? at })
	}
	for (const which of sink.arguments ?? [0]) {
		if (which === 'receiver') add(receiver, undefined)
		else if (which === 'operands') for (const it of operandsOf(machine, call)) add(it.value, it.written)
		else if (which === 'spread') {
			const spread = values.written.find((it) => it.spread === 'map')
			if (spread) add(values.names, spread)
		} else if (which === 'all' || which === 'rest1') {
			for (const [position, value] of values.positional.entries())
				if (which === 'all' || position > 0) add(value, values.written[position])
			for (const [name, value] of values.keywords)
				add(
					value,
					values.written.find((it) => it.keyword === name),
				)
			if (values.rest) add(values.rest, values.written.at(-1))
		} else
			add(
				argumentAt(values, which),
				typeof which === 'number' ? values.written[which] : values.written.find((it) => it.keyword === which),
			)
	}
	return found
}
