import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseBenchOptions } from '../../../src/cli/bench/benchOptions.ts'
import { CliError } from '../../../src/cli/cliError.ts'

describe('the options of alcove bench', () => {
	it('have defaults', () => {
		expect(parseBenchOptions([])).toEqual({ contextSize: 4_096, rounds: 3, gpu: 'auto' })
	})

	it('are read, with paths made absolute', () => {
		const args = ['--model', 'a.gguf', '--draft=b.gguf', '--json', 'c.json', '--context', '512', '--rounds', '7']
		expect(parseBenchOptions([...args, '--gpu', 'off'])).toEqual({
			modelPath: resolve('a.gguf'),
			draftPath: resolve('b.gguf'),
			jsonPath: resolve('c.json'),
			contextSize: 512,
			rounds: 7,
			gpu: 'off',
		})
	})

	it.each([
		[['--modell', 'a.gguf'], '--modell'],
		[['a.gguf'], 'a.gguf'],
		[['--model'], '--model'],
		[['--model', ''], '--model needs the path'],
		[['--rounds', '0'], '--rounds takes a whole number from 1 to 100'],
		[['--rounds', 'many'], "not 'many'"],
		[['--rounds', '1.5'], "not '1.5'"],
		[['--rounds', ''], '--rounds'],
		[['--context', '511'], '--context takes a whole number from 512'],
		[['--context', '1e3'], "not '1e3'"],
		[['--gpu', 'on'], "auto or off, not 'on'"],
	])('that are wrong are refused: %j', (args, part) => {
		const refusal = refusalOf(args)
		expect(refusal.exitCode).toBe(2)
		expect(refusal.message).toContain(part)
		expect(refusal.message).not.toContain('\n')
	})
})

function refusalOf(args: readonly string[]): CliError {
	try {
		parseBenchOptions(args)
	} catch (error) {
		if (error instanceof CliError) return error
		throw error
	}
	throw new Error('the options were taken')
}
