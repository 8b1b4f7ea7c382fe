import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Network, NetworkAnswer, NetworkRequest } from './network.ts'

/** A network whose code is loaded with the first request: most people never send one. */
export class DeferredNetwork implements Network, Disposable {
	private readonly load: () => Promise<Network & Disposable>
	private readonly store = new DisposableStore()
	private opening: Promise<Network & Disposable> | undefined

	constructor(load: () => Promise<Network & Disposable>) {
		this.load = load
	}

	async send(request: NetworkRequest): Promise<NetworkAnswer> {
		this.opening ??= this.load().then((network) => this.store.add(network))
		return (await this.opening).send(request)
	}

	dispose(): void {
		this.store.dispose()
	}
}
