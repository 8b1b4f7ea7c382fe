import type { Clock } from '../../shared/clock.ts'

/** Milliseconds: two frames. */
const frameMs = 33
/** A disk that hangs must not hold back what is read. */
const mostKeepMs = 250

export interface TextBatchDeps {
	readonly clock: Clock
	/** Never rejects. */
	readonly keep: (text: string) => Promise<void>
	readonly show: (text: string) => void
}

/** Puts together the text that comes within a frame; it is kept first, then shown. */
export class TextBatch {
	private readonly deps: TextBatchDeps
	private waiting = ''
	private flushing: Promise<void> | undefined
	private isDue = false

	constructor(deps: TextBatchDeps) {
		this.deps = deps
	}

	add(text: string): void {
		this.waiting += text
		this.plan()
	}

	/** Resolves when all of it is shown. */
	async end(): Promise<void> {
		while (this.waiting !== '' || this.flushing) await (this.flushing ?? this.flush())
	}

	private plan(): void {
		if (this.isDue || this.flushing) return
		this.isDue = true
		this.deps.clock.after(frameMs, () => {
			this.isDue = false
			if (this.waiting !== '' && !this.flushing) void this.flush()
		})
	}

	private flush(): Promise<void> {
		const text = this.waiting
		this.waiting = ''
		this.flushing = this.keepAndShow(text).finally(() => {
			this.flushing = undefined
			if (this.waiting !== '') this.plan()
		})
		return this.flushing
	}

	private async keepAndShow(text: string): Promise<void> {
		const { clock, keep, show } = this.deps
		await new Promise<void>((resolve) => {
			const timer = clock.after(mostKeepMs, resolve)
			void keep(text).then(() => {
				timer.dispose()
				resolve()
			})
		})
		show(text)
	}
}
