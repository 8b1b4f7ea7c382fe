import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
	type ChainPlace,
	ChainVerifier,
	chainStart,
	lineOf,
	recordOf,
	removedNote,
} from '../../../../../src/core/privacy/ledger/ledgerChain.ts'
import { type LedgerEntry, thisMachine } from '../../../../../src/core/privacy/ledger/ledgerEntry.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const entry = fc.record({
	time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
	kind: fc.constantFrom('request', 'connection', 'denied'),
	what: fc.string(),
	destination: fc.constantFrom(thisMachine, 'a.example:443'),
	isElsewhere: fc.boolean(),
	shown: fc.array(fc.record({ path: fc.string({ unit: 'grapheme' }) }), { maxLength: 3 }),
	durationMs: fc.double({ noNaN: true, min: 0, max: 1e9 }),
	outcome: fc.string({ unit: 'grapheme' }),
}) as fc.Arbitrary<LedgerEntry>
const entries = fc.array(entry, { minLength: 1, maxLength: 12 })

function chained(all: readonly LedgerEntry[], from: ChainPlace = chainStart) {
	const lines: string[] = []
	let head = from
	for (const one of all) {
		const { line, place } = lineOf(one, head, sha256)
		lines.push(line)
		head = place
	}
	return { lines, head }
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

function verify(files: readonly (readonly string[])[], head?: ChainPlace, anchor?: ChainPlace) {
	const verifier = new ChainVerifier(sha256, { head, anchor })
	for (const [at, lines] of files.entries()) verifier.file(`f${at}`, text(lines))
	return verifier.end()
}

/** Where a list is cut into files. */
const cut = (lines: readonly string[], at: number) => [
	lines.slice(0, at % lines.length),
	lines.slice(at % lines.length),
]

describe('a chain', () => {
	it('that nobody touched has no fault, in however many files it is', () => {
		fc.assert(
			fc.property(entries, fc.nat(), (all, at) => {
				const { lines, head } = chained(all)
				expect(verify(cut(lines, at), head, head)).toEqual({ records: all.length, first: 1, last: head, faults: [] })
				for (const [index, line] of lines.entries())
					expect(recordOf(line, sha256)).toMatchObject({ ...JSON.parse(JSON.stringify(all[index])), seq: index + 1 })
			}),
		)
	})

	it('shows every edit of a byte', () => {
		fc.assert(
			fc.property(
				entries,
				fc.nat(),
				fc.nat(),
				fc.constantFrom('0', 'a', '"', ' ', '}', '\\'),
				(all, row, column, other) => {
					const { lines, head } = chained(all)
					const at = row % lines.length
					const line = lines[at] ?? ''
					const place = column % line.length
					if (line[place] === other) return
					const edited = line.slice(0, place) + other + line.slice(place + 1)
					expect(verify([lines.with(at, edited)], head).faults).not.toEqual([])
				},
			),
		)
	})

	it('shows every record that was taken away, the newest and those of a whole file too', () => {
		fc.assert(
			fc.property(entries, fc.nat(), fc.nat({ max: 5 }), (all, from, more) => {
				const { lines, head } = chained(all)
				const at = from % lines.length
				const left = lines.toSpliced(at, more + 1)
				expect(verify([left], head).faults).not.toEqual([])
				// What the editor remembers shows it also where the head beside the files was made to fit.
				const forged = recordOf(left.at(-1) ?? '')
				expect(verify([left], forged && { seq: forged.seq, hash: forged.hash }, head).faults).not.toEqual([])
			}),
		)
	})

	it('shows records that changed places, were put in or said twice', () => {
		fc.assert(
			fc.property(fc.array(entry, { minLength: 2, maxLength: 12 }), fc.nat(), fc.nat(), (all, a, b) => {
				const { lines, head } = chained(all)
				const [first, second] = [a % lines.length, b % lines.length]
				if (first === second) return
				const swapped = lines.with(first, lines[second] ?? '').with(second, lines[first] ?? '')
				expect(verify([swapped], head).faults).not.toEqual([])
				expect(verify([lines.toSpliced(first, 0, lines[second] ?? '')], head).faults).not.toEqual([])
			}),
		)
	})

	it('shows a rewritten past, hashes and all, by what was remembered of it', () => {
		fc.assert(
			fc.property(entries, fc.nat(), (all, row) => {
				const { head } = chained(all)
				const at = row % all.length
				const forged = chained(all.map((one, index) => (index === at ? { ...one, outcome: `${one.outcome}!` } : one)))
				expect(verify([forged.lines], forged.head).faults).toEqual([])
				expect(verify([forged.lines], forged.head, head).faults).toEqual([
					{ kind: 'endMissing', by: 'anchor', seq: all.length },
				])
			}),
		)
	})

	it('may lose its oldest records where a note says so, and up to there only', () => {
		fc.assert(
			fc.property(fc.array(entry, { minLength: 4, maxLength: 12 }), fc.nat(), (all, row) => {
				const gone = 1 + (row % (all.length - 2))
				const { lines, head } = chained(all)
				const last = recordOf(lines[gone - 1] ?? '')
				if (!last) throw new Error('no record')
				const noted = chained([removedNote('2026-01-01T00:00:00.000Z', last)], head)
				const kept = [...lines.slice(gone), ...noted.lines]
				expect(verify([kept], noted.head).faults).toEqual([])
				expect(verify([kept.slice(1)], noted.head).faults).toEqual([{ kind: 'startMissing', first: gone + 2 }])
			}),
		)
	})

	it('that ends within a record is torn, and without its head has none', () => {
		const { lines, head } = chained([
			{ time: '', kind: 'request', what: '', destination: '', isElsewhere: false, outcome: '' },
		])
		const verifier = new ChainVerifier(sha256, { head })
		verifier.file('f', `${text(lines)}{"seq":2,"prev`)
		expect(verifier.end().faults).toEqual([{ kind: 'torn', file: 'f', line: 2 }])
		expect(verify([lines]).faults).toEqual([{ kind: 'headMissing' }])
		expect(verify([], head).faults).toEqual([{ kind: 'endMissing', by: 'head', seq: 1 }])
		expect(verify([]).faults).toEqual([])
	})
})
