// Installs the dependencies where they are missing or not those of the lock file. Uses Node's own modules only, because
// it runs before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const oldestNode = 20

/**
 * Runs `npm ci` unless `node_modules` is what the lock file says. Prints what it does when it does something.
 *
 * @param {{ folder?: string, log?: (line: string) => void }} [options] `folder`: where package-lock.json is
 * @returns {Promise<{ installed: boolean }>} whether anything had to be installed
 * @throws {Error} with a message that says what to do
 */
export async function ensureDependencies({ folder = root, log = (line) => console.log(line) } = {}) {
	const major = Number(process.versions.node.split('.')[0])
	if (major < oldestNode) {
		throw new Error(
			`Alcove needs Node ${oldestNode} or later; this is ${process.version}. Get it from https://nodejs.org.`,
		)
	}
	const stamp = join(folder, 'node_modules', '.alcove-stamp')
	const key = stampKey(folder)
	if (readIfThere(stamp) === key) return { installed: false }
	if (isInstalledByNpm(folder)) {
		writeFileSync(stamp, key)
		return { installed: false }
	}

	log('Installing dependencies (npm ci) ...')
	const start = performance.now()
	const { code, output } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], folder)
	if (code !== 0) {
		throw new Error(
			`npm ci failed with exit code ${code} in ${folder}.\n${output.trim()}\n` +
				'Check the network (or the proxy in your npm configuration) and try again.',
		)
	}
	writeFileSync(stamp, key)
	log(`Installed dependencies in ${((performance.now() - start) / 1000).toFixed(1)} s`)
	return { installed: true }
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

/**
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number, output: string }>}
 */
function runNpm(args, cwd) {
	// Under `npm test` npm names its own script. Without it, npm on Windows is a .cmd file, which only a shell can start.
	const script = process.env.npm_execpath
	const child = script?.endsWith('.js')
		? spawn(process.execPath, [script, ...args], { cwd })
		: spawn('npm', args, { cwd, shell: process.platform === 'win32' })
	return new Promise((resolve) => {
		let output = ''
		child.stdout.on('data', (data) => {
			output += data
		})
		child.stderr.on('data', (data) => {
			output += data
		})
		child.on('error', (error) => resolve({ code: 1, output: error.message }))
		child.on('close', (code) => resolve({ code: code ?? 1, output }))
	})
}
