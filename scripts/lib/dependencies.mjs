// Installs the dependencies where they are missing or not those of the lock file. Uses Node's own modules only, because
// it runs before anything is installed.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StepError, step } from './progress.mjs'
import { CommandError, npm } from './run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const oldestNode = 20

/**
 * Runs `npm ci` unless `node_modules` is what the lock file says. Goes by content, not by file times: `npm ci` empties
 * the folder first, which must not happen for a lock file that git has only touched.
 *
 * @param {{ folder?: string }} [options] `folder`: where package-lock.json is
 * @returns {Promise<{ installed: boolean }>} whether anything had to be installed
 * @throws {StepError} that says what to do
 */
export async function ensureDependencies({ folder = root } = {}) {
	const major = Number(process.versions.node.split('.')[0])
	if (major < oldestNode) {
		throw new StepError(
			`Alcove needs Node ${oldestNode} or later, and this is ${process.version}.`,
			'Install a newer Node from https://nodejs.org.',
		)
	}
	const stamp = join(folder, 'node_modules', '.alcove-stamp')
	const key = stampKey(folder)
	if (readIfThere(stamp) === key) return { installed: false }
	const installed = !isInstalledByNpm(folder)
	if (installed) await install(folder)
	writeFileSync(stamp, key)
	return { installed }
}

/** @param {string} folder */
async function install(folder) {
	try {
		await step('Installing the dependencies (npm ci)', () => npm(['ci', '--loglevel=error'], { cwd: folder }))
	} catch (error) {
		if (!(error instanceof CommandError)) throw error
		throw new StepError(
			`The dependencies could not be installed. ${error.message}`,
			'Check that the npm registry can be reached (`npm ping`) and that 2 GB of disk are free, then try again.',
			{ cause: error },
		)
	}
}

/**
 * The binary packages in node_modules belong to one platform, so a folder shared between two of them is stale.
 *
 * @param {string} folder
 */
function stampKey(folder) {
	const lock = readFileSync(join(folder, 'package-lock.json'))
	return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`
}

/**
 * Whether a person's own `npm ci` or `npm install` has left what the lock file asks for: npm notes what it installed.
 *
 * @param {string} folder
 */
function isInstalledByNpm(folder) {
	const text = readIfThere(join(folder, 'node_modules', '.package-lock.json'))
	if (text === undefined) return false
	const installed = JSON.parse(text).packages ?? {}
	const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages ?? {}
	for (const [path, { version, optional, devOptional, peer }] of Object.entries(wanted)) {
		if (path === '') continue
		const has = installed[path]?.version
		if (has === undefined && (optional || devOptional || peer)) {
			// Left out, as npm does with what belongs to another platform, or to such a package.
			if (namesThisPlatform(wanted[path])) return false
			continue
		}
		if (has !== version || !existsSync(join(folder, path, 'package.json'))) return false
	}
	return Object.keys(installed).every((path) => path in wanted)
}

/** @param {{ os?: string[], cpu?: string[], libc?: string[] }} entry of the lock file */
function namesThisPlatform({ os, cpu, libc }) {
	if (!os && !cpu) return false

	/** @param {string[] | undefined} list @param {string} value */
	const allows = (list, value) =>
		!list || (list.some((item) => !item.startsWith('!')) ? list.includes(value) : !list.includes(`!${value}`))
	// Which libc this is cannot be asked cheaply; a package bound to one is not missed.
	return allows(os, process.platform) && allows(cpu, process.arch) && !libc
}

/** @param {string} file */
function readIfThere(file) {
	try {
		return readFileSync(file, 'utf8')
	} catch {
		return undefined
	}
}
