import type { Annotation, FunctionIr, Parameter } from '../ir/ir.ts'
import type { EntryRule, SourceKind } from '../rules/ruleTypes.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { asParameter } from './declaredTypes.ts'
import { checkUnusedParameter } from './defects/unusedAnswers.ts'
import { annotationMatches } from './entrySources.ts'
import { injectedValue, isInjected } from './frameworks/injected.ts'
import { nestsClasses } from './languages/enclosing.ts'
import type { Machine, ProgramUnit } from './machine.ts'
import { basePaths } from './members.ts'
import { typeNamed } from './names.ts'
import { shortened } from './paths.ts'
import { addSource } from './sources.ts'
import { type ClassValue, type FunctionValue, joinValues, unknown, type Value } from './value.ts'

const kinds: ReadonlySet<string> = new Set<SourceKind>([
	'remote',
	'local',
	'stored',
	'sensitive',
	'library',
	'archive',
	'unsafe',
])

/** A value of a type that rules name, or tainted where they name a kind of source instead. */
export function valueOfType(machine: Machine, type: string, at: CodeSpan): Value {
	if (kinds.has(type)) return tainted(machine, type as SourceKind, at)
	return { ...unknown, paths: shortened(machine, type) }
}

/** What a framework calls the function with, where it is one that a framework calls. */
export function entryValues(
	machine: Machine,
	ir: FunctionIr,
	home: ClassValue | undefined,
	unit: ProgramUnit,
	called: FunctionValue,
): readonly Value[] {
	const parameters = ir.selfParameter ? ir.parameters.slice(1) : ir.parameters
	const values: Value[] = parameters.map(() => unknown)
	const { frame } = machine
	// Types are named as they are in the class.
	if (home) machine.frame = { ...frame, home }
	for (const rule of machine.rules.entries) {
		// Its name only says what it may be.
		if (rule.parameterNames && isHanded(machine, ir)) continue
		if (!isEntry(machine, rule, ir, home, unit, called, parameters)) continue
		for (const [at, parameter] of parameters.entries()) {
			const type = rule.parameters?.[at]
			// What is declared says more than a name.
			const isSaid = parameter.type !== undefined && !(kinds.has(type ?? '') && plainMap.test(parameter.type))
			if (rule.parameterNames && isSaid && !rule.base && machine.language === 'python') continue
			if (rule.parameterNames && isKnownType(machine, parameter)) continue
			if (type !== undefined && type !== '') {
				const value = valueOfType(machine, type, parameter)
				const known = values[at] ?? unknown
				values[at] = rule.parameterNames && known.paths.length > 0 ? joinValues(known, value) : value
			} else if (rule.otherParameters && parameter.annotations.length === 0 && values[at] === unknown) {
				if (isInjected(machine, parameter)) {
					const injected = injectedValue(machine, parameter)
					values[at] = injected
					checkUnusedParameter(machine, ir, parameter, injected)
				} else if (!isNoData(machine, rule, parameter))
					values[at] = asParameter(machine, tainted(machine, rule.otherParameters, parameter), parameter)
			}
		}
	}
	machine.frame = frame
	return values
}

/** A type of a library that rules know, such as the request of another framework than the one that names of parameters make likely (TypeScript). */
function isKnownType(machine: Machine, { type }: Parameter): boolean {
	if (machine.language !== 'javascript' || type === undefined || !/^(?:\w+\.)?[A-Z]/.test(type)) return false
	return typeNamed(machine, type)?.paths.some((it) => it.includes('.') && machine.rules.knows(it)) === true
}

/** Whether a framework calls a method before the others of its object. */
export function isCalledFirst(machine: Machine, called: FunctionValue, home: ClassValue, unit: ProgramUnit): boolean {
	const { function: ir } = called
	return machine.rules.entries.some((it) => it.isFirst && isEntry(machine, it, ir, home, unit, called, ir.parameters))
}

/** What a framework makes of a request for a parameter of a handler, or, where the parameter is a service, what is known of its type. */
export function boundValue(machine: Machine, parameter: Parameter): Value {
	const { type, annotations } = parameter
	if (isHandedOver(machine, type) || isService(machine, type)) return unknown
	if (annotations.some((it) => /^FromServices|^FromKeyedServices/.test(it.name))) return unknown
	return asParameter(machine, tainted(machine, 'remote', parameter), parameter)
}

