import type { ModelState } from '../../core/model/modelState.ts'
import type { WrittenAnswer } from '../../core/model/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Logger } from '../../shared/logger.ts'
import { answerInfill } from './infillAnswer.ts'
import { type Exchange, LoopbackServer } from './loopbackServer.ts'
import { answerChat, answerCompletion, answerEmbedding } from './openAiAnswers.ts'
import { modelList, type ServedModels } from './servedModels.ts'
import { ServeError } from './serveError.ts'
import { ServeMetrics } from './serveMetrics.ts'
import { WaitingLine } from './waitingLine.ts'

export interface ModelServerDeps {
	readonly models: ServedModels
	readonly token: string
	/** Requests that are being answered or wait; one more is refused. */
	readonly limit: number
	readonly clock: Clock
	readonly logger: Logger
}

/** Milliseconds that running answers get when the server stops, before they end with what there is. */
const graceMs = 3_000

type Endpoint = (exchange: Exchange) => void | Promise<void>

/** The models of the engine for the user's other programs: OpenAI's interface, and what llama-server has beside it. */
export class ModelServer {
	private readonly deps: ModelServerDeps
	private readonly server: LoopbackServer
	private readonly metrics = new ServeMetrics()
	private readonly line: WaitingLine
	private readonly endpoints: ReadonlyMap<string, Endpoint>

	constructor(deps: ModelServerDeps) {
		this.deps = deps
		this.line = new WaitingLine(deps.limit)
		this.endpoints = new Map(Object.entries(this.makeEndpoints()))
		const { token, logger } = deps
		this.server = new LoopbackServer({
			...{ token, logger },
			open: ['/health'],
			answer: (exchange) => this.answer(exchange),
			onTurnedAway: (reason) => this.metrics.turnedAway(reason),
			onAnswered: (path, status) => this.metrics.answered(this.known(path), status),
		})
	}

	/** @returns the port */
	listen(port: number): Promise<number> {
		return this.server.listen(port)
	}

	/** Takes no more requests; those that run get a moment. Resolves when all are answered. */
	async close(): Promise<void> {
		const timer = this.deps.clock.after(graceMs, () => this.server.cancelAll())
		await this.server.close()
		timer.dispose()
	}

	private makeEndpoints(): Record<string, Endpoint> {
		const { models } = this.deps
		return {
			'GET /health': (exchange) => exchange.json(...health(models.text.completion.state)),
			'GET /metrics': (exchange) =>
				exchange.text(200, 'text/plain; version=0.0.4; charset=utf-8', this.metrics.text(this.line.size)),
			'GET /v1/models': (exchange) => exchange.json(200, modelList(models)),
			'GET /props': (exchange) => exchange.json(200, props(models)),
			'POST /v1/chat/completions': this.inLine((exchange) => answerChat(models, exchange)),
			'POST /v1/completions': this.inLine((exchange) => answerCompletion(models, exchange)),
			'POST /infill': this.inLine((exchange) => answerInfill(models, exchange)),
			'POST /v1/embeddings': this.inLine(async (exchange) => {
				this.metrics.read(await answerEmbedding(models, exchange))
				return undefined
			}),
		}
	}

	private inLine(write: (exchange: Exchange) => Promise<WrittenAnswer | undefined>): Endpoint {
		return async (exchange) => {
			const leave = this.line.enter()
			if (leave === undefined) {
				this.metrics.turnedAway('busy')
				throw new ServeError(429, 'rate_limit_error', `${this.deps.limit} requests wait already`, {
					code: 'rate_limit_exceeded',
				})
			}
			try {
				const answer = await write(exchange)
				if (answer) this.metrics.written(answer.stats)
			} finally {
				leave()
			}
		}
	}

	private async answer(exchange: Exchange): Promise<void> {
		const { method, path } = exchange
		const endpoint = this.endpoints.get(`${method} ${path}`)
		if (endpoint) return endpoint(exchange)
		if (this.known(path) === 'other') throw new ServeError(404, 'invalid_request_error', 'there is nothing here')
		throw new ServeError(405, 'invalid_request_error', `${method} is not for ${path}`)
	}

	private known(path: string): string {
		return [...this.endpoints.keys()].some((name) => name.endsWith(` ${path}`)) ? path : 'other'
	}
}

/** As llama-server answers it; a model that is loaded with the first request is no failure. */
function health({ kind }: ModelState): [number, unknown] {
	return kind === 'failed'
		? [503, { error: { code: 503, message: 'the model cannot be loaded', type: 'unavailable_error' } }]
		: [200, { status: 'ok' }]
}

/** What of llama-server's properties is true here. */
function props({ text }: ServedModels) {
	const { state } = text.completion
	return {
		model_alias: text.id,
		default_generation_settings: { n_ctx: state.kind === 'ready' ? state.model.contextSize : null },
		total_slots: 1,
	}
}
