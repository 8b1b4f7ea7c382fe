import {
	AbstractMessageReader,
	AbstractMessageWriter,
	type DataCallback,
	type Message,
	type MessageReader,
	type MessageWriter,
} from 'vscode-jsonrpc/node'

export interface TransportEnd {
	readonly reader: MessageReader
	readonly writer: MessageWriter
}

/** Two connected ends in one process. As between processes, what is written arrives later, in order, and as a copy. */
export function memoryTransport(): { readonly host: TransportEnd; readonly engine: TransportEnd } {
	const toHost = new Lane()
	const toEngine = new Lane()
	return {
		host: { reader: toHost.reader, writer: toEngine.writer },
		engine: { reader: toEngine.reader, writer: toHost.writer },
	}
}

class Lane {
	readonly reader = new LaneReader()
	readonly writer = new LaneWriter((text) => this.reader.deliver(text))
}

class LaneReader extends AbstractMessageReader implements MessageReader {
	private callback: DataCallback | undefined

	listen(callback: DataCallback): { dispose(): void } {
		this.callback = callback
		return {
			dispose: () => {
				this.callback = undefined
			},
		}
	}

	deliver(text: string): void {
		setImmediate(() => this.callback?.(JSON.parse(text)))
	}

	override dispose(): void {
		super.dispose()
		this.callback = undefined
	}
}

class LaneWriter extends AbstractMessageWriter implements MessageWriter {
	private readonly send: (text: string) => void
	private isOpen = true

	constructor(send: (text: string) => void) {
		super()
		this.send = send
	}

	async write(message: Message): Promise<void> {
		if (this.isOpen) this.send(JSON.stringify(message))
	}

	/** A dead process says nothing more, even if its code still runs. */
	override dispose(): void {
		super.dispose()
		this.isOpen = false
	}

	end(): void {}
}
