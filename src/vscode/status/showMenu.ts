import * as vscode from 'vscode'
import { commandIds } from '../ids.ts'
import { type MenuEntry, type MenuFacts, menuEntries } from './menu.ts'

interface MenuItem extends vscode.QuickPickItem {
	readonly entry?: MenuEntry
}

/** Lets the user pick a command, and runs it. */
export async function showMenu(facts: MenuFacts): Promise<void> {
	const groups = menuEntries(vscode.l10n, facts)
	const separator: MenuItem = { label: '', kind: vscode.QuickPickItemKind.Separator }
	const items = groups.flatMap((group, index) => [...(index > 0 ? [separator] : []), ...group.map(toItem)])
	const picked = await vscode.window.showQuickPick(items, { title: 'Alcove' })
	if (picked?.entry) await vscode.commands.executeCommand(commandIds[picked.entry.command])
}

function toItem(entry: MenuEntry): MenuItem {
	return {
		label: `$(${entry.icon}) ${entry.label}`,
		entry,
		...(entry.description !== undefined && { description: entry.description }),
		...(entry.detail !== undefined && { detail: entry.detail }),
	}
}
