import { type Backend, wellKnownBackends } from '../../core/model/backend.ts'
import type { BackendFinder, FoundBackend, ServerModels } from '../../core/model/backendFinder.ts'
import type { EgressPurpose } from '../../core/privacy/egressPolicy.ts'
import type { Network } from '../../core/privacy/network.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendError } from './backendError.ts'
import { BackendHttp } from './backendHttp.ts'
import { placeOf } from './backendPlace.ts'
import { dialectOf } from './dialects.ts'

export interface BackendFinderDeps {
	readonly network: Network
	readonly key: (backend: Backend) => Promise<string | undefined>
	/** Where to look. Default: the usual ports. */
	readonly known?: readonly Backend[]
}

/** The servers that answer, by real requests to them. */
export class HttpBackendFinder implements BackendFinder {
	private readonly deps: BackendFinderDeps

	constructor(deps: BackendFinderDeps) {
		this.deps = deps
	}

	async models(backend: Backend, token: CancellationToken): Promise<ServerModels> {
		try {
			return { kind: 'models', names: await this.list(backend, token) }
		} catch (error) {
			if (!(error instanceof BackendError)) throw error
			return { kind: 'failed', problem: { code: error.code, detail: error.detail, backend: placeOf(backend) } }
		}
	}

	async find(token: CancellationToken): Promise<readonly FoundBackend[]> {
		const all = await Promise.all((this.deps.known ?? wellKnownBackends).map((backend) => this.look(backend, token)))
		return all.flatMap((found) => found ?? [])
	}

	private async look(backend: Backend, token: CancellationToken): Promise<FoundBackend | undefined> {
		const answer = await this.models(backend, token)
		if (answer.kind === 'models') return { backend, models: answer.names, wantsKey: false }
		// Whatever else is there is not one of these, or not now.
		return answer.problem.code === 'backendUnauthorized' ? { backend, models: [], wantsKey: true } : undefined
	}

	private list(backend: Backend, token: CancellationToken): Promise<readonly string[]> {
		const purpose: EgressPurpose = (backend.purposes ?? [])[0] ?? 'chat'
		const { network, key } = this.deps
		const http = new BackendHttp({ url: backend.url, network, purpose, key: () => key(backend) })
		return dialectOf(backend.kind).list(http, token)
	}
}
