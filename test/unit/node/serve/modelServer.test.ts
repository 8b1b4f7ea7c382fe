import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { largestBody } from '../../../../src/node/serve/loopbackServer.ts'
import { ModelServer } from '../../../../src/node/serve/modelServer.ts'
import { systemClock } from '../../../../src/node/systemClock.ts'
import { silentLogger } from '../../../../src/shared/logger.ts'
import { FakeChatModel } from '../../../fakes/fakeChatModel.ts'
import { FakeCompletionModel } from '../../../fakes/fakeCompletionModel.ts'

// Real HTTP on this machine; the models are made up.

const token = 'a-token-of-enough-letters'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function served({ limit = 16, completion = new FakeCompletionModel(), chat = new FakeChatModel() } = {}) {
	const server = new ModelServer({
		models: { text: { id: 'one', chat, completion }, vectors: undefined },
		...{ token, limit, clock: systemClock, logger: silentLogger },
	})
	const port = await server.listen(0)
	let isClosed = false
	const close = async () => {
		if (!isClosed) await server.close()
		isClosed = true
	}
	cleanups.push(close)
	return { port, close, completion, chat, ask: asking(port) }
}

interface Asked {
	readonly method?: string
	readonly path?: string
	readonly headers?: Record<string, string>
	readonly body?: string
}

/** As a program sends it: nothing that this test does not say. */
function asking(port: number) {
	return ({ method = 'POST', path = '/v1/chat/completions', headers = {}, body }: Asked = {}) =>
		new Promise<{ status: number; headers: IncomingMessage['headers']; text: string }>((resolve, reject) => {
			const all = {
				...{ host: `127.0.0.1:${port}`, authorization: `Bearer ${token}` },
				...(body !== undefined && { 'content-type': 'application/json' }),
				...headers,
			}
			const request = httpRequest({ host: '127.0.0.1', port, method, path, headers: all, agent: false }, (response) => {
				let text = ''
				response.setEncoding('utf8')
				response.on('data', (piece) => {
					text += piece
				})
				response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
				response.on('error', reject)
			})
			request.on('error', reject)
			request.end(body)
		})
}

const hello = JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], max_tokens: 3 })
const errorOf = (text: string) => JSON.parse(text).error

describe('who may ask', () => {
	it.each([
		['no token', { authorization: '' }, 401],
		['another token', { authorization: 'Bearer another-token-of-letters' }, 401],
		['another form of it', { authorization: `Basic ${token}` }, 401],
		['a name that somebody lets point to this machine', { host: 'evil.example:80' }, 403],
		['another port', { host: '127.0.0.1:1' }, 403],
		['a page', { origin: 'https://example.com' }, 403],
		['a page of this machine', { origin: 'http://localhost:3000' }, 403],
		['a page without an origin', { origin: 'null' }, 403],
		['a browser', { 'sec-fetch-site': 'same-origin' }, 403],
	])('%s is refused, and the model is not asked', async (_, headers, status) => {
		const { ask, chat, port } = await served()
		const answer = await ask({ headers: { ...headers }, body: hello })
		expect(answer.status).toBe(status)
		expect(errorOf(answer.text)).toMatchObject({ message: expect.any(String), type: expect.any(String) })
		expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
		expect(chat.requests).toEqual([])
		const { text } = await ask({ method: 'GET', path: '/metrics', headers: { host: `localhost:${port}` } })
		expect(text).toMatch(/^alcove_requests_refused_total\{reason="(token|host|origin)"\} 1$/m)
	})

	it('a page gets no answer to its question whether it may ask', async () => {
		const { ask } = await served()
		const headers = { origin: 'https://example.com', 'access-control-request-method': 'POST' }
		const answer = await ask({ method: 'OPTIONS', headers })
		expect(answer.status).toBe(403)
		expect(answer.headers['access-control-allow-origin']).toBeUndefined()
	})

	it('only /health says without a token that it is there, and nothing else', async () => {
		const { ask } = await served()
		const headers = { authorization: '' }
		expect(await ask({ method: 'GET', path: '/health', headers })).toMatchObject({
			status: 200,
			text: '{"status":"ok"}',
		})
		for (const path of ['/v1/models', '/metrics', '/props', '/'])
			expect((await ask({ method: 'GET', path, headers })).status).toBe(401)
	})

	it('nobody on another address of this machine', async () => {
		const { port } = await served()
		const others = Object.values(networkInterfaces())
			.flatMap((all) => all ?? [])
			.filter(({ family, internal }) => family === 'IPv4' && !internal)
		for (const { address } of [...others, { address: '127.0.0.2' }]) {
			const socket = connect({ host: address, port })
			const outcome = await new Promise((resolve) => {
				socket.on('connect', () => resolve('connected'))
				socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
			})
			socket.destroy()
			expect(outcome).toBe('ECONNREFUSED')
		}
	})
})

