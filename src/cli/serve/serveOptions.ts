import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from '../cliError.ts'
import { wholeNumber } from '../numberOption.ts'
import { parsedArgs } from '../parsedArgs.ts'

export const serveHelp = `Usage: alcove serve [options]

Serves a model to other programs of yours on this machine, by the interface of OpenAI: chat, completions with a suffix,
embeddings, models; and /infill, /props, /health and /metrics as llama-server has them. It listens on 127.0.0.1 only, and
every request needs a token (Authorization: Bearer ...). Web pages are refused.

Options:
  --port N                1024 to 65535, or 0 for any that is free (default 8791)
  --model FILE            a GGUF file (default: the model that comes with Alcove)
  --draft FILE            a smaller model with the same tokenizer, which makes it faster
  --embedding-model FILE  a GGUF file that makes vectors of texts
  --context N             tokens (default 4096)
  --gpu auto|off          (default auto)
  --idle-minutes N        a model that was not used for so long is unloaded; 0: never (default 30)
  --limit N               requests that are answered or wait; one more gets 429 (default 16)
  --token-file FILE       where the token is, or is written to if there is no such file
                          (default: alcove/serve-token in the folder for the state of programs)

A token in the environment variable ALCOVE_TOKEN goes before a file. There is no option for it: other users of the machine
see the options of a running program. Of a request's sampling options the temperature counts; top_p, seed and penalties are
ignored. What cannot be done (tools, logprobs, several answers, images) is refused.
`

export interface ServeOptions {
	readonly port: number
	/** Absolute, like the other paths. */
	readonly modelPath: string | undefined
	readonly draftPath: string | undefined
	readonly embeddingModelPath: string | undefined
	readonly contextSize: number
	readonly gpu: 'auto' | 'off'
	readonly idleMinutes: number
	readonly limit: number
	readonly token: string | undefined
	readonly tokenFile: string | undefined
}

/** @throws CliError */
export function parseServeOptions(
	args: readonly string[],
	environment: Readonly<Record<string, string | undefined>>,
): ServeOptions {
	const { values } = parsed(args)
	if (values.host !== undefined && values.host !== '127.0.0.1')
		throw new CliError(2, 'alcove serve listens on 127.0.0.1 only')
	if (values.gpu !== 'auto' && values.gpu !== 'off') throw new CliError(2, '--gpu takes auto or off')
	const port = values.port === '0' ? 0 : wholeNumber('--port', values.port, 1_024, 65_535)
	const token = environment.ALCOVE_TOKEN
	return {
		port,
		modelPath: fileOf(values.model),
		draftPath: fileOf(values.draft),
		embeddingModelPath: fileOf(values['embedding-model']),
		contextSize: wholeNumber('--context', values.context, 512, 1_048_576),
		gpu: values.gpu,
		idleMinutes: wholeNumber('--idle-minutes', values['idle-minutes'], 0, 1_440),
		limit: wholeNumber('--limit', values.limit, 1, 1_000),
		token: token === '' ? undefined : token,
		tokenFile: values['token-file'] === undefined ? undefined : resolve(values['token-file']),
	}
}

function parsed(args: readonly string[]) {
	return parsedArgs('serve', {
		args: [...args],
		options: {
			port: { type: 'string', default: '8791' },
			/** Not in the help: there is one place only. Those who try get to know it. */
			host: { type: 'string' },
			model: { type: 'string' },
			draft: { type: 'string' },
			'embedding-model': { type: 'string' },
			context: { type: 'string', default: '4096' },
			gpu: { type: 'string', default: 'auto' },
			'idle-minutes': { type: 'string', default: '30' },
			limit: { type: 'string', default: '16' },
			'token-file': { type: 'string' },
		},
	})
}

function fileOf(path: string | undefined): string | undefined {
	if (path === undefined) return undefined
	const absolute = resolve(path)
	if (!existsSync(absolute)) throw new CliError(2, `there is no model ${absolute}`)
	return absolute
}
