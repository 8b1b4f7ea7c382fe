import type { Summary } from '../../src/cli/bench/statistics.ts'
import { type Sources, shareWithoutInference } from './keystrokeFigures.ts'
import type { SessionRow, SessionsResult } from './measureSessions.ts'
import { ms, share } from './tables.ts'

export function renderSessions({ model, rounds, workspaceLines, rows }: SessionsResult): string {
	return [
		`All recorded sessions, ${rounds === 1 ? 'once' : `${rounds} times`} with ${model}, in a workspace of ${workspaceLines} lines. Where somebody looks up and what is suggested comes to what is`,
		'wanted, it is taken; in the other variants the model’s time is taken but its answer replaced by what is typed next, in so many of the answers.',
		'Aims: tokens to evaluate per keystroke at most 4 (median) and 80 (90 %); 60 % of the answers without asking. Where a key makes no request it counts',
		'with 0 tokens; per request are those that were overtaken, too.',
		'',
		'| session | answers | keys | tokens a key: median | 90 % | a request: median | 90 % | without asking | typed along | remembered | under way | asked for |',
		'|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...rows.map(workRow),
		'',
		'What was taken, and where the next answer came from; milliseconds until what is known was there, and what the host took of each suggestion.',
		'',
		'| session | answers | taken: all | word | line | next without asking | typed along p50 | p99 | remembered p50 | p99 | host p50 | p99 |',
		'|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...rows.map(takenRow),
		'',
		...rows
			.filter(({ session }) => session === 'all sessions')
			.map(({ variant, outcomes, readAhead }) => {
				const counts = Object.entries(outcomes).map(([name, count]) => `${name} ${count}`)
				return `- ${variant}: ${counts.join(', ')}; ${readAhead} tokens were read while nobody typed.`
			}),
	].join('\n')
}

function workRow({ session, variant, keystrokes, evaluated, sources }: SessionRow): string {
	const { perKeystroke, perRequest } = evaluated
	const tokens = [perKeystroke, perRequest].flatMap((summary) => [summary?.p50 ?? '', summary?.p90 ?? ''])
	const of = (source: keyof Sources) => share((sources[source] ?? 0) / Math.max(1, total(sources)))
	const shares = [share(shareWithoutInference(sources)), of('typedThrough'), of('cache'), of('inFlight'), of('model')]
	return `| ${[session, variant, keystrokes, ...tokens, ...shares].join(' | ')} |`
}

function takenRow({ session, variant, taken, sourcesAfterTaking, known, host }: SessionRow): string {
	const next = total(sourcesAfterTaking) === 0 ? '' : share(shareWithoutInference(sourcesAfterTaking))
	const times = [known.typedThrough, known.cache, host].flatMap(medianAndWorst)
	return `| ${[session, variant, taken.all, taken.word, taken.line, next, ...times].join(' | ')} |`
}

function medianAndWorst(summary: Summary | undefined): [string, string] {
	return summary ? [ms(summary.p50), ms(summary.p99)] : ['', '']
}

function total(sources: Sources): number {
	return Object.values(sources).reduce((sum, count) => sum + count, 0)
}
