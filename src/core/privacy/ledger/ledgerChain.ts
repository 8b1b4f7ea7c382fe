import type { LedgerEntry, LedgerRecord } from './ledgerEntry.ts'

/** In hexadecimal digits. */
export type Sha256 = (text: string) => string

/** Up to which record a chain goes. */
export interface ChainPlace {
	readonly seq: number
	readonly hash: string
}

/** Before the first record. */
export const chainStart: ChainPlace = { seq: 0, hash: '0'.repeat(64) }

const lineForm = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/s

/**
 * One line: the entry with its number, the hash of the record before it, and its own hash over all of the line before that. So
 * whoever changes a byte has to change every hash that follows.
 */
export function lineOf(entry: LedgerEntry, before: ChainPlace, sha256: Sha256): { line: string; place: ChainPlace } {
	const seq = before.seq + 1
	const body = JSON.stringify({ seq, previous: before.hash, ...entry }).slice(0, -1)
	const hash = sha256(body)
	return { line: `${body},"hash":"${hash}"}`, place: { seq, hash } }
}

/** Undefined where the line is not as it was written. */
export function recordOf(line: string, sha256?: Sha256): (LedgerRecord & { readonly previous: string }) | undefined {
	const [, body, hash] = lineForm.exec(line) ?? []
	if (body === undefined || hash === undefined || (sha256 && sha256(body) !== hash)) return undefined
	try {
		const value: unknown = JSON.parse(line)
		return isRecord(value) ? value : undefined
	} catch {
		return undefined
	}
}

function isRecord(value: unknown): value is LedgerRecord & { readonly previous: string } {
	if (typeof value !== 'object' || value === null) return false
	const { seq, previous, time, kind } = value as Readonly<Record<string, unknown>>
	return (
		Number.isSafeInteger(seq) && typeof previous === 'string' && typeof time === 'string' && typeof kind === 'string'
	)
}

/** A note that the oldest records were taken away: up to this one. */
export const removedWhat = 'removed'

export type ChainFault =
	/** A line that is not as it was written. */
	| { readonly kind: 'edited'; readonly file: string; readonly line: number }
	/** The record does not follow the one before it: something between them was taken away or put in, or moved. */
	| {
			readonly kind: 'broken'
			readonly file: string
			readonly line: number
			readonly expected: number
			readonly found: number
	  }
	/** The file ends in the middle of a record, as after a crash; the next write repairs it and makes a note. */
	| { readonly kind: 'torn'; readonly file: string; readonly line: number }
	/** The oldest records are not there, and no note says that they were taken away. */
	| { readonly kind: 'startMissing'; readonly first: number }
	/** There were records that are not there any more, or are others than they were: by the head beside the files, or by what the editor remembers. */
	| { readonly kind: 'endMissing'; readonly by: 'head' | 'anchor'; readonly seq: number }
	/** Records without the head that goes with them. */
	| { readonly kind: 'headMissing' }

export interface ChainReport {
	readonly records: number
	readonly first: number
	readonly last: ChainPlace
	readonly faults: readonly ChainFault[]
}

const mostFaults = 100

/** Reads the files of a ledger in their order and looks whether each record is what was written, where it was written. */
export class ChainVerifier {
	private readonly sha256: Sha256
	private readonly faults: ChainFault[] = []
	/** Hashes of the records that somebody may ask for. */
	private readonly asked: ReadonlyMap<number, string | undefined>
	private readonly seen = new Map<number, string>()
	private readonly removed = new Map<number, string>()
	private last: ChainPlace | undefined
	private first: { readonly seq: number; readonly previous: string } | undefined
	private records = 0
	private readonly head: ChainPlace | undefined
	private readonly anchor: ChainPlace | undefined

	/** @param places what else is known of the chain: beside its files, and elsewhere */
	constructor(
		sha256: Sha256,
		places: { readonly head?: ChainPlace | undefined; readonly anchor?: ChainPlace | undefined },
	) {
		this.sha256 = sha256
		this.head = places.head
		this.anchor = places.anchor
		this.asked = new Map([places.head, places.anchor].flatMap((place) => (place ? [[place.seq, place.hash]] : [])))
	}

	/** @param text of the whole file */
	file(name: string, text: string): void {
		const lines = text.split('\n')
		const rest = lines.pop() ?? ''
		for (const [at, line] of lines.entries()) this.line(name, at + 1, line)
		if (rest !== '') this.fault({ kind: 'torn', file: name, line: lines.length + 1 })
	}

	end(): ChainReport {
		const { first, last, head, anchor } = this
		if (first && first.seq > 1 && this.removed.get(first.seq - 1) !== first.previous)
			this.fault({ kind: 'startMissing', first: first.seq })
		if (!head && last) this.fault({ kind: 'headMissing' })
		for (const [by, place] of [
			['head', head],
			['anchor', anchor],
		] as const) {
			if (!place || place.seq === 0 || (first && place.seq < first.seq)) continue
			if (this.seen.get(place.seq) !== place.hash) this.fault({ kind: 'endMissing', by, seq: place.seq })
		}
		return { records: this.records, first: first?.seq ?? 0, last: last ?? chainStart, faults: this.faults }
	}

	private line(file: string, line: number, text: string): void {
		const record = recordOf(text, this.sha256)
		if (!record) {
			this.fault({ kind: 'edited', file, line })
			// What follows it is compared with itself, so that one edit is one fault.
			this.last = undefined
			return
		}
		const { seq, hash, previous } = record
		this.records++
		this.first ??= { seq, previous }
		const { last } = this
		if (last && (seq !== last.seq + 1 || previous !== last.hash))
			this.fault({ kind: 'broken', file, line, expected: last.seq + 1, found: seq })
		if (this.asked.has(seq)) this.seen.set(seq, hash)
		if (record.kind === 'note' && record.what === removedWhat) {
			const found = /^(\d+) ([0-9a-f]{64})$/.exec(record.outcome)
			if (found) this.removed.set(Number(found[1]), found[2] ?? '')
		}
		this.last = { seq, hash }
	}

	private fault(fault: ChainFault): void {
		if (this.faults.length < mostFaults) this.faults.push(fault)
	}
}

/** As the note says it: up to which record they are gone. */
export function removedNote(time: string, { seq, hash }: ChainPlace): LedgerEntry {
	return note(time, removedWhat, `${seq} ${hash}`)
}

export function note(time: string, what: string, outcome: string): LedgerEntry {
	return { time, kind: 'note', what, destination: 'this machine', isElsewhere: false, outcome }
}
