import * as vscode from 'vscode'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import { stateKeys } from '../ids.ts'

/** Extensions that show ghost text of their own, by the ids under which the marketplaces have them. */
const ids = [
	'aminer.codegeex',
	'amazonwebservices.amazon-q-vscode',
	'augment.vscode-augment',
	'blackboxapp.blackbox',
	'codeium.codeium',
	'continue.continue',
	'ggml-org.llama-vscode',
	'github.copilot',
	// Since the end of 2025 this one brings what the other did.
	'github.copilot-chat',
	'google.geminicodeassist',
	'privy.privy-vscode',
	'rjmacarthy.twinny',
	'sourcegraph.cody-ai',
	'supermaven.supermaven',
	'tabbyml.vscode-tabby',
	'tabnine.tabnine-vscode',
] as const

/** Milliseconds; the editor does not tell when an extension begins to work, and nothing is looked up for each key. */
const lookAgainAfterMs = 10_000

/** The names of those that are active in this window. */
export function activeProviders(): string[] {
	return ids.flatMap((id) => {
		const extension = vscode.extensions.getExtension(id)
		if (!extension?.isActive) return []
		const name: unknown = extension.packageJSON?.displayName
		return typeof name === 'string' && !name.startsWith('%') ? name : id
	})
}

/** Says once, and not again for those that were named, who else can suggest: two at once hide each other's text. */
export function tellOfOtherProviders(deps: {
	state: vscode.Memento
	onDidFinish: Event<unknown>
	clock: Clock
}): Disposable {
	const { state, onDidFinish, clock } = deps
	const store = new DisposableStore()
	let timer: Disposable | undefined
	const lookLater = () => {
		timer ??= clock.after(lookAgainAfterMs, () => {
			timer = undefined
			look()
		})
	}
	const look = () => {
		const found = activeProviders()
		const told = state.get<readonly string[]>(stateKeys.toldOfProviders, [])
		const fresh = found.filter((name) => !told.includes(name))
		if (fresh.length === 0) return
		void state.update(stateKeys.toldOfProviders, [...told, ...fresh])
		void vscode.window.showInformationMessage(
			vscode.l10n.t(
				'{0} can suggest code here, too. Where both have something to show, the editor chooses one. Switch one of them off to be sure whose text you see.',
				fresh.join(', '),
			),
		)
	}
	store.add(vscode.extensions.onDidChange(look))
	store.add(onDidFinish(lookLater))
	store.add({ dispose: () => timer?.dispose() })
	lookLater()
	return store
}
