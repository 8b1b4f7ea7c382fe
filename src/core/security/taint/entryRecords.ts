import type { ClassIr, FunctionIr } from '../ir/ir.ts'
import type { Report } from './reporter.ts'
import type { Value } from './value.ts'

/** What is known of a function that was called without tainted data: what it gives, or that it has to be followed each time. */
export interface Remembered {
	value: Value | 'running' | 'follow'
	throws: boolean
	/** Functions that ran for it, where that is recorded. */
	ran: ReadonlySet<FunctionIr> | undefined
}

/**
 * What the analysis of one function found, used and left behind for those after it. As long as nothing of what it used is another, it
 * need not be done again.
 */
export interface EntryRecord {
	/** The budget that it began with, and what it took of the file's. */
	readonly given: number
	readonly spent: number
	readonly sawTaint: boolean
	/** Functions that ran, or were looked into. */
	readonly ran: ReadonlySet<FunctionIr>
	readonly reports: readonly Report[]
	/** Files whose top levels ran, in this order. */
	readonly units: readonly string[]
	/** What was remembered of functions here, and what was used that was remembered before. */
	readonly remembered: ReadonlyMap<FunctionIr, Remembered>
	readonly used: ReadonlyMap<FunctionIr, Remembered>
	/** Functions that were handed to a library of which rules say what it calls them with, and to what. */
	readonly handed: ReadonlyMap<FunctionIr, readonly string[]>
	/** Functions of which it mattered whether others had handed them over. */
	readonly asked: ReadonlyMap<FunctionIr, boolean>
	/** What the texts of files matched, or not: file, line end, pattern. */
	readonly matched: ReadonlyMap<string, boolean>
	/** Whether it made classes, whose methods are analyzed after it. */
	readonly makesClasses: boolean
	/** Whether it left something for others, or asked for what others left, that is not in the record. */
	readonly isShared: boolean
}

/** While it is made. */
export interface OpenRecord {
	readonly reports: Report[]
	readonly units: string[]
	readonly remembered: Map<FunctionIr, Remembered>
	readonly used: Map<FunctionIr, Remembered>
	readonly handed: Map<FunctionIr, readonly string[]>
	readonly asked: Map<FunctionIr, boolean>
	readonly matched: Map<string, boolean>
	isShared: boolean
}

/** The records of one file. The one of an object that was made for the methods of a class is found by the class. */
export interface EntryRecords {
	/** One that holds for the text as it is now. */
	known(of: FunctionIr | ClassIr): EntryRecord | undefined
	keep(of: FunctionIr | ClassIr, record: EntryRecord): void
	/** What the top levels of files ran: everything depends on it. */
	readonly ranAtTop: Set<FunctionIr>
}