function isNoData(machine: Machine, rule: EntryRule, { type }: Parameter): boolean {
	// A container hands services to setters, too.
	return isHandedOver(machine, type) || isChoice(machine, type) || (rule.isFirst === true && isPart(machine, type))
}

const partOf =
	/(?:Service|Services|Manager|Dao|DAO|Repository|Factory|Client|Mapper|Facade|Provider|Handler|Template|Context|Source)$/

/** Something that a container hands over, and no data. */
function isPart(machine: Machine, type: string | undefined): boolean {
	return type !== undefined && (partOf.test(type) || isService(machine, type))
}

/** A type that holds no data of its own, but has methods. */
function isService(machine: Machine, type: string | undefined): boolean {
	if (type === undefined) return false
	const classes = typeNamed(machine, type)?.classes ?? []
	if (classes.length === 0) return /^I\p{Lu}\p{Ll}/u.test(type.slice(type.lastIndexOf('.') + 1))
	return classes.some(
		({ class: { form, methods, fields } }) =>
			form === 'interface' ||
			(methods.some((it) => it.form === 'method' && !it.isStatic) &&
				!fields.some((it) => !it.isStatic && /^\p{Lu}/u.test(it.name))),
	)
}

function isHanded(machine: Machine, ir: FunctionIr): boolean {
	const is = machine.handed.has(ir)
	if (machine.record && !machine.record.handed.has(ir)) machine.record.asked.set(ir, is)
	return is
}

