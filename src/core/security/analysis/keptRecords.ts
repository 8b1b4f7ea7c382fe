import type { ClassIr, FunctionIr, IrLanguage } from '../ir/ir.ts'
import type { EntryRecord, EntryRecords, Remembered } from '../taint/entryRecords.ts'
import type { Template } from '../templates/template.ts'
import { changedFunctions } from './changedFunctions.ts'
import { MovedReports } from './movedReports.ts'
import type { LoadedFile } from './program.ts'
import { settingsNamedIn } from './settingFiles.ts'

/** A file that was analyzed, and the others that it was analyzed with. */
interface Surroundings {
	readonly loaded: LoadedFile
	/** Every file and folder that was looked at; what a file held, undefined for others. */
	readonly others: ReadonlyMap<string, LoadedFile | Template | undefined>
}

/** Files of which records are kept: those that somebody edits. */
const mostFiles = 8

/** Languages whose analysis of one function leaves nothing to the next but what a record holds. */
const languages: ReadonlySet<IrLanguage> = new Set(['javascript', 'python', 'java', 'go', 'csharp'])

/** What is known of the functions of files that are analyzed again and again, so that an edit costs only what it touches. */
export class KeptRecords {
	private readonly files = new Map<string, FileRecords>()

	forget(): void {
		this.files.clear()
	}

	/** Records for an analysis of a file as it is now. Undefined where none are kept. */
	recordsFor(surroundings: Surroundings): EntryRecords | undefined {
		const { file, ir, text } = surroundings.loaded
		const before = this.files.get(file)
		this.files.delete(file)
		// What a file of settings says is not looked at here.
		if (!languages.has(ir.language) || (ir.language === 'java' && settingsNamedIn(text).length > 0)) return undefined
		const records = new FileRecords(surroundings, before)
		this.files.set(file, records)
		const [oldest] = this.files.keys()
		if (oldest !== undefined && this.files.size > mostFiles) this.files.delete(oldest)
		return records
	}

	/** The analysis of a file did not come to its end. */
	drop(file: string): void {
		this.files.delete(file)
	}
}

class FileRecords implements EntryRecords {
	readonly ranAtTop = new Set<FunctionIr>()
	private readonly surroundings: Surroundings
	private readonly entries = new Map<FunctionIr | ClassIr, EntryRecord>()
	private readonly before: ReadonlyMap<FunctionIr | ClassIr, EntryRecord>

	constructor(surroundings: Surroundings, before: FileRecords | undefined) {
		this.surroundings = surroundings
		this.before = before?.movedTo(surroundings) ?? new Map()
	}

	known(of: FunctionIr | ClassIr): EntryRecord | undefined {
		return this.before.get(of)
	}

	keep(of: FunctionIr | ClassIr, record: EntryRecord): void {
		this.entries.set(of, record)
	}

	/** The records that hold for another text of the file. */
	private movedTo({ loaded, others }: Surroundings): ReadonlyMap<FunctionIr | ClassIr, EntryRecord> | undefined {
		const before = this.surroundings
		if (loaded.rules !== before.loaded.rules || !isSame(others, before.others)) return undefined
		const changes = changedFunctions(before.loaded, loaded)
		if (!changes) return undefined
		const { changed, functions, classes } = changes
		if (meet(this.ranAtTop, changed)) return undefined
		const reports = new MovedReports(loaded.file, before.loaded.text, loaded.text)
		const moved = new Map<FunctionIr | ClassIr, EntryRecord>()
		for (const [of, record] of this.entries) {
			const touched = meet(record.ran, changed)
			// The classes that it makes may be others, and what was known of them is known of nothing.
			if (touched && record.makesClasses) return undefined
			const now = functions.get(of as FunctionIr) ?? classes.get(of as ClassIr)
			const movedReports = touched || !now ? undefined : reports.all(record.reports)
			if (now && movedReports) moved.set(now, { ...renamed(record, functions), reports: movedReports })
		}
		return moved
	}
}

function isSame(a: Surroundings['others'], b: Surroundings['others']): boolean {
	if (a.size !== b.size) return false
	for (const [file, loaded] of a) if (!b.has(file) || b.get(file) !== loaded) return false
	return true
}

function meet(a: ReadonlySet<FunctionIr>, b: ReadonlySet<FunctionIr>): boolean {
	for (const it of b) if (a.has(it)) return true
	return false
}

/** With the functions of the new text; those of other files are the same. */
function renamed(record: EntryRecord, functions: ReadonlyMap<FunctionIr, FunctionIr>): EntryRecord {
	const now = (ir: FunctionIr): FunctionIr => functions.get(ir) ?? ir
	const all = (them: ReadonlySet<FunctionIr>): ReadonlySet<FunctionIr> => new Set([...them].map(now))
	const memories = (them: ReadonlyMap<FunctionIr, Remembered>): ReadonlyMap<FunctionIr, Remembered> =>
		new Map([...them].map(([ir, it]) => [now(ir), { ...it, ran: it.ran && all(it.ran) }]))
	return {
		...record,
		ran: all(record.ran),
		remembered: memories(record.remembered),
		used: memories(record.used),
		handed: new Map([...record.handed].map(([ir, to]) => [now(ir), to])),
		asked: new Map([...record.asked].map(([ir, was]) => [now(ir), was])),
	}
}
