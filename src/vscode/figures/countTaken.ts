import type * as vscode from 'vscode'
import type { InlineOutcome } from '../../core/completion/outcome.ts'
import { TakenTexts } from '../../core/figures/takenText.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import { stateKeys } from '../ids.ts'
import { localDay } from './dashboard.ts'

/** Milliseconds; each write is told to every window. */
const keepAfterMs = 1_000

/** Counts suggestions that are shown and taken, for the dashboard; kept on this machine. */
export function countTaken(deps: {
	readonly onDidFinish: Event<InlineOutcome>
	readonly onDidAccept: Event<void>
	readonly state: vscode.Memento
	readonly clock: Clock
}): { readonly taken: TakenTexts } & Disposable {
	const { onDidFinish, onDidAccept, state, clock } = deps
	const store = new DisposableStore()
	const taken = store.add(new TakenTexts(state.get(stateKeys.taken), () => localDay(new Date())))
	let shown = 0
	let timer: Disposable | undefined
	const keep = () => {
		timer?.dispose()
		timer = undefined
		void state.update(stateKeys.taken, taken.byDay)
	}
	store.add(
		onDidFinish((outcome) => {
			if (outcome.kind !== 'suggestion') return
			// What is typed along with is the same suggestion, the rest of it.
			if (outcome.source !== 'typedThrough') taken.shown()
			shown = outcome.text.length
		}),
	)
	store.add(onDidAccept(() => taken.taken(shown)))
	store.add(
		taken.onDidChange(() => {
			timer ??= clock.after(keepAfterMs, keep)
		}),
	)
	store.add({ dispose: () => timer && keep() })
	return { taken, dispose: () => store.dispose() }
}
