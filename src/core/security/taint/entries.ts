import type { ClassIr, FunctionIr } from '../ir/ir.ts'
import { initializeFields } from './classes.ts'
import { checkCoveredPaths } from './defects/coveredPaths.ts'
import { checkFallenCases } from './defects/fallenCases.ts'
import { checkLacking } from './defects/lacking.ts'
import { checkOpenRoutes } from './defects/openRoutes.ts'
import { checkOwners } from './defects/owners.ts'
import { checkPublished } from './defects/publishedObjects.ts'
import { checkSharedMaps } from './defects/sharedMaps.ts'
import { checkSiblings } from './defects/siblings.ts'
import { checkSkipped } from './defects/skippedChecks.ts'
import { checkThreadLeftovers } from './defects/threadLeftovers.ts'
import { checkUndisposed } from './defects/undisposed.ts'
import type { EntryRecord, EntryRecords } from './entryRecords.ts'
import { entryValues, isCalledFirst } from './entryValues.ts'
import { checkAnnotations, checkOverrides } from './finds.ts'
import { runBefore, viewSelf } from './frameworks/rails.ts'
import { viewValues } from './frameworks/razorPages.ts'
import { runWorkers } from './frameworks/services.ts'
import { isolated, run } from './functions.ts'
import { fillAsMade } from './languages/goConstructors.ts'
import { runFactories } from './languages/rubyFactories.ts'
import { LeftFields } from './leftFields.ts'
import {
	budgetAfterwards,
	budgetAtFirst,
	budgetWithTaint,
	type Machine,
	noArguments,
	type ProgramUnit,
} from './machine.ts'
import { basePaths } from './members.ts'
import { holdsNow, recorded, replay, spentOf } from './replay.ts'
import type { Store } from './store.ts'
import { runUnit } from './units.ts'
import { type ClassValue, type FunctionValue, joinValues, ofObject, unknown, type Value } from './value.ts'

/** Functions that functions make, which make functions. */
const deepestWaiting = 3

/**
 * Analyzes all that a file does: its top level, then each of its functions as if somebody called it.
 * @param records what is known of functions that need not be analyzed again
 */
export function analyzeUnit(machine: Machine, unit: ProgramUnit, records?: EntryRecords): void {
	machine.analyzed = unit
	machine.budget = budgetWithTaint * 2
	machine.sawTaint = false
	machine.followed = new Set()
	runUnit(machine, unit)
	const { followed } = machine
	machine.followed = undefined
	if (machine.services.size > 0) runServices(machine, unit)
	machine.taintedAtTop = machine.sawTaint ? machine.root.taintedObjects() : undefined
	// Who was handed over where it was written, and followed from there, is not called by others; in another run of what is around it, it may have to be.
	const isDone = (ir: FunctionIr): boolean => ir.name === undefined && followed.has(ir)
	const calledAtTop = new Set([...machine.called].filter((ir) => !isDone(ir)))
	const file: FileEntries = { unit, records, done: new Set(), calledAtTop }
	const waiting = [...machine.waiting].filter((it) => it.frame.unit === unit && !isDone(it.function))
	machine.waiting.clear()
	for (const it of waiting) analyzeFunction(machine, file, it, undefined)
	for (const it of [...machine.classes])
		if (it.frame.unit === unit || hasMethodsIn(it, unit)) analyzeMethods(machine, file, it)
	machine.frame = unit.frame
	checkOwners(machine, unit)
	checkSkipped(machine, unit)
	checkFallenCases(machine, unit)
	checkOpenRoutes(machine, unit)
	checkPublished(machine, unit)
	checkUndisposed(machine, unit)
	checkCoveredPaths(machine, unit)
	checkThreadLeftovers(machine, unit)
	checkSharedMaps(machine, unit)
	// Files that it imports were left out, and data may go through them.
	if (machine.importBudget <= 0 && machine.metTaint) machine.reporter.outOfBudget({ file: unit.file, start: 0, end: 0 })
}

/** A class of a header (C++), or of another file of the package (Go), whose methods this file defines. */
function hasMethodsIn({ more, frame }: ClassValue, unit: ProgramUnit): boolean {
	return (
		(unit.ir.language === 'c' || unit.ir.language === 'go') &&
		frame.unit !== unit &&
		more.some((it) => it.frame.unit === unit)
	)
}

