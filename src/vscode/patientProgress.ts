import * as vscode from 'vscode'
import { CancellationSource, type CancellationToken } from '../shared/cancellation.ts'
import type { Clock } from '../shared/clock.ts'

/** Milliseconds. What is done sooner shows nothing: the editor would leave the notification beside what comes after it. */
const patience = 500
/** The editor closes none that was shown for less (800), however soon it is told to. */
const leastShown = 900

export interface ProgressStep {
	readonly message: string
	/** Of 100. */
	readonly increment: number
}

/** Shows a notification with a way to cancel while something takes longer than a moment; it is gone when this resolves. */
export async function patientProgress<T>(
	title: string,
	clock: Clock,
	work: (token: CancellationToken, report: (step: ProgressStep) => void) => Promise<T>,
): Promise<T> {
	const source = new CancellationSource()
	let report = (_: ProgressStep): void => {}
	try {
		const running = work(source.token, (step) => report(step))
		const settled = running.then(
			() => {},
			() => {},
		)
		const isSoon = await Promise.race([settled.then(() => true), after(clock, patience).then(() => false)])
		if (!isSoon) {
			await vscode.window.withProgress(
				{ location: vscode.ProgressLocation.Notification, title, cancellable: true },
				async (progress, token) => {
					report = (step) => progress.report(step)
					const subscription = token.onCancellationRequested(() => source.cancel())
					const shown = after(clock, leastShown)
					await settled
					if (!token.isCancellationRequested) await shown
					subscription.dispose()
				},
			)
		}
		return await running
	} finally {
		source.dispose()
	}
}

function after(clock: Clock, ms: number): Promise<void> {
	return new Promise((resolve) => void clock.after(ms, resolve))
}
