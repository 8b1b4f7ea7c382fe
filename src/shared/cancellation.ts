import type { Disposable } from './disposable.ts'
import { Emitter } from './event.ts'

/** Structurally satisfied by the editor's CancellationToken and by JSON-RPC's, so that neither has to be converted. */
export interface CancellationToken {
	readonly isCancellationRequested: boolean
	onCancellationRequested(listener: (event: unknown) => void): Disposable
}

export const neverCancelled: CancellationToken = {
	isCancellationRequested: false,
	onCancellationRequested: () => ({ dispose() {} }),
}

export class CancellationSource implements Disposable {
	private readonly emitter = new Emitter<unknown>()
	private cancelled = false
	readonly token: CancellationToken
	private readonly parent: Disposable | undefined

	/** @param parent when it is cancelled, so is this source. */
	constructor(parent?: CancellationToken) {
		const isCancelled = () => this.cancelled
		this.token = {
			get isCancellationRequested() {
				return isCancelled()
			},
			onCancellationRequested: (listener) => {
				if (!this.cancelled) return this.emitter.event(listener)
				listener(undefined)
				return { dispose() {} }
			},
		}
		if (parent?.isCancellationRequested) this.cancelled = true
		else this.parent = parent?.onCancellationRequested(() => this.cancel())
	}

	cancel(): void {
		if (this.cancelled) return
		this.cancelled = true
		this.emitter.fire(undefined)
	}

	/** Ends the subscriptions; does not cancel. */
	dispose(): void {
		this.parent?.dispose()
		this.emitter.dispose()
	}
}