/** Apart from all else, with a budget of its own. */
function runServices(machine: Machine, unit: ProgramUnit): void {
	const { frame, budget } = machine
	machine.frame = unit.frame
	machine.budget = budgetWithTaint
	isolated(machine, () => runWorkers(machine, unit))
	machine.frame = frame
	machine.budget = budget
}

interface FileEntries {
	readonly unit: ProgramUnit
	readonly records: EntryRecords | undefined
	/** What has a record of this analysis. */
	readonly done: Set<FunctionIr | ClassIr>
	readonly calledAtTop: ReadonlySet<FunctionIr>
}

/** Each of them on an object that its constructor made, which is made once. */
function analyzeMethods(machine: Machine, file: FileEntries, home: ClassValue): void {
	machine.frame = file.unit.frame
	if (home.frame.unit === file.unit) {
		checkOverrides(machine, home)
		checkLacking(machine, home)
	}
	checkSiblings(machine, home)
	let made: Made | undefined
	// Rails makes a controller for each request, and runs what goes before an action first.
	const left = machine.language === 'ruby' ? undefined : new LeftFields()
	const needsOne = (ir: FunctionIr): boolean => ir.isAbstract !== true && !ir.isStatic && ir.form !== 'constructor'
	const analyze = (method: FunctionValue): void => {
		const { function: ir } = method
		if (needsOne(ir)) made ??= madeFor(machine, file, home, ir)
		analyzeFunction(machine, file, method, home, needsOne(ir) ? made : undefined, left)
	}
	const isHere = home.frame.unit === file.unit
	const own = isHere
		? home.class.methods.map((method) => ({ function: method, frame: home.frame, self: undefined, home }))
		: []
	const methods = [...own, ...home.more.filter((it) => it.frame.unit === file.unit)]
	for (const it of methods) analyze(it)
	if (made && left && !left.isEmpty)
		for (const it of methods)
			if (needsOne(it.function) && left.concerns(it.function)) analyzeAfter(machine, file, it, home, made, left)
	if (!isHere) return
	// Settings may stand in a class that has nothing but its fields.
	const { fields, form } = home.class
	const isPlain = home.class.methods.length === 0 && home.more.length === 0 && form !== 'enum' && form !== 'interface'
	if (isPlain && fields.some((it) => !it.isStatic && it.initial !== undefined && it.initial.kind !== 'constant'))
		madeFor(machine, file, home, { form: 'method' })
}

/** An object that methods are called on, and what the program is after it was made. */
interface Made {
	/** Functions that ran for it. */
	readonly ran: ReadonlySet<FunctionIr>
	state(): MadeState
}

interface MadeState {
	readonly self: Value
	readonly store: Store
	readonly sawTaint: boolean
	/** Functions that were made with it, and may be called after any method. */
	readonly waiting: readonly FunctionValue[]
}

function madeFor(machine: Machine, file: FileEntries, home: ClassValue, ir: Pick<FunctionIr, 'form'>): Made {
	let state: MadeState | undefined
	const { fileBudget: left } = machine
	const make = () => {
		state = makeApart(machine, home, ir)
	}
	// Made now if it will be needed: later more is remembered, and what cuts it short may cut it elsewhere.
	const isNeeded = home.class.methods.some((it) => it.isAbstract !== true && file.records?.known(it) === undefined)
	const record = analyzeEntry(machine, file, home.class, [], make, isNeeded)
	return {
		ran: record?.ran ?? new Set(),
		state: () => {
			if (state) return state
			// It was known what making it comes to, but a method needs the object itself.
			const { fileBudget } = machine
			machine.fileBudget = left
			begin(machine, file)
			state = makeApart(machine, home, ir)
			machine.fileBudget = fileBudget
			return state
		},
	}
}

function makeApart(machine: Machine, home: ClassValue, ir: Pick<FunctionIr, 'form'>): MadeState {
	const state = isolated(machine, () => {
		const self = instanceOf(machine, home, ir)
		return { self, store: machine.store, sawTaint: machine.sawTaint, waiting: [...machine.waiting] }
	})
	machine.waiting.clear()
	return state
}

