import * as vscode from 'vscode'
import type { Backend } from '../../core/model/backend.ts'
import type { ChatModel } from '../../core/model/ports.ts'
import { mostTokens, purposeOf } from '../../core/model/strongerRules.ts'
import { destinationFrom } from '../../core/privacy/destinationSettings.ts'
import type { ChatFeature } from '../chat/chatFeature.ts'
import { commandIds, strongerRulesSetting, strongerTokensSetting } from '../ids.ts'
import type { DestinationConsent } from '../privacy/destinationConsent.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'

export interface StrongerParts {
	readonly settings: SettingsStore
	readonly consent: DestinationConsent
	/** The back end that the settings name. */
	readonly backend: () => Backend | undefined
	/** A model for this question. */
	readonly modelFor: (backend: Backend, question: string) => ChatModel
	/** Left of the month's tokens. */
	readonly budgetLeft: () => number
}

/** Has the last question of the chat answered by a stronger model, once; what would be sent is shown first. */
export async function askStronger(parts: StrongerParts, chat: ChatFeature): Promise<void> {
	const { l10n } = vscode
	const { settings, consent } = parts
	const backend = parts.backend() ?? (await chooseStronger(parts))
	if (!backend) return
	const asked = await chat.lastAsked()
	if (!asked)
		return inform(l10n.t('Alcove: ask something in the chat first. The stronger model then answers the same question.'))
	if (mostTokens(settings.current['strongerModel.rules'], asked.question) === undefined) {
		return inform(
			l10n.t(
				'Alcove: the setting {0} does not allow to ask for this: {1}.',
				strongerRulesSetting,
				purposeOf(asked.question),
			),
		)
	}
	if (parts.budgetLeft() === 0) {
		return inform(
			l10n.t('Alcove: the tokens of this month are used up. The setting {0} has the number.', strongerTokensSetting),
		)
	}
	const destination = destinationFrom(backend.url)
	if (!destination || !(await consent.askToAllow(destination, 'strongerModel'))) return
	await chat.openChat()
	await chat.answerAgain(asked.answer, parts.modelFor(backend, asked.question))
}

/** It is off until somebody says which one it is. */
async function chooseStronger({ settings }: StrongerParts): Promise<Backend | undefined> {
	const { l10n } = vscode
	const able = settings.current.backends.filter(({ purposes }) => purposes?.includes('strongerModel') ?? true)
	if (able.length === 0) {
		const choose = l10n.t('Add a Server…')
		const answer = await vscode.window.showInformationMessage(
			l10n.t('Alcove: no stronger model is set up. Add a server for it first; nothing is sent before you see it.'),
			choose,
		)
		if (answer === choose) await vscode.commands.executeCommand(commandIds.chooseBackend)
		return undefined
	}
	const picked = await vscode.window.showQuickPick(
		able.map((backend) => ({
			label: backend.name,
			description: backend.url,
			...(backend.model !== undefined && { detail: backend.model }),
			backend,
		})),
		{ title: l10n.t('Which one is the stronger model?'), ignoreFocusOut: true },
	)
	if (!picked) return undefined
	await settings.setStrongerBackend(picked.backend.name)
	return picked.backend
}

function inform(text: string): void {
	void vscode.window.showInformationMessage(text)
}
