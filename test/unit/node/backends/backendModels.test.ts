import { afterEach, describe, expect, it } from 'vitest'
import type { Backend, BackendKind } from '../../../../src/core/model/backend.ts'
import { ModelUnavailableError } from '../../../../src/core/model/modelState.ts'
import type { AllowedDestination } from '../../../../src/core/privacy/egressPolicy.ts'
import type { NetworkRequest } from '../../../../src/core/privacy/network.ts'
import { redactParts } from '../../../../src/core/privacy/redact.ts'
import { BackendChat } from '../../../../src/node/backends/backendChat.ts'
import { BackendCompletion } from '../../../../src/node/backends/backendCompletion.ts'
import { BackendEmbedding } from '../../../../src/node/backends/backendEmbedding.ts'
import type { BackendModelDeps } from '../../../../src/node/backends/backendModel.ts'
import { GuardedNetwork } from '../../../../src/node/network/guardedNetwork.ts'
import { systemClock } from '../../../../src/node/systemClock.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../../src/shared/logger.ts'
import { ManualClock } from '../../../fakes/manualClock.ts'
import {
	chatPiece,
	events,
	json,
	lines,
	llamaServerScript,
	ollamaScript,
	type ScriptedAnswer,
	ScriptedServer,
} from '../../../scriptedServer.ts'

// Real servers of this machine, that say what a test wants them to.

const cleanups: (() => unknown)[] = []
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serving(script: Record<string, ScriptedAnswer>): Promise<{ server: ScriptedServer; url: string }> {
	const server = new ScriptedServer(script)
	const url = await server.listen()
	cleanups.push(() => server.close())
	return { server, url }
}

function deps(kind: BackendKind, url: string, change: Partial<BackendModelDeps> & { readonly model?: string } = {}) {
	const { model, ...more } = change
	const network = new GuardedNetwork({ allowed: () => [], proxy: () => undefined, onDecision: () => {} })
	cleanups.push(() => network.dispose())
	const backend: Backend = { name: 'there', kind, url, ...(model !== undefined && { model }) }
	return {
		...{ backend, use: 'chat', purpose: 'chat', network, key: async () => undefined },
		...{ redact: redactParts, clock: systemClock, logger: silentLogger },
		...more,
	} satisfies BackendModelDeps
}

function track<M extends { dispose(): void }>(model: M): M {
	cleanups.push(() => model.dispose())
	return model
}

const ignore = () => {}
const place = { prefix: 'const sum = ', suffix: '\n', maxTokens: 20, stop: [] }
const question = { messages: [{ role: 'user', content: 'hello' }], maxTokens: 20, stop: [] } as const

async function problemOf(asked: Promise<unknown>) {
	const error = await asked.then(
		() => undefined,
		(reason: unknown) => reason,
	)
	expect(error).toBeInstanceOf(ModelUnavailableError)
	return (error as ModelUnavailableError).problem
}

describe('llama-server', () => {
	it('fills a gap by /infill, with what it says of its model', async () => {
		const { server, url } = await serving(llamaServerScript)
		const model = track(new BackendCompletion({ ...deps('llama-server', url), use: 'completion' }))
		const context = {
			path: 'c.ts',
			comment: '//',
			pieces: [
				{ path: 'a.ts', text: 'A' },
				{ path: 'b.ts', text: 'B' },
			],
		}
		const answer = await model.complete({ ...place, typed: '1 + ', context }, ignore, neverCancelled)
		expect(answer).toMatchObject({
			...{ text: 'a + b', stopReason: 'endOfText', context: { pieces: [0, 1] } },
			stats: { promptTokens: 7, generatedTokens: 2, reusedTokens: 5 },
		})
		expect(answer.logProbs).toBeUndefined()
		expect(model.state).toMatchObject({
			kind: 'ready',
			model: {
				...{ name: 'coder', contextSize: 4_096, parameters: 1_500_000_000, fimOrder: 'prefixSuffixMiddle' },
				served: { name: 'there', kind: 'llama-server', address: url, isThisMachine: true, countsTokens: true },
			},
		})
		expect(server.of('POST /infill').at(-1)?.body).toMatchObject({
			...{ input_prefix: place.prefix, input_suffix: '\n', prompt: '1 + ', n_predict: 20, stream: true },
			// The best one is next to the text.
			input_extra: [{ filename: 'b.ts' }, { filename: 'a.ts' }],
		})
		expect(await model.countTokens(['', 'a b c'], neverCancelled)).toEqual([0, 3])
		expect(await model.warmUp(place, neverCancelled)).toEqual({
			promptTokens: 7,
			evaluatedTokens: 7,
			stopReason: 'done',
		})
	})

	it('whose model knows no gap sees the text before it only', async () => {
		const { server, url } = await serving({
			...llamaServerScript,
			'POST /infill': json(501, { error: { code: 501, message: 'Infill is not supported by this model' } }),
			'POST /completion': events({ content: 'x', stop: true, stop_type: 'limit', tokens_predicted: 20 }),
		})
		const model = track(new BackendCompletion({ ...deps('llama-server', url), use: 'completion' }))
		expect(await model.complete(place, ignore, neverCancelled)).toMatchObject({ text: 'x', stopReason: 'maxTokens' })
		expect(model.state).toMatchObject({ model: { fimOrder: 'none' } })
		expect(server.of('POST /completion')[0]?.body).toMatchObject({ prompt: place.prefix })
		expect((await model.warmUp(place, neverCancelled)).stopReason).toBe('cancelled')
	})

	it('that still loads its model is waited for', async () => {
		const clock = new ManualClock()
		const { server, url } = await serving({
			...llamaServerScript,
			'GET /v1/models': (response, request, count) =>
				count === 0
					? json(503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } })(response)
					: llamaServerScript['GET /v1/models']?.(response, request, count),
		})
		const model = track(new BackendChat({ ...deps('llama-server', url), clock }))
		const answer = model.chat(question, ignore, neverCancelled)
		while (server.of('GET /v1/models').length < 1 || clock.pending === 0)
			await new Promise((resolve) => setImmediate(resolve))
		expect(model.state.kind).toBe('loading')
		clock.advance(1_000)
		expect((await answer).text).toBe('Hello')
	})
})