/** Types that say no more than that it is a map, or anything. */
const plainMap = /^(?:typing\.|collections\.abc\.)?(?:dict|Dict|Mapping|MutableMapping|Any|object)(?:\[|$)/

const frameworkTypes =
	/^(?:Model|ModelMap|ModelAndView|BindingResult|Errors|Principal|Authentication|Pageable|Locale|TimeZone|RedirectAttributes|SessionStatus|UriComponentsBuilder|CancellationToken|ClaimsPrincipal|ServerWebExchange|SecurityContext|UriInfo|IServerStreamWriter)$/

/** Objects that the framework makes itself, and those of classes that rules know: these are no data of the client. */
function isHandedOver(machine: Machine, type: string | undefined): boolean {
	if (type === undefined) return false
	if (frameworkTypes.test(type.slice(type.lastIndexOf('.') + 1))) return true
	const paths = typeNamed(machine, type)?.paths ?? []
	return paths.some(
		(it) =>
			// Types of Python itself are named in rules as the functions that they are.
			(machine.language !== 'python' || it.includes('.')) && !holdsData.test(it) && machine.rules.knows(it),
	)
}

/** Types of libraries that hold what was sent. */
const holdsData =
	/^(?:java\.lang\.|java\.util\.|java\.io\.(?:InputStream|Reader)$|System\.(?:String|Uri)$|(?:javax|jakarta)\.(?:ws\.rs\.core\.(?:MultivaluedMap|MultivaluedHashMap|Form)|json\.Json(?:Object|Array|Structure|Value))$|com\.fasterxml\.jackson\.databind\.(?:JsonNode|node\.\w+)$|com\.google\.gson\.Json(?:Object|Array|Element)$|org\.json\.JSON(?:Object|Array)$|org\.springframework\.util\.(?:Linked)?MultiValueMap$)/

/** A parameter of an enumeration, which the framework refuses to fill with anything else (FastAPI). */
function isChoice(machine: Machine, type: string | undefined): boolean {
	if (type === undefined || machine.language !== 'python') return false
	const classes = typeNamed(machine, type)?.classes ?? []
	return classes.length > 0 && classes.every((it) => basePaths(it).some((path) => enumerations.test(path)))
}

const enumerations = /^enum\.(?:Enum|IntEnum|StrEnum|Flag|IntFlag)$/

const labels: Readonly<Partial<Record<SourceKind, string>>> = { remote: 'HTTP request', library: 'the caller' }

function tainted(machine: Machine, kind: SourceKind, at: CodeSpan): Value {
	return addSource(machine, unknown, { label: labels[kind] ?? 'input', kind }, at)
}

function isEntry(
	machine: Machine,
	rule: EntryRule,
	ir: FunctionIr,
	home: ClassValue | undefined,
	unit: ProgramUnit,
	called: FunctionValue,
	parameters: readonly Parameter[],
): boolean {
	const { annotation, classAnnotation, base, name, parameterNames, parameterType } = rule
	if (
		annotation !== undefined &&
		!annotationsOf(machine, ir, home).some((it) => annotationMatches(machine, it, annotation))
	)
		return false
	if (parameterType !== undefined && !parameters.some((it) => isOfType(machine, it.type, parameterType))) return false
	if (
		classAnnotation !== undefined &&
		!home?.class.annotations.some((it) => annotationMatches(machine, it, classAnnotation))
	)
		return false
	if (
		rule.alsoAnnotated !== undefined &&
		!home?.class.annotations.some((it) => annotationMatches(machine, it, rule.alsoAnnotated ?? []))
	)
		return false
	if (base !== undefined) {
		const table = machine.rules.cache.table(base)
		if (!home || !basesOf(machine, home).some((it) => table.lookUp(it).length > 0)) return false
	}
	if (rule.isLibrary && !machine.program.isLibrary(unit.file)) return false
	const names = rule.isExported === true ? exportedNames(machine, unit, called) : undefined
	if (names?.length === 0) return false
	if (name !== undefined && ![ir.name ?? '', ...(names ?? [])].some((it) => machine.rules.cache.whole(name).test(it)))
		return false
	if (parameterNames?.some((pattern, at) => !isNamed(machine, parameters[at], pattern))) return false
	return true
}

/** What a service embeds was generated, and may be a part of the program (Go). */
function basesOf({ language }: Machine, home: ClassValue): readonly string[] {
	if (language !== 'go') return basePaths(home)
	return [...basePaths(home), ...home.bases.flatMap(({ classes }) => classes.map((it) => it.path))]
}

function isOfType(machine: Machine, type: string | undefined, paths: string | readonly string[]): boolean {
	if (type === undefined) return false
	const table = machine.rules.cache.table(paths)
	return typeNamed(machine, type)?.paths.some((it) => table.lookUp(it).length > 0) === true
}

/** Its own, and those of the interface that it is a method of: a contract says there what clients may call. */
function annotationsOf(machine: Machine, ir: FunctionIr, home: ClassValue | undefined): readonly Annotation[] {
	if (!home || ir.form !== 'method' || !nestsClasses(machine.language)) return ir.annotations
	const declared = home.bases.flatMap((base) => base.classes).filter((it) => it.class.form === 'interface')
	if (declared.length === 0) return ir.annotations
	const inherited = declared.flatMap(({ class: { methods } }) =>
		methods.filter((it) => it.name === ir.name && it.parameters.length === ir.parameters.length),
	)
	return [...ir.annotations, ...inherited.flatMap((it) => it.annotations)]
}

function isNamed(machine: Machine, parameter: Parameter | undefined, pattern: string): boolean {
	if (!parameter) return false
	const { target } = parameter
	// What is taken apart where it comes in has no name of its own.
	const name = target.kind === 'name' ? target.name : target.kind === 'objectPattern' ? '{}' : undefined
	return name !== undefined && machine.rules.cache.whole(pattern).test(name)
}

/** What the function is called outside of the file, where it is known there: its own name, or that of what holds it. */
function exportedNames(machine: Machine, unit: ProgramUnit, called: FunctionValue): readonly string[] {
	const own = called.function.name ?? ''
	// `static` of C keeps a function to its file.
	if (unit.ir.exportsAll) return called.function.visibility === 'private' ? [] : [own]
	const names: string[] = []
	const look = (value: Value, name: string, depth: number): void => {
		if (value.functions.some((it) => !('native' in it) && it.function === called.function)) names.push(name)
		if (value.classes.some((it) => it === called.home)) names.push(own)
		if (depth >= 2) return
		for (const id of value.objects)
			for (const [key, it] of machine.store.object(id)?.fields ?? []) look(it, key, depth + 1)
	}
	for (const [name, it] of unit.exports) look(it, name, 0)
	return names
}
