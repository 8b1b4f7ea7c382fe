import { percentile } from '../../shared/percentile.ts'
import type { ModelSpeed } from '../model/measureSpeed.ts'
import type { LedgerRecord } from '../privacy/ledger/ledgerEntry.ts'

/** Of each model, the newest ones count: the machine may have been another one, or have had another graphics card. */
const mostValues = 200
/** Below these an answer says nothing of a speed. */
const leastRead = 64
const leastWritten = 8
/** So many answers make a speed. */
const leastAnswers = 10

interface Rates {
	readonly read: number[]
	readonly written: number[]
}

/** How fast the models of this machine were, by the answers on record; by the path of their file. */
export class RecordedSpeeds {
	private readonly files = new Map<string, Rates>()

	add({ kind, isElsewhere, model, tokens, figures }: LedgerRecord): void {
		if (kind !== 'request' || isElsewhere || model?.file === undefined || !tokens || !figures) return
		const known = this.files.get(model.file) ?? { read: [], written: [] }
		this.files.set(model.file, known)
		const read = tokens.prompt - figures.reused
		// The time to the first token has what others held it up in it: a speed by it is at least that.
		if (read >= leastRead && figures.firstTokenMs > 0) keep(known.read, (1_000 * read) / figures.firstTokenMs)
		// The first token is not written, it comes out of reading the prompt.
		const written = tokens.generated - 1
		if (written >= leastWritten && figures.writingMs > 0) keep(known.written, (1_000 * written) / figures.writingMs)
	}

	/** The middle of what was seen, where enough was. */
	speeds(): ReadonlyMap<string, ModelSpeed> {
		const entries = [...this.files].flatMap(([file, { read, written }]): [string, ModelSpeed][] => {
			if (read.length < leastAnswers || written.length < leastAnswers) return []
			return [[file, { promptRate: middle(read), decodeRate: middle(written) }]]
		})
		return new Map(entries)
	}
}

function middle(values: readonly number[]): number {
	return percentile(
		[...values].sort((a, b) => a - b),
		0.5,
	)
}

function keep(values: number[], value: number): void {
	values.push(value)
	if (values.length > mostValues) values.shift()
}
