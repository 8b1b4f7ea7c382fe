import type { EngineOptions } from '../../src/core/model/engineControl.ts'

/** An engine that computes on the processor and unloads nothing by itself. */
export const cpuOptions: EngineOptions = { gpu: 'off', maxLoadedModels: 2, idleUnloadMs: 0, saveStates: false }
