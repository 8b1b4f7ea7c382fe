import { resolve } from 'node:path'
import { defaultSettings, settingRules } from '../../core/settings.ts'
import { CliError } from '../cliError.ts'
import { wholeNumber } from '../numberOption.ts'
import { parsedArgs } from '../parsedArgs.ts'

export interface EvalOptions {
	/** Absolute paths. Without a model: the one that comes with the extension, with its draft model. */
	readonly dataPath: string
	readonly modelPath?: string
	readonly draftPath?: string
	readonly jsonPath?: string
	/** Tasks, from the first one on; absent: all. */
	readonly limit?: number
	/** Tokens of an answer. */
	readonly maxTokens: number
	/** Tokens. */
	readonly contextSize: number
	readonly timeoutMs: number
	readonly python: string
	readonly isConfined: boolean
	readonly gpu: 'auto' | 'off'
}

const suites = ['humaneval-infilling']

/** @throws CliError with exit code 2 where the command line is wrong. */
export function parseEvalOptions(args: readonly string[]): EvalOptions {
	const { values, positionals } = parsed(args)
	const [suite, ...others] = positionals
	if (suite === undefined || !suites.includes(suite) || others.length > 0)
		throw new CliError(2, `alcove eval takes one suite: ${suites.join(', ')}`)
	if (values.data === undefined || values.data === '') throw new CliError(2, '--data needs the path of a file')
	const { minimum, maximum } = settingRules['engine.contextSize']
	const { gpu } = values
	if (gpu !== 'auto' && gpu !== 'off') throw new CliError(2, `--gpu takes auto or off, not '${gpu}'`)
	return {
		dataPath: resolve(values.data),
		...(values.model !== undefined && { modelPath: resolve(values.model) }),
		...(values.draft !== undefined && { draftPath: resolve(values.draft) }),
		...(values.json !== undefined && { jsonPath: resolve(values.json) }),
		...(values.limit !== undefined && { limit: wholeNumber('--limit', values.limit, 1, 1_000_000) }),
		maxTokens: wholeNumber('--max-tokens', values['max-tokens'], 1, 8_192),
		contextSize: wholeNumber('--context', values.context, minimum, maximum),
		timeoutMs: wholeNumber('--timeout', values.timeout, 1, 3_600) * 1_000,
		python: values.python,
		isConfined: !values['no-sandbox'],
		gpu,
	}
}

function parsed(args: readonly string[]) {
	return parsedArgs('eval', {
		args: [...args],
		allowPositionals: true,
		options: {
			data: { type: 'string' },
			model: { type: 'string' },
			draft: { type: 'string' },
			json: { type: 'string' },
			limit: { type: 'string' },
			'max-tokens': { type: 'string', default: '256' },
			context: { type: 'string', default: String(defaultSettings['engine.contextSize']) },
			timeout: { type: 'string', default: '10' },
			python: { type: 'string', default: 'python3' },
			'no-sandbox': { type: 'boolean', default: false },
			gpu: { type: 'string', default: defaultSettings['engine.gpu'] },
		},
	})
}