describe('Ollama', () => {
	it('fills a gap, talks and makes vectors by its own interface', async () => {
		const { server, url } = await serving(ollamaScript)
		const completion = track(new BackendCompletion({ ...deps('ollama', url), use: 'completion' }))
		expect(await completion.complete(place, ignore, neverCancelled)).toMatchObject({
			...{ text: 'a + b', stopReason: 'endOfText', stats: { promptTokens: 9, generatedTokens: 2 } },
		})
		expect(server.of('POST /api/generate')[0]?.body).toMatchObject({
			...{ model: 'coder:1.5b', prompt: place.prefix, suffix: '\n', stream: true },
			options: { num_predict: 20, num_ctx: 8_192, temperature: 0 },
		})
		const chat = track(new BackendChat({ ...deps('ollama', url) }))
		const schema = { type: 'object', properties: { a: { type: 'boolean' } } }
		const pieces: string[] = []
		const answer = await chat.chat({ ...question, json: { schema } }, (text) => pieces.push(text), neverCancelled)
		expect(answer).toMatchObject({ text: 'Hello', stopReason: 'endOfText', droppedMessages: 0 })
		expect(pieces).toEqual(['Hel', 'lo'])
		expect(server.of('POST /api/chat')[0]?.body).toMatchObject({
			format: { ...schema, required: ['a'], additionalProperties: false },
		})
		const embedding = track(new BackendEmbedding({ ...deps('ollama', url), use: 'embedding' }))
		const { vectors, promptTokens } = await embedding.embed({ texts: ['a', 'b'] }, neverCancelled)
		expect(vectors).toHaveLength(2)
		for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 9)
		expect(promptTokens).toBe(5)
	})

	it('is not asked for a gap that its model does not know, and no template comes around plain text', async () => {
		const { server, url } = await serving({
			...ollamaScript,
			'POST /api/show': json(200, { capabilities: ['completion'] }),
		})
		const model = track(new BackendCompletion({ ...deps('ollama', url), use: 'completion' }))
		await model.complete(place, ignore, neverCancelled)
		const body = server.of('POST /api/generate')[0]?.body
		expect(body).toMatchObject({ prompt: place.prefix, raw: true })
		expect(body).not.toHaveProperty('suffix')
	})

	it('that does not have the model says so', async () => {
		const { url } = await serving({ ...ollamaScript, 'POST /api/show': json(404, { error: "model 'x' not found" }) })
		const model = track(new BackendChat(deps('ollama', url, { model: 'x' })))
		expect(await problemOf(model.chat(question, ignore, neverCancelled))).toMatchObject({
			...{ code: 'modelNotServed', detail: 'x', backend: { name: 'there', kind: 'ollama', address: url } },
		})
		expect(model.state.kind).toBe('failed')
	})

	it('that fails in the middle of an answer has failed', async () => {
		const { url } = await serving({
			...ollamaScript,
			'POST /api/chat': lines({ message: { content: 'Hel' }, done: false }, { error: 'out of memory' }),
		})
		const pieces: string[] = []
		const model = track(new BackendChat(deps('ollama', url)))
		const problem = await problemOf(model.chat(question, (text) => pieces.push(text), neverCancelled))
		expect(problem).toMatchObject({ code: 'backendFailed', detail: 'out of memory' })
		expect(pieces).toEqual(['Hel'])
	})
})

