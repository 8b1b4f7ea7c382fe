import * as vscode from 'vscode'
import type { Enablement } from '../../core/completion/statusView.ts'
import type { BatterySaver } from '../../core/model/batterySaver.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { isCodeDocument } from './codeDocument.ts'
import { completionMode, enablementOf } from './completionMode.ts'

/** The document that the user looks at; panels do not count. */
export function documentInView(): vscode.TextDocument | undefined {
	const document = vscode.window.activeTextEditor?.document
	return document && isCodeDocument(document.uri.scheme) ? document : undefined
}

/** Whether the editor's own setting, which may differ by language, hides what any extension suggests there. */
export function isHiddenByEditor(): boolean {
	return !vscode.workspace.getConfiguration('editor', documentInView()).get<boolean>('inlineSuggest.enabled', true)
}

export function enablementInView(settings: SettingsStore, battery: Pick<BatterySaver, 'isSaving'>): Enablement {
	const document = documentInView()
	if (settings.completionsEnabled(document)) return enablementOf[completionMode(settings.current, battery)]
	return document && settings.completionsEnabled() ? 'offForLanguage' : 'offEverywhere'
}
