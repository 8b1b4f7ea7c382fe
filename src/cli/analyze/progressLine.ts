import type { CliIo } from '../cliIo.ts'

/** Milliseconds. */
const leastPause = 100

/** One line at a terminal that says how far it is; nothing elsewhere. */
export class ProgressLine {
	private readonly io: CliIo
	private readonly isShown: boolean
	private last = 0
	private isDrawn = false

	constructor(io: CliIo, isQuiet: boolean) {
		this.io = io
		this.isShown = !isQuiet && io.terminal?.error === true
	}

	show(text: string, now = performance.now()): void {
		if (!this.isShown || now - this.last < leastPause) return
		this.last = now
		this.isDrawn = true
		const width = Math.max(20, (this.io.terminal?.columns ?? 80) - 1)
		this.io.complain(`\r\u001b[2K${text.replace(/\p{C}/gu, '').slice(0, width)}`)
	}

	/** Before anything else is written. */
	clear(): void {
		if (this.isDrawn) this.io.complain('\r\u001b[2K')
		this.isDrawn = false
	}
}
