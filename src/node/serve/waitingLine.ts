/** Counts those who are being served or wait for it. Who comes when it is full is turned away: the engine does not get faster by waiting. */
export class WaitingLine {
	private readonly limit: number
	private inside = 0

	constructor(limit: number) {
		this.limit = limit
	}

	get size(): number {
		return this.inside
	}

	/** To be called once by whoever was let in; undefined where it is full. */
	enter(): (() => void) | undefined {
		if (this.inside >= this.limit) return undefined
		this.inside++
		let isInside = true
		return () => {
			if (isInside) this.inside--
			isInside = false
		}
	}
}
