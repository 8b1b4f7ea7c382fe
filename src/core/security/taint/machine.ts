import type { Argument, Call, ClassIr, Expression, FunctionIr, ModuleIr, Name, Statement, Target } from '../ir/ir.ts'
import type { FileNodes } from '../ir/irNodes.ts'
import type { RuleIndex } from '../rules/ruleIndex.ts'
import type { Template } from '../templates/template.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import type { EntryRecords, OpenRecord, Remembered } from './entryRecords.ts'
import type { SessionWrites } from './frameworks/sessionWrites.ts'
import { keepingReporter, type Reporter } from './reporter.ts'
import type { Scopes } from './scopes.ts'
import { type ObjectState, Store } from './store.ts'
import type { CodePlace } from './taint.ts'
import { type ClassValue, type Frame, type FunctionValue, joinValues, type Unit, unknown, type Value } from './value.ts'

/** Ways out of a `try` that are kept apart. */
const mostThrows = 4

/** A file of the program, with what its top level did. */
export interface ProgramUnit extends Unit {
	readonly text: string
	readonly ir: ModuleIr
	readonly nodes: FileNodes
	readonly scopes: Scopes
	readonly rules: RuleIndex
	/** The variables of its top level. */
	readonly frame: Frame
	/** What it exports by name; `*` are objects all of whose fields it exports. */
	readonly exports: Map<string, Value>
	/** The object that stands for it where it is imported whole. */
	readonly object: number
	/** What was found of names that it does not define, and the modules it takes in whole as rules write them. */
	readonly elsewhere: {
		modules?: readonly { readonly module: string; readonly path: string }[]
		readonly names: Map<string, NameElsewhere>
	}
	state: 'new' | 'running' | 'done'
}

export interface NameElsewhere {
	/** Files taken in whole that may define it. */
	readonly units: readonly ProgramUnit[]
	/** What it is where none does. */
	readonly otherwise: Value
}

/** @property isWhole whether the imported name is the file itself, not something in it */
export interface ImportedUnit {
	readonly unit: ProgramUnit
	readonly isWhole: boolean
}

/** Finds the files that a file refers to. Undefined and empty: they are not of this program. */
export interface Program {
	/** @param imported the name that is taken of it, which may be a file of its own (Python, Java) */
	importUnit(from: ProgramUnit, module: string, imported: string | undefined): ImportedUnit | undefined
	/** Whether an import leads to a file of the program whose top level did not begin to run. */
	canWait(from: ProgramUnit, module: string, imported: string | undefined): boolean
	/** What a name means that is defined nowhere in the file: in another file of its package. */
	packageUnit(from: ProgramUnit, name: string): ProgramUnit | undefined
	/** Files with classes that implement what a file leaves open. */
	implementers(of: ProgramUnit): readonly ProgramUnit[]
	/** Other files with an extension method of this name that a file can see. */
	extending(from: ProgramUnit, name: string): readonly ProgramUnit[]
	/** Other files that by their names hold what somebody hands to a file (JavaScript). */
	handedTo(file: ProgramUnit): readonly ProgramUnit[]
	/** What a file of settings says, by the name that the code has for it. */
	settings(name: string): ReadonlyMap<string, string> | undefined
	/** Whether a file belongs to a package that others install. */
	isLibrary(file: string): boolean
	/** A template that a file names. */
	template(from: string, name: string): Template | undefined
	/** The file that a module object stands for. */
	unitOf(object: number): ProgramUnit | undefined
	/** The file of that name, if it is of this program. */
	unit(file: string): ProgramUnit | undefined
}

/** Where a return, break or exception leaves its function, loop or try block to. */
export interface Way {
	readonly changes: ReturnType<Store['changesSince']>
	readonly value: Value
}

export interface FunctionContext {
	readonly base: Store
	readonly exits: Way[]
	readonly deferred: Expression[]
	/** Calls that run beside the function. */
	readonly concurrent: { readonly call: Expression; runs: number }[]
	readonly yields: Value[]
	readonly function: FunctionIr | undefined
}

export interface LoopContext {
	readonly label: string | undefined
	readonly isSwitch: boolean
	/** Of the whole loop. */
	readonly base: Store
	/** Of the round. */
	round: Store
	readonly breaks: Way[]
	readonly continues: Way[]
}

