import * as vscode from 'vscode'

/** The user's tokens for hosts of models, in the editor's store of secrets: in no setting, no log, no file of ours. */
export class AccessTokens {
	private readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>

	constructor(secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>) {
		this.secrets = secrets
	}

	async get(host: string): Promise<string | undefined> {
		return this.secrets.get(keyOf(host))
	}

	/** Asks for a token; an empty one forgets what was there. True where there is one now. */
	async ask(host: string): Promise<boolean> {
		const { l10n } = vscode
		const token = await vscode.window.showInputBox({
			title: l10n.t('Access token for {0}', host),
			prompt: l10n.t('It is kept in the editor’s store of secrets, and sent to this host only. Empty: forget it.'),
			password: true,
			ignoreFocusOut: true,
			// A line break would end the header that it is sent in.
			validateInput: (value) => (/^[\x21-\x7e]*$/.test(value.trim()) ? undefined : l10n.t('This is no token.')),
		})
		if (token === undefined) return false
		if (token.trim() === '') await this.secrets.delete(keyOf(host))
		else await this.secrets.store(keyOf(host), token.trim())
		return token.trim() !== ''
	}
}

function keyOf(host: string): string {
	return `alcove.accessToken.${host}`
}
