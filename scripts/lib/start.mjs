// What `npm start` does once Node is known to be new enough. Only Node's own modules may be imported at the top: on a
// fresh clone nothing else is installed yet.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installEditorHost } from '../../test/editor/host/install.mjs'
import { editorFolders, quietSettings, startServer } from './codeServer.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { fail, StepError, step } from './progress.mjs'
import { root } from './root.mjs'
import { findCommand, run } from './run.mjs'
import { stageExtension } from './stageExtension.mjs'
import { ownTarget } from './targets.mjs'

const out = join(root, 'out', 'start')
const sample = join(out, 'sample')

/** @param {string[]} args */
export async function main(args) {
	try {
		const { values } = parseArgs({
			args,
			options: {
				browser: { type: 'boolean', default: false },
				port: { type: 'string' },
				'no-open': { type: 'boolean', default: false },
			},
		})
		await ensureDependencies()
		await layOutSample()
		const desktop = values.browser || process.env.CI ? undefined : desktopEditor()
		if (desktop) await openDesktop(desktop)
		else await serve({ port: portOf(values.port), open: !values['no-open'] && !process.env.CI })
	} catch (error) {
		fail(error)
	}
}

/** @param {string | undefined} text */
function portOf(text) {
	if (text === undefined) return undefined
	const port = Number(text)
	if (Number.isInteger(port) && port > 0 && port < 65_536) return port
	throw new StepError(`${text} is not a port.`, 'Give --port a number from 1 to 65535, or leave it out.')
}

/** The editor works on a copy, so that trying things out leaves the checkout clean: a repository of its own, for all that asks git. */
async function layOutSample() {
	rmSync(sample, { recursive: true, force: true })
	cpSync(join(root, 'test', 'fixtures', 'sampleProject'), sample, { recursive: true })
	const git = findCommand(process.platform === 'win32' ? 'git.exe' : 'git')
	if (!git) return
	const who = ['-c', 'user.name=Alcove', '-c', 'user.email=alcove@localhost', '-c', 'commit.gpgSign=false']
	try {
		for (const args of [
			['init', '--quiet'],
			['add', '.'],
			[...who, 'commit', '--quiet', '--no-verify', '-m', 'Plan the beds'],
		])
			await run(git, args, { cwd: sample })
	} catch (error) {
		console.log(`The sample project is no git repository: ${error instanceof Error ? error.message : error}`)
	}
}

/** @returns {string | undefined} the command of an editor on the PATH that can load an extension from a folder */
function desktopEditor() {
	const ending = process.platform === 'win32' ? '.cmd' : ''
	for (const name of ['code', 'codium', 'cursor']) {
		const command = findCommand(name + ending)
		if (command) return command
	}
	return undefined
}

/** @param {string} command */
async function openDesktop(command) {
	const { buildAll } = await import('../build.mjs')
	await building('Building the extension', () => buildAll())
	const args = [`--extensionDevelopmentPath=${root}`, '--new-window', sample, join(sample, 'README.md')]
	try {
		// On Windows the command is a batch file, which only a shell can start.
		if (process.platform === 'win32') await run('cmd', ['/d', '/c', command, ...args])
		else await run(command, args)
	} catch (error) {
		const advice = 'Run `npm start -- --browser` to use an editor in the browser instead.'
		throw new StepError(`${command} could not be opened. ${error instanceof Error ? error.message : error}`, advice, {
			cause: error,
		})
	}
	console.log(`\nAlcove runs in a new window of ${command}, on a copy of the sample project.`)
	console.log('After a change: `npm run build`, then "Developer: Reload Window" in that window.')
}

/** @param {{ port: number | undefined, open: boolean }} options */
async function serve({ port, open }) {
	const target = ownTarget()
	if (!target) {
		throw new StepError(
			`Alcove has no build for ${process.platform}-${process.arch}.`,
			'Use a machine with Linux, macOS or Windows on x64 or arm64.',
		)
	}
	const host = await installEditorHost()
	const folders = editorFolders(join(out, 'editor'))
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
	await building('Laying out the extension', async () => {
		// Without its list of extensions the editor looks for them itself: that is the whole installation.
		rmSync(folders.extensions, { recursive: true, force: true })
		await stageExtension(join(folders.extensions, `alcove.alcove-${version}`), target)
	})
	const options = { settings: userSettings(folders.user), ...(port === undefined ? {} : { port }) }
	const server = await step('Starting the editor', () => startServer(host, folders, options)).catch((error) => {
		const advice = port
			? `If another program uses port ${port}, name another one, or leave --port out.`
			: `Remove ${out} and run the command again; if it happens again, report it with the lines above.`
		throw new StepError(error.message, advice, { cause: error })
	})
	const payload = JSON.stringify([
		['openFile', `vscode-remote://${new URL(server.url).host}${asUrlPath(join(sample, 'README.md'))}`],
	])
	const url = `${server.url}/?${new URLSearchParams({ folder: asUrlPath(sample), payload })}`
	console.log(`\nAlcove runs in the editor at\n\n  ${url}\n`)
	console.log('It opens on a copy of the sample project. Every user of this machine can reach it while it runs.')
	console.log('Ctrl+C stops it.')
	if (open) openInBrowser(url)
	await untilStopped(server)
}

/**
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 */
async function building(title, work) {
	try {
		return await step(title, work)
	} catch (error) {
		if (error instanceof StepError) throw error
		const advice = 'Mend the error above. In a fresh clone, remove node_modules and run the command again.'
		throw new StepError(`${title} failed. ${error instanceof Error ? error.message : error}`, advice, { cause: error })
	}
}

/**
 * What the person changed in an earlier run stays.
 *
 * @param {string} folder
 * @returns {Record<string, unknown>}
 */
function userSettings(folder) {
	const file = join(folder, 'settings.json')
	if (existsSync(file)) {
		try {
			return { ...quietSettings, ...JSON.parse(readFileSync(file, 'utf8')) }
		} catch {
			// With comments, or broken: start afresh rather than not at all.
		}
	}
	// The checkout around the sample is none of its business.
	const git = { 'git.openRepositoryInParentFolders': 'never' }
	return { ...quietSettings, ...git, 'files.autoSave': 'off', 'window.dialogStyle': 'custom' }
}

/** @param {string} path */
function asUrlPath(path) {
	return process.platform === 'win32' ? `/${path.replaceAll('\\', '/')}` : path
}

/** @param {string} url */
function openInBrowser(url) {
	const hasDesktop = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
	if (!hasDesktop) return
	/** @type {[string, string[]]} */
	const [command, args] =
		process.platform === 'darwin'
			? ['open', [url]]
			: process.platform === 'win32'
				? ['rundll32', ['url.dll,FileProtocolHandler', url]]
				: ['xdg-open', [url]]
	// The URL stands on the terminal: where no browser opens, nothing is lost.
	spawn(command, args, { stdio: 'ignore', detached: true })
		.on('error', () => {})
		.unref()
}

/** @param {import('./codeServer.mjs').RunningServer} server */
async function untilStopped(server) {
	/** @type {Promise<'asked'>} */
	const asked = new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('asked'))
	})
	const first = await Promise.race([asked, server.ended])
	await server.stop()
	if (first === 'asked') return console.log('\nStopped.')
	throw new StepError(
		`The editor's server ended by itself (${first}). It said:\n${server.log().slice(-2_000)}`,
		'Run the command again; if it happens again, report it with the lines above.',
	)
}
