import { megabytes, table } from '../tables.ts'
import type { ParserResult } from './measureParsers.ts'
import type { SpeedResult } from './measureSpeed.ts'

export function renderSpeed(
	{ scans, edits, processorEdits, editedFiles, parsers }: SpeedResult,
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
		'Aims: 20,000 lines a second, under 1,500 MB for a million lines. Where other programs run, the processor time says more than the time.',
		'',
		'| code | files | lines | findings | first, s | lines a second | lines a second of processor | again, s | analyzed anew | most memory |',
		'|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...scans.map(
			({ name, files, lines, findings, first, again, anew, memory, processor }) =>
				`| ${name} | ${files} | ${lines} | ${findings} | ${first.toFixed(1)} | ${Math.round(lines / first)} | ${Math.round(lines / processor)} | ${again.toFixed(1)} | ${anew} | ${megabytes(memory)} |`,
		),
		'',
		'## An edit',
		'',
		`${editedFiles} files of 900 to 1,100 lines; milliseconds from the doubling of a statement to the findings, in the process that stays. Aim: p95 under 100.`,
		'',
		table([
			['after an edit', edits],
			['processor time of it', processorEdits],
		]),
		'',
		'## The parsers',
		'',
		...parsersOf(parsers),
		'',
	].join('\n')
}

function parsersOf({ problem, rows }: ParserResult): readonly string[] {
	if (problem !== undefined) return [`The native parsers do not load on this machine (${problem}).`]
	return [
		'Parsing and copying the tree, on the same files by turns: lines a second of processor time.',
		'',
		'| code | lines | web-tree-sitter | tree-sitter |',
		'|---|---:|---:|---:|',
		...rows.map(
			({ name, lines, web, native }) => `| ${name} | ${lines} | ${rate(lines, web)} | ${rate(lines, native)} |`,
		),
	]
}

function rate(lines: number, milliseconds: number): number {
	return Math.round((lines / milliseconds) * 1_000)
}