export interface TryContext {
	readonly base: Store
	readonly throws: Way[]
	mayThrow: boolean
}

/** What the parts of the interpreter ask of each other. */
export interface Parts {
	evaluate(machine: Machine, expression: Expression): Value
	execute(machine: Machine, statements: readonly Statement[]): boolean
	assign(machine: Machine, target: Target, value: Value): void
	/** With what a declared type says of it. */
	withType(machine: Machine, value: Value, type: string | undefined): Value
	callValue(machine: Machine, callee: Value, self: Value | undefined, values: ArgumentValues, at: CodeSpan): Value
	/** What the fields of an object begin with. */
	initializeFields(machine: Machine, of: ClassValue, self: Value, depth: number): void
}

export interface ArgumentValues {
	readonly positional: readonly Value[]
	readonly keywords: ReadonlyMap<string, Value>
	/** Of a spread list that is not known item by item: any further argument. */
	readonly rest: Value | undefined
	/** The names in a spread map that is not known: those of any further keyword. */
	readonly names?: Value
	/** As written, where the call is written at all. */
	readonly written: readonly Argument[]
}

export const noArguments: ArgumentValues = { positional: [], keywords: new Map(), rest: undefined, written: [] }

/** Without those that say how, and are no arguments of what is called in the end. */
export function withoutFirst(values: ArgumentValues, count: number): ArgumentValues {
	const { positional, written } = values
	return count === 0 ? values : { ...values, positional: positional.slice(count), written: written.slice(count) }
}

export function argumentsOf(...positional: readonly Value[]): ArgumentValues {
	return { positional, keywords: new Map(), rest: undefined, written: [] }
}

/** Evaluations, for one function that is analyzed by itself. */
export const budgetWithoutTaint = 30_000
export const budgetWithTaint = 45_000
/** As long as nothing tainted was seen; the rest comes with it. */
export const budgetAtFirst = 3_000

/** For all functions of a file: after it, each gets little. */
export const budgetOfFile = 400_000
export const budgetAfterwards = 2_000
/** Of Python most files lead to dozens of others: with 15,000 half of those of celery and aiohttp were cut short. */
const budgetOfImports = 40_000
const deepestNesting = 700

function leadsToTaint({ taint, objects, classes }: Value, tainted: ReadonlySet<number>): boolean {
	if (taint.length > 0) return true
	if (tainted.size === 0) return false
	for (const id of objects) if (tainted.has(id)) return true
	for (const it of classes) if (tainted.has(it.object)) return true
	return false
}