describe('a request that is none', () => {
	it.each([
		['no JSON', '{"messages": [', 400, null],
		['no object', '[]', 400, null],
		['nothing', '', 400, null],
		['no messages', '{}', 400, 'messages'],
		['an empty conversation', '{"messages": []}', 400, 'messages'],
		['a role that there is not', '{"messages": [{"role": "king", "content": "x"}]}', 400, 'messages.0.role'],
		['too hot', '{"messages": [{"role": "user", "content": "x"}], "temperature": 9}', 400, 'temperature'],
		['several answers', '{"messages": [{"role": "user", "content": "x"}], "n": 2}', 400, 'n'],
		['tools', '{"messages": [{"role": "user", "content": "x"}], "tools": [{}]}', 400, 'tools'],
		['another model', '{"messages": [{"role": "user", "content": "x"}], "model": "gpt"}', 404, 'model'],
		['JSON of any form', `${hello.slice(0, -1)}, "response_format": {"type": "json_object"}}`, 400, 'response_format'],
	])('%s', async (_, body, status, param) => {
		const { ask, chat } = await served()
		const answer = await ask({ body })
		expect(answer).toMatchObject({ status, headers: { 'content-type': expect.stringContaining('application/json') } })
		expect(errorOf(answer.text)).toMatchObject({ type: 'invalid_request_error', param })
		expect(chat.requests).toEqual([])
	})

	it('of another type, to nowhere, or in another way', async () => {
		const { ask } = await served()
		expect((await ask({ body: hello, headers: { 'content-type': 'text/plain' } })).status).toBe(415)
		expect((await ask({ path: '/etc/passwd', body: hello })).status).toBe(404)
		expect((await ask({ method: 'GET' })).status).toBe(405)
		expect((await ask({ path: '/v1/embeddings', body: '{"input": "a"}' })).status).toBe(501)
	})

	it('that is too large, said before or not', async () => {
		const { ask, port } = await served()
		const headers = { 'content-length': String(largestBody + 1) }
		expect((await ask({ headers, body: '' }).catch(() => ({ status: 413 }))).status).toBe(413)
		const socket = connect({ host: '127.0.0.1', port })
		const head = [
			'POST /v1/chat/completions HTTP/1.1',
			`host: 127.0.0.1:${port}`,
			`authorization: Bearer ${token}`,
			'content-type: application/json',
			'transfer-encoding: chunked',
		]
		socket.write(`${head.join('\r\n')}\r\n\r\n`)
		const chunk = `${(2 ** 20).toString(16)}\r\n${' '.repeat(2 ** 20)}\r\n`
		for (let sent = 0; sent <= largestBody; sent += 2 ** 20) socket.write(chunk)
		const first = await new Promise<string>((resolve) => {
			socket.on('data', (piece) => resolve(piece.toString()))
			socket.on('error', () => resolve('cut'))
		})
		socket.destroy()
		expect(first).toMatch(/^HTTP\/1\.1 413 /)
	})
})

