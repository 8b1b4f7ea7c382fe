import * as vscode from 'vscode'
import type { ChatSession } from '../../core/chat/chatSession.ts'

/** Lets the user look for a conversation by its words, as in the list of files. */
export async function searchChats(
	session: Pick<ChatSession, 'search'>,
	open: (id: string) => Promise<void>,
): Promise<void> {
	const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly id: string }>()
	picker.placeholder = vscode.l10n.t('Words of a chat')
	let asked = 0
	const search = async (query: string): Promise<void> => {
		const turn = ++asked
		picker.busy = true
		const found = await session.search(query)
		if (turn !== asked) return
		picker.busy = false
		picker.items = found.map(({ id, title, changedAt, snippet }) => ({
			id,
			label: title === '' ? vscode.l10n.t('Chat') : title,
			description: new Date(changedAt).toLocaleString(vscode.env.language),
			alwaysShow: true,
			...(snippet !== undefined && { detail: snippet }),
		}))
	}
	picker.onDidChangeValue((value) => void search(value))
	picker.onDidAccept(() => {
		const [chosen] = picker.selectedItems
		picker.hide()
		if (chosen) void open(chosen.id)
	})
	picker.onDidHide(() => picker.dispose())
	picker.show()
	await search('')
}
