import type { Argument } from '../../ir/ir.ts'
import { propertyOf } from '../conditions.ts'
import { knownStart } from '../items.ts'
import type { Machine } from '../machine.ts'
import { constantOf, ofTaint, type Value } from '../value.ts'
import type { LibraryCall } from './libraryCall.ts'

interface Operand {
	readonly value: Value
	readonly written: Argument | undefined
}

/**
 * What a program is called with that it may take for an option: nothing that stands behind `--`, and not what stands behind an option, which may
 * be its value. The program and its arguments are the first list that is known, or the arguments of the call.
 */
export function operandsOf(machine: Machine, call: LibraryCall): readonly Operand[] {
	const found: Operand[] = []
	let isBehindOption = false
	const { program, operands } = commandOf(machine, call)
	for (const [at, it] of operands.entries()) {
		const text = it.value.taint.length === 0 ? constantOf(it.value) : undefined
		if (text === '--' || text === '--end-of-options') return found
		if ((at > 0 || program === 'apart') && !isBehindOption && text === undefined) found.push(asWord(machine, it))
		isBehindOption =
			typeof text === 'string' && text.startsWith('-') && text !== '-' && !text.includes('=') && !flag.test(text)
	}
	return found
}

/** Options that turn something off or say how much is told: no program takes a value for one of them. */
const flag =
	/^--(?:no-\w[\w-]*|quiet|verbose|silent|force|recursive|dry-run|all|bare|mirror|help|version|yes|fixed-strings|ignore-case|line-number|word-regexp|extended-regexp|perl-regexp|files-with-matches|name-only|count|text|cached|oneline|stat|porcelain)$/

/** Of these languages it is not known what stands in front of data that is a part of a word. */
const onlyWhole: ReadonlySet<string> = new Set(['javascript', 'go', 'java', 'csharp'])

function asWord({ language }: Machine, { value, written }: Operand): Operand {
	return { value: onlyWhole.has(language) ? ofTaint(value.taint.filter((it) => it.isWhole)) : value, written }
}

interface Command {
	/** Whether the program is the first of the list, or an argument of its own. */
	readonly program: 'first' | 'apart'
	readonly operands: readonly Operand[]
}

function commandOf(machine: Machine, { values, receiver }: LibraryCall): Command {
	if (machine.language === 'csharp') {
		// `process.Start()` starts what its `StartInfo` says.
		const own = values.positional.length === 0 && receiver ? propertyOf(machine, receiver, 'StartInfo') : undefined
		return startedWith(machine, own ? { ...values, positional: [own] } : values)
	}
	for (const [at, value] of [...values.positional, values.keywords.get('args')].entries()) {
		const items = value && itemsInOrder(machine, value)
		const program = machine.language === 'javascript' && at > 0 ? 'apart' : 'first'
		if (items) return { program, operands: items.map((item) => ({ value: item, written: values.written[at] })) }
	}
	// Without a list that is known a program of JavaScript is called with nothing.
	if (machine.language === 'javascript') return { program: 'apart', operands: [] }
	return { program: 'first', operands: values.positional.map((value, at) => ({ value, written: values.written[at] })) }
}

/** The list of a `ProcessStartInfo`, or what `Process.Start` and the constructor get beside the program; in one text nothing is an operand. */
function startedWith(machine: Machine, { positional, written }: LibraryCall['values']): Command {
	for (const [at, value] of positional.entries()) {
		const list = at === 0 ? (propertyOf(machine, value, 'ArgumentList') ?? value) : value
		const items = list && itemsInOrder(machine, list)
		if (items && items.length > 0)
			return { program: 'apart', operands: items.map((item) => ({ value: item, written: written[at] })) }
	}
	return { program: 'apart', operands: [] }
}

/** The items of a list whose order is known, or those at its front. */
function itemsInOrder(machine: Machine, value: Value): readonly Value[] | undefined {
	return knownItemsOfList(machine, value) ?? knownStart(machine, value)?.items
}

function knownItemsOfList(machine: Machine, { objects }: Value): readonly Value[] | undefined {
	const state = objects.length === 1 ? machine.store.object(objects[0] as number) : undefined
	if (state?.form !== 'list' || state.length === undefined || state.isOpen) return undefined
	return Array.from({ length: state.length }, (_, at) => state.fields.get(String(at))).filter((it) => it !== undefined)
}
