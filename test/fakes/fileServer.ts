import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FileServerOptions {
	readonly content: Buffer
	/** Default true. */
	readonly ranges?: boolean
	readonly etag?: string
	/** More headers of every answer with bytes. */
	readonly headers?: Readonly<Record<string, string>>
	/** Answers in place of the file where it says so; true: it has answered. */
	readonly before?: (request: SeenRequest, response: ServerResponse) => boolean
	/** How many bytes of an answer are sent before the connection is cut; undefined: all. */
	readonly cutAfter?: (request: SeenRequest) => number | undefined
}

export interface SeenRequest {
	/** How many came before it. */
	readonly index: number
	readonly path: string
	readonly host: string
	/** First and last byte, as asked for. */
	readonly range: readonly [number, number] | undefined
	readonly authorization: string | undefined
}

/** A real server of one file, on this machine. */
export class FileServer {
	private readonly server: Server
	private options: FileServerOptions
	readonly seen: SeenRequest[] = []

	private constructor(options: FileServerOptions) {
		this.options = options
		this.server = createServer((request, response) => this.answer(request, response))
	}

	/** @param host an address of this machine; `127.0.0.2` is another host than `127.0.0.1` to everybody */
	static async start(options: FileServerOptions, host = '127.0.0.1'): Promise<FileServer> {
		const server = new FileServer(options)
		await new Promise<void>((resolve) => server.server.listen(0, host, resolve))
		return server
	}

	get url(): string {
		const { address, port } = this.server.address() as AddressInfo
		return `http://${address}:${port}`
	}

	/** Requests for more than the one byte that says what the file is. */
	get transfers(): readonly SeenRequest[] {
		return this.seen.filter(({ range }) => range === undefined || range[1] > 0)
	}

	change(options: Partial<FileServerOptions>): void {
		this.options = { ...this.options, ...options }
	}

	stop(): void {
		this.server.closeAllConnections()
		this.server.close()
	}

	private answer(request: IncomingMessage, response: ServerResponse): void {
		const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
		const seen: SeenRequest = {
			index: this.seen.length,
			path: request.url ?? '',
			host: request.headers.host ?? '',
			range: range ? [Number(range[1]), Number(range[2])] : undefined,
			authorization: request.headers.authorization,
		}
		this.seen.push(seen)
		const { before, content, ranges = true, etag, headers, cutAfter } = this.options
		if (before?.(seen, response)) return
		const isChanged =
			etag !== undefined && ![undefined, etag].includes(request.headers['if-range'] as string | undefined)
		const part = seen.range && ranges && !isChanged ? content.subarray(seen.range[0], seen.range[1] + 1) : content
		response.writeHead(part === content ? 200 : 206, {
			...headers,
			'content-length': part.length,
			...(etag !== undefined && { etag }),
			...(part !== content && { 'content-range': `bytes ${seen.range?.join('-')}/${content.length}` }),
		})
		const cut = cutAfter?.(seen)
		if (cut === undefined) response.end(part)
		else response.write(part.subarray(0, cut), () => setImmediate(() => response.destroy()))
	}
}