/** @returns the budget that the entry has */
function begin(machine: Machine, { unit, calledAtTop }: FileEntries): number {
	const given = machine.fileBudget > 0 ? budgetAtFirst : budgetAfterwards
	machine.frame = unit.frame
	machine.called = new Set(calledAtTop)
	machine.sawTaint = false
	machine.budget = given
	machine.nesting = 0
	machine.attributes.clear()
	machine.madeFields.clear()
	machine.unmadeBeans.clear()
	// Of Ruby a template is an entry itself, and its parts are counted for all of them.
	if (unit.ir.language !== 'ruby') machine.renders.clear()
	machine.viewName = undefined
	// What the entry before it has not been charged for is not this one's.
	machine.store.meter.work = 0
	return given
}

/**
 * Analyzes something of a file, where it is not known what that comes to.
 *
 * @param isNeeded whether it has to be done all the same
 * @returns what is known then, where that is kept
 */
function analyzeEntry(
	machine: Machine,
	file: FileEntries,
	of: FunctionIr | ClassIr,
	ran: Iterable<FunctionIr>,
	run: () => void,
	isNeeded = false,
): EntryRecord | undefined {
	const { records, done, unit } = file
	const given = begin(machine, file)
	if (!records) {
		run()
		machine.fileBudget -= spentOf(machine, given)
		return undefined
	}
	// What is analyzed several times, such as the methods of a class in a function, has several results.
	const isFirst = !done.has(of)
	done.add(of)
	const known = isFirst ? records.known(of) : undefined
	if (known && !isNeeded && holdsNow(machine, known, given)) {
		replay(machine, known)
		records.keep(of, known)
		return known
	}
	const record = recorded(machine, unit, given, ran, run)
	machine.fileBudget -= record.spent
	records.keep(of, isFirst ? record : { ...record, makesClasses: true })
	return record
}

function analyzeFunction(
	machine: Machine,
	file: FileEntries,
	called: FunctionValue,
	home: ClassValue | undefined,
	made?: Made,
	left?: LeftFields,
): void {
	const { unit } = file
	const { function: ir } = called
	if (ir.isAbstract) {
		machine.frame = unit.frame
		checkAnnotations(machine, ir.annotations)
		return
	}
	analyzeEntry(machine, file, ir, made?.ran ?? [], () => {
		const state = made?.state()
		begin(machine, file)
		const runAndTake = (): void => {
			runEntry(machine, unit, called, home, state)
			if (state) left?.take(machine, state.self, state.store)
		}
		isolated(machine, runAndTake, state?.store)
		machine.waiting.clear()
		// Where nothing tainted was met, there is nothing to be missed but what is far away.
		if (machine.budget <= 0 && machine.sawTaint)
			machine.reporter.outOfBudget({ file: unit.file, start: ir.head.start, end: ir.head.end })
	})
}

/** A method once more, after others left something in the fields of its object. */
function analyzeAfter(
	machine: Machine,
	file: FileEntries,
	called: FunctionValue,
	home: ClassValue,
	made: Made,
	left: LeftFields,
): void {
	const state = made.state()
	const given = begin(machine, file)
	const run = (): void => {
		left.give(machine, state.self)
		runEntry(machine, file.unit, called, home, state)
	}
	isolated(machine, run, state.store)
	machine.waiting.clear()
	machine.fileBudget -= spentOf(machine, given)
}

function runEntry(
	machine: Machine,
	unit: ProgramUnit,
	called: FunctionValue,
	home: ClassValue | undefined,
	made: MadeState | undefined,
): void {
	const { function: ir } = called
	checkAnnotations(machine, ir.annotations)
	if (made?.sawTaint) machine.meetTaint()
	for (const it of made?.waiting ?? []) machine.waiting.add(it)
	const self = made ? made.self : selfOf(machine, unit, ir, home)
	// A template has as much as a function of its own has, whatever its controller took.
	if (!home && self) machine.budget = Math.max(machine.budget, budgetWithTaint)
	if (home && self && machine.language === 'ruby' && !ir.isStatic) runBefore(machine, home, ir.name ?? '', self)
	if (home && self && machine.language === 'java' && !ir.isStatic) runFirst(machine, unit, ir, home, self)
	const positional =
		viewValues(machine, unit, ir, (of, method) => instanceOf(machine, of, method)) ??
		entryValues(machine, ir, home, unit, called)
	run(machine, called, self, { ...noArguments, positional, rest: unknown }, ir.head)
	for (let round = 0; round < deepestWaiting && machine.waiting.size > 0; round++) {
		const more = [...machine.waiting]
		machine.waiting.clear()
		for (const it of more) {
			if (machine.called.has(it.function) || isElsewhere(unit, it)) continue
			run(
				machine,
				it,
				undefined,
				{ ...noArguments, positional: entryValues(machine, it.function, home, unit, it), rest: unknown },
				it.function.head,
			)
			machine.isDead = false
		}
	}
}

