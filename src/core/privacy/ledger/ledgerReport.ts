import { begunOutcome, type LedgerRecord, thisMachine } from './ledgerEntry.ts'

export interface LedgerSums {
	readonly records: number
	readonly requests: number
	readonly promptTokens: number
	readonly generatedTokens: number
}

export interface LedgerReport {
	readonly all: LedgerSums & {
		/** The first and the last record; absent where there is none. */
		readonly from?: string
		readonly to?: string
		/** How often something was sent to another machine, and how often that was refused. */
		readonly sent: number
		readonly refused: number
		readonly denied: number
	}
	/** The newest first. */
	readonly days: readonly (LedgerSums & { readonly day: string })[]
	/** Where most went first. */
	readonly destinations: readonly (LedgerSums & { readonly destination: string; readonly isElsewhere: boolean })[]
	/** The newest ones, the newest first. */
	readonly records: readonly LedgerRecord[]
}

const noSums: LedgerSums = { records: 0, requests: 0, promptTokens: 0, generatedTokens: 0 }

/**
 * Whether something went to another machine, or was on its way there: a connection that was not refused, or a request that was answered
 * there. Of one that was not, its connection tells whether it got as far.
 */
export function leftTheMachine({ isElsewhere, outcome, kind }: LedgerRecord): boolean {
	if (!isElsewhere) return false
	if (kind === 'connection') return outcome !== 'refused'
	return kind === 'request' && !/^(failed|cancelled|deadline)/.test(outcome)
}

/** What a ledger says, in sums; made record by record, so that nobody holds all of it. */
export class LedgerSummary {
	private readonly most: number
	private readonly days = new Map<string, LedgerSums>()
	private readonly destinations = new Map<string, LedgerSums & { isElsewhere: boolean }>()
	private total = noSums
	private times: { from: string; to: string } | undefined
	private counts = { refused: 0, denied: 0 }
	/** Records that say that something left the machine; and of these, connections that began. */
	private left = 0
	private begun = 0
	private newest: LedgerRecord[] = []

	/** @param most records that are kept */
	constructor(most: number) {
		this.most = most
	}

	add(record: LedgerRecord): void {
		const { time, destination, isElsewhere, kind } = record
		this.times = { from: this.times?.from ?? time, to: time }
		this.total = plus(this.total, record)
		const day = time.slice(0, 10)
		this.days.set(day, plus(this.days.get(day) ?? noSums, record))
		const known = this.destinations.get(destination) ?? { ...noSums, isElsewhere: false }
		this.destinations.set(destination, { ...plus(known, record), isElsewhere: known.isElsewhere || isElsewhere })
		if (leftTheMachine(record)) {
			this.left++
			if (record.outcome === begunOutcome) this.begun++
		}
		if (record.outcome === 'refused') this.counts.refused++
		if (kind === 'denied') this.counts.denied++
		this.newest.push(record)
		if (this.newest.length > this.most * 2) this.newest = this.newest.slice(-this.most)
	}

	report(): LedgerReport {
		return {
			// A request has three records: its own, and those of its connection, which began and ended.
			all: { ...this.total, ...this.times, ...this.counts, sent: this.begun || this.left },
			days: [...this.days].map(([day, sums]) => ({ day, ...sums })).sort((a, b) => (a.day < b.day ? 1 : -1)),
			destinations: [...this.destinations]
				.map(([destination, sums]) => ({ destination, ...sums }))
				.sort((a, b) => b.records - a.records || (a.destination === thisMachine ? -1 : 1)),
			records: this.newest.slice(-this.most).reverse(),
		}
	}
}

function plus(sums: LedgerSums, { kind, tokens }: LedgerRecord): LedgerSums {
	return {
		records: sums.records + 1,
		requests: sums.requests + (kind === 'request' ? 1 : 0),
		promptTokens: sums.promptTokens + (tokens?.prompt ?? 0),
		generatedTokens: sums.generatedTokens + (tokens?.generated ?? 0),
	}
}

const columns = [
	...['seq', 'time', 'kind', 'what', 'purpose', 'model', 'modelFile', 'modelHash', 'destination', 'isElsewhere'],
	...[
		'shown',
		'promptTokens',
		'generatedTokens',
		'sentBytes',
		'receivedBytes',
		'durationMs',
		'outcome',
		'redactions',
		'hash',
	],
]

export const csvHead = `${columns.join(',')}\r\n`

/** One line of RFC 4180. */
export function csvRow(record: LedgerRecord): string {
	const { model, tokens, bytes } = record
	const values = [
		...[record.seq, record.time, record.kind, record.what, record.purpose, model?.name, model?.file, model?.hash],
		...[record.destination, record.isElsewhere, shownText(record), tokens?.prompt, tokens?.generated, bytes?.sent],
		...[bytes?.received, record.durationMs, record.outcome, record.redactions, record.hash],
	]
	return `${values.map(csvValue).join(',')}\r\n`
}

/** `src/a.ts:1-20,30-31; src/b.ts`, lines from 1. */
export function shownText({ shown = [] }: Pick<LedgerRecord, 'shown'>): string {
	return shown
		.map(({ path, lines = [] }) => {
			const ranges = lines.map(({ start, end }) => (end - start <= 1 ? `${start + 1}` : `${start + 1}-${end}`))
			return ranges.length > 0 ? `${path}:${ranges.join(',')}` : path
		})
		.join('; ')
}

/** Quoted always; what a table program would take for a formula begins with an apostrophe. */
function csvValue(value: string | number | boolean | undefined): string {
	if (value === undefined) return ''
	if (typeof value !== 'string') return String(value)
	const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value
	return `"${safe.replaceAll('"', '""')}"`
}
