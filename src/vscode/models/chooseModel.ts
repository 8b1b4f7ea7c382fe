import * as vscode from 'vscode'
import type { SettingsStore } from '../settings/settingsStore.ts'

/** Asks for a GGUF file and makes it the model. Choosing the one in use again loads it again. */
export async function chooseModel(settings: SettingsStore, restart: () => Promise<void>): Promise<void> {
	const current = settings.current['model.path']
	const picked = await vscode.window.showOpenDialog({
		canSelectMany: false,
		title: vscode.l10n.t('Choose a model'),
		openLabel: vscode.l10n.t('Use this model'),
		filters: { [vscode.l10n.t('GGUF models')]: ['gguf'] },
		...(current.startsWith('~') || current === '' ? {} : { defaultUri: vscode.Uri.file(current) }),
	})
	const uri = picked?.[0]
	if (!uri) return
	// Where the extension runs remotely, its files are those of the remote machine, and `file` there.
	if (uri.scheme !== 'file') {
		await vscode.window.showErrorMessage(
			vscode.l10n.t('Alcove: a model has to be a file on the machine on which the extension runs.'),
		)
		return
	}
	if (uri.fsPath === current) await restart()
	else await settings.setModelPath(uri.fsPath)
}

export async function useStarterModel(settings: SettingsStore, restart: () => Promise<void>): Promise<void> {
	if (settings.current['model.path'].trim() === '') await restart()
	else await settings.setModelPath('')
}