describe('a request', () => {
	it('is answered whole, in the form of OpenAI', async () => {
		const chat = new FakeChatModel({ say: () => ({ text: 'Grüße, 你好' }) })
		const { ask } = await served({ chat })
		const body = JSON.stringify({
			model: 'one',
			messages: [
				{ role: 'developer', content: 'be brief' },
				{
					role: 'user',
					content: [
						{ type: 'text', text: 'a' },
						{ type: 'text', text: 'b' },
					],
				},
			],
			max_completion_tokens: 9,
			stop: 'x',
			user: 'somebody',
		})
		const answer = await ask({ body })
		expect(JSON.parse(answer.text)).toMatchObject({
			id: expect.stringMatching(/^chatcmpl-/),
			object: 'chat.completion',
			model: 'one',
			choices: [{ index: 0, message: { role: 'assistant', content: 'Grüße, 你好' }, finish_reason: 'stop' }],
			usage: {
				prompt_tokens: expect.any(Number),
				completion_tokens: expect.any(Number),
				total_tokens: expect.any(Number),
			},
		})
		expect(chat.requests[0]).toMatchObject({
			messages: [
				{ role: 'system', content: 'be brief' },
				{ role: 'user', content: 'ab' },
			],
			...{ maxTokens: 9, stop: ['x'] },
		})
	})

	it('is streamed, in the form of OpenAI', async () => {
		const { ask } = await served({ chat: new FakeChatModel({ say: () => ({ text: 'one two three' }) }) })
		const body = JSON.stringify({
			...JSON.parse(hello),
			max_tokens: 90,
			stream: true,
			stream_options: { include_usage: true },
		})
		const { text, headers } = await ask({ body })
		expect(headers['content-type']).toBe('text/event-stream')
		const events = text.split('\n\n').filter(Boolean)
		expect(events.every((event) => event.startsWith('data: '))).toBe(true)
		expect(events.at(-1)).toBe('data: [DONE]')
		const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)))
		expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' })
		expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('one two three')
		expect(chunks.at(-2).choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
		expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
		expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
	})

	it('fills a gap, in the form of OpenAI and in that of llama-server', async () => {
		const completion = new FakeCompletionModel({ answer: () => ['re', 'turn', ' 1'] })
		const { ask } = await served({ completion })
		const openAi = await ask({
			path: '/v1/completions',
			body: JSON.stringify({ prompt: 'a', suffix: 'b', max_tokens: 2 }),
		})
		expect(JSON.parse(openAi.text)).toMatchObject({
			object: 'text_completion',
			choices: [{ index: 0, text: 'return', logprobs: null, finish_reason: 'length' }],
		})
		const infill = {
			...{ input_prefix: 'a', input_suffix: 'b', prompt: 'c', n_predict: -1, stream: true, stop: [] },
			input_extra: [{ filename: 'x.ts', text: 'const x = 1' }],
		}
		const { text } = await ask({ path: '/infill', body: JSON.stringify(infill) })
		const events = text
			.split('\n\n')
			.filter(Boolean)
			.map((event) => JSON.parse(event.slice(6)))
		expect(events.map(({ content }) => content)).toEqual(['re', 'turn', ' 1', ''])
		expect(events.at(-1)).toMatchObject({
			stop: true,
			stop_type: 'eos',
			tokens_evaluated: 10,
			timings: { predicted_n: 1 },
		})
		const [first, second] = completion.requests
		expect(first).toMatchObject({ prefix: 'a', suffix: 'b', mode: 'fill', maxTokens: 2 })
		expect(second).toMatchObject({
			...{ prefix: 'a', suffix: 'b', typed: 'c', purpose: 'inline' },
			context: { pieces: [{ path: 'x.ts', text: 'const x = 1' }] },
		})
		const warm = await ask({ path: '/infill', body: JSON.stringify({ ...infill, n_predict: 0 }) })
		expect(JSON.parse(warm.text)).toMatchObject({ content: '', stop: true, tokens_evaluated: 10 })
		expect(completion.warmUps).toHaveLength(1)
	})

	it('that a model without tokens for a gap cannot fill is refused', async () => {
		const completion = new FakeCompletionModel()
		completion.prepare()
		const { ask } = await served({ completion })
		await completion.countTokens([], {
			isCancellationRequested: false,
			onCancellationRequested: () => ({ dispose() {} }),
		})
		const { state } = completion
		if (state.kind !== 'ready') throw new Error('not ready')
		completion.setState({ kind: 'ready', model: { ...state.model, fimOrder: 'none' } })
		expect((await ask({ path: '/infill', body: '{"input_prefix": "a"}' })).status).toBe(501)
		expect((await ask({ path: '/v1/completions', body: '{"prompt": "a", "suffix": "b"}' })).status).toBe(501)
		expect((await ask({ path: '/v1/completions', body: '{"prompt": "a"}' })).status).toBe(200)
	})

	it('that fails says so: by a status before the first piece, by an event after it', async () => {
		const broken = await served({ chat: new FakeChatModel({ isBroken: true }) })
		const answer = await broken.ask({ body: hello })
		expect(answer.status).toBe(503)
		expect(errorOf(answer.text)).toMatchObject({ type: 'server_error', code: 'modelMissing' })
		expect(answer.text).not.toContain('/')

		const completion = new FakeCompletionModel({
			answer: () => ['one', 'two', 'three'],
			beforePiece: async (index) => {
				if (index === 2) throw new Error('a secret of the inside')
			},
		})
		const failing = await served({ completion })
		const { status, text } = await failing.ask({
			path: '/v1/completions',
			body: JSON.stringify({ prompt: 'a', max_tokens: 9, stream: true }),
		})
		expect(status).toBe(200)
		const last = text.split('\n\n').filter(Boolean).at(-1) ?? ''
		expect(errorOf(last.slice(6))).toMatchObject({ type: 'server_error', message: 'internal error' })
		expect(text).not.toContain('secret')
	})

	it('that nobody waits for any more is cancelled', async () => {
		const completion = new FakeCompletionModel({
			answer: () => Array.from({ length: 1_000 }, (_, index) => ` ${index}`),
			beforePiece: () => new Promise((resolve) => setTimeout(resolve, 1)),
		})
		const { port } = await served({ completion })
		const body = JSON.stringify({ prompt: 'a', max_tokens: 900, stream: true })
		const request = httpRequest({
			...{ host: '127.0.0.1', port, method: 'POST', path: '/v1/completions', agent: false },
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
		})
		request.on('error', () => {})
		request.end(body)
		await new Promise<void>((resolve) => {
			request.on('response', (response) => response.once('data', () => resolve()))
		})
		const cancelled = new Promise<void>((resolve) => completion.tokens[0]?.onCancellationRequested(() => resolve()))
		request.destroy()
		await cancelled
		expect(completion.tokens[0]?.isCancellationRequested).toBe(true)
	})

	it('that comes when too many wait is told to come again', async () => {
		let go: () => void = () => {}
		const held = new Promise<void>((resolve) => {
			go = resolve
		})
		const completion = new FakeCompletionModel({ beforePiece: () => held })
		const { ask } = await served({ completion, limit: 2 })
		const body = JSON.stringify({ prompt: 'a', max_tokens: 2 })
		const waiting = [ask({ path: '/v1/completions', body }), ask({ path: '/v1/completions', body })]
		while (completion.requests.length < 2) await new Promise((resolve) => setImmediate(resolve))
		const third = await ask({ path: '/v1/completions', body })
		expect(third).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
		expect(errorOf(third.text)).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' })
		const metrics = await ask({ method: 'GET', path: '/metrics' })
		expect(metrics.text).toContain('\nalcove_requests_running 2\n')
		expect(metrics.text).toContain('alcove_requests_refused_total{reason="busy"} 1')
		go()
		for (const answer of waiting) expect((await answer).status).toBe(200)
		expect((await ask({ path: '/v1/completions', body })).status).toBe(200)
	})
})

