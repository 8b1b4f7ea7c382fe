import { CliError } from './cliError.ts'

/** @throws CliError with exit code 2 where the value of the option is no whole number, or out of range */
export function wholeNumber(option: string, value: string, least: number, most: number): number {
	const number = Number(value)
	if (/^\d+$/.test(value) && number >= least && number <= most) return number
	throw new CliError(2, `${option} takes a whole number from ${least} to ${most}, not '${value}'`)
}