describe('a server like OpenAI’s', () => {
	const models = json(200, { data: [{ id: 'Qwen/Qwen2.5-Coder-7B', max_model_len: 16_384 }] })
	const written = events({ choices: [{ text: 'x' }] }, { choices: [{ text: '', finish_reason: 'stop' }] }, '[DONE]')

	it('that takes no suffix gets the markers of the family', async () => {
		const { server, url } = await serving({
			'GET /v1/models': models,
			'POST /v1/completions': (response, { body }) =>
				body?.suffix === undefined
					? body?.stream
						? written(response)
						: json(200, { choices: [{ text: 'x' }] })(response)
					: json(400, { message: 'suffix is not currently supported', code: 400 })(response),
		})
		const model = track(new BackendCompletion({ ...deps('openai', url), use: 'completion' }))
		const source = { ...place, prefix: 'a <|fim_suffix|> b', suffix: 'c' }
		expect(await model.complete(source, ignore, neverCancelled)).toMatchObject({ text: 'x', stopReason: 'endOfText' })
		// What the text spells is no marker.
		expect(server.of('POST /v1/completions').at(-1)?.body?.prompt).toBe(
			'<|fim_prefix|>a < |fim_suffix|> b<|fim_suffix|>c<|fim_middle|>',
		)
		expect(model.state).toMatchObject({ model: { contextSize: 16_384, fimOrder: 'prefixSuffixMiddle' } })
	})

	it('that only talks cannot complete', async () => {
		const { url } = await serving({ 'GET /v1/models': models })
		const model = track(new BackendCompletion({ ...deps('openai', url), use: 'completion' }))
		expect(await problemOf(model.complete(place, ignore, neverCancelled))).toMatchObject({ code: 'modelNotCapable' })
	})

	it('is told its key, asked for four stop texts at most, and held to all of them', async () => {
		const { server, url } = await serving({
			'GET /v1/models': models,
			'POST /v1/chat/completions': events(
				chatPiece('one tw'),
				chatPiece('o E'),
				chatPiece('ND three'),
				chatPiece('', 'stop'),
				'[DONE]',
			),
		})
		const model = track(new BackendChat({ ...deps('openai', `${url}/v1/`), key: async () => 'secret' }))
		const stop = ['a1', 'a2', 'a3', 'a4', 'END']
		const pieces: string[] = []
		const answer = await model.chat({ ...question, stop }, (text) => pieces.push(text), neverCancelled)
		expect(answer).toMatchObject({ text: 'one two ', stopReason: 'stopText' })
		expect(pieces.join('')).toBe('one two ')
		const request = server.of('POST /v1/chat/completions')[0]
		expect(request?.body?.stop).toEqual(stop.slice(0, 4))
		expect(request?.headers.authorization).toBe('Bearer secret')
	})

	it('that answers at once where a stream was asked for is understood', async () => {
		const message = { role: 'assistant', content: 'Hello' }
		const { url } = await serving({
			'GET /v1/models': models,
			'POST /v1/chat/completions': json(200, {
				choices: [{ message, finish_reason: 'stop' }],
				usage: { completion_tokens: 3 },
			}),
		})
		const model = track(new BackendChat(deps('openai', url)))
		expect(await model.chat(question, ignore, neverCancelled)).toMatchObject({
			text: 'Hello',
			stats: { generatedTokens: 3 },
		})
	})
})

