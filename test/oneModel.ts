import type { ModelSpec } from '../src/core/model/engineControl.ts'
import type { EmbeddedCompletion } from '../src/node/engine/embeddedCompletion.ts'
import { EmbeddedEngine, type EmbeddedEngineDeps } from '../src/node/engine/embeddedEngine.ts'
import { systemClock } from '../src/node/systemClock.ts'
import { silentLogger } from '../src/shared/logger.ts'
import { cpuOptions } from './fakes/engineOptions.ts'

/** An engine with one model for completions, and the model. Disposing the model ends the engine, too. */
export type OneModel = EmbeddedCompletion & { readonly engine: EmbeddedEngine }

export function oneModel(
	spec: ModelSpec,
	deps: Pick<EmbeddedEngineDeps, 'entryPath'> & Partial<EmbeddedEngineDeps>,
): OneModel {
	const engine = new EmbeddedEngine({ options: cpuOptions, clock: systemClock, logger: silentLogger, ...deps })
	return Object.assign(engine.completion(spec), { engine, dispose: () => engine.dispose() })
}
