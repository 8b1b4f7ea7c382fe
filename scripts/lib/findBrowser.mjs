// A Chromium for the tests and the pictures: whatever is on the machine, else playwright's own download, else Debian's.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommandError, findCommand, run } from './run.mjs'

const playwright = fileURLToPath(new URL('../../node_modules/playwright-core/cli.js', import.meta.url))

/**
 * @typedef {{ ok: true, path: string } | { ok: false, reason: string }} FoundBrowser
 */

/**
 * Finds a Chromium, Chrome or Edge, or installs one.
 *
 * @returns {Promise<FoundBrowser>} `reason` tells everything that was tried
 */
export async function findBrowser() {
	const installed = await firstThatStarts(candidates())
	if (installed) return { ok: true, path: installed }
	const tried = ['no Chromium, Chrome or Edge is installed']
	const { chromium } = await import('playwright-core')
	const own = chromium.executablePath()
	try {
		if (!existsSync(own)) await run(process.execPath, [playwright, 'install', 'chromium'])
		if (await starts(own)) return { ok: true, path: own }
		tried.push("playwright's own download does not start here")
	} catch (error) {
		tried.push(`playwright could not download one (${reasonOf(error)})`)
	}
	if (process.platform === 'linux' && process.getuid?.() === 0 && findCommand('apt-get')) {
		try {
			await run('apt-get', ['update', '-qq'])
			await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
			const fromDebian = await firstThatStarts(candidates())
			if (fromDebian) return { ok: true, path: fromDebian }
			tried.push('the one that apt-get installed does not start')
		} catch (error) {
			tried.push(`apt-get could not install one (${reasonOf(error)})`)
		}
	} else {
		tried.push('apt-get is only tried as root on Debian')
	}
	return { ok: false, reason: tried.join('; ') }
}

/** @param {string[]} paths */
async function firstThatStarts(paths) {
	for (const path of paths) if (await starts(path)) return path
	return undefined
}

/**
 * Some are there and lack a library of the system; Ubuntu's is a notice that says to install another.
 *
 * @param {string} path
 */
async function starts(path) {
	if (!existsSync(path)) return false
	// Elsewhere the question for the version opens a window, and libraries are never missing.
	if (process.platform !== 'linux') return true
	return run(path, ['--version']).then(
		() => true,
		() => false,
	)
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

/**
 * The line of a command's output that tells most: the first with an error in it.
 *
 * @param {unknown} error
 */
function reasonOf(error) {
	const lines = (error instanceof CommandError ? error.output || error.message : String(error)).trim().split('\n')
	return (lines.find((line) => /error|failed/i.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 200)
}