describe('a server that misbehaves', () => {
	const models = json(200, { data: [{ id: 'one' }] })
	const asking = async (answer: ScriptedAnswer) => {
		const { server, url } = await serving({ 'GET /v1/models': models, 'POST /v1/chat/completions': answer })
		const model = track(new BackendChat(deps('openai', url)))
		return { server, model, url }
	}
	const begin = { 'content-type': 'text/event-stream' }

	it.each<[string, ScriptedAnswer, string, RegExp]>([
		['speaks no JSON', events('{"choices": ['), 'backendFailed', /not JSON/],
		['speaks another JSON', events({ answer: 'x' }), 'backendFailed', /another form \(choices\)/],
		['answers with a page', (response) => response.end('<html>'), 'backendFailed', /has no end/],
		['ends without an end', events(chatPiece('half')), 'backendFailed', /has no end/],
		['says nothing at all', events(), 'backendFailed', /has no end/],
		['wants a key', json(401, { error: { message: 'Invalid API Key' } }), 'backendUnauthorized', /Invalid API Key/],
		['does not have it', json(404, { error: { message: 'The model `one` does not exist' } }), 'modelNotServed', /404/],
		['refuses', json(400, { error: { message: 'too long' } }), 'backendFailed', /too long/],
		['fails', json(500, { error: { message: 'oops' } }), 'backendFailed', /500: oops/],
		['is always busy', json(429, { error: 'busy' }, { 'retry-after': '3600' }), 'backendBusy', /busy/],
		[
			'sends us elsewhere',
			(response) => response.writeHead(307, { location: 'https://example.com/v1/chat/completions' }).end(),
			'backendFailed',
			/redirect/,
		],
		[
			'cuts the line in the middle',
			async (response) => {
				response.writeHead(200, begin).write(`data: ${JSON.stringify(chatPiece('half'))}\n\n`)
				setTimeout(() => response.destroy(), 20)
			},
			'backendFailed',
			/cut/,
		],
		[
			'never ends its line',
			(response) => {
				response.writeHead(200, begin)
				const piece = Buffer.alloc(2 ** 20, 'x')
				const more = () => {
					while (!response.destroyed && response.write(piece)) {}
					if (!response.destroyed) response.once('drain', more)
				}
				more()
			},
			'backendFailed',
			/a line of more than/,
		],
	])('that %s', async (_, answer, code, detail) => {
		const { model } = await asking(answer)
		const problem = await problemOf(model.chat(question, ignore, neverCancelled))
		expect(problem).toMatchObject({ code, detail: expect.stringMatching(detail) })
		expect(problem.detail).not.toContain('hello')
	})

	it('that passes is asked again, as long as nothing was written', async () => {
		const whole = events(chatPiece('Hello'), chatPiece('', 'stop'), '[DONE]')
		const { server, model } = await asking((response, _, count) => {
			if (count === 0) return json(503, { error: 'loading' })(response)
			return count === 1 ? json(429, { error: 'busy' }, { 'retry-after': '0' })(response) : whole(response)
		})
		expect((await model.chat(question, ignore, neverCancelled)).text).toBe('Hello')
		expect(server.of('POST /v1/chat/completions')).toHaveLength(3)
		const half = await asking(events(chatPiece('half')))
		await problemOf(half.model.chat(question, ignore, neverCancelled))
		expect(half.server.of('POST /v1/chat/completions')).toHaveLength(1)
	})

	it('that does not hang up after its answer is not waited for', async () => {
		const clock = new ManualClock()
		const { url, server } = await serving({
			'GET /v1/models': models,
			'POST /v1/chat/completions': (response) => {
				response.writeHead(200, begin)
				for (const piece of [chatPiece('Hello'), chatPiece('', 'stop')])
					response.write(`data: ${JSON.stringify(piece)}\n\n`)
			},
		})
		const model = track(new BackendChat({ ...deps('openai', url), clock }))
		const answer = model.chat(question, ignore, neverCancelled)
		while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
		clock.advance(2_000)
		expect(await answer).toMatchObject({ text: 'Hello', stopReason: 'endOfText' })
		await server.of('POST /v1/chat/completions')[0]?.gone
	})

	it('is told when nobody waits any more, and when the time is over', async () => {
		const endless: ScriptedAnswer = (response) => {
			response.writeHead(200, begin)
			const timer = setInterval(() => response.write(`data: ${JSON.stringify(chatPiece('x'))}\n\n`), 2)
			response.on('close', () => clearInterval(timer))
		}
		const { server, model } = await asking(endless)
		const source = new CancellationSource()
		const answer = await model.chat({ ...question, maxTokens: 900 }, () => source.cancel(), source.token)
		expect(answer).toMatchObject({ stopReason: 'cancelled' })
		expect(answer.text).toMatch(/^x+$/)
		await server.of('POST /v1/chat/completions')[0]?.gone
		const late = await model.chat({ ...question, deadlineMs: 100 }, ignore, neverCancelled)
		expect(late.stopReason).toBe('deadline')
		await server.of('POST /v1/chat/completions')[1]?.gone
	})

	it('that is not there is asked again after a pause, and not with every key', async () => {
		const gone = await serving({})
		await gone.server.close()
		const clock = new ManualClock()
		const model = track(new BackendChat({ ...deps('openai', gone.url), clock }))
		expect(await problemOf(model.chat(question, ignore, neverCancelled))).toMatchObject({
			...{ code: 'backendUnreachable', backend: { address: gone.url } },
		})
		const again = new ScriptedServer({
			'GET /v1/models': models,
			'POST /v1/chat/completions': events(chatPiece('Hello'), chatPiece('', 'stop'), '[DONE]'),
		})
		await again.listen(Number(new URL(gone.url).port))
		cleanups.push(() => again.close())
		await problemOf(model.chat(question, ignore, neverCancelled))
		expect(again.seen).toEqual([])
		clock.advance(5_000)
		expect((await model.chat(question, ignore, neverCancelled)).text).toBe('Hello')
		expect(model.state.kind).toBe('ready')
	})
})

