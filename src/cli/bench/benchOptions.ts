import { resolve } from 'node:path'
import { defaultSettings, settingRules } from '../../core/settings.ts'
import { CliError } from '../cliError.ts'
import { wholeNumber } from '../numberOption.ts'
import { parsedArgs } from '../parsedArgs.ts'

export interface BenchOptions {
	/** Absolute paths. Without a model: the one that comes with the extension, with its draft model. */
	readonly modelPath?: string
	readonly draftPath?: string
	readonly jsonPath?: string
	readonly markdownPath?: string
	/** Tokens. */
	readonly contextSize: number
	readonly rounds: number
	readonly gpu: 'auto' | 'off'
}

const mostRounds = 100

/** @throws CliError with exit code 2 where the command line is wrong. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
	const values = parsed(args)
	const { minimum, maximum } = settingRules['engine.contextSize']
	return {
		...(values.model !== undefined && { modelPath: pathOf('--model', values.model) }),
		...(values.draft !== undefined && { draftPath: pathOf('--draft', values.draft) }),
		...(values.json !== undefined && { jsonPath: pathOf('--json', values.json) }),
		...(values.markdown !== undefined && { markdownPath: pathOf('--markdown', values.markdown) }),
		contextSize: wholeNumber('--context', values.context, minimum, maximum),
		rounds: wholeNumber('--rounds', values.rounds, 1, mostRounds),
		gpu: gpuOf(values.gpu),
	}
}

function parsed(args: readonly string[]) {
	return parsedArgs('bench', {
		args: [...args],
		options: {
			model: { type: 'string' },
			draft: { type: 'string' },
			context: { type: 'string', default: String(defaultSettings['engine.contextSize']) },
			json: { type: 'string' },
			markdown: { type: 'string' },
			rounds: { type: 'string', default: '3' },
			gpu: { type: 'string', default: defaultSettings['engine.gpu'] },
		},
	}).values
}

function pathOf(option: string, value: string): string {
	if (value === '') throw new CliError(2, `${option} needs the path of a file`)
	return resolve(value)
}

function gpuOf(value: string): BenchOptions['gpu'] {
	if (value === 'auto' || value === 'off') return value
	throw new CliError(2, `--gpu takes auto or off, not '${value}'`)
}
