import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { PowerSource } from './powerSource.ts'

/** Knows whether there is a battery to be saved: the user wants it, and the machine runs on one. Looks only where it is wanted. */
export class BatterySaver implements Disposable {
	private readonly readPower: () => Promise<PowerSource>
	private readonly intervalMs: number
	private readonly clock: Clock
	private readonly changes = new Emitter<void>()
	private timer: Disposable | undefined
	private isWanted = false
	private source: PowerSource = 'unknown'
	/** Of the look that is under way; another one makes its answer void. */
	private look = 0

	/** Fires when saving begins and ends. */
	readonly onDidChange = this.changes.event

	/** @param deps.intervalMs between two looks */
	constructor(deps: { readPower: () => Promise<PowerSource>; intervalMs: number; clock: Clock }) {
		this.readPower = deps.readPower
		this.intervalMs = deps.intervalMs
		this.clock = deps.clock
	}

	get isSaving(): boolean {
		return this.isWanted && this.source === 'battery'
	}

	/** To be called with what the settings say. */
	want(isWanted: boolean): void {
		if (isWanted === this.isWanted) return
		this.change(() => {
			this.isWanted = isWanted
			this.source = 'unknown'
		})
		this.stop()
		if (isWanted) void this.watch()
	}

	dispose(): void {
		this.isWanted = false
		this.stop()
		this.changes.dispose()
	}

	private async watch(): Promise<void> {
		const look = ++this.look
		// Who cannot tell what the machine runs on saves nothing.
		const source = await this.readPower().catch((): PowerSource => 'unknown')
		if (look !== this.look) return
		this.change(() => {
			this.source = source
		})
		this.timer = this.clock.after(this.intervalMs, () => void this.watch())
	}

	private stop(): void {
		this.look++
		this.timer?.dispose()
		this.timer = undefined
	}

	private change(act: () => void): void {
		const before = this.isSaving
		act()
		if (this.isSaving !== before) this.changes.fire()
	}
}
