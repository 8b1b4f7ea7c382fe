import { megabytes, table } from '../tables.ts'
import type { SpeedResult } from './measureSpeed.ts'

export function renderSpeed(
	{ scans, edits, editedFiles }: SpeedResult,
	{
		date,
		command,
		machine,
		load,
	}: { readonly date: string; readonly command: string; readonly machine: string; readonly load: string },
): string {
	return [
		'# How fast the security analysis is',
		'',
		`Made by \`${command}\` on ${date}, ${machine}. ${load}`,
		'',
		'## A scan',
		'',
		'One process, with the time that it takes to start and to send its results. A process that takes more than 650 MB is replaced after its batch.',
		'Aims: 20,000 lines a second, under 1,500 MB for a million lines.',
		'',
		'| code | files | lines | findings | first, s | lines a second | again, s | analyzed anew | most memory |',
		'|---|---:|---:|---:|---:|---:|---:|---:|---:|',
		...scans.map(
			({ name, files, lines, findings, first, again, anew, memory }) =>
				`| ${name} | ${files} | ${lines} | ${findings} | ${first.toFixed(1)} | ${Math.round(lines / first)} | ${again.toFixed(1)} | ${anew} | ${megabytes(memory)} |`,
		),
		'',
		'## An edit',
		'',
		`${editedFiles} files of 900 to 1,100 lines; milliseconds from the change of a line to the findings, in the process that stays. Aim: p95 under 100.`,
		'',
		table([['after an edit', edits]]),
		'',
	].join('\n')
}
