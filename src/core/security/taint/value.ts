import type { ClassIr, FunctionIr } from '../ir/ir.ts'
import { type CodePlace, joinTaints, type Taint } from './taint.ts'

export type Scalar = string | number | boolean | null

/** The variables of a running function. */
export interface Frame {
	/** Cells of its variables begin here. */
	readonly base: number
	readonly unit: Unit
	readonly parent: Frame | undefined
	readonly self: Value
	readonly home: ClassValue | undefined
	/** As they were given. */
	readonly arguments: readonly Value[]
	readonly function: FunctionIr | undefined
	/** Where the function was called, if code did. */
	readonly calledAt?: CodePlace | undefined
	/** The same; of a function that takes a `va_list` where the one was called that takes the arguments. */
	readonly calledFor?: CodePlace | undefined
	/** The last call on the way here that stands in the file that is analyzed. */
	readonly calledFrom?: CodePlace | undefined
}

/** A file that is analyzed. What else is known of it is the module's own affair. */
export interface Unit {
	readonly file: string
}

export interface FunctionValue {
	readonly function: FunctionIr
	/** In which it was made. */
	readonly frame: Frame
	/** The object that it is a method of, once it is known. */
	readonly self: Value | undefined
	readonly home: ClassValue | undefined
}

/** What the engine itself answers: `resolve` of a promise and the like. */
export interface NativeFunction {
	readonly native: 'resolve' | 'reject' | 'partial' | 'state'
	readonly object: number
}

export interface ClassValue {
	readonly class: ClassIr
	readonly frame: Frame
	readonly bases: readonly Value[]
	/** The object with its static members. */
	readonly object: number
	/** Methods that are declared outside of it (Go, C++). */
	readonly more: FunctionValue[]
	/** Its name with the package or module before it. */
	readonly path: string
}

/** What being true or false says of data: `when` it is so, data of these roots is safe for the kinds in the mask. */
export interface Fact {
	readonly when: boolean
	readonly root: string
	readonly mask: number
}

/** What is known of a value: all that it may be. */
export interface Value {
	readonly taint: readonly Taint[]
	/** The constants that it may be; undefined where it may be any. */
	readonly constants: readonly Scalar[] | undefined
	/** Numbers of objects in the store. */
	readonly objects: readonly number[]
	readonly functions: readonly (FunctionValue | NativeFunction)[]
	readonly classes: readonly ClassValue[]
	/** What of a library it is, see `RuleFile`. */
	readonly paths: readonly string[]
	readonly facts: readonly Fact[]
	/** Of a pointer to one of the objects: bytes from where the object begins, undefined where that is not known, and bytes of a step. */
	readonly pointer?: Pointer
	/** Of what is not known: the constant that stands there where nobody said anything, as in `options.verify ?? false`. */
	readonly otherwise?: Scalar
}

export interface Pointer {
	readonly at: number | undefined
	readonly unit: number | undefined
}

const none: readonly never[] = []

export const unknown: Value = {
	taint: none,
	constants: undefined,
	objects: none,
	functions: none,
	classes: none,
	paths: none,
	facts: none,
}

export function constant(value: Scalar): Value {
	return { ...unknown, constants: [value] }
}
export const nothing: Value = constant(null)
export const boolean: Value = { ...unknown, constants: [true, false] }

export function ofObject(object: number): Value {
	return { ...unknown, objects: [object] }
}

export function ofTaint(taint: readonly Taint[]): Value {
	return taint.length === 0 ? unknown : { ...unknown, taint }
}

export function withTaint(value: Value, taint: readonly Taint[]): Value {
	return taint === value.taint || taint.length === 0 ? value : { ...value, taint: joinTaints(value.taint, taint) }
}

export function onlyTaint(value: Value, taint: readonly Taint[]): Value {
	return taint === value.taint ? value : { ...value, taint }
}

/** The constant that it is, where it can be one only. */
export function constantOf(value: Value): Scalar | undefined {
	const { constants } = value
	return constants?.length === 1 ? constants[0] : undefined
}

const mostConstants = 8
const mostTargets = 6

export function joinValues(a: Value, b: Value): Value {
	if (a === b) return a
	const taint = joinTaints(a.taint, b.taint)
	const constants = joinConstants(a, b)
	const objects = joinLists(a.objects, b.objects)
	const functions = joinLists(a.functions, b.functions)
	const classes = joinLists(a.classes, b.classes)
	const paths = joinLists(a.paths, b.paths)
	if (
		taint === a.taint &&
		constants === a.constants &&
		objects === a.objects &&
		functions === a.functions &&
		classes === a.classes &&
		paths === a.paths &&
		a.facts.length === 0 &&
		a.otherwise === b.otherwise &&
		(a.pointer === b.pointer || b.objects.length === 0)
	)
		return a
	const joined = { taint, constants, objects, functions, classes, paths, facts: none }
	const pointer = joinPointers(a, b)
	return pointer ? { ...joined, pointer } : joined
}

/** What is not known, or this constant. */
export function joinFallback(value: Value, fallback: Value): Value {
	const joined = joinValues(value, fallback)
	const otherwise = value.constants === undefined && fallback.taint.length === 0 ? constantOf(fallback) : undefined
	return otherwise === undefined || otherwise === null ? joined : { ...joined, otherwise }
}

/** Where both lead to objects but not to the same place in them, it is not known where. */
function joinPointers(a: Value, b: Value): Pointer | undefined {
	if (a.objects.length === 0) return b.pointer
	if (b.objects.length === 0 || a.pointer === b.pointer) return a.pointer
	const one = a.pointer ?? { at: 0, unit: undefined }
	const other = b.pointer ?? { at: 0, unit: undefined }
	return { at: one.at === other.at ? one.at : undefined, unit: one.unit === other.unit ? one.unit : undefined }
}

/** An object or function beside a constant leaves the constants: null or an object is known to be no other constant. */
function joinConstants(a: Value, b: Value): readonly Scalar[] | undefined {
	if (a.constants === undefined || b.constants === undefined) return undefined
	if (b.constants.every((it) => a.constants?.includes(it))) return a.constants
	const joined = [...new Set([...a.constants, ...b.constants])]
	return joined.length > mostConstants ? undefined : joined
}

function joinLists<T>(a: readonly T[], b: readonly T[]): readonly T[] {
	if (a === b || b.length === 0) return a
	if (a.length === 0) return b
	const more = b.filter((it) => !a.includes(it))
	return more.length === 0 || a.length >= mostTargets ? a : [...a, ...more].slice(0, mostTargets)
}

/** Whether a condition holds; undefined where it may be either. */
export function truthOf(value: Value, language: string): boolean | undefined {
	const { constants } = value
	if (constants === undefined || constants.length === 0) return undefined
	if (value.objects.length > 0 || value.functions.length > 0 || value.classes.length > 0) return undefined
	const first = isTrue(constants[0] as Scalar, language)
	return constants.every((it) => isTrue(it, language) === first) ? first : undefined
}

function isTrue(value: Scalar, language: string): boolean {
	if (language === 'ruby') return value !== null && value !== false
	if (language === 'php' && value === '0') return false
	return Boolean(value)
}
