import { forkEngine } from '../../node/engine/engineProcess.ts'
import { EngineRun } from '../../node/engine/engineRun.ts'
import { defaultTiming } from '../../node/engine/engineSupervisor.ts'
import { systemClock } from '../../node/systemClock.ts'
import type { EngineArguments, EngineResult, ModelSummary } from '../../protocol/engine.ts'
import { CancellationSource } from '../../shared/cancellation.ts'
import { silentLogger } from '../../shared/logger.ts'

type Complete = EngineArguments<'complete'>
export type Answer = EngineResult<'complete'>

/** What is asked of the engine; the model is the one that was loaded last. */
export type Question = Pick<Complete, 'prefix' | 'maxTokens'> & Partial<Omit<Complete, 'model' | 'progressToken'>>

/** A request under way, timed where the editor would be. */
export interface TimedAnswer {
	/** Milliseconds from the request to its first piece of text; to its end, where there was no text. */
	readonly firstTextMs: Promise<number>
	readonly answer: Promise<Answer>
	cancel(): void
}

/** An engine process as the extension starts it, with a model; its answers are timed at this end. */
export class TimedEngine {
	private readonly run: EngineRun
	private loaded: ModelSummary | undefined

	private constructor(run: EngineRun) {
		this.run = run
	}

	/**
	 * @param signal kills the engine when it is aborted, whatever it does.
	 * @throws EngineError where the engine cannot be started or refuses to work.
	 */
	static async start(entryPath: string, gpu: 'auto' | 'off', signal?: AbortSignal): Promise<TimedEngine> {
		const process = forkEngine(entryPath)
		const run = new EngineRun({
			process,
			settings: { gpu },
			clock: systemClock,
			logger: silentLogger,
			timing: defaultTiming,
		})
		signal?.addEventListener('abort', () => run.kill(), { once: true })
		if (signal?.aborted) run.kill()
		try {
			await run.info
			return new TimedEngine(run)
		} catch (error) {
			await run.ended
			throw error
		}
	}

	/** What is known of the model that was loaded last. */
	get model(): ModelSummary {
		if (!this.loaded) throw new Error('no model is loaded')
		return this.loaded
	}

	async libraryVersion(): Promise<string> {
		return (await this.run.info).libraryVersion
	}

	/**
	 * @param onProgress called once the file has been found to be a model, and then while it is loaded.
	 * @throws EngineError
	 */
	async load(params: EngineArguments<'loadModel'>, onProgress: () => void = () => {}): Promise<ModelSummary> {
		this.loaded = await this.run.client.request('loadModel', params, { onProgress })
		return this.loaded
	}

	ask(question: Question): TimedAnswer {
		const source = new CancellationSource()
		const started = performance.now()
		let isFirst: (ms: number) => void = () => {}
		const firstText = new Promise<number>((resolve) => {
			isFirst = resolve
		})
		const elapsed = () => performance.now() - started
		const answer = this.run.client.request(
			'complete',
			{ suffix: '', stop: [], ...question, model: this.model.id },
			{ token: source.token, onProgress: () => isFirst(elapsed()) },
		)
		// With an answer that fails, so does the wait for its beginning.
		const firstTextMs = Promise.race([firstText, answer.then(elapsed)])
		firstTextMs.catch(() => {})
		return { firstTextMs, answer, cancel: () => source.cancel() }
	}

	/** Says that a request for inline will come within so many milliseconds. */
	async announce(withinMs: number): Promise<void> {
		await this.run.client.request('announce', { withinMs })
	}

	/** Bytes that the process has in memory now. */
	async rssBytes(): Promise<number> {
		return (await this.run.client.request('ping', {})).rssBytes
	}

	/** Resolves when the process is gone. */
	async end(): Promise<void> {
		await this.run.stop()
	}

	kill(): void {
		this.run.kill()
	}
}
