import { join } from 'node:path'
import { Confidence } from '../../src/core/completion/confidence/confidence.ts'
import { InlineCompleter } from '../../src/core/completion/inlineCompleter.ts'
import type { InlineOutcome } from '../../src/core/completion/outcome.ts'
import type { CompletionFigures } from '../../src/core/model/figures.ts'
import type { CompletionModel } from '../../src/core/model/ports.ts'
import { defaultSettings } from '../../src/core/settings.ts'
import type { CodeThread } from '../../src/node/syntax/codeThread.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import type { Clock } from '../../src/shared/clock.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { finishedWork, Oracle } from './oracle.ts'
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

export interface ReplayInput {
	readonly model: CompletionModel
	readonly files: ReadonlyMap<string, string>
	readonly recording: Recording
	/** The workspace that the files are in, which the thread has read. */
	readonly workspace: { readonly code: CodeThread; readonly folder: string }
	/** Share of right answers; absent where the model says what it says. */
	readonly right?: number | undefined
}

/** Milliseconds of rest after which the editor layer has the prompt read. */
const restMs = 400

/** Types a session in real time, asking after each keystroke as the editor does, with everything that the extension has. */
export async function replay({ model, files, recording, workspace, right }: ReplayInput): Promise<Replay> {
	const { edits } = recording
	const { code, folder } = workspace
	const documents = new Map([...files].map(([file, text]) => [file, new BenchDocument(file, text)]))
	const begin = performance.now()
	const keystrokes: Promise<Keystroke>[] = []
	const clock = new WaitingClock()
	const requests: Promise<CompletionFigures>[] = []
	const oracle = right === undefined ? undefined : new Oracle(model, right)
	const finished = finishedWork(files, recording)
	const observed = observe(oracle?.answering() ?? model, requests)
	const confidence = new Confidence(undefined)
	const completer = new InlineCompleter({
		model: observed,
		structure: code,
		context: code,
		confidence,
		clock,
		logger: silentLogger,
	})
	for (const { id: documentId, languageId, version, text } of documents.values()) {
		code.open({ documentId, languageId, version, text, file: join(folder, documentId) })
	}
	const settings = {
		maxTokens: defaultSettings['completion.maxTokens'],
		contextTokens: defaultSettings['completion.contextTokens'],
	}
	let last: CancellationSource | undefined
	for (const [index, edit] of edits.entries()) {
		if (await rests(begin + edit.at)) {
			const previous = edits[index - 1]
			const resting = previous && documents.get(previous.file)
			if (previous && resting) {
				void completer.warmUp({ document: resting, position: resting.positionAt(previous.cursor), ...settings })
			}
			await sleepUntil(begin + edit.at)
		}
		last?.cancel()
		last = undefined
		if (isJump(edit)) continue
		const document = documents.get(edit.file)
		if (!document) throw new Error(`The recording names a file that is not there: ${edit.file}`)
		const before = document.version
		const change = document.apply(edit)
		const work = finished[index]
		if (work) oracle?.workOn(work)
		const source = new CancellationSource()
		last = source
		const pressed = performance.now()
		const waited = clock.startCounting()
		const position = document.positionAt(edit.cursor)
		code.change({ documentId: document.id, before, version: document.version, changes: [change] })
		const asked = { document, position, explicit: false, ahead: true, silence: 'unsure', ...settings } as const
		const answer = completer.complete(asked, source.token)
		keystrokes.push(answer.then((outcome) => ({ outcome, elapsedMs: performance.now() - pressed, ...waited() })))
	}
	const results = await Promise.all(keystrokes)
	completer.dispose()
	confidence.dispose()
	for (const { id } of documents.values()) code.close(id)
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
		announce: (withinMs) => model.announce(withinMs),
		countTokens: (texts, token) => model.countTokens(texts, token),
		complete(request, onText, token) {
			const answer = model.complete(request, onText, token)
			requests.push(answer.then(({ stats }) => stats))
			return answer
		},
	}
}

/** Waits until then, or until the cursor has rested for a while: then it answers true. */
async function rests(time: number): Promise<boolean> {
	const rest = performance.now() + restMs
	await sleepUntil(Math.min(time, rest))
	return time > rest
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
