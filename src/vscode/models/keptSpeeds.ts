import type * as vscode from 'vscode'
import type { KnownSpeed } from '../../core/model/lineTime.ts'
import type { ModelSpeed } from '../../core/model/measureSpeed.ts'
import { stateKeys } from '../ids.ts'

interface KeptSpeed {
	readonly path: string
	/** What computed, as the settings had it. */
	readonly gpu: string
	readonly speed: ModelSpeed
}

/** Models are tried and thrown away; the newest measurements stay. */
const mostKept = 50

/** What was measured on this machine, by path; it stays when the window is closed. */
export class KeptSpeeds {
	private readonly state: Pick<vscode.Memento, 'get' | 'update'>
	private readonly gpu: () => string

	constructor(state: Pick<vscode.Memento, 'get' | 'update'>, gpu: () => string) {
		this.state = state
		this.gpu = gpu
	}

	get(path: string): ModelSpeed | undefined {
		return this.kept().find((one) => one.path === path && one.gpu === this.gpu())?.speed
	}

	async set(path: string, speed: ModelSpeed): Promise<void> {
		const gpu = this.gpu()
		const others = this.kept().filter((one) => one.path !== path || one.gpu !== gpu)
		await this.state.update(stateKeys.modelSpeeds, [{ path, gpu, speed }, ...others].slice(0, mostKept))
	}

	/** With those that the ledger has of other models. */
	with(recorded: ReadonlyMap<string, ModelSpeed>): ReadonlyMap<string, KnownSpeed> {
		const known = new Map<string, KnownSpeed>()
		for (const [path, speed] of recorded) known.set(path, { speed, basis: 'recorded' })
		for (const { path, gpu, speed } of this.kept())
			if (gpu === this.gpu()) known.set(path, { speed, basis: 'measured' })
		return known
	}

	private kept(): readonly KeptSpeed[] {
		const raw = this.state.get<unknown>(stateKeys.modelSpeeds)
		return Array.isArray(raw) ? raw.filter(isKeptSpeed) : []
	}
}

function isKeptSpeed(raw: unknown): raw is KeptSpeed {
	if (typeof raw !== 'object' || raw === null) return false
	const { path, gpu, speed } = raw as Partial<Record<keyof KeptSpeed, unknown>>
	if (typeof path !== 'string' || typeof gpu !== 'string' || typeof speed !== 'object' || speed === null) return false
	const { promptRate, decodeRate, draftedRate } = speed as Partial<Record<keyof ModelSpeed, unknown>>
	const isRate = (rate: unknown) => rate === undefined || (typeof rate === 'number' && Number.isFinite(rate))
	return typeof promptRate === 'number' && [promptRate, decodeRate, draftedRate].every(isRate)
}
