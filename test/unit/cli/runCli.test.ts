import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../../src/cli/runCli.ts'

const root = join(import.meta.dirname, '..', '..', '..')

async function run(...args: string[]) {
	let out = ''
	let error = ''
	const code = await runCli(args, {
		extensionRoot: root,
		print: (text) => {
			out += text
		},
		complain: (text) => {
			error += text
		},
		signal: new AbortController().signal,
	})
	return { code, out, error }
}

describe('alcove', () => {
	it.each([['--help'], ['-h'], ['help']])('explains itself with %s', async (option) => {
		const { code, out, error } = await run(option)
		expect({ code, error }).toEqual({ code: 0, error: '' })
		expect(out).toContain('bench')
	})

	it('explains a command', async () => {
		const { code, out, error } = await run('bench', '--rounds', '1', '--help')
		expect({ code, error }).toEqual({ code: 0, error: '' })
		for (const option of ['--model', '--draft', '--context', '--rounds', '--gpu', '--json'])
			expect(out).toContain(option)
	})

	it('tells its version', async () => {
		expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
	})

	it.each([
		[[], 'a command is missing'],
		[['banch'], 'there is no command banch'],
		[['--banch'], '--banch'],
		[['bench', '--modell', 'a.gguf'], '--modell'],
	])('refuses %j with one line and exit code 2', async (args, part) => {
		const { code, out, error } = await run(...args)
		expect({ code, out }).toEqual({ code: 2, out: '' })
		expect(error).toMatch(/^alcove: [^\n]+\n$/)
		expect(error).toContain(part)
	})
})
