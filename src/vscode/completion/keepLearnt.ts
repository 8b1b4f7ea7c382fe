import * as vscode from 'vscode'
import type { Confidence } from '../../core/completion/confidence/confidence.ts'
import { type Learnt, learntFrom, nothingLearnt } from '../../core/completion/confidence/confidenceModel.ts'
import { mergeLearnt } from '../../core/completion/confidence/mergeLearnt.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Logger } from '../../shared/logger.ts'
import { stateKeys } from '../ids.ts'

/** Milliseconds; each write is told to every window, so it is not done for each suggestion. */
const keepAfterMs = 5_000

/** What was learnt in earlier windows; what cannot be read is forgotten. */
export function learntBefore(state: vscode.Memento, logger: Logger): Learnt | undefined {
	const kept = state.get<unknown>(stateKeys.learnt)
	const learnt = learntFrom(kept)
	if (kept !== undefined && !learnt) logger.log('warn', 'completion.learntDamaged')
	return learnt
}

/**
 * Keeps what is learnt from accepted suggestions, on this machine, for the next window. Windows that are open side by side add to
 * what the others have kept, and what is forgotten in one of them is forgotten in all.
 */
export function keepLearnt(deps: { confidence: Confidence; state: vscode.Memento; clock: Clock }): Disposable {
	const { confidence, state, clock } = deps
	const store = new DisposableStore()
	let base = confidence.learnt
	let timer: Disposable | undefined
	const keep = () => {
		timer?.dispose()
		timer = undefined
		const kept = learntFrom(state.get<unknown>(stateKeys.learnt))
		base = mergeLearnt(kept ?? { ...nothingLearnt, epoch: base.epoch }, base, confidence.learnt)
		confidence.adopt(base)
		const isNew = base.epoch > 0 || base.count > 0
		if (isNew && !isSame(base, kept)) void state.update(stateKeys.learnt, base)
	}
	store.add(
		confidence.onDidLearn(({ epoch }) => {
			if (epoch !== base.epoch) keep()
			// Also after all was forgotten: a window that has not heard of it yet may write once more.
			timer ??= clock.after(keepAfterMs, keep)
		}),
	)
	// What the user did in another window holds in this one when he comes to it.
	store.add(vscode.window.onDidChangeWindowState(({ focused }) => focused && keep()))
	store.add({ dispose: () => timer && keep() })
	return store
}

function isSame(one: Learnt, other: Learnt | undefined): boolean {
	return JSON.stringify(one) === JSON.stringify(other)
}

export async function forgetAccepted(confidence: Confidence): Promise<void> {
	confidence.forget()
	await vscode.window.showInformationMessage(
		vscode.l10n.t('Alcove has forgotten which suggestions you accepted. It begins anew with your next ones.'),
	)
}
