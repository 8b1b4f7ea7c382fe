import { median, round } from '../bench/statistics.ts'
import type { ProgramOutcome } from './sandbox.ts'

export interface TaskResult {
	readonly id: string
	readonly kind: string
	/** What the model put into the gap. */
	readonly filling: string
	readonly stopReason: string
	readonly generatedTokens: number
	/** From the request to its whole answer; the program is not in it. */
	readonly totalMs: number
	readonly outcome: ProgramOutcome
}

export interface EvalReport {
	readonly model: string
	readonly quantization: string
	/** Tokens. */
	readonly contextSize: number
	/** How the model is shown a gap; `none`: it is shown what stands before it only. */
	readonly fim: string
	readonly maxTokens: number
	readonly isConfined: boolean
	/** ISO 8601. */
	readonly date: string
	readonly results: readonly TaskResult[]
}

interface Line {
	readonly kind: string
	readonly tasks: number
	readonly passed: number
	/** Of 1: the share that passed, with the bounds of the 95 % interval of Wilson (1927). */
	readonly passAt1: number
	readonly lowest: number
	readonly highest: number
	readonly timeouts: number
	/** Answers that did not end by themselves. */
	readonly cut: number
	readonly medianMs: number
}

function lineOf(kind: string, results: readonly TaskResult[]): Line {
	const count = (holds: (result: TaskResult) => boolean) => results.filter(holds).length
	const tasks = results.length
	const passed = count(({ outcome }) => outcome.kind === 'passed')
	const { lowest, highest } = wilson(passed, tasks)
	return {
		kind,
		tasks,
		passed,
		passAt1: round(passed / tasks),
		lowest: round(lowest),
		highest: round(highest),
		timeouts: count(({ outcome }) => outcome.kind === 'timeout'),
		cut: count(({ stopReason }) => stopReason === 'maxTokens' || stopReason === 'contextFull'),
		medianMs: round(median(results.map(({ totalMs }) => totalMs)), 1),
	}
}

/** The interval that holds a share of which `passed` of `tasks` were seen, at 95 %. */
export function wilson(passed: number, tasks: number): { readonly lowest: number; readonly highest: number } {
	const z = 1.959_963_985
	const share = passed / tasks
	const middle = share + z ** 2 / (2 * tasks)
	const half = z * Math.sqrt((share * (1 - share)) / tasks + z ** 2 / (4 * tasks ** 2))
	const whole = 1 + z ** 2 / tasks
	return { lowest: Math.max(0, (middle - half) / whole), highest: Math.min(1, (middle + half) / whole) }
}

/** One for each kind of task, and one for all where there are several kinds. */
function linesOf(results: readonly TaskResult[]): Line[] {
	const kinds = [...new Set(results.map(({ kind }) => kind))].sort()
	const lines = kinds.map((kind) =>
		lineOf(
			kind,
			results.filter((result) => result.kind === kind),
		),
	)
	return lines.length > 1 ? [...lines, lineOf('all', results)] : lines
}

export function evalJson(report: EvalReport): string {
	return `${JSON.stringify({ tool: 'alcove eval humaneval-infilling', ...report, summary: linesOf(report.results) }, null, 2)}\n`
}

/** Markdown that reads well in a terminal. */
export function evalText(report: EvalReport): string {
	const { model, quantization, contextSize, maxTokens, isConfined, fim, results } = report
	const gap = fim === 'none' ? ', which knows nothing of gaps and saw what stands before them only' : ''
	const head = [
		`${model}, ${quantization}${gap}`,
		`context of ${contextSize} tokens, answers of at most ${maxTokens}, always the most likely token`,
		...(isConfined ? [] : ['without a sandbox']),
	]
	const rows = linesOf(results).map(({ kind, tasks, passed, passAt1, lowest, highest, timeouts, cut, medianMs }) =>
		[
			kind,
			tasks,
			passed,
			`${percent(passAt1)} %`,
			`${percent(lowest)}-${percent(highest)} %`,
			timeouts,
			cut,
			`${medianMs} ms`,
		].join(' | '),
	)
	const columns = ['tasks of', 'n', 'passed', 'pass@1', '95 %', 'too slow', 'cut', 'an answer (median)']
	const table = [columns.join(' | '), columns.map(() => '---').join(' | '), ...rows].map((row) => `| ${row} |`)
	return `${[head.join('\n'), table.join('\n')].join('\n\n')}\n`
}

function percent(share: number): string {
	return (100 * share).toFixed(1)
}
