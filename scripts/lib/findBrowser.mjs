// A Chromium for the tests and the pictures: whatever is on the machine, else playwright's own download, else Debian's.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommandError, findCommand, run } from './run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @typedef {{ ok: true, path: string } | { ok: false, reason: string }} FoundBrowser
 */

/**
 * Finds a Chromium, Chrome or Edge, or installs one.
 *
 * @returns {Promise<FoundBrowser>} `reason` tells everything that was tried
 */
export async function findBrowser() {
	const installed = installedBrowser()
	if (installed) return { ok: true, path: installed }
	const tried = ['no Chromium, Chrome or Edge is installed']
	const { chromium } = await import('playwright-core')
	const own = chromium.executablePath()
	if (own && existsSync(own)) return { ok: true, path: own }
	try {
		await run(process.execPath, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'])
		if (existsSync(own)) return { ok: true, path: own }
		tried.push(`playwright-core installed no ${own}`)
	} catch (error) {
		tried.push(`playwright-core could not download one (${lastLine(error)})`)
	}
	if (process.platform === 'linux' && process.getuid?.() === 0 && findCommand('apt-get')) {
		try {
			await run('apt-get', ['update', '-qq'])
			await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
			const fromDebian = installedBrowser()
			if (fromDebian) return { ok: true, path: fromDebian }
			tried.push('apt-get installed none')
		} catch (error) {
			tried.push(`apt-get could not install one (${lastLine(error)})`)
		}
	} else {
		tried.push('apt-get is only tried as root on Debian')
	}
	return { ok: false, reason: tried.join('; ') }
}

/** @returns {string | undefined} */
function installedBrowser() {
	return candidates().find((path) => existsSync(path))
}

/** @returns {string[]} absolute paths */
function candidates() {
	const named = process.env.ALCOVE_BROWSER ? [process.env.ALCOVE_BROWSER] : []
	if (process.platform === 'darwin') {
		const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge']
		return [...named, ...apps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`)]
	}
	if (process.platform === 'win32') {
		const folders = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
		const programs = [
			'Google/Chrome/Application/chrome.exe',
			'Chromium/Application/chrome.exe',
			'Microsoft/Edge/Application/msedge.exe',
		]
		return [...named, ...folders.flatMap((folder) => (folder ? programs.map((program) => join(folder, program)) : []))]
	}
	const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
	return [...named, ...commands.flatMap((command) => findCommand(command) ?? [])]
}

/** @param {unknown} error */
function lastLine(error) {
	const text = error instanceof CommandError ? error.output || error.message : String(error)
	return text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}