/** The state of an analysis: one point of one program. */
export class Machine {
	readonly program: Program
	readonly reporter: Reporter
	readonly parts: Parts
	/** What the top levels of all files left behind. */
	readonly root = new Store()
	store: Store = this.root
	frame: Frame
	budget = budgetWithTaint
	/** The file that is analyzed; others only as far as it leads to them. */
	analyzed: ProgramUnit | undefined
	/** Whether anything tainted was seen in this function, so that it is worth following calls. */
	sawTaint = false
	/** Objects of the top level that lead to tainted data; undefined where its variables hold none. */
	taintedAtTop: ReadonlySet<number> | undefined
	/** Whether anything tainted was seen in the file. */
	metTaint = false
	/** Set where an expression threw for sure, until the statement ends. */
	isDead = false
	function: FunctionContext
	loops: LoopContext[] = []
	tries: TryContext[] = []
	stack: FunctionIr[] = []
	/** Imports that were not used yet, by the cell that they are bound to: most files use few of those that they lead to. */
	readonly unused = new Map<number, () => Value>()
	/** Expressions and blocks that stand in each other, through all calls. */
	nesting = 0
	/** What is left for all functions of the file. */
	fileBudget = budgetOfFile
	/** For the top levels of all files, those that are imported with them. */
	importBudget = budgetOfImports
	/** Fields of classes of which it is known that nothing is known of what they begin with (JavaScript, Python). */
	readonly madeFields = new Map<ClassValue, ReadonlySet<string>>()
	/** Types of which no method of the program is known to make the one object that a container hands over (Java). */
	readonly unmadeBeans = new Set<string>()
	/** Classes of the objects whose fields are being given their first values. */
	readonly making: ClassIr[] = []
	/** Functions that were made but may never have been called. */
	readonly waiting = new Set<FunctionValue>()
	called = new Set<FunctionIr>()
	/** Functions that ran with all that they call, while somebody asks for it. */
	followed: Set<FunctionIr> | undefined
	/** Functions that were handed to a library of which rules say what it calls them with, and what they were handed to last. */
	readonly handed = new Map<FunctionIr, readonly string[]>()
	/** Of functions the calls that their variables are declared with, by the variable. */
	readonly declaredWith = new Map<FunctionIr, ReadonlyMap<string, Call | undefined>>()
	/** Whether the text of a file matches what a rule asks for, by both. */
	readonly fileMatches = new Map<string, boolean>()
	/** First cells of the frames in which functions or classes were made: their variables outlive them. */
	readonly captured = new Set<number>()
	/** All that were defined, in the order in which they were. */
	readonly classes: ClassValue[] = []
	/** Kinds of sinks that functions of C escape texts for. */
	readonly escapes = new Map<FunctionIr, number>()
	/** What `strtok` was given last, by the function that the analysis began with: it goes on with that where it gets NULL. */
	readonly cutTexts = new Map<FunctionIr, Value>()
	/** Functions that are called like methods of their first argument, by file and name. */
	readonly extensions = new Map<Frame['unit'], Map<string, FunctionValue[]>>()
	/** Conditions under which the code runs, in all functions that led here. */
	readonly conditions: { readonly unit: ProgramUnit; readonly test: CodeSpan }[] = []
	/** How many calls run that run beside others. */
	besides = 0
	/** Values that were evaluated before their expression runs: of arguments of calls that run later. */
	readonly held = new Map<Expression, Value>()
	/** Variables that lead into containers, by what holds the container (C++). */
	readonly views = new Map<string, Set<number>>()
	/** By the root of the data, the last check of it that lets too much through. */
	readonly weakChecks = new Map<string, { readonly place: CodePlace; readonly what: string }>()
	/** Those of them that are references, which lead to the same place as long as they are there. */
	readonly references = new Set<number>()
	/** Files that were included: what they define is known everywhere (PHP). */
	readonly included = new Set<ProgramUnit>()
	/** How often a template was followed into each part of it. */
	readonly renders = new Map<string, number>()
	/** What the function that is analyzed put into the model of its template, by the name there. */
	readonly attributes = new Map<string, Value>()
	/** The template that it names. */
	viewName: string | undefined
	/** Variables that templates are rendered with, by the name of the template (Ruby). */
	readonly rendered = new Map<string, Value>()
	/** What each file puts into the session (Rails). */
	readonly sessions = new Map<ProgramUnit, SessionWrites>()
	/** Names of parameters that the framework checks, file by file (Ruby). */
	readonly checkedParameters = new Map<ProgramUnit, ReadonlySet<string>>()
	/** What the application was told with `set`, by name (Sinatra). */
	readonly settings = new Map<string, Value>()
	/** What actions hand to their views, while somebody asks for it (C#). */
	viewed: Value[] | undefined
	/** Objects that a framework makes once for all who ask for their type, by the type as it is written (C#). */
	readonly services = new Map<string, Value>()
	/** What was left in a request for those behind, by its path (JavaScript). */
	readonly carried = new Map<string, Value>()
	/** What waits for an event of this name (JavaScript). */
	readonly listeners = new Map<string, Value>()
	readonly memo = new Map<FunctionIr, Remembered>()
	/** Of the entry that is being analyzed, where such records are kept. */
	record: OpenRecord | undefined
	/** Functions that ran, or were looked into, where that is recorded. */
	ran: Set<FunctionIr> | undefined
	/** Of what the top levels of files ran. */
	readonly ranAtTop: Set<FunctionIr> | undefined
	private nextCell = 0
	private nextObject = -1

	/** @param records where what each function's analysis used and left behind is kept, for the next one of the file */
	constructor(program: Program, reporter: Reporter, parts: Parts, records?: EntryRecords) {
		this.program = program
		this.reporter = records ? keepingReporter(() => this.record?.reports, reporter) : reporter
		this.ranAtTop = records?.ranAtTop
		this.parts = parts
		this.frame = {
			base: 0,
			unit: { file: '' },
			parent: undefined,
			self: unknown,
			home: undefined,
			arguments: [],
			function: undefined,
		}
		this.function = { base: this.root, exits: [], deferred: [], concurrent: [], yields: [], function: undefined }
	}

