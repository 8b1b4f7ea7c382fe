import * as vscode from 'vscode'
import type { Enablement } from '../../core/completion/statusView.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { isCodeDocument } from './codeDocument.ts'

/** The document that the user looks at; panels do not count. */
export function documentInView(): vscode.TextDocument | undefined {
	const document = vscode.window.activeTextEditor?.document
	return document && isCodeDocument(document.uri.scheme) ? document : undefined
}

/** Whether the editor's own setting, which may differ by language, hides what any extension suggests there. */
export function isHiddenByEditor(): boolean {
	return !vscode.workspace.getConfiguration('editor', documentInView()).get<boolean>('inlineSuggest.enabled', true)
}

const byMode = { automatic: 'on', subtle: 'shownByHand', manual: 'onlyByHand' } as const

export function enablementInView(settings: SettingsStore): Enablement {
	const document = documentInView()
	if (settings.completionsEnabled(document)) return byMode[settings.current['completion.mode']]
	return document && settings.completionsEnabled() ? 'offForLanguage' : 'offEverywhere'
}
