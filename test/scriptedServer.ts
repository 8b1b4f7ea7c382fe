import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
	readonly method: string
	readonly path: string
	readonly headers: IncomingMessage['headers']
	/** Parsed; undefined where there was none. */
	readonly body: Readonly<Record<string, unknown>> | undefined
	/** Resolves when the one who asked is gone. */
	readonly gone: Promise<void>
}

export type ScriptedAnswer = (response: ServerResponse, request: SeenRequest, count: number) => unknown

/** A real server of this machine that answers what a test says, also what no good server would. Paths as `POST /v1/models`. */
export class ScriptedServer {
	readonly seen: SeenRequest[] = []
	private readonly script: Record<string, ScriptedAnswer>
	private readonly server = createServer((request, response) => void this.answer(request, response))

	constructor(script: Record<string, ScriptedAnswer>) {
		this.script = script
	}

	async listen(port = 0): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve))
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
	}

	of(path: string): readonly SeenRequest[] {
		return this.seen.filter((request) => `${request.method} ${request.path}` === path)
	}

	async close(): Promise<void> {
		this.server.closeAllConnections()
		await new Promise<void>((resolve) => this.server.close(() => resolve()))
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const gone = new Promise<void>((resolve) => response.on('close', resolve))
		let text = ''
		for await (const piece of request) text += piece
		const { method = '', url = '', headers } = request
		const body = text === '' ? undefined : JSON.parse(text)
		const seen = { method, path: url, headers, body, gone }
		const count = this.of(`${method} ${url}`).length
		this.seen.push(seen)
		const answer = this.script[`${method} ${url}`]
		if (answer) await answer(response, seen, count)
		else json(404, { error: { message: `no ${url}`, type: 'not_found_error' } })(response)
	}
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}) {
	return (response: ServerResponse) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
	}
}

/** Server-sent events, one write each. */
export function events(...values: readonly unknown[]) {
	return (response: ServerResponse) => {
		response.writeHead(200, { 'content-type': 'text/event-stream' })
		for (const value of values) response.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)
		response.end()
	}
}

export function lines(...values: readonly unknown[]) {
	return (response: ServerResponse) => {
		response.writeHead(200, { 'content-type': 'application/x-ndjson' })
		for (const value of values) response.write(`${JSON.stringify(value)}\n`)
		response.end()
	}
}

export const chatPiece = (content: string, finish_reason: string | null = null) => ({
	choices: [{ index: 0, delta: { content }, finish_reason }],
})

/** A llama-server with one model: enough to be taken for one. */
export const llamaServerScript: Record<string, ScriptedAnswer> = {
	'GET /v1/models': json(200, {
		data: [{ id: 'coder', object: 'model', meta: { n_ctx_train: 32_768, n_params: 1_500_000_000, size: 900 } }],
	}),
	'GET /props': json(200, { default_generation_settings: { n_ctx: 4_096 }, total_slots: 1 }),
	'POST /tokenize': (response, { body }) =>
		json(200, {
			tokens: String(body?.content)
				.split(' ')
				.map((_, at) => at),
		})(response),
	'POST /infill': (response, { body }) =>
		body?.n_predict === 0
			? json(200, { content: '', stop: true, tokens_evaluated: 7 })(response)
			: events({ content: 'a +', stop: false }, { content: ' b', stop: false }, llamaEnd)(response),
	'POST /v1/chat/completions': events(chatPiece('Hel'), chatPiece('lo'), chatPiece('', 'stop'), '[DONE]'),
}

const llamaEnd = {
	...{ content: '', stop: true, stop_type: 'eos', tokens_evaluated: 7, tokens_predicted: 2 },
	timings: { cache_n: 5 },
}

/** An Ollama with one model. */
export const ollamaScript: Record<string, ScriptedAnswer> = {
	'GET /api/tags': json(200, { models: [{ name: 'coder:1.5b', model: 'coder:1.5b' }] }),
	'POST /api/show': json(200, {
		details: { family: 'qwen2', quantization_level: 'Q4_K_M' },
		model_info: {
			'general.architecture': 'qwen2',
			'general.parameter_count': 1_500_000_000,
			'qwen2.context_length': 32_768,
		},
		capabilities: ['completion', 'insert'],
	}),
	'POST /api/generate': lines(
		{ response: 'a +', done: false },
		{ response: ' b', done: false },
		{ response: '', done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 2 },
	),
	'POST /api/chat': lines(
		{ message: { role: 'assistant', content: 'Hel' }, done: false },
		{ message: { role: 'assistant', content: 'lo' }, done: false },
		{
			message: { role: 'assistant', content: '' },
			done: true,
			done_reason: 'stop',
			prompt_eval_count: 9,
			eval_count: 2,
		},
	),
	'POST /api/embed': (response, { body = {} }) =>
		json(200, { embeddings: (body.input as string[]).map((_, at) => [3, 4, at]), prompt_eval_count: 5 })(response),
}
