import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Browser } from 'playwright-core'
import {
	type EditorFolders,
	editorFolders,
	installVsix,
	quietSettings,
	type RunningServer,
	startServer,
} from '../../../scripts/lib/codeServer.mjs'
import { root } from '../../../scripts/lib/root.mjs'
import { launchBrowser } from './browser.ts'
import { EditorWindow, type LogLevel } from './editorWindow.ts'
import { eventually } from './eventually.ts'
import type { Prepared } from './prepare.ts'
import { enginesBelow, type RunningProcess } from './processes.ts'

/** The editor's own extensions that a test needs at most; a window opens in half the time with only these. */
export const leanBuiltins = [
	'theme-defaults',
	'theme-seti',
	'javascript',
	'typescript-basics',
	'python',
	'json',
] as const

/** Nothing may come between the keys of a test and the document: no pop-ups, no brackets that close themselves. */
const steadySettings = {
	...quietSettings,
	'editor.acceptSuggestionOnEnter': 'off',
	'editor.autoClosingBrackets': 'never',
	'editor.autoClosingQuotes': 'never',
	'editor.autoIndent': 'none',
	'editor.hover.enabled': 'off',
	'editor.minimap.enabled': false,
	'editor.parameterHints.enabled': false,
	'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
	'editor.suggestOnTriggerCharacters': false,
	'editor.wordBasedSuggestions': 'off',
	'files.autoSave': 'off',
	'files.hotExit': 'off',
	'git.enabled': false,
	'window.dialogStyle': 'custom',
	'workbench.reduceMotion': 'on',
	'workbench.tips.enabled': false,
	'workbench.welcomePage.walkthroughs.openOnInstall': false,
}

interface Display {
	readonly width: number
	readonly height: number
	readonly scale: number
}

interface EditorParts {
	readonly server: RunningServer
	readonly folders: EditorFolders
	readonly browser: Browser
	/** The folder for pictures. */
	readonly artifacts: string
	readonly display: Display
	readonly logLevel: LogLevel
}

export interface EditorOptions {
	/** Names the scratch folder and the folder of the screenshots. */
	readonly name: string
	readonly prepared: Prepared
	/** The user's settings, beside the steady ones. */
	readonly settings?: Readonly<Record<string, unknown>>
	/** The settings of the machine that the extension host runs on. */
	readonly machineSettings?: Readonly<Record<string, unknown>>
	readonly builtins?: readonly string[]
	/** Folders of unpacked extensions to install beside Alcove. */
	readonly extensions?: readonly string[]
	/** True: folders are not trusted until the user says so. */
	readonly trust?: boolean
	/** Put before the server's command, e.g. a tracer. */
	readonly launcher?: readonly string[]
	/** Size of the windows in CSS pixels, and the pixels of the screen for each; 1280 x 800 at 1 by default. */
	readonly display?: Display
	/** Default: trace, since what must not be in the log must not be there at this level either. */
	readonly logLevel?: LogLevel
}

/** A real editor with the packaged extension installed, and a browser to look at it. */
export class Editor {
	readonly server: RunningServer
	readonly folders: EditorFolders
	private readonly browser: Browser
	private readonly windows: EditorWindow[] = []
	private readonly artifacts: string
	private readonly display: Display
	private readonly logLevel: LogLevel

	private constructor(deps: EditorParts) {
		this.server = deps.server
		this.folders = deps.folders
		this.browser = deps.browser
		this.artifacts = deps.artifacts
		this.display = deps.display
		this.logLevel = deps.logLevel
	}

