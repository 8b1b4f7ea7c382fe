import { type Disposable, toDisposable } from '../shared/disposable.ts'
import { codeOf } from '../shared/errors.ts'

/** Milliseconds between two looks at the parent. */
const interval = 2000

/**
 * Calls back once when the parent process is gone, however it ended: its end of the IPC channel closes, or, where
 * something else holds that open, this process has another parent or the parent's number is nobody's.
 */
export function watchParent(onGone: () => void): Disposable {
	const parent = process.ppid
	const timer = setInterval(() => {
		if (process.ppid !== parent || !exists(parent)) gone()
	}, interval)
	// The watch alone is no reason to live.
	timer.unref()
	const stop = () => {
		clearInterval(timer)
		process.off('disconnect', gone)
	}
	const gone = () => {
		stop()
		onGone()
	}
	process.once('disconnect', gone)
	return toDisposable(stop)
}

function exists(pid: number): boolean {
	try {
		process.kill(pid, 0)
		return true
	} catch (error) {
		// Not allowed to signal it: then it is there.
		return codeOf(error) === 'EPERM'
	}
}