	/** Deeper code is not followed, so that no code exhausts the stack. */
	get isTooDeep(): boolean {
		if (this.nesting < deepestNesting) return false
		this.budget = 0
		return true
	}

	/** Joining ways takes time as well. */
	charge(): void {
		const { meter } = this.store
		if (meter.work === 0) return
		this.budget -= meter.work
		meter.work = 0
	}

	/** Objects that are made later have this number and lower ones. */
	get newestObject(): number {
		return this.nextObject
	}

	get unit(): ProgramUnit {
		return this.frame.unit as ProgramUnit
	}

	get rules(): RuleIndex {
		return this.unit.rules
	}

	get language(): string {
		return this.unit.ir.language
	}

	place(at: CodeSpan): CodePlace {
		return { file: this.frame.unit.file, start: at.start, end: at.end }
	}

	/** What a cell holds; an import that nobody has used yet is followed now. */
	valueIn(cell: number): Value | undefined {
		const value = this.store.value(cell)
		if (value) return value
		const resolve = this.unused.get(cell)
		if (!resolve) return undefined
		this.unused.delete(cell)
		const made = resolve()
		this.root.set(cell, made)
		return made
	}

	/** Cells for the variables of a function. @returns the first */
	cells(count: number): number {
		const first = this.nextCell
		this.nextCell += count + 1
		return first
	}

	newObject(
		form: ObjectState['form'],
		{ ofClass, isOpen = false, length }: { ofClass?: ClassValue; isOpen?: boolean; length?: number } = {},
	): number {
		const id = this.nextObject--
		this.store.set(id, { form, class: ofClass, fields: new Map(), other: unknown, keys: unknown, length, isOpen })
		return id
	}

	/** The cell of a name; undefined where it is defined nowhere. */
	cellOf(name: Name): number | undefined {
		const binding = this.unit.scopes.bindings.get(name)
		return binding && this.cellAt(binding.hops, binding.slot)
	}

	cellAt(hops: number, slot: number): number | undefined {
		let frame: Frame | undefined = this.frame
		for (let at = 0; at < hops; at++) frame = frame?.parent
		return frame && frame.base + slot
	}

	evaluate(expression: Expression): Value {
		if (this.isTooDeep) return unknown
		this.nesting++
		const value = this.parts.evaluate(this, expression)
		this.nesting--
		if (this.taintedAtTop && !this.sawTaint && leadsToTaint(value, this.taintedAtTop)) this.meetTaint()
		return value
	}

	/** Values that are kept beside the store: what they lead to must stay. */
	keptValues(): readonly Value[] {
		const { rendered, held, settings, services, attributes, listeners, carried, viewed = [] } = this
		const all = [rendered, held, settings, services, attributes, listeners, carried]
		if (all.every((it) => it.size === 0)) return viewed
		return [...all.flatMap((it) => [...it.values()]), ...viewed]
	}

	/** From now on it is worth following calls. */
	meetTaint(): void {
		if (!this.sawTaint && this.fileBudget > 0) this.budget += budgetWithTaint - budgetAtFirst
		this.sawTaint = true
		this.metTaint = true
	}

	/** Runs in a layer of its own. @returns the layer, and whether its end is reached */
	inLayer(run: () => boolean): { readonly layer: Store; readonly isAlive: boolean } {
		const before = this.store
		const layer = new Store(before)
		this.store = layer
		const isAlive = run()
		this.store = before
		return { layer, isAlive }
	}

	/** Leaves for where exceptions go. */
	throwValue(value: Value): void {
		const context = this.tries.at(-1)
		if (!context) return
		const way = { changes: this.store.changesSince(context.base), value }
		// All of them are joined in the end, and each is as large as what was done until then.
		const last = context.throws.length >= mostThrows ? context.throws.pop() : undefined
		context.throws.push(
			last ? { changes: context.base.joined([last.changes, way.changes]), value: joinValues(last.value, value) } : way,
		)
	}

	/** Something happened that may throw. */
	mayThrow(): void {
		const context = this.tries.at(-1)
		if (context) context.mayThrow = true
	}
}
