import type * as vscode from 'vscode'
import { compose } from './compose.ts'

/** Called by the editor once it has started up. */
export function activate(context: vscode.ExtensionContext): void {
	context.subscriptions.push(compose(context))
}
