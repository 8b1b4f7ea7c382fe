import { type Disposable, toDisposable } from '../../shared/disposable.ts'
import { Emitter, type Event } from '../../shared/event.ts'
import { type Destination, type EgressPurpose, isThisMachine } from './egressPolicy.ts'

export interface DestinationInUse {
	readonly host: string
	readonly port: number
	readonly purpose: EgressPurpose
}

/** What of other machines is in use now, for the status bar. This machine does not count. */
export class DestinationsInUse implements Disposable {
	private readonly uses = new Set<DestinationInUse>()
	private readonly changes = new Emitter<readonly DestinationInUse[]>()
	private shown = ''
	readonly onDidChange: Event<readonly DestinationInUse[]> = this.changes.event

	/** In the order in which they came into use, each once. */
	get current(): readonly DestinationInUse[] {
		const known = new Map([...this.uses].map((use) => [JSON.stringify(use), use]))
		return [...known.values()]
	}

	/** Says that it is in use until the answer is disposed: a request, or a back end that the settings name. */
	use({ host, port }: Destination, purpose: EgressPurpose): Disposable {
		if (isThisMachine(host)) return toDisposable(() => {})
		const use = { host, port, purpose }
		this.uses.add(use)
		this.tell()
		return toDisposable(() => {
			this.uses.delete(use)
			this.tell()
		})
	}

	dispose(): void {
		this.changes.dispose()
	}

	private tell(): void {
		const { current } = this
		const now = JSON.stringify(current)
		if (now === this.shown) return
		this.shown = now
		this.changes.fire(current)
	}
}
