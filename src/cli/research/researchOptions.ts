import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from '../cliError.ts'
import { wholeNumber } from '../numberOption.ts'
import { parsedArgs } from '../parsedArgs.ts'

export const researchHelp = `Usage: alcove research TOPIC [options]

Answers a question from the code and the documents of a folder (Markdown, text and PDF), with the lines that each claim
is taken from. Interrupted, it goes on where it was when it is started again with the same topic.

Options:
  --rounds N     how often it looks for what is missing, 1 to 5 (default 2)
  --folder DIR   what is read (default: this folder)
  --model FILE   a GGUF file (default: the model that comes with Alcove)
  --output FILE  where the brief goes (default: to the terminal)
  --restart      forgets what was found before
`

const mostRounds = 5

export interface ResearchOptions {
	readonly topic: string
	readonly rounds: number
	/** Absolute, like the other paths. */
	readonly folder: string
	readonly modelPath: string | undefined
	readonly output: string | undefined
	readonly restarts: boolean
}

/** @throws CliError */
export function readResearchOptions(args: readonly string[]): ResearchOptions {
	const { values, positionals } = parsed(args)
	const topic = positionals.join(' ').trim()
	if (topic === '') throw new CliError(2, 'a topic is missing; see alcove research --help')
	const rounds = wholeNumber('--rounds', values.rounds, 1, mostRounds)
	const folder = resolve(values.folder ?? '.')
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(2, `there is no folder ${folder}`)
	const modelPath = values.model === undefined ? undefined : resolve(values.model)
	if (modelPath !== undefined && !existsSync(modelPath)) throw new CliError(2, `there is no model ${modelPath}`)
	const output = values.output === undefined ? undefined : resolve(values.output)
	return { topic, rounds, folder, modelPath, output, restarts: values.restart }
}

function parsed(args: readonly string[]) {
	return parsedArgs('research', {
		args: [...args],
		allowPositionals: true,
		options: {
			rounds: { type: 'string', default: '2' },
			folder: { type: 'string' },
			model: { type: 'string' },
			output: { type: 'string' },
			restart: { type: 'boolean', default: false },
		},
	})
}