describe('another machine', () => {
	/** A network that counts what would leave, and answers for the other machine. */
	const elsewhere = (allowed: readonly AllowedDestination[]) => {
		const guarded = new GuardedNetwork({ allowed: () => allowed, proxy: () => undefined, onDecision: () => {} })
		cleanups.push(() => guarded.dispose())
		return guarded
	}

	it('that nobody allowed is told nothing', async () => {
		const network = elsewhere([])
		const model = track(new BackendChat({ ...deps('openai', 'https://models.example.com'), network }))
		expect(await problemOf(model.chat(question, ignore, neverCancelled))).toMatchObject({
			...{ code: 'backendNotAllowed', detail: 'notAllowed' },
			backend: { address: 'https://models.example.com:443', isThisMachine: false },
		})
	})

	it('sees no secrets; this machine sees what there is', async () => {
		const { server, url } = await serving({
			'GET /v1/models': json(200, { data: [{ id: 'one' }] }),
			'POST /v1/chat/completions': events(chatPiece('', 'stop')),
			'POST /v1/completions': (response, { body }) =>
				body?.stream
					? events({ choices: [{ text: '', finish_reason: 'stop' }] })(response)
					: json(200, { choices: [] })(response),
			'POST /v1/embeddings': json(200, { data: [{ index: 0, embedding: [1] }] }),
		})
		const inner = elsewhere([])
		// As a tunnel would have it: another name, the same server.
		const network = {
			send: (request: NetworkRequest) =>
				inner.send({ ...request, url: request.url.replace('https://far.example.com', url) }),
		}
		const redact = (parts: readonly string[]) => ({
			texts: parts.map((text) => text.replaceAll('secret', '[redacted]')),
			count: parts.filter((text) => text.includes('secret')).length,
		})
		const secret = { ...question, messages: [{ role: 'user', content: 'a secret' }] } as const
		for (const [address, sent] of [
			['https://far.example.com', 'a [redacted]'],
			[url, 'a secret'],
		] as const) {
			const all = { ...deps('openai', address), network, redact }
			const answer = await track(new BackendChat(all)).chat(secret, ignore, neverCancelled)
			expect(answer.redactions).toBe(sent === 'a secret' ? undefined : 1)
			expect(server.of('POST /v1/chat/completions').at(-1)?.body?.messages).toEqual([{ role: 'user', content: sent }])
			const completion = track(new BackendCompletion({ ...all, use: 'completion' }))
			const pieces = [{ path: 'b.ts', text: 'a secret' }]
			const completed = await completion.complete(
				{
					...place,
					prefix: 'a secret',
					suffix: 'a secret',
					typed: 'a secret',
					context: { path: 'a.ts', comment: '#', pieces },
				},
				ignore,
				neverCancelled,
			)
			expect(completed.redactions).toBe(sent === 'a secret' ? undefined : 4)
			expect(server.of('POST /v1/completions').at(-1)?.body).toMatchObject({
				prompt: `# b.ts\n# ${sent}\n${sent}${sent}`,
				suffix: sent,
			})
			await track(new BackendEmbedding({ ...all, use: 'embedding' })).embed({ texts: ['a secret'] }, neverCancelled)
			expect(server.of('POST /v1/embeddings').at(-1)?.body?.input).toEqual([sent])
		}
	})
})

describe('vectors that are none', () => {
	it.each([
		['too few', { data: [] }],
		['of nothing', { data: [{ index: 0, embedding: [0, 0] }] }],
		['of words', { data: [{ index: 0, embedding: ['a'] }] }],
	])('%s', async (_, said) => {
		const { url } = await serving({
			'GET /v1/models': json(200, { data: [{ id: 'one' }] }),
			'POST /v1/embeddings': json(200, said),
		})
		const model = track(new BackendEmbedding({ ...deps('openai', url), use: 'embedding' }))
		expect((await problemOf(model.embed({ texts: ['a'] }, neverCancelled))).code).toBe('backendFailed')
	})
})
