import type { ModelSummary } from '../../protocol/engine.ts'
import type { DraftRow } from './draftBenefit.ts'
import type { Hardware } from './hardware.ts'
import { describeLoad, type Load } from './machineLoad.ts'
import type { BenchRow } from './samples.ts'

/** What was measured, without which no number means anything. */
export interface BenchSetup {
	readonly model: string
	readonly quantization: string
	readonly fileBytes: number
	readonly threads: number
	/** `cpu`, `metal`, `vulkan` or `cuda`, and how many layers are there. */
	readonly backend: string
	readonly gpuLayers: number
	/** Tokens. */
	readonly contextSize: number
	/** Name of the draft model, or why there is none. */
	readonly draft: string
	readonly machine: Hardware
	readonly nodeLlamaCpp: string
	readonly alcove: string
}

/** A call of the model with so many tokens, as measured by the engine when it loaded the model. Milliseconds. */
export type VerifyCurve = ModelSummary['verifyCurve']

export interface BenchReport {
	readonly setup: BenchSetup
	/** ISO 8601. */
	readonly date: string
	readonly rounds: number
	readonly machineLoad: Load
	readonly rows: readonly BenchRow[]
	readonly verifyCurve: VerifyCurve
	readonly drafts: readonly DraftRow[]
}

/** Every row says what it was measured with, so that rows of many reports can be put together. */
export function reportJson({ setup, date, rounds, machineLoad, rows, verifyCurve, drafts }: BenchReport): string {
	const withSetup = <T extends object>(row: T) => ({ ...row, ...setup })
	const report = {
		tool: 'alcove bench',
		date,
		rounds,
		machineLoad,
		setup,
		rows: rows.map(withSetup),
		verifyCurve: verifyCurve.map(withSetup),
		drafts: drafts.map(withSetup),
	}
	return `${JSON.stringify(report, null, 2)}\n`
}

/** What every form of the report begins with. */
function headOf({ setup, rounds, machineLoad }: BenchReport): string[] {
	const { machine } = setup
	const load = describeLoad(machineLoad, machine.cores)
	const where = setup.gpuLayers > 0 ? `${setup.backend}, ${setup.gpuLayers} layers on it` : setup.backend
	return [
		`${setup.model}, ${setup.quantization}, ${setup.threads} ${setup.threads === 1 ? 'thread' : 'threads'}, ${where}, context of ${setup.contextSize} tokens`,
		`draft model: ${setup.draft}`,
		`${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
		`Alcove ${setup.alcove}, node-llama-cpp ${setup.nodeLlamaCpp}, Node ${machine.node}; ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
		load.isBusy ? `${load.text} The machine was busy with other work: measure again when it is not.` : load.text,
	]
}

function figureRows(rows: BenchReport['rows']): string[][] {
	const figures = rows.map(({ what, unit, median, lowest, highest, p99, count, note = '' }) => [
		what,
		`${figure(median)} ${unit}`,
		figure(lowest),
		figure(highest),
		p99 === undefined ? '' : figure(p99),
		String(count),
		note,
	])
	return [['', 'median', 'lowest', 'highest', 'p99', 'n', ''], ...figures]
}

/** The report as text for a terminal. */
export function reportText(report: BenchReport): string {
	const { rows, verifyCurve, drafts } = report
	return `${[
		headOf(report).join('\n'),
		table(figureRows(rows)),
		...(verifyCurve.length > 0 ? [table(curveRows(verifyCurve))] : []),
		...(drafts.length > 0 ? [table(draftRows(drafts))] : []),
	].join('\n\n')}\n`
}

/** The report as Markdown, with the curves drawn in signs, so that every viewer shows them. */
export function reportMarkdown(report: BenchReport): string {
	const { setup, date, rows, verifyCurve, drafts } = report
	const speeds = drafts.flatMap(({ purpose, msPerToken, plainMsPerToken }) => [
		{ label: `${purpose}, drafts`, value: 1_000 / msPerToken, unit: 'tokens/s' },
		{ label: `${purpose}, without`, value: 1_000 / plainMsPerToken, unit: 'tokens/s' },
	])
	const curve = verifyCurve.map(({ tokens, ms }) => ({ label: String(tokens), value: ms, unit: 'ms' }))
	return `${[
		`# ${setup.model} on this machine`,
		`Measured with \`alcove bench\`, ${date}.`,
		headOf(report)
			.map((line) => `- ${line}`)
			.join('\n'),
		markdownTable(figureRows(rows)),
		...(drafts.length > 0 ? ['## With drafts and without', markdownTable(draftRows(drafts)), plot(speeds)] : []),
		...(curve.length > 0 ? ['## Milliseconds for so many tokens in one call', plot(curve)] : []),
	].join('\n\n')}\n`
}

function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
	return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}

const longestBar = 40

function plot(bars: readonly { readonly label: string; readonly value: number; readonly unit: string }[]): string {
	const largest = Math.max(...bars.map(({ value }) => value))
	const rows = bars.map(({ label, value, unit }) => [
		label,
		`${figure(value)} ${unit}`,
		'#'.repeat(Math.max(1, Math.round((longestBar * value) / largest))).padEnd(longestBar),
	])
	return `\`\`\`text\n${table(rows)}\n\`\`\``
}

function curveRows(curve: VerifyCurve): string[][] {
	const one = curve.find(({ tokens }) => tokens === 1)?.ms
	const rows = curve.map(({ tokens, ms }) => [
		String(tokens),
		`${figure(ms)} ms`,
		one === undefined ? '' : `${figure(ms / one)} x`,
	])
	return [['tokens in one call', 'takes', 'of one token'], ...rows]
}

function draftRows(drafts: readonly DraftRow[]): string[][] {
	const rows = drafts.map((row) => [
		row.purpose,
		`${figure(row.msPerToken)} ms`,
		`${figure(row.plainMsPerToken)} ms`,
		`${figure(row.speedUp)} x`,
		`${figure(row.lowest)} - ${figure(row.highest)}`,
		figure(row.tokensPerStep),
		figure(row.tokensPerAnswer),
		share(row.ngram),
		share(row.model),
	])
	const head = ['drafts for', 'a token', 'without', 'speed-up', 'range', 'a step', 'an answer', 'text', 'draft model']
	return [head, ...rows]
}

function share({ drafted, accepted }: DraftRow['ngram']): string {
	return drafted === 0 ? 'none' : `${accepted} of ${drafted}`
}

/** Columns side by side; all but the first and the last one are numbers and stand at the right. */
function table(rows: readonly (readonly string[])[]): string {
	const columns = Math.max(...rows.map((row) => row.length))
	const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
	return rows
		.map((row) =>
			row
				.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
				.join('  ')
				.trimEnd(),
		)
		.join('\n')
}

function figure(value: number): string {
	const size = Math.abs(value)
	return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)
}
