import type { History } from './baselines.ts'

/** Tokens. */
export const budgets = [512, 1024, 2048] as const

/** Shares of points at each budget whose definition was shown. */
export type Recall = readonly number[]

export interface RepositoryRecall {
	readonly name: string
	readonly commit: string
	readonly half: string
	readonly language: string
	readonly files: number
	readonly points: number
	/** Within the deadline of the extension, in real time; in older results without one. */
	readonly alcove: Recall
	/** With as much time as it takes. */
	readonly unlimited?: Recall
	/** Share of points where the deadline changed what was shown for 1024 tokens. */
	readonly cutShort?: number
	/** With as much time as it takes. */
	readonly without: Readonly<Record<string, Recall>>
	readonly ringBuffer: Readonly<Record<History, Recall>>
	readonly importsAndWindows: Readonly<Record<History, Recall>>
	/** Milliseconds to collect for 1024 tokens, with as much time as it takes. */
	readonly milliseconds: { readonly p50: number; readonly p99: number }
}

/** What the milliseconds are of: of a machine that is busy with other work the processor's time says more. */
export type RecallClock = 'real' | 'processor'

export interface RecallResult {
	/** Absent in older results, which are of real time. */
	readonly clock?: RecallClock
	readonly repositories: readonly RepositoryRecall[]
}

/** The Markdown tables about the shares of points whose definition was shown. */
export function renderRecall({ repositories, clock = 'real' }: RecallResult): string {
	const halves = ['dev', 'heldout'].map((half) => ({ half, all: repositories.filter((one) => one.half === half) }))
	const rows = halves.filter(({ all }) => all.length > 0).flatMap(({ half, all }) => summaryRows(half, all))
	const p50 = Math.max(...repositories.map(({ milliseconds }) => milliseconds.p50))
	const p99 = Math.max(...repositories.map(({ milliseconds }) => milliseconds.p99))
	return [
		'Share of places whose next name is defined in another file and whose definition is among the chunks, for budgets of',
		`${budgets.join(', ')} tokens (three characters each). Weights were fitted on the development half only.`,
		'',
		`| | points | ${budgets.join(' | ')} |`,
		`|---|---:|${budgets.map(() => '---:|').join('')}`,
		...rows,
		'',
		...lateness(repositories, clock),
		`Collecting took at most ${p50.toFixed(1)} ms (p50) and ${p99.toFixed(1)} ms (p99) in any repository.`,
		'',
		'| repository | commit | language | files | points | Alcove | ring buffer | imports and windows | late | ms p50, p99 |',
		'|---|---|---|---:|---:|---:|---:|---:|---:|---:|',
		...repositories.map(repositoryRow),
	].join('\n')
}

/** Nothing of results that were measured without a deadline. */
function lateness(repositories: readonly RepositoryRecall[], clock: RecallClock): string[] {
	if (repositories.some(({ cutShort }) => cutShort === undefined)) return []
	const points = repositories.reduce((sum, one) => sum + one.points, 0)
	const late = repositories.reduce((sum, one) => sum + (one.cutShort ?? 0) * one.points, 0) / Math.max(1, points)
	const time =
		clock === 'real'
			? 'real time, as in the extension'
			: 'processor time, all threads of the process together, as the machine was busy with other work'
	return [
		`Each answer had 20 ms of ${time}; rows that leave something out had no limit. At ${percent(late)} of all points`,
		'something was late, so that other chunks were shown for 1024 tokens than with more time.',
		'',
	]
}

function summaryRows(half: string, all: readonly RepositoryRecall[]): string[] {
	const points = all.reduce((sum, one) => sum + one.points, 0)
	const mean = (of: (one: RepositoryRecall) => Recall) =>
		budgets.map((_, at) =>
			percent(all.reduce((sum, one) => sum + (of(one)[at] ?? 0) * one.points, 0) / Math.max(1, points)),
		)
	const row = (name: string, of: (one: RepositoryRecall) => Recall) =>
		`| ${half}: ${name} | ${points} | ${mean(of).join(' | ')} |`
	const without = Object.keys(all[0]?.without ?? {})
	return [
		row('**Alcove**', ({ alcove }) => alcove),
		...(all.every(({ unlimited }) => unlimited) ? [row('without a deadline', (one) => one.unlimited ?? [])] : []),
		...without.map((kind) => row(`without ${kind}`, (one) => one.without[kind] ?? [])),
		row('ring of visited chunks', ({ ringBuffer }) => better(ringBuffer)),
		row('imported definitions and windows', ({ importsAndWindows }) => better(importsAndWindows)),
	]
}

/** With the history that serves the baseline better in this repository. */
function better(of: Readonly<Record<History, Recall>>): Recall {
	return (of.commits[1] ?? 0) > (of.imports[1] ?? 0) ? of.commits : of.imports
}

function repositoryRow(one: RepositoryRecall): string {
	const at1024 = [one.alcove, better(one.ringBuffer), better(one.importsAndWindows)].map((recall) =>
		percent(recall[1] ?? 0),
	)
	const { p50, p99 } = one.milliseconds
	const late = one.cutShort === undefined ? '' : percent(one.cutShort)
	const name = `${one.name}${one.half === 'dev' ? '' : ' (held out)'}`
	return `| ${name} | ${one.commit} | ${one.language} | ${one.files} | ${one.points} | ${at1024.join(' | ')} | ${late} | ${p50.toFixed(1)}, ${p99.toFixed(1)} |`
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`
}
