import * as vscode from 'vscode'
import { allowedWith, destinationFrom, egressPurposes } from '../../core/privacy/destinationSettings.ts'
import { type Destination, decideEgress, type EgressPurpose, isThisMachine } from '../../core/privacy/egressPolicy.ts'
import type { Logger } from '../../shared/logger.ts'
import { destinationsSetting } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { payloadText, purposeText } from './purposeText.ts'

/** Asks a person whether something may go to another machine, and keeps the answer in the settings of the user. */
export class DestinationConsent {
	private readonly settings: Pick<SettingsStore, 'current' | 'complaints' | 'setAllowedDestinations'>
	private readonly logger: Logger

	constructor(settings: Pick<SettingsStore, 'current' | 'complaints' | 'setAllowedDestinations'>, logger: Logger) {
		this.settings = settings
		this.logger = logger
	}

	/** Whether it may be used now. Asks where nobody has allowed it yet; a message says why where it cannot be allowed. */
	async askToAllow(destination: Destination, purpose: EgressPurpose): Promise<boolean> {
		return this.ask(destination, [purpose])
	}

	/** For who has asked already, with the host named: keeps the answer without a second question. False where it cannot be allowed. */
	async allow(destination: Destination, purpose: EgressPurpose): Promise<boolean> {
		return this.ask(destination, [purpose], true)
	}

	async allowByHand(): Promise<void> {
		const { l10n } = vscode
		const typed = await vscode.window.showInputBox({
			title: l10n.t('Allow a destination'),
			prompt: l10n.t('A host, with its port or without: models.example.com, 10.0.0.5:8080'),
			ignoreFocusOut: true,
			validateInput: (value) => {
				const found = destinationFrom(value)
				if (!found) return value.trim() === '' ? undefined : l10n.t('This is no host.')
				return isThisMachine(found.host) ? l10n.t('This machine needs no consent.') : undefined
			},
		})
		const destination = typed === undefined ? undefined : destinationFrom(typed)
		if (!destination) return
		const picked = await vscode.window.showQuickPick(
			egressPurposes.map((purpose) => ({
				label: purposeText(l10n, purpose),
				detail: payloadText(l10n, purpose),
				purpose,
			})),
			{ title: l10n.t('What may {0} be used for?', destination.host), canPickMany: true, ignoreFocusOut: true },
		)
		if (!picked || picked.length === 0) return
		await this.ask(
			destination,
			picked.map(({ purpose }) => purpose),
		)
	}

	async forgetAll(): Promise<void> {
		const { l10n } = vscode
		await this.settings.setAllowedDestinations([])
		this.logger.log('info', 'egress.forgotten')
		await vscode.window.showInformationMessage(l10n.t('Alcove: no other machine is allowed any more.'))
	}

	private async ask(destination: Destination, purposes: readonly EgressPurpose[], wasAsked = false): Promise<boolean> {
		const { l10n } = vscode
		const { host, port } = destination
		const isAllowed = (allowed = this.settings.current['privacy.allowedDestinations']) =>
			purposes.every((purpose) => decideEgress(destination, purpose, allowed).isAllowed)
		if (isAllowed()) return true
		// What the user wrote is not written over: a list that has a mistake in it counts as empty.
		if (this.settings.complaints.some(({ key }) => key === 'privacy.allowedDestinations')) {
			void vscode.window.showErrorMessage(l10n.t('Alcove: correct the setting {0} first.', destinationsSetting))
			return false
		}
		const wanted = allowedWith(this.settings.current['privacy.allowedDestinations'], destination, purposes)
		if (!isAllowed(wanted)) {
			const message = l10n.t('Alcove: {0} is reached with https:// only; what is sent could be read on the way.', host)
			void vscode.window.showErrorMessage(message)
			return false
		}
		if (!wasAsked && !(await this.isWanted(destination, purposes))) return false
		await this.settings.setAllowedDestinations(wanted)
		this.logger.log('info', 'egress.allowed', { host, port, purposes: purposes.join(', ') })
		return true
	}

	private async isWanted({ host, port }: Destination, purposes: readonly EgressPurpose[]): Promise<boolean> {
		const { l10n } = vscode
		const allow = l10n.t('Allow')
		const answer = await vscode.window.showWarningMessage(
			l10n.t('Allow Alcove to connect to {0}?', `${host}:${port}`),
			{ modal: true, detail: this.detail(purposes) },
			allow,
		)
		return answer === allow
	}

	private detail(purposes: readonly EgressPurpose[]): string {
		const { l10n } = vscode
		const payloads = new Set(purposes.map((purpose) => payloadText(l10n, purpose)))
		return [
			l10n.t('It is not this machine. What for: {0}.', purposes.map((one) => purposeText(l10n, one)).join(', ')),
			...payloads,
			l10n.t('“Alcove: Forget Allowed Destinations” takes it back.'),
		].join('\n\n')
	}
}
