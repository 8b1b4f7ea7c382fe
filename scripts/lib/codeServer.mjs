// A real VS Code behind http://127.0.0.1: code-server in folders of its own, so that nothing of the user's is touched.
import { spawn } from 'node:child_process'
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.mjs'

/** @typedef {import('../../test/editor/host/install.mjs').EditorHost} EditorHost */

/** Settings of every editor that is started here: nothing is sent, looked up or offered that is not Alcove's. */
export const quietSettings = {
	'chat.disableAIFeatures': true,
	'extensions.autoCheckUpdates': false,
	'extensions.autoUpdate': false,
	'extensions.ignoreRecommendations': true,
	'npm.fetchOnlinePackageInfo': false,
	'telemetry.telemetryLevel': 'off',
	'typescript.disableAutomaticTypeAcquisition': true,
	'update.mode': 'none',
	'update.showReleaseNotes': false,
	'workbench.enableExperiments': false,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
	'workbench.startupEditor': 'none',
}

/**
 * Folders of one editor; they are made where they are missing and stay afterwards.
 *
 * @param {string} root absolute path
 */
export function editorFolders(root) {
	const folders = {
		root,
		home: join(root, 'home'),
		data: join(root, 'data'),
		user: join(root, 'data', 'User'),
		extensions: join(root, 'extensions'),
		logs: join(root, 'data', 'logs'),
	}
	for (const folder of [folders.home, folders.user, folders.extensions]) mkdirSync(folder, { recursive: true })
	return folders
}

/** @typedef {ReturnType<typeof editorFolders>} EditorFolders */

/**
 * Installs a VSIX into the folders of an editor that is not running.
 *
 * @param {EditorHost} host
 * @param {EditorFolders} folders
 * @param {string} vsix absolute path
 */
export async function installVsix(host, folders, vsix) {
	const args = [host.entry, ...common(folders), '--install-extension', vsix, '--force']
	await run(host.node, args, { env: environment(folders, tmpdir()) })
}

/**
 * @typedef {object} ServerOptions
 * @property {number} [port] a free one by default
 * @property {Record<string, unknown>} settings the user's settings, written before the start
 * @property {readonly string[]} [builtins] names of the editor's own extensions to load; all by default
 * @property {boolean} [trust] true: the workspace is not trusted until the user says so; by default every folder is
 * @property {NodeJS.ProcessEnv} [env] further environment variables
 * @property {readonly string[]} [launcher] a command that is put before the server's own, e.g. a tracer
 */

/**
 * @typedef {object} RunningServer
 * @property {string} url without a slash at its end
 * @property {number} pid
 * @property {EditorFolders} folders
 * @property {() => string} log what the server has printed
 * @property {Promise<number | string | null>} ended exit code or signal
 * @property {() => Promise<void>} stop ends the server and every process that it started
 */

/**
 * Starts the server and waits until it answers.
 *
 * @param {EditorHost} host
 * @param {EditorFolders} folders
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>}
 */
export async function startServer(host, folders, { port, settings, builtins, trust = false, env, launcher = [] }) {
	writeFileSync(join(folders.user, 'settings.json'), JSON.stringify(settings, null, '\t'))
	// The path of a Unix socket holds 107 characters at most: sockets go into a short folder.
	const short = mkdtempSync(join(tmpdir(), 'alcove-'))
	const actualPort = port ?? (await freePort())
	const url = `http://127.0.0.1:${actualPort}`
	const command = [
		...launcher,
		host.node,
		host.entry,
		...common(folders),
		...['--auth', 'none', '--bind-addr', `127.0.0.1:${actualPort}`],
		...['--disable-telemetry', '--disable-update-check', '--disable-proxy', '--disable-getting-started-override'],
		...(trust ? [] : ['--disable-workspace-trust']),
		// Three hours by default, in which the extension host of a closed page lives on.
		...['--reconnection-grace-time', '5'],
		...(process.platform === 'win32' ? [] : ['--session-socket', join(short, 's.sock')]),
		...(builtins ? ['--vscode-option', `builtin-extensions-dir=${linkBuiltins(host, folders, builtins)}`] : []),
	]
	const logFile = join(folders.root, 'server.log')
	const output = openSync(logFile, 'w')
	const child = spawn(/** @type {string} */ (command[0]), command.slice(1), {
		env: { ...environment(folders, short), ...env },
		stdio: ['ignore', output, output],
		// A process group of its own, so that all of it can be ended at once.
		detached: process.platform !== 'win32',
	})
	closeSync(output)
	const pid = child.pid ?? 0
	/** @type {Promise<number | string | null>} */
	const ended = new Promise((resolve) => {
		child.once('error', (error) => resolve(error.message))
		child.once('exit', (code, signal) => resolve(code ?? signal))
	})
	const killNow = () => killTree(pid, 'SIGKILL')
	process.once('exit', killNow)
	const stop = async () => {
		process.removeListener('exit', killNow)
		killTree(pid, 'SIGTERM')
		const hard = setTimeout(killNow, 5_000)
		await ended
		clearTimeout(hard)
		killNow()
		rmSync(short, { recursive: true, force: true, maxRetries: 5 })
	}
	const log = () => readFileSync(logFile, 'utf8')
	try {
		await untilHealthy(url, ended)
	} catch (error) {
		await stop()
		throw new Error(`The editor's server did not start. It said:\n${log().slice(-4_000)}`, { cause: error })
	}
	return { url, pid, folders, log, ended, stop }
}

