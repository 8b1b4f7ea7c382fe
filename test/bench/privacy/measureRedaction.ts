import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { redact } from '../../../src/core/privacy/redact.ts'
import { assignments, harmless, made, tokens } from '../../fakes/madeSecrets.ts'

export interface RedactionRow {
	readonly what: string
	readonly samples: number
	readonly secrets: number
	/** Secrets of which nothing but at most four characters is left. */
	readonly taken: number
	/** Redactions that touch no secret. */
	readonly wrong: number
}

export interface RedactionResult {
	readonly rows: readonly RedactionRow[]
	/** Of secrets in the labelled set, and of harmless lines in it. */
	readonly precision: number
	readonly recall: number
	/** Code that holds no secret: this repository's. */
	readonly code: { readonly files: number; readonly lines: number; readonly wrong: number; readonly rules: string }
}

/** Values without a name and of no provider, as they stand in calls, lists and comments. */
const unnamed: readonly ((value: string) => string)[] = [
	(value) => `connect("${value}")`,
	(value) => `  - ${value}`,
	(value) => `// it was ${value} before`,
	(value) => `headers: { 'x-internal': '${value}' }`,
	(value) => `curl -H "X-Auth: ${value}" https://internal/`,
]

/** The labelled set: what is secret in it is known, for it is made here. */
export function measureRedaction(root: string, rounds = 40): RedactionResult {
	const rows: RedactionRow[] = []
	for (const [kind, make] of Object.entries(tokens)) {
		rows.push(row(kind, rounds, () => [make(), (value) => `before\nuse("${value}")\nafter`]))
	}
	rows.push(
		...[...assignments.entries()].map(([at, place]) =>
			row(`assigned, form ${at + 1}`, rounds, (round) => [made(20 + (round % 21)), place]),
		),
		...[...unnamed.entries()].map(([at, place]) =>
			row(`without a name, form ${at + 1}`, rounds, (round) => [made(24 + (round % 21)), place]),
		),
	)
	let wrong = 0
	for (let round = 0; round < rounds; round++) for (const make of harmless) wrong += redact(make()).redactions.length
	rows.push({ what: 'harmless lines', samples: rounds * harmless.length, secrets: 0, taken: 0, wrong })
	const sum = (of: (row: RedactionRow) => number) => rows.reduce((total, one) => total + of(one), 0)
	const taken = sum((one) => one.taken)
	const recall = taken / sum((one) => one.secrets)
	return { rows, precision: taken / (taken + sum((one) => one.wrong)), recall, code: measureCode(root) }
}

function row(
	what: string,
	rounds: number,
	make: (round: number) => readonly [value: string, place: (value: string) => string],
): RedactionRow {
	let [taken, wrong] = [0, 0]
	for (let round = 0; round < rounds; round++) {
		const [value, place] = make(round)
		const text = place(value)
		const start = text.indexOf(value)
		const { text: shown, redactions } = redact(text)
		if (isGone(value, shown)) taken++
		wrong += redactions.filter((one) => one.end <= start || one.start >= start + value.length).length
	}
	return { what, samples: rounds, secrets: rounds, taken, wrong }
}

/** An address keeps its host and a connection string its names: the longest run of letters and digits is what opens something. */
function isGone(value: string, shown: string): boolean {
	const runs = value.match(/[A-Za-z0-9]{8,}/g) ?? [value]
	const longest = runs.reduce((a, b) => (b.length > a.length ? b : a))
	return !shown.includes(longest)
}

function measureCode(root: string): RedactionResult['code'] {
	const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
		name.endsWith('.ts'),
	)
	const rules: string[] = []
	let lines = 0
	for (const name of names) {
		const text = readFileSync(join(root, 'src', name), 'utf8')
		lines += text.split('\n').length
		rules.push(...redact(text).redactions.map(({ rule }) => rule))
	}
	return { files: names.length, lines, wrong: rules.length, rules: [...new Set(rules)].sort().join(', ') }
}

export function renderRedaction({ rows, precision, recall, code }: RedactionResult, command: string): string {
	const percent = (share: number) => `${(share * 100).toFixed(1)} %`
	return [
		'# What is taken out of a text before it leaves the machine',
		'',
		`Made by \`${command}\`. The labelled set is made by \`test/fakes/madeSecrets.ts\`, so that what is secret in it is known.`,
		'It was not made without knowledge of the patterns: it shows that they work, not how often people write secrets in other ways.',
		'',
		`Precision ${percent(precision)}, recall ${percent(recall)}.`,
		`In ${code.files} files of this repository (${code.lines} lines of src/, without a secret), ${code.wrong} places were redacted${code.rules === '' ? '' : ` (${code.rules})`}.`,
		'',
		'| what | samples | secrets | taken out | redacted and no secret |',
		'|---|---:|---:|---:|---:|',
		...rows.map((one) => `| ${one.what} | ${one.samples} | ${one.secrets} | ${one.taken} | ${one.wrong} |`),
		'',
	].join('\n')
}
