import type { CompletionModel } from '../../core/model/ports.ts'
import type { Disposable } from '../../shared/disposable.ts'
import type { ContextKeys } from '../contextKeys.ts'
import { contextKeys } from '../ids.ts'

/** Keeps the context key true from the first load until a failure; a model that was unloaded to save memory is still ready. */
export function trackModelReady(model: CompletionModel, keys: ContextKeys): Disposable {
	return model.onDidChangeState(({ kind }) => {
		if (kind === 'ready' || kind === 'failed') keys.set(contextKeys.modelReady, kind === 'ready')
	})
}
