import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Backend } from './backend.ts'
import type { ModelProblem } from './modelState.ts'

/** Asks servers what they have; only where the user asks for it. */
export interface BackendFinder {
	/** Names of the server's models. */
	models(backend: Backend, token: CancellationToken): Promise<ServerModels>
	/** What answers at the usual ports of this machine. */
	find(token: CancellationToken): Promise<readonly FoundBackend[]>
}

export type ServerModels =
	| { readonly kind: 'models'; readonly names: readonly string[] }
	| { readonly kind: 'failed'; readonly problem: ModelProblem }

export interface FoundBackend {
	readonly backend: Backend
	/** Empty where it wants a key first. */
	readonly models: readonly string[]
	readonly wantsKey: boolean
}
