import * as vscode from 'vscode'
import type { Backend } from '../../core/model/backend.ts'
import type { ModelRole } from '../../core/model/chooseModels.ts'
import { proxyFault } from '../../core/privacy/destinationSettings.ts'
import type { AllowedDestination } from '../../core/privacy/egressPolicy.ts'
import {
	checkSetting,
	readSettings,
	type SettingComplaint,
	type SettingKey,
	type Settings,
} from '../../core/settings.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { configurationSection } from '../ids.ts'
import { settingTarget } from './settingTarget.ts'

/** What a setting is asked for: a document's language, folder and file. */
export type SettingScope = Pick<vscode.TextDocument, 'uri' | 'languageId'>

/** The editor's settings, checked. */
export class SettingsStore implements Disposable {
	private readonly logger: Logger
	private readonly store = new DisposableStore()
	private readonly changes = this.store.add(new Emitter<Settings>())
	private settings: Settings
	private found: readonly SettingComplaint[] = []

	/** Fires after every change of a setting of ours, also where it concerns one language only. */
	readonly onDidChange = this.changes.event

	constructor(logger: Logger) {
		this.logger = logger
		this.settings = this.read()
		this.store.add(
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (!event.affectsConfiguration(configurationSection)) return
				this.settings = this.read()
				this.changes.fire(this.settings)
			}),
		)
	}

	get current(): Settings {
		return this.settings
	}

	/** Values that were not taken; the default is in use for them. */
	get complaints(): readonly SettingComplaint[] {
		return this.found
	}

	/** Without a scope: what holds where no language and no folder says otherwise. */
	completionsEnabled(scope?: SettingScope): boolean {
		if (!scope) return this.settings['completion.enabled']
		const raw = configurationFor(scope).get('completion.enabled')
		const { value, complaint } = checkSetting('completion.enabled', raw)
		if (complaint && !this.found.some(({ key }) => key === complaint.key)) this.complain([complaint])
		return value
	}

	/** Switches completions over, for one language or everywhere. */
	async toggleCompletions(scope?: SettingScope): Promise<void> {
		const configuration = configurationFor(scope)
		const target = settingTarget(configuration.inspect('completion.enabled'), scope !== undefined)
		const enabled = !this.completionsEnabled(scope)
		await configuration.update('completion.enabled', enabled, targets[target], scope !== undefined)
	}

	/** @param path empty for the starter model */
	async setModelPath(path: string): Promise<void> {
		const value = path === '' ? undefined : path
		await configurationFor().update('model.path', value, vscode.ConfigurationTarget.Global)
	}

	/** Makes a model the one for a role, in the user's settings. */
	async setModelFor(role: ModelRole, path: string): Promise<void> {
		await configurationFor().update(modelSettings[role], path, vscode.ConfigurationTarget.Global)
	}

	async addModelFolder(path: string): Promise<void> {
		const folders = [...this.settings['models.folders'], path]
		await configurationFor().update('models.folders', folders, vscode.ConfigurationTarget.Global)
	}

	/** Writes the user's settings, never those of a workspace. An empty list takes the setting away. */
	async setAllowedDestinations(allowed: readonly AllowedDestination[]): Promise<void> {
		const value = allowed.length === 0 ? undefined : allowed
		await configurationFor().update('privacy.allowedDestinations', value, vscode.ConfigurationTarget.Global)
	}

	/** Writes the user's settings, never those of a workspace. */
	async setBackends(backends: readonly Backend[]): Promise<void> {
		const value = backends.length === 0 ? undefined : backends
		await configurationFor().update('backends', value, vscode.ConfigurationTarget.Global)
	}

	async setStrongerBackend(name: string): Promise<void> {
		await configurationFor().update('strongerModel.backend', name, vscode.ConfigurationTarget.Global)
	}

	/** @param name of a back end; empty: the embedded engine */
	async setRoute(purpose: 'completion' | 'chat' | 'embedding', name: string): Promise<void> {
		const value = name === '' ? undefined : name
		await configurationFor().update(`backend.${purpose}`, value, vscode.ConfigurationTarget.Global)
	}

	/** `alcove.network.proxy`, else the one of the editor, both as the user has them; undefined where there is none. */
	get proxy(): string | undefined {
		const own = this.settings['network.proxy']
		if (own !== '') return own
		const editor = vscode.workspace.getConfiguration('http')
		if (editor.inspect('proxySupport')?.globalValue === 'off') return undefined
		const proxy = editor.inspect('proxy')?.globalValue
		return typeof proxy === 'string' && proxy !== '' && proxyFault(proxy) === undefined ? proxy : undefined
	}

	dispose(): void {
		this.store.dispose()
	}

	private read(): Settings {
		const configuration = configurationFor()
		const { settings, complaints } = readSettings((key) => rawValue(configuration, key))
		const known = this.found
		this.found = []
		this.complain(complaints, known)
		return settings
	}

	/** @param known complaints that are in the log already */
	private complain(complaints: readonly SettingComplaint[], known: readonly SettingComplaint[] = []): void {
		this.found = [...this.found, ...complaints]
		for (const { key, reason, expected } of complaints) {
			if (known.some((other) => other.key === key && other.reason === reason)) continue
			this.logger.log('warn', 'setting.notTaken', { key, reason, expected })
		}
	}
}

const modelSettings = {
	completion: 'model.path',
	draft: 'model.draftPath',
	chat: 'chat.modelPath',
	embedding: 'chat.embeddingModelPath',
} as const satisfies Record<ModelRole, SettingKey>

const targets = {
	user: vscode.ConfigurationTarget.Global,
	workspace: vscode.ConfigurationTarget.Workspace,
	workspaceFolder: vscode.ConfigurationTarget.WorkspaceFolder,
} as const

function configurationFor(scope?: SettingScope): vscode.WorkspaceConfiguration {
	return vscode.workspace.getConfiguration(configurationSection, scope)
}

/** Model and engine come from the user's own settings, whatever a workspace says: it must not choose what is loaded. */
function rawValue(configuration: vscode.WorkspaceConfiguration, key: SettingKey): unknown {
	return /^(completion|context)\./.test(key) ? configuration.get(key) : configuration.inspect(key)?.globalValue
}
