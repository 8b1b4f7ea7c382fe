import * as vscode from 'vscode'
import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { ModelProblem } from '../../core/model/modelState.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import { problemActions } from '../../core/model/problemActions.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { commandIds } from '../ids.ts'
import { actionLabel, problemText } from './problemText.ts'

/** Raises one notification each time the model comes to fail, with the ways out as buttons. */
export function notifyProblems(model: CompletionModel, origin: () => ModelSpec['origin']): Disposable {
	return model.onDidChangeState((state) => {
		// Nobody waits for the answer: the notification may stay open for hours.
		if (state.kind === 'failed') void notify(state.problem, origin()).catch(() => {})
	})
}

async function notify(problem: ModelProblem, origin: ModelSpec['origin']): Promise<void> {
	const buttons = problemActions(problem, origin).map((action) => ({ title: actionLabel(vscode.l10n, action), action }))
	const text = vscode.l10n.t('Alcove: {0}', problemText(vscode.l10n, problem).message)
	const chosen = await vscode.window.showErrorMessage(text, ...buttons)
	if (chosen) await vscode.commands.executeCommand(commandIds[chosen.action])
}
