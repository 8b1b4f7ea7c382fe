import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { confidences, severities } from '../../core/security/findings/selectFindings.ts'
import type { Confidence, Severity } from '../../core/security/rules/ruleTypes.ts'
import { CliError } from '../cliError.ts'
import { wholeNumber } from '../numberOption.ts'
import { parsedArgs } from '../parsedArgs.ts'

export const formats = ['text', 'sarif', 'json', 'markdown'] as const

/** Paths are absolute. */
export interface AnalyzeOptions {
	readonly paths: readonly string[]
	readonly format: (typeof formats)[number]
	readonly failOn: Severity | 'none'
	readonly severity: Severity
	readonly minConfidence: Confidence
	readonly baseline: string | 'default' | 'none'
	readonly writesBaseline: boolean
	readonly changedSince: string | undefined
	readonly exclude: readonly string[]
	readonly mostBytes: number
	readonly jobs: number
	readonly output: string | undefined
	readonly rules: readonly string[]
	readonly readsWorkspace: boolean
	readonly disabled: readonly string[]
	readonly lists: boolean
	readonly explains: string | undefined
	readonly keeps: boolean
	readonly isQuiet: boolean
	/** Absent: no model judges. */
	readonly triage?: TriageChoice
}

export interface TriageChoice {
	/** Absolute; absent: the model that comes with Alcove. */
	readonly modelPath?: string
	readonly budgetSeconds: number
	/** Whether what the model dismisses counts no more. */
	readonly hides: boolean
	/** Whether models are asked that are too small to be trusted. */
	readonly takesAnyModel: boolean
}

const mostJobs = 64
const usualJobs = 8
/** Seconds. */
const usualBudget = 300
const mostBudget = 86_400

/** @throws CliError with exit code 2 where the command line is wrong. */
export function parseAnalyzeOptions(args: readonly string[], folder = process.cwd()): AnalyzeOptions {
	const { values, positionals } = parsed(args)
	const path = (value: string) => resolve(folder, value)
	if (values.baseline !== undefined && values['no-baseline'])
		wrong('--baseline and --no-baseline contradict each other')
	if (values['write-baseline'] && values['no-baseline']) wrong('--write-baseline needs a baseline')
	const ofTriage = (['triage-model', 'triage-budget', 'triage-hides', 'triage-any-model'] as const).find(
		(option) => values[option] !== undefined && values[option] !== false,
	)
	if (ofTriage && !values.triage) wrong(`--${ofTriage} needs --triage`)
	if (values.triage && values['write-baseline']) wrong('--triage says nothing to --write-baseline')
	const jobs = Math.min(availableParallelism(), usualJobs)
	return {
		paths: positionals.map(path),
		format: oneOf('--format', values.format, formats),
		failOn: oneOf('--fail-on', values['fail-on'], [...severities, 'none'] as const),
		severity: oneOf('--severity', values.severity, severities),
		minConfidence: oneOf('--min-confidence', values['min-confidence'], confidences),
		baseline: values['no-baseline']
			? 'none'
			: values.baseline === undefined
				? 'default'
				: path(named('--baseline', values.baseline)),
		writesBaseline: values['write-baseline'],
		changedSince: values['changed-since'] === undefined ? undefined : named('--changed-since', values['changed-since']),
		exclude: values.exclude,
		mostBytes: wholeNumber('--max-bytes', values['max-bytes'], 1, 100_000_000),
		jobs: values.jobs === undefined ? jobs : wholeNumber('--jobs', values.jobs, 1, mostJobs),
		output: values.output === undefined ? undefined : path(named('--output', values.output)),
		rules: values.rules.map((value) => path(named('--rules', value))),
		readsWorkspace: !values['no-workspace-rules'],
		disabled: values.disable,
		lists: values['list-rules'],
		explains: values.explain === undefined ? undefined : named('--explain', values.explain),
		keeps: !values['no-cache'],
		isQuiet: values.quiet,
		...(values.triage && { triage: triageChoice(values, path) }),
	}
}

function triageChoice(values: ReturnType<typeof parsed>['values'], path: (value: string) => string): TriageChoice {
	const model = values['triage-model']
	const budget = values['triage-budget']
	return {
		...(model !== undefined && { modelPath: path(named('--triage-model', model)) }),
		budgetSeconds: budget === undefined ? usualBudget : wholeNumber('--triage-budget', budget, 1, mostBudget),
		hides: values['triage-hides'],
		takesAnyModel: values['triage-any-model'],
	}
}

function parsed(args: readonly string[]) {
	return parsedArgs('analyze', {
		args: [...args],
		allowPositionals: true,
		options: {
			format: { type: 'string', default: 'text' },
			'fail-on': { type: 'string', default: 'low' },
			severity: { type: 'string', default: 'low' },
			'min-confidence': { type: 'string', default: 'low' },
			baseline: { type: 'string' },
			'no-baseline': { type: 'boolean', default: false },
			'write-baseline': { type: 'boolean', default: false },
			'changed-since': { type: 'string' },
			exclude: { type: 'string', multiple: true, default: [] },
			'max-bytes': { type: 'string', default: '1000000' },
			jobs: { type: 'string' },
			output: { type: 'string' },
			rules: { type: 'string', multiple: true, default: [] },
			'no-workspace-rules': { type: 'boolean', default: false },
			disable: { type: 'string', multiple: true, default: [] },
			'list-rules': { type: 'boolean', default: false },
			explain: { type: 'string' },
			'no-cache': { type: 'boolean', default: false },
			quiet: { type: 'boolean', default: false },
			triage: { type: 'boolean', default: false },
			'triage-model': { type: 'string' },
			'triage-budget': { type: 'string' },
			'triage-hides': { type: 'boolean', default: false },
			'triage-any-model': { type: 'boolean', default: false },
		},
	})
}

function oneOf<const Value extends string>(option: string, value: string, values: readonly Value[]): Value {
	return values.find((known) => known === value) ?? wrong(`${option} takes ${values.join(', ')}, not '${value}'`)
}

function named(option: string, value: string): string {
	return value === '' ? wrong(`${option} needs a value`) : value
}

function wrong(message: string): never {
	throw new CliError(2, message)
}
