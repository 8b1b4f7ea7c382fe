#!/usr/bin/env node
import { dirname } from 'node:path'
import { runCli } from './runCli.ts'

async function main(): Promise<void> {
	const interruption = new AbortController()
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		// Once each: whoever presses the keys again wants out at once.
		process.once(signal, () => interruption.abort())
	}
	process.exitCode = await runCli(process.argv.slice(2), {
		// The bundle lies in dist/, beside the engine's.
		extensionRoot: dirname(__dirname),
		print: (text) => void process.stdout.write(text),
		complain: (text) => void process.stderr.write(text),
		signal: interruption.signal,
	})
}

void main()
