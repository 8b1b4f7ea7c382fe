/** Milliseconds that a speed is the mean of. */
const windowMs = 5_000

export interface TransferProgress {
	readonly doneBytes: number
	readonly totalBytes: number
	/** Undefined until something can be said. */
	readonly bytesPerSecond: number | undefined
	readonly secondsLeft: number | undefined
}

/** Speed and time left of a transfer, from the last seconds: what was there before a pause does not count. */
export class TransferRate {
	private readonly totalBytes: number
	private samples: { readonly at: number; readonly bytes: number }[] = []

	constructor(totalBytes: number) {
		this.totalBytes = totalBytes
	}

	/** @param at milliseconds of a clock that never goes back */
	progress(doneBytes: number, at: number): TransferProgress {
		this.samples.push({ at, bytes: doneBytes })
		while (this.samples.length > 2 && (this.samples[1]?.at ?? at) <= at - windowMs) this.samples.shift()
		const [first] = this.samples
		const elapsed = first ? at - first.at : 0
		const bytesPerSecond = first && elapsed >= 500 ? ((doneBytes - first.bytes) / elapsed) * 1_000 : undefined
		const left = this.totalBytes - doneBytes
		const secondsLeft = bytesPerSecond ? left / bytesPerSecond : undefined
		return { doneBytes, totalBytes: this.totalBytes, bytesPerSecond, secondsLeft }
	}
}
