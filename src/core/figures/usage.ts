import { percentile } from '../../shared/percentile.ts'
import type { LedgerRecord } from '../privacy/ledger/ledgerEntry.ts'

/** Percentiles of milliseconds, linear between the two nearest values; absent where nothing was measured. */
export interface Latency {
	readonly count: number
	readonly p50: number
	readonly p95: number
	readonly p99: number
}

/** What the requests of a kind, a day or a model came to. */
export interface Usage {
	readonly requests: number
	readonly promptTokens: number
	/** Of these, such as did not have to be computed again. */
	readonly reusedTokens: number
	readonly generatedTokens: number
	/** While a model computed or waited, from the request to its end. */
	readonly busyMs: number
}

/** How fast text was written. */
export interface WritingSpeed {
	readonly answers: number
	readonly tokens: number
	/** Undefined where too little was written to say. */
	readonly tokensPerSecond: number | undefined
}

export interface UsageReport {
	readonly all: Usage
	/** Requests that other machines answered: they are in none of the other numbers. */
	readonly elsewhere: number
	/** The oldest first, without gaps between the first and the last day. */
	readonly days: readonly (Usage & { readonly day: string })[]
	/** Most requests first. */
	readonly purposes: readonly (Usage & { readonly purpose: string; readonly firstToken: Latency | undefined })[]
	readonly models: readonly (Usage & {
		readonly model: string
		readonly drafted: WritingSpeed
		readonly plain: WritingSpeed
		/** Of all tokens that were drafted, the share that the model agreed to; undefined where none was. */
		readonly acceptance: number | undefined
	})[]
}

const nothing: Usage = { requests: 0, promptTokens: 0, reusedTokens: 0, generatedTokens: 0, busyMs: 0 }

/** Values that percentiles are taken of, at most: the newest ones. */
const mostValues = 5_000
/** Tokens and milliseconds below which a speed is chance. */
const leastTokens = 20
const leastMs = 50

interface ModelSums {
	usage: Usage
	drafted: { answers: number; tokens: number; ms: number }
	plain: { answers: number; tokens: number; ms: number }
	proposed: number
	accepted: number
}

/** Sums of the requests to models of this machine, made record by record. */
export class UsageSummary {
	private all = nothing
	private elsewhere = 0
	private readonly days = new Map<string, Usage>()
	private readonly purposes = new Map<string, { usage: Usage; firstToken: number[] }>()
	private readonly models = new Map<string, ModelSums>()
	private readonly dayOf: (time: string) => string

	/** @param dayOf the day of a time as the user counts days: `2026-01-31` */
	constructor(dayOf: (time: string) => string = (time) => time.slice(0, 10)) {
		this.dayOf = dayOf
	}

	add(record: LedgerRecord): void {
		// Counting tokens is no use of a model, and what was read ahead is in the request that it was read for.
		if (record.kind !== 'request' || record.what === 'countTokens' || record.what === 'warmUp') return
		if (record.isElsewhere) {
			this.elsewhere++
			return
		}
		this.all = plus(this.all, record)
		const day = this.dayOf(record.time)
		this.days.set(day, plus(this.days.get(day) ?? nothing, record))
		this.addPurpose(record)
		this.addModel(record)
	}

	report(): UsageReport {
		const purposes = [...this.purposes].map(([purpose, { usage, firstToken }]) => ({
			purpose,
			...usage,
			firstToken: latencyOf(firstToken),
		}))
		const models = [...this.models].map(([model, { usage, drafted, plain, proposed, accepted }]) => ({
			model,
			...usage,
			drafted: speedOf(drafted),
			plain: speedOf(plain),
			acceptance: proposed === 0 ? undefined : accepted / proposed,
		}))
		const byRequests = (a: Usage, b: Usage) => b.requests - a.requests
		return {
			all: this.all,
			elsewhere: this.elsewhere,
			days: withoutGaps(this.days),
			purposes: purposes.sort(byRequests),
			models: models.sort(byRequests),
		}
	}

	private addPurpose(record: LedgerRecord): void {
		const purpose = record.purpose ?? record.what
		const known = this.purposes.get(purpose) ?? { usage: nothing, firstToken: [] }
		known.usage = plus(known.usage, record)
		if (record.figures) known.firstToken.push(record.figures.firstTokenMs)
		if (known.firstToken.length > 2 * mostValues) known.firstToken.splice(0, mostValues)
		this.purposes.set(purpose, known)
	}

	private addModel(record: LedgerRecord): void {
		const { model, figures, tokens } = record
		if (!model) return
		const empty = () => ({ answers: 0, tokens: 0, ms: 0 })
		const known = this.models.get(model.name) ?? {
			...{ usage: nothing, drafted: empty(), plain: empty(), proposed: 0, accepted: 0 },
		}
		this.models.set(model.name, known)
		known.usage = plus(known.usage, record)
		if (!figures) return
		const speed = figures.drafted > 0 ? known.drafted : known.plain
		speed.answers++
		// The first token is not written, it comes out of reading the prompt.
		speed.tokens += Math.max(0, (tokens?.generated ?? 0) - 1)
		speed.ms += figures.writingMs
		known.proposed += figures.drafted
		known.accepted += figures.accepted
	}
}

function plus(usage: Usage, { tokens, figures, durationMs = 0 }: LedgerRecord): Usage {
	return {
		requests: usage.requests + 1,
		promptTokens: usage.promptTokens + (tokens?.prompt ?? 0),
		reusedTokens: usage.reusedTokens + (figures?.reused ?? 0),
		generatedTokens: usage.generatedTokens + (tokens?.generated ?? 0),
		busyMs: usage.busyMs + durationMs,
	}
}

function speedOf({ answers, tokens, ms }: { answers: number; tokens: number; ms: number }): WritingSpeed {
	const isEnough = tokens >= leastTokens && ms >= leastMs
	return { answers, tokens, tokensPerSecond: isEnough ? (1_000 * tokens) / ms : undefined }
}

function latencyOf(values: readonly number[]): Latency | undefined {
	if (values.length === 0) return undefined
	const sorted = values.slice(-mostValues).sort((a, b) => a - b)
	return {
		count: sorted.length,
		p50: percentile(sorted, 0.5),
		p95: percentile(sorted, 0.95),
		p99: percentile(sorted, 0.99),
	}
}

const dayMs = 86_400_000
/** A clock that was wrong once makes no list of ten thousand days. */
const mostDays = 400

function withoutGaps(days: ReadonlyMap<string, Usage>): UsageReport['days'] {
	const names = [...days.keys()].sort()
	const first = Date.parse(names[0] ?? '')
	const last = Date.parse(names.at(-1) ?? '')
	if (Number.isNaN(first) || Number.isNaN(last) || (last - first) / dayMs > mostDays)
		return names.map((day) => ({ day, ...(days.get(day) ?? nothing) }))
	const all: (Usage & { day: string })[] = []
	for (let time = first; time <= last; time += dayMs) {
		const day = new Date(time).toISOString().slice(0, 10)
		all.push({ day, ...(days.get(day) ?? nothing) })
	}
	return all
}
