import { InlineCompleter } from '../../src/core/completion/inlineCompleter.ts'
import type { InlineOutcome } from '../../src/core/completion/outcome.ts'
import type { CompletionFigures } from '../../src/core/model/figures.ts'
import type { CompletionModel } from '../../src/core/model/ports.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import type { Clock } from '../../src/shared/clock.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { BenchDocument, isJump, type Recording } from './recording.ts'

/** What became of one keystroke. */
export interface Keystroke {
	readonly outcome: InlineOutcome
	/** Milliseconds from the changed document to the outcome. */
	readonly elapsedMs: number
	/** Milliseconds of it that were waited on purpose. */
	readonly debounceMs: number
	/** Typed on before the model was asked. */
	readonly endedInDebounce: boolean
}

export interface Replay {
	readonly keystrokes: readonly Keystroke[]
	/** What each request to the model cost, the cancelled ones too. */
	readonly requests: readonly CompletionFigures[]
}

/** Types a session in real time, asking after each keystroke as the editor does. */
export async function replay(
	model: CompletionModel,
	files: ReadonlyMap<string, string>,
	{ edits }: Recording,
	maxTokens: number,
): Promise<Replay> {
	const documents = new Map([...files].map(([file, text]) => [file, new BenchDocument(file, text)]))
	const begin = performance.now()
	const keystrokes: Promise<Keystroke>[] = []
	const clock = new WaitingClock()
	const requests: Promise<CompletionFigures>[] = []
	const observed = observe(model, requests)
	const completer = new InlineCompleter({ model: observed, clock, logger: silentLogger })
	let last: CancellationSource | undefined
	for (const edit of edits) {
		await sleepUntil(begin + edit.at)
		last?.cancel()
		last = undefined
		if (isJump(edit)) continue
		const document = documents.get(edit.file)
		if (!document) throw new Error(`The recording names a file that is not there: ${edit.file}`)
		document.apply(edit)
		const source = new CancellationSource()
		last = source
		const pressed = performance.now()
		const waited = clock.startCounting()
		const position = document.positionAt(edit.cursor)
		const answer = completer.complete({ document, position, explicit: false, maxTokens }, source.token)
		keystrokes.push(answer.then((outcome) => ({ outcome, elapsedMs: performance.now() - pressed, ...waited() })))
	}
	const results = await Promise.all(keystrokes)
	completer.dispose()
	return { keystrokes: results, requests: await Promise.all(requests) }
}

/** The model, and a list of what its completions cost. */
function observe(model: CompletionModel, requests: Promise<CompletionFigures>[]): CompletionModel {
	return {
		get state() {
			return model.state
		},
		onDidChangeState: model.onDidChangeState,
		prepare: () => model.prepare(),
		warmUp: (request, token) => model.warmUp(request, token),
		countTokens: (texts, token) => model.countTokens(texts, token),
		complete(request, onText, token) {
			const answer = model.complete(request, onText, token)
			requests.push(answer.then(({ stats }) => stats))
			return answer
		},
	}
}

function sleepUntil(time: number): Promise<void> {
	const left = time - performance.now()
	return left <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, left))
}

/** Tells how long each request has really waited; a timer that comes late is part of the wait that was asked for. */
class WaitingClock implements Clock {
	private wait = { ms: 0, pending: 0 }

	now(): number {
		return systemClock.now()
	}

	after(ms: number, callback: () => void) {
		const started = this.now()
		const { wait } = this
		wait.pending++
		return systemClock.after(ms, () => {
			wait.pending--
			wait.ms += this.now() - started
			callback()
		})
	}

	/** From now on timers belong to a new request; the answer tells what became of its timers. */
	startCounting(): () => Pick<Keystroke, 'debounceMs' | 'endedInDebounce'> {
		const wait = { ms: 0, pending: 0 }
		this.wait = wait
		return () => ({ debounceMs: wait.ms, endedInDebounce: wait.pending > 0 })
	}
}
