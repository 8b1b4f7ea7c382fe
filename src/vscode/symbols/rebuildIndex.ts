import * as vscode from 'vscode'
import { configurationSection } from '../ids.ts'
import type { WorkspaceReading } from './indexWorkspace.ts'

/** Reads the workspace anew, and tells in the window how far that is. */
export async function rebuildIndex(reading: WorkspaceReading): Promise<void> {
	if (!reading.rebuild()) {
		await vscode.window.showInformationMessage(
			vscode.l10n.t(
				'There is nothing to read: no folder on this machine is open, or the setting {0} is off.',
				`${configurationSection}.context.index`,
			),
		)
		return
	}
	const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Alcove reads the workspace') }
	await vscode.window.withProgress(options, (progress) => {
		return new Promise<void>((resolve) => {
			const subscription = reading.onDidIndex(({ files, isWhole }) => {
				progress.report({ message: vscode.l10n.t('{0} files', files) })
				if (!isWhole) return
				subscription.dispose()
				resolve()
			})
		})
	})
}
