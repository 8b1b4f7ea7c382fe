import type { DownloadFailure } from '../../../core/model/download/modelDownload.ts'
import type { Setback } from '../../../core/model/download/retryPolicy.ts'
import { EgressRefusedError, NetworkError } from '../../../core/privacy/network.ts'

/** A download cannot go on. */
export class DownloadStop extends Error {
	readonly failure: DownloadFailure

	constructor(failure: DownloadFailure) {
		super(failure.reason)
		this.name = 'DownloadStop'
		this.failure = failure
	}
}

/** A request failed, and another one may not. */
export class SetbackError extends Error {
	readonly setback: Setback
	/** What to say when it is not tried again. */
	readonly failure: DownloadFailure

	constructor(setback: Setback, failure: DownloadFailure) {
		super(failure.reason)
		this.name = 'SetbackError'
		this.setback = setback
		this.failure = failure
	}
}

/** What is on the server is no longer what the download began with. */
export class ChangedError extends Error {
	constructor() {
		super('the file on the server has changed')
		this.name = 'ChangedError'
	}
}

export function badAnswer(detail: string): DownloadStop {
	return new DownloadStop({ reason: 'badAnswer', detail })
}

/** What an error of the network means for a download; other errors as they are. */
export function networkTrouble(error: unknown, isRedirect: boolean): unknown {
	if (error instanceof EgressRefusedError) {
		const { host, port } = error.destination
		return new DownloadStop({ reason: 'refused', host, port, why: error.reason, isRedirect })
	}
	if (!(error instanceof NetworkError)) return error
	const { failure, message } = error
	return new SetbackError({ kind: 'network', failure }, { reason: 'network', failure, detail: message })
}
