import type { CommandName } from '../ids.ts'
import type { L10n } from '../l10n.ts'

export interface MenuFacts {
	readonly completionsOn: boolean
	readonly isSnoozed: boolean
	/** The language of the document in view and whether completions are on for it. */
	readonly language: { readonly id: string; readonly completionsOn: boolean } | undefined
	/** Name of the loaded model, or of its file. */
	readonly modelName: string
	readonly usesStarterModel: boolean
	/** Why the draft model that the settings name is not used. */
	readonly draftProblem: string | undefined
}

export interface MenuEntry {
	readonly command: CommandName
	readonly icon: string
	readonly label: string
	readonly description?: string
	/** A line below the others. */
	readonly detail?: string
}

/** The menu of the status bar item, in groups. */
export function menuEntries(l10n: L10n, facts: MenuFacts): readonly (readonly MenuEntry[])[] {
	const { completionsOn, isSnoozed, language, modelName, usesStarterModel, draftProblem } = facts
	return [
		[
			{
				command: 'toggleCompletions',
				icon: completionsOn ? 'circle-slash' : 'check',
				label: completionsOn ? l10n.t('Disable completions') : l10n.t('Enable completions'),
				description: l10n.t('everywhere'),
			},
			...(language ? [languageEntry(l10n, language)] : []),
			...(completionsOn ? [snoozeEntry(l10n, isSnoozed)] : []),
		],
		[
			{ command: 'manageModels', icon: 'library', label: l10n.t('Models…'), description: modelName },
			{ command: 'chooseModel', icon: 'folder-opened', label: l10n.t('Choose model…') },
			...(usesStarterModel
				? []
				: [{ command: 'useStarterModel', icon: 'home', label: l10n.t('Use the starter model') } as const]),
			...(draftProblem === undefined ? [] : [draftEntry(l10n, draftProblem)]),
			{ command: 'chooseBackend', icon: 'server', label: l10n.t('Choose back end…') },
			{ command: 'restartEngine', icon: 'debug-restart', label: l10n.t('Restart engine') },
		],
		[
			{ command: 'explainLast', icon: 'info', label: l10n.t('Explain the last suggestion') },
			{ command: 'openPrivacyReport', icon: 'shield', label: l10n.t('Privacy report') },
			{ command: 'openDashboard', icon: 'graph', label: l10n.t('Figures') },
			{ command: 'showLog', icon: 'output', label: l10n.t('Show log') },
			{ command: 'copyDiagnostics', icon: 'copy', label: l10n.t('Copy diagnostics') },
			{ command: 'openSettings', icon: 'gear', label: l10n.t('Settings') },
			{ command: 'openWalkthrough', icon: 'book', label: l10n.t('First steps') },
		],
	]
}

function snoozeEntry(l10n: L10n, isSnoozed: boolean): MenuEntry {
	return isSnoozed
		? { command: 'endSnooze', icon: 'bell', label: l10n.t('End the pause') }
		: { command: 'snooze', icon: 'bell-slash', label: l10n.t('Pause suggestions…') }
}

function draftEntry(l10n: L10n, detail: string): MenuEntry {
	return { command: 'openSettings', icon: 'warning', label: l10n.t('Choose another draft model'), detail }
}

function languageEntry(l10n: L10n, { id, completionsOn }: { id: string; completionsOn: boolean }): MenuEntry {
	return {
		command: 'toggleCompletionsForLanguage',
		icon: completionsOn ? 'circle-slash' : 'check',
		label: completionsOn ? l10n.t('Disable completions for {0}', id) : l10n.t('Enable completions for {0}', id),
		description: l10n.t('this language'),
	}
}
