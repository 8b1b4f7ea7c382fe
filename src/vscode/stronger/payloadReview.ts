import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { messagesIn, payloadText } from '../../core/stronger/payloadText.ts'
import type { Payload, PayloadRefusal, PayloadReviewer } from '../../core/stronger/strongerChat.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { internalCommandIds, strongerRulesSetting, strongerTokensSetting } from '../ids.ts'

/** Whom a payload would go to. */
export interface PayloadPlace {
	readonly name: string
	readonly address: string
}

interface OpenReview {
	readonly document: vscode.TextDocument
	send(): Promise<void>
	discard(): void
}

/** Shows what would leave in a document of the editor, where it can be edited; above it stands what can be done. */
export class PayloadReview implements Disposable {
	private readonly store = new DisposableStore()
	private readonly lenses = this.store.add(new vscode.EventEmitter<void>())
	private readonly open = new Map<string, OpenReview>()

	constructor() {
		const find = (uri: unknown) => (typeof uri === 'string' ? this.open.get(uri) : undefined)
		this.store.add(vscode.commands.registerCommand(internalCommandIds.sendPayload, (uri: unknown) => find(uri)?.send()))
		this.store.add(
			vscode.commands.registerCommand(internalCommandIds.discardPayload, (uri: unknown) => find(uri)?.discard()),
		)
		this.store.add(
			vscode.languages.registerCodeLensProvider(
				{ scheme: 'untitled' },
				{
					onDidChangeCodeLenses: this.lenses.event,
					provideCodeLenses: ({ uri }) => (this.open.has(uri.toString()) ? lensesFor(uri) : []),
				},
			),
		)
		this.store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.open.get(uri.toString())?.discard()))
	}

	reviewerFor(place: PayloadPlace): PayloadReviewer {
		return { review: (payload, check, token) => this.review(place, payload, check, token) }
	}

	dispose(): void {
		for (const { discard } of this.open.values()) discard()
		this.store.dispose()
	}

	private async review(
		place: PayloadPlace,
		...[payload, check, token]: Parameters<PayloadReviewer['review']>
	): ReturnType<PayloadReviewer['review']> {
		const mark = randomBytes(4).toString('hex')
		const content = payloadText(headOf(place, payload), payload.messages, mark)
		const document = await vscode.workspace.openTextDocument({ language: 'markdown', content })
		const key = document.uri.toString()
		return new Promise((resolve) => {
			const finish = (sent: Awaited<ReturnType<PayloadReviewer['review']>>) => {
				if (!this.open.delete(key)) return
				cancellation.dispose()
				this.lenses.fire()
				void closeTab(document)
				resolve(sent)
			}
			const cancellation = token.onCancellationRequested(() => finish(undefined))
			this.open.set(key, {
				document,
				discard: () => finish(undefined),
				send: async () => {
					const messages = messagesIn(document.getText(), mark)
					if (!messages)
						return complain(
							vscode.l10n.t('Alcove: the headings have to stay, and a message of yours has to be the last one.'),
						)
					const { payload: edited, refusal } = check(messages)
					if (refusal) return complain(refusalText(edited, refusal))
					if (await isConfirmed(place, edited)) finish(messages)
				},
			})
			this.lenses.fire()
			void vscode.window.showTextDocument(document, { preview: false })
		})
	}
}

function lensesFor(uri: vscode.Uri): vscode.CodeLens[] {
	const { l10n } = vscode
	const range = new vscode.Range(0, 0, 0, 0)
	const lens = (title: string, command: string) =>
		new vscode.CodeLens(range, { title, command, arguments: [uri.toString()] })
	return [
		lens(`$(send) ${l10n.t('Send…')}`, internalCommandIds.sendPayload),
		lens(`$(close) ${l10n.t('Send nothing')}`, internalCommandIds.discardPayload),
	]
}

function headOf({ name, address }: PayloadPlace, { tokens, redacted, budgetLeft, mostTokens }: Payload): string {
	const { l10n } = vscode
	const taken = [...new Set(redacted)].join(', ')
	return [
		l10n.t(
			'This would be sent to {0} at {1}. Nothing has been sent yet. Edit it, then choose “Send…” above.',
			name,
			address,
		),
		l10n.t(
			'About {0} tokens; {1} are allowed for this question, and {2} are left of this month.',
			tokens,
			mostTokens,
			budgetLeft,
		),
		redacted.length === 0
			? l10n.t('Nothing in it looked secret.')
			: l10n.t('Taken out, for it looks secret: {0} ({1}×).', taken, redacted.length),
		l10n.t('These lines are not sent. What stands below is, exactly as it is.'),
		'',
	].join('\n')
}

function refusalText({ tokens, answerTokens, mostTokens, budgetLeft }: Payload, refusal: PayloadRefusal): string {
	const { l10n } = vscode
	return refusal === 'tooLarge'
		? l10n.t(
				'Alcove: it has {0} tokens, and {1} are allowed. Shorten it, or change the setting {2}.',
				tokens,
				mostTokens,
				strongerRulesSetting,
			)
		: l10n.t(
				'Alcove: it and its answer may take {0} tokens, and {1} are left of this month. Shorten it, or change the setting {2}.',
				tokens + answerTokens,
				budgetLeft,
				strongerTokensSetting,
			)
}

async function isConfirmed({ name, address }: PayloadPlace, { tokens, secrets }: Payload): Promise<boolean> {
	const { l10n } = vscode
	const send = l10n.t('Send')
	const detail = [
		l10n.t('About {0} tokens, once.', tokens),
		...(secrets.length === 0 ? [] : [l10n.t('Something in it looks secret: {0}.', [...new Set(secrets)].join(', '))]),
	].join('\n\n')
	const question = l10n.t('Send this to {0} at {1}?', name, address)
	return (await vscode.window.showWarningMessage(question, { modal: true, detail }, send)) === send
}

function complain(text: string): void {
	void vscode.window.showErrorMessage(text)
}

/** Without the question whether it is to be saved: it was made to be looked at. */
async function closeTab(document: vscode.TextDocument): Promise<void> {
	if (document.isClosed) return
	await vscode.window.showTextDocument(document, { preview: false })
	await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
}
