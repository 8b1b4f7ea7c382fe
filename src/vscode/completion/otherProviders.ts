import * as vscode from 'vscode'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { stateKeys } from '../ids.ts'

/** Extensions that show ghost text of their own, by the ids under which the marketplaces have them. */
const ids = [
	'amazonwebservices.amazon-q-vscode',
	'augment.vscode-augment',
	'codeium.codeium',
	'continue.continue',
	'ggml-org.llama-vscode',
	'github.copilot',
	'google.geminicodeassist',
	'privy.privy-vscode',
	'rjmacarthy.twinny',
	'sourcegraph.cody-ai',
	'supermaven.supermaven',
	'tabbyml.vscode-tabby',
	'tabnine.tabnine-vscode',
] as const

/** The names of those that are active in this window. */
export function activeProviders(): string[] {
	return ids.flatMap((id) => {
		const extension = vscode.extensions.getExtension(id)
		if (!extension?.isActive) return []
		const name: unknown = extension.packageJSON?.displayName
		return typeof name === 'string' && !name.startsWith('%') ? name : id
	})
}

/** Says once, and not again for those that were named, who else suggests: two at once hide each other's text. */
export function tellOfOtherProviders(state: vscode.Memento): Disposable {
	const store = new DisposableStore()
	const look = () => {
		const found = activeProviders()
		const told = state.get<readonly string[]>(stateKeys.toldOfProviders, [])
		const fresh = found.filter((name) => !told.includes(name))
		if (fresh.length === 0) return
		void state.update(stateKeys.toldOfProviders, [...told, ...fresh])
		void vscode.window.showInformationMessage(
			vscode.l10n.t(
				'{0} suggests code here too. Where both have something to show, the editor chooses one. Switch one of them off to be sure whose text you see.',
				fresh.join(', '),
			),
		)
	}
	store.add(vscode.extensions.onDidChange(look))
	look()
	return store
}
