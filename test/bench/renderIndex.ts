import type { Summary } from '../../src/cli/bench/statistics.ts'
import type { CodeAnswers } from './codeAnswers.ts'
import type { IndexRow } from './indexing.ts'
import { megabytes, share, table } from './tables.ts'

export interface IndexResult {
	readonly rows: readonly IndexRow[]
	readonly answers: CodeAnswers
}

export function renderIndex({ rows, answers }: IndexResult): string {
	return [
		'The sample project and code of packages, read on the thread that parses; what is held up is the thread of the host. Medians of the rounds,',
		'in brackets the least and the most. Aims: 100,000 lines in under 20 s on two cores, no pause of more than 10 ms, under 150 MB for a million lines.',
		'',
		'| files | lines | definitions | rounds | from nothing, s | from what was kept, s | longest pause, ms | one changed file, ms | memory | per million lines | kept on disk |',
		'|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...rows.map(rowOf),
		'',
		`In a file of ${answers.fileLines} lines, in a workspace of ${answers.workspaceLines}, right after a key: milliseconds until the thread has answered at the host. ${share(answers.inTime)} of the contexts had something in them within 20 ms.`,
		'',
		table([
			['what the code at the cursor is', answers.placeOf],
			['what a suggestion would do to it', answers.check],
			['what else the model is to see', answers.collect],
		]),
	].join('\n')
}

function rowOf(row: IndexRow): string {
	const seconds = (value: number) => value.toFixed(1)
	const perMillion = (bytes: number) => megabytes((bytes / row.lines) * 1e6)
	const cells = [
		row.files,
		row.lines,
		row.definitions,
		row.coldSeconds.count,
		spread(row.coldSeconds, seconds),
		spread(row.warmSeconds, seconds),
		spread(row.longestPause, seconds),
		spread(row.changeMs, seconds),
		spread(row.memoryBytes, megabytes),
		spread(row.memoryBytes, perMillion),
		megabytes(row.storedBytes),
	]
	return `| ${cells.join(' | ')} |`
}

function spread({ p50, min, max }: Summary, text: (value: number) => string): string {
	return `${text(p50)} (${text(min)} - ${text(max)})`
}