	static async start(options: EditorOptions): Promise<Editor> {
		const { prepared, name } = options
		if (!prepared.browser.ok) throw new Error(`There is no browser: ${prepared.browser.reason}`)
		const scratch = join(root, 'out', 'test', name)
		const artifacts = join(root, 'test', 'artifacts', name)
		for (const folder of [scratch, artifacts]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
		mkdirSync(artifacts, { recursive: true })
		const folders = editorFolders(scratch)
		for (const extension of options.extensions ?? []) {
			cpSync(extension, join(folders.extensions, basename(extension)), { recursive: true })
		}
		await installVsix(prepared.host, folders, prepared.vsix)
		writeSettings(join(folders.data, 'Machine'), options.machineSettings ?? {})
		const server = await startServer(prepared.host, folders, {
			settings: { ...steadySettings, ...options.settings },
			builtins: [...(options.builtins ?? leanBuiltins)],
			trust: options.trust ?? false,
			launcher: [...(options.launcher ?? [])],
		})
		try {
			const browser = await launchBrowser(prepared.browser.path)
			const display = options.display ?? { width: 1280, height: 800, scale: 1 }
			return new Editor({ server, folders, browser, artifacts, display, logLevel: options.logLevel ?? 'trace' })
		} catch (error) {
			await server.stop()
			throw error
		}
	}

	/** Opens a window on a folder and waits until the editor can be used. */
	async openWindow({ folder, file }: { folder: string; file?: string }): Promise<EditorWindow> {
		const { width, height, scale } = this.display
		const context = await this.browser.newContext({
			viewport: { width, height },
			deviceScaleFactor: scale,
			locale: 'en-US',
			permissions: ['clipboard-read', 'clipboard-write'],
		})
		const window = await EditorWindow.open(await context.newPage(), {
			url: this.server.url,
			folder,
			artifacts: this.artifacts,
			logLevel: this.logLevel,
			...(file === undefined ? {} : { file }),
		})
		this.windows.push(window)
		return window
	}

	async closeWindow(window: EditorWindow): Promise<void> {
		this.windows.splice(this.windows.indexOf(window), 1)
		await window.page.context().close()
	}

	/** Replaces the user's settings, for windows that are opened afterwards. */
	setUserSettings(settings: Readonly<Record<string, unknown>>): void {
		writeSettings(this.folders.user, { ...steadySettings, ...settings })
	}

	/** Replaces the settings of the machine, which is where the model's path is looked for; open windows notice. */
	setMachineSettings(settings: Readonly<Record<string, unknown>>): void {
		writeSettings(join(this.folders.data, 'Machine'), settings)
	}

	/** None while the editor is writing them. */
	machineSettings(): Record<string, unknown> {
		const text = readFileSync(join(this.folders.data, 'Machine', 'settings.json'), 'utf8')
		return text === '' ? {} : JSON.parse(text)
	}

	engines(): RunningProcess[] {
		return enginesBelow(this.server.pid)
	}

	/** Waits for the one engine process. */
	async engine(): Promise<RunningProcess> {
		return eventually('one engine process', () => {
			const [engine, second] = this.engines()
			return second ? undefined : engine
		})
	}

	/** Everything that Alcove wrote to its log channel, in all windows. */
	alcoveLog(): string {
		return this.logFiles()
			.filter((file) => basename(file) === 'Alcove.log')
			.map((file) => readFileSync(file, 'utf8'))
			.join('')
	}

	/** What went wrong in the extension hosts, as the editor saw it: what Alcove threw and did not catch, among others. */
	hostErrors(): string[] {
		return (
			this.logFiles()
				.filter((file) => basename(file) === 'remoteexthost.log')
				.flatMap((file) => readFileSync(file, 'utf8').split('\n'))
				.filter((line) => line.includes('[error]'))
				// What the host says when a window is closed while the editor asks for the rows of a tree.
				.filter((line) => !/Unable to refresh tree view \S+: Canceled$/.test(line))
				// The same where the rows are others by the time that it asks.
				.filter((line) => !/No tree item with id '[^']*' found\.$/.test(line))
		)
	}

	private logFiles(): string[] {
		const { logs } = this.folders
		if (!existsSync(logs)) return []
		return readdirSync(logs, { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.log'))
			.map((file) => join(logs, file))
	}

	/** Keeps what helps to understand a failure: pictures of every window, and the logs. */
	async keepEvidence(name: string): Promise<void> {
		const fileName = name.replace(/[^\w-]+/g, '-').slice(0, 80)
		for (const window of this.windows) await window.screenshot(`failed-${fileName}`).catch(() => {})
		writeFileSync(join(this.artifacts, 'server.log'), this.server.log())
		writeFileSync(join(this.artifacts, 'Alcove.log'), this.alcoveLog())
	}

	async stop(): Promise<void> {
		await this.browser.close()
		await this.server.stop()
	}
}

function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): void {
	mkdirSync(folder, { recursive: true })
	writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings, null, '\t'))
}
