#!/usr/bin/env node
import { dirname } from 'node:path'
import { runCli } from './runCli.ts'

/** 128 and the signal's number, as shells have it. */
const closedPipe = 141

async function main(): Promise<void> {
	const interruption = new AbortController()
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		// Once each: whoever presses the keys again wants out at once.
		process.once(signal, () => interruption.abort())
	}
	// Whoever reads the results has seen enough: `alcove analyze | head`.
	process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? closedPipe : 1))
	process.exitCode = await runCli(process.argv.slice(2), {
		// The bundle lies in dist/, beside the engine's.
		extensionRoot: dirname(__dirname),
		print: (text) => void process.stdout.write(text),
		complain: (text) => void process.stderr.write(text),
		terminal: {
			out: process.stdout.isTTY === true,
			error: process.stderr.isTTY === true,
			columns: process.stderr.columns ?? 80,
		},
		signal: interruption.signal,
	})
}

void main()
