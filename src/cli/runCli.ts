import { EngineError } from '../protocol/engineErrors.ts'
import { messageOf } from '../shared/errors.ts'
import { alcoveVersion } from './alcoveVersion.ts'
import { analyze } from './analyze/analyze.ts'
import { analyzeHelp } from './analyze/analyzeHelp.ts'
import { bench, benchHelp } from './bench/bench.ts'
import { CliError } from './cliError.ts'
import type { CliIo } from './cliIo.ts'
import { engineErrorText } from './engineErrorText.ts'
import { evalHelp, evaluate } from './eval/eval.ts'
import { research } from './research/research.ts'
import { researchHelp } from './research/researchOptions.ts'
import { serve } from './serve/serve.ts'
import { serveHelp } from './serve/serveOptions.ts'

const help = `Usage: alcove <command> [options]

Commands:
  analyze    looks for security issues in code
  bench      measures a model on this machine
  eval       measures how often a model fills a gap in code rightly
  research   answers a question from the code and documents of a folder
  serve      serves a model to other programs on this machine

Options:
  --help     shows this, or the options of a command: alcove bench --help
  --version  shows the version
`

/** 128 and the signal's number, as shells have it. */
const interrupted = 130

/**
 * Runs a command. Never rejects.
 *
 * @returns the exit code: 0, 1 (it failed, or something was found), 2 (wrong command line), 3 (the analysis failed) or 130 (interrupted)
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
	try {
		return await run(args, io)
	} catch (error) {
		if (io.signal.aborted) return interrupted
		io.complain(`alcove: ${textOf(error)}\n`)
		if (error instanceof CliError) return error.exitCode
		// There, 1 says that something was found.
		return args[0] === 'analyze' ? 3 : 1
	}
}

async function run([command, ...rest]: readonly string[], io: CliIo): Promise<number> {
	switch (command) {
		case 'bench':
			if (asksForHelp(rest)) return told(io, benchHelp)
			await bench(rest, io)
			return 0
		case 'analyze':
			return asksForHelp(rest) ? told(io, analyzeHelp) : analyze(rest, io)
		case 'eval':
			return asksForHelp(rest) ? told(io, evalHelp) : evaluate(rest, io)
		case 'research':
			return asksForHelp(rest) ? told(io, researchHelp) : research(rest, io)
		case 'serve':
			return asksForHelp(rest) ? told(io, serveHelp) : serve(rest, io)
		case '--help':
		case '-h':
		case 'help':
			return told(io, help)
		case '--version':
			return told(io, `${alcoveVersion(io.extensionRoot)}\n`)
		case undefined:
			throw new CliError(2, 'a command is missing; see alcove --help')
		default:
			throw new CliError(2, `there is no command ${command}; see alcove --help`)
	}
}

function asksForHelp(args: readonly string[]): boolean {
	return args.includes('--help') || args.includes('-h')
}

function told(io: CliIo, text: string): number {
	io.print(text)
	return 0
}

/** One line, whatever it was. */
function textOf(error: unknown): string {
	const text = error instanceof EngineError ? engineErrorText(error.data) : messageOf(error)
	return text.replace(/\s*\n\s*/g, ' ').trim()
}
