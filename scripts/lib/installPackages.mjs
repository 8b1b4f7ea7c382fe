import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StepError, step } from './progress.mjs'
import { CommandError, npm } from './run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')

/** Installs the project's own dependencies, unless they are there and as package-lock.json wants them. */
export async function installPackages() {
	const lock = join(root, 'package-lock.json')
	const stamp = join(modules, '.alcove-lock')
	const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex')
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
	if (!installedByHand(lock)) await install()
	writeFileSync(stamp, wanted)
}

/**
 * npm leaves a list of what it installed. Where that is younger than the lock, somebody ran npm after the last change.
 *
 * @param {string} lock
 */
function installedByHand(lock) {
	const list = join(modules, '.package-lock.json')
	return existsSync(list) && statSync(list).mtimeMs >= statSync(lock).mtimeMs
}

async function install() {
	try {
		await step('Installing the dependencies', () => npm(['ci', '--loglevel=error'], { cwd: root }))
	} catch (error) {
		if (!(error instanceof CommandError)) throw error
		throw new StepError(
			`The dependencies could not be installed. ${error.message}`,
			'Check that the npm registry can be reached (`npm ping`) and that 2 GB of disk are free, then run the command again.',
			{ cause: error },
		)
	}
}
