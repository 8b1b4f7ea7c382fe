import * as vscode from 'vscode'
import type { Enablement } from '../../core/completion/statusView.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { isCodeDocument } from './codeDocument.ts'

/** The document that the user looks at; panels do not count. */
export function documentInView(): vscode.TextDocument | undefined {
	const document = vscode.window.activeTextEditor?.document
	return document && isCodeDocument(document.uri.scheme) ? document : undefined
}

export function enablementInView(settings: SettingsStore): Enablement {
	const document = documentInView()
	if (settings.completionsEnabled(document)) return 'on'
	return document && settings.completionsEnabled() ? 'offForLanguage' : 'offEverywhere'
}