/** @param {EditorFolders} folders */
function common(folders) {
	const config = join(folders.root, 'server.yaml')
	if (!existsSync(config)) writeFileSync(config, 'auth: none\n')
	return ['--config', config, '--user-data-dir', folders.data, '--extensions-dir', folders.extensions]
}

/**
 * @param {EditorFolders} folders
 * @param {string} temporary
 * @returns {NodeJS.ProcessEnv}
 */
function environment(folders, temporary) {
	/** @type {NodeJS.ProcessEnv} */
	const env = {}
	// What an editor leaves in the environment of its terminal would make this one behave as its child.
	for (const [name, value] of Object.entries(process.env)) {
		if (!name.startsWith('VSCODE_') && !name.startsWith('VITEST') && !dropped.has(name)) env[name] = value
	}
	return {
		...env,
		HOME: folders.home,
		XDG_CONFIG_HOME: join(folders.home, '.config'),
		XDG_DATA_HOME: join(folders.home, '.local', 'share'),
		XDG_CACHE_HOME: join(folders.home, '.cache'),
		XDG_RUNTIME_DIR: temporary,
		TMPDIR: temporary,
		CS_DISABLE_GETTING_STARTED_OVERRIDE: '1',
		// No marketplace: the editor has nothing to ask for.
		EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '' }),
	}
}

const dropped = new Set(['PORT', 'PASSWORD', 'HASHED_PASSWORD', 'NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE'])

/**
 * A folder with links to some of the editor's own extensions: a window opens in half the time with a dozen of them.
 *
 * @param {EditorHost} host
 * @param {EditorFolders} folders
 * @param {readonly string[]} names
 */
function linkBuiltins(host, folders, names) {
	const target = join(folders.root, 'builtins')
	rmSync(target, { recursive: true, force: true })
	mkdirSync(target)
	for (const name of [...names, 'node_modules']) {
		const source = join(host.builtinExtensions, name)
		if (!existsSync(source)) throw new Error(`The editor has no built-in extension ${name}`)
		symlinkSync(source, join(target, name), 'junction')
	}
	return target
}

/** @returns {Promise<number>} */
function freePort() {
	return new Promise((resolve, reject) => {
		const server = createServer()
		server.once('error', reject)
		server.listen(0, '127.0.0.1', () => {
			const address = server.address()
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
		})
	})
}

/**
 * @param {string} url
 * @param {Promise<unknown>} ended
 */
async function untilHealthy(url, ended) {
	const deadline = Date.now() + 90_000
	let over = false
	void ended.then(() => {
		over = true
	})
	while (!over && Date.now() < deadline) {
		try {
			if ((await fetch(`${url}/healthz`)).ok) return
		} catch {
			// Not listening yet.
		}
		await new Promise((resolve) => setTimeout(resolve, 50))
	}
	throw new Error(over ? 'the process ended' : 'no answer within 90 s')
}

/**
 * @param {number} pid of the leader of a process group
 * @param {NodeJS.Signals} signal
 */
function killTree(pid, signal) {
	if (pid === 0) return
	try {
		if (process.platform === 'win32') spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' })
		else process.kill(-pid, signal)
	} catch {
		// It is gone already.
	}
}
