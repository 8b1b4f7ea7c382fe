// Child processes of the scripts: with their output kept for the error message, and npm found without a shell.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** A command that did not end with 0; `output` is the end of what it printed. */
export class CommandError extends Error {
	/**
	 * @param {string} command
	 * @param {number | string | null} status exit code, or the signal or system error that ended it
	 * @param {string} output
	 */
	constructor(command, status, output) {
		super(`${command} ended with ${status}${output.trim() ? `:\n${output.trim()}` : ''}`)
		this.name = 'CommandError'
		this.status = status
		this.output = output
	}
}

const keptCharacters = 8_000

/**
 * Runs a command to its end and answers what it printed to its standard output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd, env } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
		let stdout = ''
		let tail = ''
		child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
			stdout += text
			tail = (tail + text).slice(-keptCharacters)
		})
		child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
			tail = (tail + text).slice(-keptCharacters)
		})
		const name = [command, ...args].join(' ').slice(0, 200)
		child.once('error', (error) => reject(new CommandError(name, error.message, tail)))
		child.once('close', (code, signal) => {
			if (code === 0) resolve(stdout)
			else reject(new CommandError(name, code ?? signal, tail))
		})
	})
}

/**
 * Runs npm with the Node that runs this script. npm's own file is called, not the command: on Windows the command is a
 * batch file, which can only be started through a shell.
 *
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function npm(args, options) {
	return run(process.execPath, [npmCli(), ...args], options)
}

/** @returns {string} the absolute path of npm's main file */
function npmCli() {
	const fromNpm = process.env.npm_execpath
	if (fromNpm?.endsWith('npm-cli.js') && existsSync(fromNpm)) return fromNpm
	const relative = join('node_modules', 'npm', 'bin', 'npm-cli.js')
	const folders = [dirname(process.execPath), join(dirname(process.execPath), '..', 'lib')]
	for (const folder of folders) if (existsSync(join(folder, relative))) return join(folder, relative)
	const command = findCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm')
	if (command) {
		const beside = join(dirname(command), relative)
		if (existsSync(beside)) return beside
		const target = realpathSync(command)
		if (target.endsWith('.js')) return target
	}
	throw new Error('npm was not found beside Node nor on the PATH')
}

/**
 * @param {string} name with its ending on Windows
 * @returns {string | undefined} the absolute path of a command on the PATH
 */
export function findCommand(name) {
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		if (folder && existsSync(join(folder, name))) return join(folder, name)
	}
	return undefined
}
