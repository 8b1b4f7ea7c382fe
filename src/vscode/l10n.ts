import type * as vscode from 'vscode'

/** The editor's translator, passed in so that texts can be tested without an editor. First arguments are literals: a script collects them. */
export type L10n = Pick<typeof vscode.l10n, 't'>
