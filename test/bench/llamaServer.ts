import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** One answer of llama-server, timed at this end. */
export interface InfillAnswer {
	/** Milliseconds from the request to its first piece of text. */
	readonly firstTextMs: number
	/** Tokens of the prompt that were evaluated, and those that were in the cache. */
	readonly evaluatedTokens: number
	readonly cachedTokens: number
}

export interface InfillQuestion {
	readonly prefix: string
	readonly suffix: string
	readonly typed: string
	readonly maxTokens: number
}

interface ServerOptions {
	/** Absolute path of the program. */
	readonly program: string
	readonly modelPath: string
	readonly threads: number
	readonly contextSize: number
	readonly flashAttention: boolean
}

/** What arrives in a stream; the last event has the timings. */
interface InfillEvent {
	readonly content?: string
	readonly stop?: boolean
	readonly timings?: { readonly prompt_n: number; readonly cache_n: number }
}

const endings = ['SIGINT', 'SIGTERM'] as const

/** A llama-server on this machine's loopback, with one slot. */
export class LlamaServer {
	private readonly child: ChildProcess
	private readonly address: string
	private readonly killAndEnd = () => {
		this.kill()
		process.exit(130)
	}
	private output = ''

	private constructor(child: ChildProcess, port: number) {
		this.child = child
		this.address = `http://127.0.0.1:${port}`
		// Whoever ends the benchmark must not leave a server behind. It lives no longer than this object is told to.
		process.on('exit', this.kill)
		for (const signal of endings) process.on(signal, this.killAndEnd)
		for (const stream of [child.stdout, child.stderr]) {
			stream?.setEncoding('utf8').on('data', (text: string) => {
				this.output = (this.output + text).slice(-4_000)
			})
		}
	}

	static async start({
		program,
		modelPath,
		threads,
		contextSize,
		flashAttention,
	}: ServerOptions): Promise<LlamaServer> {
		const port = await freePort()
		const args = [
			...['--model', modelPath, '--host', '127.0.0.1', '--port', String(port), '--offline', '--no-ui'],
			...['--threads', String(threads), '--ctx-size', String(contextSize), '--parallel', '1'],
			// It shows three quarters of a batch of the prefix, and cuts the rest away.
			...['--batch-size', String(contextSize), '--flash-attn', flashAttention ? 'on' : 'off'],
		]
		const server = new LlamaServer(spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }), port)
		try {
			await server.untilReady()
			return server
		} catch (error) {
			server.kill()
			throw error
		}
	}

	async infill({ prefix, suffix, typed, maxTokens }: InfillQuestion): Promise<InfillAnswer> {
		const body = {
			input_prefix: prefix,
			input_suffix: suffix,
			prompt: typed,
			n_predict: maxTokens,
			// As in llama.cpp's own settings for completion.
			n_cache_reuse: 256,
			cache_prompt: true,
			temperature: 0,
			stream: true,
		}
		const started = performance.now()
		const response = await fetch(`${this.address}/infill`, { method: 'POST', body: JSON.stringify(body) })
		if (!response.ok || !response.body) throw new Error(`llama-server answered ${response.status}: ${this.output}`)
		let firstTextMs: number | undefined
		for await (const event of eventsOf(response.body)) {
			if (event.content) firstTextMs ??= performance.now() - started
			if (!event.stop || !event.timings) continue
			if (firstTextMs === undefined) throw new Error('llama-server answered without a text')
			return { firstTextMs, evaluatedTokens: event.timings.prompt_n, cachedTokens: event.timings.cache_n }
		}
		throw new Error('llama-server broke its answer off')
	}

	readonly kill = (): void => {
		this.child.kill('SIGKILL')
		process.off('exit', this.kill)
		for (const signal of endings) process.off(signal, this.killAndEnd)
	}

	private async untilReady(): Promise<void> {
		const ended = once(this.child, 'exit').then(([code, signal]) => {
			throw new Error(`llama-server ended with ${code ?? signal}: ${this.output}`)
		})
		await Promise.race([ended, this.untilHealthy()])
		// From now on its end shows in the requests.
		ended.catch(() => {})
	}

	private async untilHealthy(): Promise<void> {
		while (this.child.exitCode === null && this.child.signalCode === null) {
			const isHealthy = await fetch(`${this.address}/health`).then(
				({ ok }) => ok,
				() => false,
			)
			if (isHealthy) return
			await new Promise((resolve) => setTimeout(resolve, 50))
		}
	}
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<InfillEvent> {
	const decoder = new TextDecoder()
	let rest = ''
	for await (const chunk of body) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
		rest = lines.pop() ?? ''
		for (const line of lines) if (line.startsWith('data: {')) yield JSON.parse(line.slice('data: '.length))
	}
}

async function freePort(): Promise<number> {
	const server = createServer()
	server.listen(0, '127.0.0.1')
	await once(server, 'listening')
	const address = server.address()
	server.close()
	await once(server, 'close')
	if (typeof address !== 'object' || !address) throw new Error('the system gave no port')
	return address.port
}
