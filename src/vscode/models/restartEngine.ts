import type { EngineControl } from '../../core/model/engineControl.ts'
import type { CompletionModel } from '../../core/model/ports.ts'

/** Starts the engine anew, also where it was idle: whoever restarts it wants to see that it works. */
export async function restartEngine(engine: EngineControl, model: CompletionModel): Promise<void> {
	await engine.restart()
	model.prepare()
}
