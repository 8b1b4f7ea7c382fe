import { type ParseArgsConfig, parseArgs } from 'node:util'
import { messageOf } from '../shared/errors.ts'
import { CliError } from './cliError.ts'

/**
 * The command line of a command.
 *
 * @throws CliError with exit code 2 and one sentence where it is wrong
 */
export function parsedArgs<const C extends ParseArgsConfig>(
	command: string,
	config: C,
): ReturnType<typeof parseArgs<C>> {
	try {
		return parseArgs<C>(config)
	} catch (error) {
		// The first sentence says what is wrong; the others explain how to write rarer things.
		const [what = ''] = messageOf(error).split(/\. |\n/)
		throw new CliError(2, `${what}; see alcove ${command} --help`, { cause: error })
	}
}