describe('the server', () => {
	it('says in numbers what it did, and nothing of what was asked', async () => {
		const { ask } = await served()
		await ask({ path: '/v1/completions', body: '{"prompt": "secretText", "suffix": "b", "max_tokens": 5}' })
		await ask({ path: '/secretPath', body: '{}' })
		const { text, headers } = await ask({ method: 'GET', path: '/metrics' })
		expect(headers['content-type']).toContain('version=0.0.4')
		expect(text).not.toContain('secret')
		expect(text).toContain('alcove_requests_total{path="/v1/completions",status="200"} 1')
		expect(text).toContain('alcove_requests_total{path="other",status="404"} 1')
		expect(text).toContain('alcove_prompt_tokens_total 10')
		expect(text).toContain('alcove_first_token_seconds_bucket{le="0.01"} 1')
		expect(text).toContain('alcove_first_token_seconds_count 1')
		// Each line is a comment or a value, as the format asks for.
		for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) |\w+(\{[^}]*\})? [\d.e-]+$)/)
	})

	it('names its models, with the facts of one that is loaded', async () => {
		const { ask } = await served()
		const before = JSON.parse((await ask({ method: 'GET', path: '/v1/models' })).text)
		expect(before).toMatchObject({ object: 'list', data: [{ id: 'one', object: 'model', meta: null }] })
		await ask({ path: '/v1/completions', body: '{"prompt": "a", "suffix": "b"}' })
		const after = JSON.parse((await ask({ method: 'GET', path: '/v1/models' })).text)
		expect(after.data[0].meta).toEqual({ n_ctx: 1_024, n_params: 1_000, size: 1_024, can_infill: true })
		const props = JSON.parse((await ask({ method: 'GET', path: '/props' })).text)
		expect(props).toMatchObject({ model_alias: 'one', default_generation_settings: { n_ctx: 1_024 } })
	})

	it('answers what runs before it stops', async () => {
		const completion = new FakeCompletionModel({
			answer: () => Array.from({ length: 50 }, (_, index) => ` ${index}`),
			beforePiece: () => new Promise((resolve) => setTimeout(resolve, 1)),
		})
		const { ask, close } = await served({ completion })
		const answer = ask({ path: '/v1/completions', body: '{"prompt": "a", "max_tokens": 50}' })
		while (completion.requests.length < 1) await new Promise((resolve) => setImmediate(resolve))
		await Promise.all([close(), answer])
		expect(JSON.parse((await answer).text).choices[0].text).toContain(' 49')
		await expect(ask({ body: hello })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
	})
})
