import { EngineError } from '../protocol/engineErrors.ts'
import { messageOf } from '../shared/errors.ts'
import { alcoveVersion } from './alcoveVersion.ts'
import { bench, benchHelp } from './bench/bench.ts'
import { CliError } from './cliError.ts'
import type { CliIo } from './cliIo.ts'
import { engineErrorText } from './engineErrorText.ts'

const help = `Usage: alcove <command> [options]

Commands:
  bench      measures a model on this machine

Options:
  --help     shows this, or the options of a command: alcove bench --help
  --version  shows the version
`

/** 128 and the signal's number, as shells have it. */
const interrupted = 130

/** Runs a command. Never rejects. @returns the exit code: 0, 1 (it failed), 2 (wrong command line) or 130 (interrupted) */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
	try {
		await run(args, io)
		return 0
	} catch (error) {
		if (io.signal.aborted) return interrupted
		io.complain(`alcove: ${textOf(error)}\n`)
		return error instanceof CliError ? error.exitCode : 1
	}
}

async function run([command, ...rest]: readonly string[], io: CliIo): Promise<void> {
	switch (command) {
		case 'bench':
			if (rest.includes('--help') || rest.includes('-h')) return io.print(benchHelp)
			return bench(rest, io)
		case '--help':
		case '-h':
		case 'help':
			return io.print(help)
		case '--version':
			return io.print(`${alcoveVersion(io.extensionRoot)}\n`)
		case undefined:
			throw new CliError(2, 'a command is missing; see alcove --help')
		default:
			throw new CliError(2, `there is no command ${command}; see alcove --help`)
	}
}

/** One line, whatever it was. */
function textOf(error: unknown): string {
	const text = error instanceof EngineError ? engineErrorText(error.data) : messageOf(error)
	return text.replace(/\s*\n\s*/g, ' ').trim()
}
