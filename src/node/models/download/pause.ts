import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { CancelledError } from '../../../shared/errors.ts'

/** Resolves after so many milliseconds. @throws CancelledError */
export async function pause(clock: Clock, ms: number, token: CancellationToken): Promise<void> {
	await new Promise<void>((resolve) => {
		const timer = clock.after(ms, () => {
			subscription.dispose()
			resolve()
		})
		const subscription = token.onCancellationRequested(() => {
			timer.dispose()
			resolve()
		})
	})
	if (token.isCancellationRequested) throw new CancelledError()
}
