import * as vscode from 'vscode'
import type { Backend } from '../../core/model/backend.ts'
import { destinationFrom } from '../../core/privacy/destinationSettings.ts'

/**
 * The keys of back ends, in the editor's secret storage. A key belongs to an address as well as to a name: who changes where a name
 * points to does not get the key.
 */
export class BackendKeys {
	private readonly secrets: vscode.SecretStorage

	constructor(secrets: vscode.SecretStorage) {
		this.secrets = secrets
	}

	async keyOf(backend: Backend): Promise<string | undefined> {
		return this.secrets.get(nameOf(backend))
	}

	/** @returns whether a key was set or taken away */
	async ask(backend: Backend): Promise<boolean> {
		const { l10n } = vscode
		const key = await vscode.window.showInputBox({
			title: l10n.t('The key of {0}', backend.name),
			prompt: l10n.t('It is kept in the editor’s secret storage and sent to {0} only. Empty: none.', backend.url),
			password: true,
			ignoreFocusOut: true,
		})
		if (key === undefined) return false
		if (key.trim() === '') await this.secrets.delete(nameOf(backend))
		else await this.secrets.store(nameOf(backend), key.trim())
		return true
	}

	/** Lets the user say which one. @returns it, where its key is another one now */
	async askForOne(backends: readonly Backend[]): Promise<Backend | undefined> {
		const { l10n } = vscode
		if (backends.length === 0) {
			void vscode.window.showInformationMessage(l10n.t('There is no back end yet. “Alcove: Choose Backend…” adds one.'))
			return undefined
		}
		const picked = await vscode.window.showQuickPick(
			backends.map((backend) => ({ label: backend.name, description: backend.url, backend })),
			{ title: l10n.t('Whose key?') },
		)
		return picked && (await this.ask(picked.backend)) ? picked.backend : undefined
	}
}

function nameOf({ name, url }: Backend): string {
	const { scheme, host, port } = destinationFrom(url) ?? { scheme: '', host: url, port: 0 }
	return `backend.key ${JSON.stringify([name, scheme, host, port])}`
}
