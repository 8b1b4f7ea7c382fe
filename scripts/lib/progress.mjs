// Tells a person at a terminal what is going on, how long it takes, and what to do when it fails.
// Only Node's own modules: it runs before anything is installed.

/** A step that failed in a foreseeable way; `advice` is what the person can do about it. */
export class StepError extends Error {
	/**
	 * @param {string} message
	 * @param {string} advice
	 * @param {{ cause?: unknown }} [options]
	 */
	constructor(message, advice, options) {
		super(message, options)
		this.name = 'StepError'
		this.advice = advice
	}
}

/**
 * Runs one step. Whatever takes over a second is named, with the seconds it has taken so far: on a terminal in one line
 * that counts, elsewhere in a line every ten seconds.
 *
 * @template T
 * @param {string} title e.g. `Building the extension`
 * @param {() => T | Promise<T>} work
 * @param {{ quiet?: boolean }} [options] quiet: print nothing unless it takes more than a second
 * @returns {Promise<T>}
 */
export async function step(title, work, { quiet = false } = {}) {
	const started = performance.now()
	const seconds = () => (performance.now() - started) / 1000
	const live = process.stdout.isTTY === true && !process.env.CI
	let ticks = 0
	const timer = setInterval(() => {
		ticks++
		if (live) process.stdout.write(`\r${title} … ${Math.round(seconds())} s`)
		else if (ticks === 1 || ticks % 10 === 0) console.log(`${title} … ${Math.round(seconds())} s`)
	}, 1000)
	try {
		const result = await work()
		if (!quiet || ticks > 0) console.log(`${live && ticks ? '\r' : ''}${title}: ${seconds().toFixed(1)} s`)
		return result
	} catch (error) {
		console.log(`${live && ticks ? '\r' : ''}${title}: failed after ${seconds().toFixed(1)} s`)
		throw error
	} finally {
		clearInterval(timer)
	}
}

/**
 * Ends a script with the message of what failed and what to do about it; the stack only where nobody foresaw it.
 *
 * @param {unknown} error
 */
export function fail(error) {
	process.exitCode = 1
	if (error instanceof StepError) {
		console.error(`\n${error.message}\n\nWhat to do: ${error.advice}`)
	} else if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
		console.error(error.message)
	} else {
		console.error(error)
		console.error('\nThis was not foreseen. Please report it with the lines above.')
	}
}
