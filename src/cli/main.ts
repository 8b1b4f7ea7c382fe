#!/usr/bin/env node
import { dirname } from 'node:path'
import { runCli } from './runCli.ts'

const interruption = new AbortController()
// Only once: whoever presses the keys again wants out at once.
process.once('SIGINT', () => interruption.abort())
process.once('SIGTERM', () => interruption.abort())

// The bundle lies in dist/, beside the engine's.
runCli(process.argv.slice(2), {
	extensionRoot: dirname(__dirname),
	print: (text) => void process.stdout.write(text),
	complain: (text) => void process.stderr.write(text),
	signal: interruption.signal,
}).then((code) => {
	process.exitCode = code
})
