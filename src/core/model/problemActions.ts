import type { ModelSpec } from './engineControl.ts'
import type { ModelProblem, ModelProblemCode } from './modelState.ts'

/** Ways out of a problem with the model, best first. */
export type ProblemAction =
	| 'chooseModel'
	| 'useStarterModel'
	| 'restartEngine'
	| 'showLog'
	| 'chooseBackend'
	| 'setBackendKey'

const actions: Record<ModelProblemCode, readonly ProblemAction[]> = {
	modelMissing: ['chooseModel', 'useStarterModel', 'restartEngine'],
	modelUnreadable: ['chooseModel', 'useStarterModel', 'restartEngine'],
	modelNotGguf: ['chooseModel', 'useStarterModel'],
	modelTruncated: ['chooseModel', 'useStarterModel', 'restartEngine'],
	modelCorrupt: ['chooseModel', 'useStarterModel', 'showLog'],
	modelUnsupported: ['chooseModel', 'useStarterModel', 'showLog'],
	modelTooLarge: ['chooseModel', 'useStarterModel', 'restartEngine'],
	libraryMissing: ['showLog'],
	versionMismatch: ['restartEngine', 'showLog'],
	engineCrashed: ['restartEngine', 'useStarterModel', 'showLog'],
	engineUnresponsive: ['restartEngine', 'useStarterModel', 'showLog'],
	backendUnreachable: ['chooseBackend', 'showLog'],
	backendNotAllowed: ['chooseBackend'],
	backendUnauthorized: ['setBackendKey', 'chooseBackend'],
	modelNotServed: ['chooseBackend'],
	modelNotCapable: ['chooseBackend'],
	backendBusy: ['chooseBackend'],
	backendTimeout: ['chooseBackend', 'showLog'],
	backendFailed: ['chooseBackend', 'showLog'],
	internal: ['restartEngine', 'showLog'],
}

/** What helps against `problem`; going back to the starter model helps only where it is not the one that failed. */
export function problemActions(problem: ModelProblem, origin: ModelSpec['origin']): readonly ProblemAction[] {
	return actions[problem.code].filter((action) => action !== 'useStarterModel' || origin === 'user')
}
