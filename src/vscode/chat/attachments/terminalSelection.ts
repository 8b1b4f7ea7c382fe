import * as vscode from 'vscode'

/**
 * What is selected in the terminal. No extension may read it but by the clipboard (`Terminal.selection` is a proposal of the editor that
 * extensions cannot use, microsoft/vscode#188173): its text is put back afterwards, and who did not ask for it by a menu of the terminal
 * is asked first.
 *
 * @returns undefined where nothing is selected, or the user does not want it
 */
export async function terminalSelection(mayAsk: boolean): Promise<string | undefined> {
	if (!vscode.window.activeTerminal) return undefined
	if (mayAsk && !(await isAllowed())) return undefined
	const before = await vscode.env.clipboard.readText()
	const mark = `alcove-${Date.now()}`
	let ours = mark
	try {
		await vscode.env.clipboard.writeText(mark)
		await vscode.commands.executeCommand('workbench.action.terminal.copySelection')
		ours = await vscode.env.clipboard.readText()
		return ours === mark || ours === '' ? undefined : ours
	} finally {
		// What somebody copied meanwhile is theirs.
		if ([mark, ours].includes(await vscode.env.clipboard.readText())) await vscode.env.clipboard.writeText(before)
	}
}

async function isAllowed(): Promise<boolean> {
	const yes = vscode.l10n.t('Use the clipboard')
	const chosen = await vscode.window.showInformationMessage(
		vscode.l10n.t(
			"The terminal's selection can be read by way of the clipboard only. Text in the clipboard is put back afterwards.",
		),
		yes,
	)
	return chosen === yes
}
