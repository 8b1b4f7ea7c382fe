import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface LlamaBenchOptions {
	/** Absolute path of the program. */
	readonly program: string
	readonly modelPath: string
	readonly threads: number
	/** Tokens that are in the context already. */
	readonly depth: number
	/** Tokens that are decoded. */
	readonly tokens: number
	readonly repetitions: number
	readonly flashAttention: boolean
}

/** Decodes with llama-bench. @returns tokens a second of each repetition */
export async function runLlamaBench(options: LlamaBenchOptions): Promise<number[]> {
	const numbers = {
		'-t': options.threads,
		'-p': 0,
		'-n': options.tokens,
		'-d': options.depth,
		'-r': options.repetitions,
	}
	const args = [
		...['-m', options.modelPath, '-fa', options.flashAttention ? '1' : '0', '-o', 'json'],
		...Object.entries(numbers).flatMap(([name, value]) => [name, String(value)]),
	]
	const { stdout } = await promisify(execFile)(options.program, args, { maxBuffer: 1 << 20, timeout: 600_000 })
	const results: { n_gen: number; n_depth: number; samples_ts: number[] }[] = JSON.parse(stdout)
	const result = results.find(({ n_gen, n_depth }) => n_gen === options.tokens && n_depth === options.depth)
	if (!result) throw new Error('llama-bench measured something else')
	return result.samples_ts
}
