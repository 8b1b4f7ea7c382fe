import * as vscode from 'vscode'
import type { Snooze } from '../../core/completion/snooze.ts'

/** Asks for how long nothing is to be suggested. */
export async function askForSnooze(snooze: Snooze): Promise<void> {
	const choices = [
		{ label: vscode.l10n.t('5 minutes'), minutes: 5 },
		{ label: vscode.l10n.t('15 minutes'), minutes: 15 },
		{ label: vscode.l10n.t('1 hour'), minutes: 60 },
		{ label: vscode.l10n.t('Until this window is closed'), minutes: Number.POSITIVE_INFINITY },
	]
	const chosen = await vscode.window.showQuickPick(choices, { title: vscode.l10n.t('Pause suggestions for') })
	if (chosen) snooze.begin(chosen.minutes)
}
