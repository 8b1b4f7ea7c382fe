import type { MessageConnection } from 'vscode-jsonrpc'
import { logNotification } from '../protocol/engine.ts'
import type { Logger } from '../shared/logger.ts'

/** Sends every line to the host, which alone has a log. */
export function connectionLogger(connection: MessageConnection): Logger {
	return {
		log(level, event, fields = {}) {
			const given = Object.entries(fields).filter(([, value]) => value !== undefined)
			const line = { level, event, fields: Object.fromEntries(given) }
			// A host that is gone reads no log.
			connection.sendNotification(logNotification.method, line).catch(() => {})
		},
	}
}