/** Setters that a framework calls with parts of a request leave these in fields before anything else is called. */
function runFirst(machine: Machine, unit: ProgramUnit, ir: FunctionIr, home: ClassValue, self: Value): void {
	for (const method of home.class.methods) {
		if (method === ir || method.isStatic || method.isAbstract || method.form !== 'method') continue
		const called = { function: method, frame: home.frame, self, home }
		if (isCalledFirst(machine, called, home, unit)) {
			const positional = entryValues(machine, method, home, unit, called)
			run(machine, called, self, { ...noArguments, positional, rest: unknown }, method.head)
			machine.isDead = false
		}
	}
}

/** Whether it stands at the top of another file, which was first needed here: it is analyzed with that file. */
function isElsewhere(unit: ProgramUnit, { frame }: FunctionValue): boolean {
	return frame.unit !== unit && frame === (frame.unit as ProgramUnit).frame
}

function selfOf(machine: Machine, unit: ProgramUnit, ir: FunctionIr, home: ClassValue | undefined): Value | undefined {
	if (home) return ir.isStatic ? { ...unknown, classes: [home] } : instanceOf(machine, home, ir)
	return viewSelf(machine, unit, (of, method) => instanceOf(machine, of, method))
}

/** A struct is zero when it begins, and filled when its methods are called. */
function forgetZeros(machine: Machine, id: number): void {
	const state = machine.store.ownObject(id)
	for (const [name, value] of state?.fields ?? [])
		if (value.constants) state?.fields.set(name, { ...value, constants: undefined })
}

/** The first constructor of a class; one that is only declared says nothing where it is defined elsewhere. */
function constructorFor({
	class: { methods },
	frame,
	more,
}: ClassValue): Pick<FunctionValue, 'function' | 'frame'> | undefined {
	const own = methods.filter((it) => it.form === 'constructor')
	const outside = more.find((it) => it.function.form === 'constructor')
	const whole = own.find((it) => !it.isAbstract)
	if (whole) return { function: whole, frame }
	if (outside) return outside
	return own[0] && { function: own[0], frame }
}

/** An object of a class of which nothing is known but what its fields begin with. */
function instanceOf(machine: Machine, home: ClassValue, ir: Pick<FunctionIr, 'form'>): Value {
	const id = machine.newObject('instance', { ofClass: home, isOpen: true })
	const self = { ...ofObject(id), paths: basePaths(home).slice(0, 4) }
	initializeFields(machine, home, self, 0)
	if (machine.language === 'go') {
		forgetZeros(machine, id)
		fillAsMade(machine, home, self)
	}
	if (ir.form !== 'constructor') {
		const made = constructorFor(home)
		if (made) {
			run(machine, { ...made, self, home }, self, { ...noArguments, rest: unknown }, made.function.head)
			machine.isDead = false
		}
	}
	if (machine.language === 'javascript') runBeginning(machine, home, self, id)
	if (machine.language === 'ruby' && ir.form !== 'constructor') runFactories(machine, home, id)
	return self
}

/** What frameworks call once a component is there, and before it is drawn with what that left: of React, Angular and custom elements. */
const beginnings =
	/^(?:(?:UNSAFE_)?componentWillMount|componentDidMount|connectedCallback|firstUpdated|ngOnInit|ngAfterViewInit|ionViewWillEnter)$/

function runBeginning(machine: Machine, home: ClassValue, self: Value, id: number): void {
	for (const method of home.class.methods) {
		if (!beginnings.test(method.name ?? '') || method.isStatic || method.isAbstract) continue
		const before = new Map(machine.store.object(id)?.fields)
		run(
			machine,
			{ function: method, frame: home.frame, self, home },
			self,
			{ ...noArguments, rest: unknown },
			method.head,
		)
		machine.isDead = false
		const state = machine.store.ownObject(id)
		// It is drawn before that as well.
		for (const [name, value] of state?.fields ?? []) {
			const first = before.get(name)
			if (first && first !== value) state?.fields.set(name, joinValues(first, value))
		}
	}
}
