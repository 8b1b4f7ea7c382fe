import type { MessageReader } from 'vscode-jsonrpc'

/**
 * A reader that survives what arrives: over a `$/cancelRequest` without an id, for one, vscode-jsonrpc throws inside the
 * transport's event, where nobody catches.
 */
export function guardedReader(reader: MessageReader, onGarbage: () => void): MessageReader {
	return {
		onError: reader.onError,
		onClose: reader.onClose,
		onPartialMessage: reader.onPartialMessage,
		dispose: () => reader.dispose(),
		listen: (callback) =>
			reader.listen((message) => {
				try {
					callback(message)
				} catch {
					onGarbage()
				}
			}),
	}
}
