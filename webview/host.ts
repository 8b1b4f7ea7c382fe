import { type HostMessage, parseHostMessage, type ViewMessage } from '../src/protocol/webview.ts'

declare global {
	/** Given to a webview by the editor; may be called once. */
	function acquireVsCodeApi(): { postMessage(message: unknown): void }
}

/** The way to the extension host. */
export interface Host {
	post(message: ViewMessage): void
}

/** @param onMessage called with whatever fits the contract; what does not is told to the host and dropped */
export function connectHost(onMessage: (message: HostMessage) => void): Host {
	const api = acquireVsCodeApi()
	const host: Host = { post: (message) => api.postMessage(message) }
	window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
		const message = parseHostMessage(data)
		if (message) onMessage(message)
		else host.post({ type: 'viewError', message: `a message that does not fit: ${typeOf(data)}` })
	})
	window.addEventListener('error', ({ error, filename, lineno, colno }) => {
		host.post({ type: 'viewError', message: `${nameOf(error)} at ${filename.slice(-40)}:${lineno}:${colno}` })
	})
	window.addEventListener('unhandledrejection', ({ reason }) => {
		host.post({ type: 'viewError', message: `${nameOf(reason)} in a promise` })
	})
	return host
}

/** Names only: the message of an error may hold text of a conversation. */
function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : 'Error'
}

function typeOf(data: unknown): string {
	const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : typeof data
	return typeof type === 'string' ? type.slice(0, 40) : 'unknown'
}
