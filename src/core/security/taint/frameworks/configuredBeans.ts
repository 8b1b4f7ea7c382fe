import { type Machine, noArguments, type ProgramUnit } from '../machine.ts'
import { runUnit } from '../units.ts'
import { type ClassValue, ofObject, unknown, type Value } from '../value.ts'

const making = /(?:^|\.)(?:Bean|Produces|Provides)$/
const mostNested = 3
const mostForBean = 2_000

/**
 * An object of a library that a container hands to a service (Spring, CDI, Guice): what the one method of the program gives that makes objects of this type,
 * with the settings that it has there.
 */
export function configuredBean(machine: Machine, value: Value): Value | undefined {
	const { analyzed, language, making: running } = machine
	if (language !== 'java' || !analyzed || value.objects.length > 0) return undefined
	const path = value.paths.find((it) => it.includes('.') && !it.endsWith('()') && machine.rules.knows(it))
	if (path === undefined || value.constants !== undefined || machine.unmadeBeans.has(path)) return undefined
	const homes = machine.program.handedTo(analyzed)
	if (homes.length === 0 || running.length >= mostNested) return undefined
	const found = makersOf(machine, homes, path)
	const [only] = found
	const made = only && found.length === 1 ? madeBy(machine, only.of, only.name) : undefined
	// What was done to it may be all that is known of it.
	const taint = made?.taint.filter((it) => it.kind === 'unsafe') ?? []
	if (!made || (made.objects.length === 0 && taint.length === 0)) {
		machine.unmadeBeans.add(path)
		return undefined
	}
	return { ...made, taint, constants: undefined, paths: made.paths.length > 0 ? made.paths : value.paths }
}

interface Maker {
	readonly of: ClassValue
	readonly name: string
}

function makersOf(machine: Machine, homes: readonly ProgramUnit[], path: string): readonly Maker[] {
	const name = path.slice(path.lastIndexOf('.') + 1)
	const found: Maker[] = []
	for (const home of homes) {
		if (!home.text.includes(name)) continue
		runUnit(machine, home)
		for (const of of machine.classes) {
			if (of.frame.unit !== home || machine.making.includes(of.class)) continue
			for (const it of of.class.methods) {
				if (it.name === undefined || it.returnType === undefined || it.isAbstract) continue
				if (!it.annotations.some((one) => making.test(one.name))) continue
				if (isOf(machine, of, it.returnType, path)) found.push({ of, name: it.name })
			}
		}
	}
	return found
}

/** Types are named as they are in the class. */
function isOf(machine: Machine, of: ClassValue, type: string, path: string): boolean {
	const { frame } = machine
	machine.frame = { ...of.frame, home: of }
	const { paths } = machine.parts.withType(machine, unknown, type)
	machine.frame = frame
	return paths.includes(path)
}

function madeBy(machine: Machine, of: ClassValue, name: string): Value | undefined {
	const made = of.class.methods.find((it) => it.name === name)
	if (!made) return undefined
	const { isDead, budget } = machine
	// What a method does for pages of code is not worth what it takes.
	const rest = Math.max(0, budget - mostForBean)
	machine.budget -= rest
	machine.making.push(of.class)
	const self = ofObject(machine.newObject('instance', { ofClass: of, isOpen: true }))
	const functions = [{ function: made, frame: of.frame, self, home: of }]
	const value = machine.parts.callValue(
		machine,
		{ ...unknown, functions },
		self,
		{ ...noArguments, rest: unknown },
		made.head,
	)
	machine.making.pop()
	machine.isDead = isDead
	machine.budget = Math.max(0, machine.budget) + rest
	return value
}
