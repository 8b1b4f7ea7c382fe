import * as vscode from 'vscode'
import type { Confidence } from '../../core/completion/confidence/confidence.ts'
import { type Learnt, learntFrom } from '../../core/completion/confidence/confidenceModel.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Logger } from '../../shared/logger.ts'
import { stateKeys } from '../ids.ts'

/** Milliseconds; windows that write at the same time would undo one another's, so it is not done for each suggestion. */
const keepAfterMs = 5_000

/** What was learnt in earlier windows; what cannot be read is forgotten. */
export function learntBefore(state: vscode.Memento, logger: Logger): Learnt | undefined {
	const kept = state.get<unknown>(stateKeys.learnt)
	const learnt = learntFrom(kept)
	if (kept !== undefined && !learnt) logger.log('warn', 'completion.learntDamaged')
	return learnt
}

/** Keeps what is learnt from accepted suggestions, on this machine, for the next window. */
export function keepLearnt(deps: { confidence: Confidence; state: vscode.Memento; clock: Clock }): Disposable {
	const { confidence, state, clock } = deps
	const store = new DisposableStore()
	let latest: Learnt | undefined
	let timer: Disposable | undefined
	const keep = () => {
		timer = undefined
		void state.update(stateKeys.learnt, latest && latest.count > 0 ? latest : undefined)
	}
	store.add(
		confidence.onDidLearn((learnt) => {
			latest = learnt
			if (learnt.count === 0) keep()
			else timer ??= clock.after(keepAfterMs, keep)
		}),
	)
	store.add({
		dispose: () => {
			timer?.dispose()
			if (timer) keep()
		},
	})
	return store
}

export async function forgetAccepted(confidence: Confidence): Promise<void> {
	confidence.forget()
	await vscode.window.showInformationMessage(
		vscode.l10n.t('Alcove has forgotten which suggestions you accepted. It begins anew with your next ones.'),
	)
}
