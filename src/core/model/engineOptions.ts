import type { Settings } from '../settings.ts'
import type { EngineOptions } from './engineControl.ts'

/** On a battery that is to be saved, how long a model stays that nobody uses. */
const batteryIdleMs = 120_000

/** What the settings ask of the engine. @param isSaving a battery */
export function engineOptions(settings: Settings, isSaving: boolean): EngineOptions {
	const idleUnloadMs = settings['engine.idleUnloadMinutes'] * 60_000
	return {
		gpu: settings['engine.gpu'],
		maxLoadedModels: settings['engine.maxLoadedModels'],
		// 0 is never, and longer than everything.
		idleUnloadMs: isSaving ? Math.min(idleUnloadMs || batteryIdleMs, batteryIdleMs) : idleUnloadMs,
		saveStates: settings['engine.saveStates'],
	}
}
