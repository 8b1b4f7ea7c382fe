import * as vscode from 'vscode'
import { configurationSection } from '../ids.ts'
import type { WorkspaceReading } from './indexWorkspace.ts'

/** Reads the workspace anew, and tells in the window how far that is. */
export async function rebuildIndex(reading: WorkspaceReading): Promise<void> {
	const done = reading.rebuild()
	if (!done) {
		await vscode.window.showInformationMessage(
			vscode.l10n.t(
				'There is nothing to read: no folder on this machine is open, or the setting {0} is off.',
				`${configurationSection}.context.index`,
			),
		)
		return
	}
	const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Alcove reads the workspace') }
	await vscode.window.withProgress(options, async (progress) => {
		const subscription = reading.onDidIndex(({ files }) => {
			progress.report({ message: vscode.l10n.t('{0} files', files) })
		})
		await done
		subscription.dispose()
	})
}
