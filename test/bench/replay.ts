import { join } from 'node:path'
import { Confidence } from '../../src/core/completion/confidence/confidence.ts'
import type { Position } from '../../src/core/completion/documentLines.ts'
import type { InlineCompleter } from '../../src/core/completion/inlineCompleter.ts'
import type { InlineOutcome, Suggestion } from '../../src/core/completion/outcome.ts'
import { wireCompleter } from '../../src/core/completion/wireCompleter.ts'
import type { CompletionModel } from '../../src/core/model/ports.ts'
import { defaultSettings } from '../../src/core/settings.ts'
import type { CodeThread } from '../../src/node/syntax/codeThread.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import { DisposableStore } from '../../src/shared/disposable.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { type Observed, ObservedModel } from './observedModel.ts'
import { finishedWork, Oracle } from './oracle.ts'
import { PauseClock } from './pauseClock.ts'
import type { BenchDocument, Recording, Taking } from './recording.ts'
import { SessionPlayer, type Step } from './sessionPlayer.ts'
import { textServer } from './textServer.ts'

/** What became of one keystroke. */
export interface Keystroke {
	/** Whether a key was pressed, or a suggestion taken. */
	readonly kind: 'key' | Taking
	readonly outcome: InlineOutcome
	/** Milliseconds from the changed document to the outcome. */
	readonly elapsedMs: number
	/** Milliseconds of it that were waited on purpose. */
	readonly debounceMs: number
	/** What was going on when the next key came before the outcome. */
	readonly overtakenIn?: 'debounce' | 'model' | 'host'
}

export interface Replay extends Observed {
	readonly keystrokes: readonly Keystroke[]
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

const settings = {
	maxTokens: defaultSettings['completion.maxTokens'],
	contextTokens: defaultSettings['completion.contextTokens'],
	ahead: defaultSettings['completion.ahead'],
	silence: defaultSettings['completion.silence'],
}

/** Types a session in real time, asking after each keystroke as the editor does, with everything that the extension has. */
export async function replay(input: ReplayInput): Promise<Replay> {
	const { files, recording, workspace } = input
	const fileOf = (documentId: string) => join(workspace.folder, documentId)
	const player = new SessionPlayer(files, recording)
	const store = new DisposableStore()
	const oracle = input.right === undefined ? undefined : new Oracle(input.model, input.right)
	const model = new ObservedModel(oracle?.answering() ?? input.model)
	const pauses = new PauseClock()
	const confidence = store.add(new Confidence(undefined))
	const { code } = workspace
	const { completer } = wireCompleter(store, {
		model,
		code,
		server: textServer(player.documents, fileOf),
		confidence,
		clock: systemClock,
		pauses,
		logger: silentLogger,
	})
	for (const { id: documentId, languageId, version, text } of player.documents.values()) {
		code.open({ documentId, languageId, version, text, file: fileOf(documentId) })
		store.add({ dispose: () => code.close(documentId) })
	}
	const finished = finishedWork(files, recording)
	const typing = new Typing({ completer, model, pauses, code })
	const begin = performance.now()
	for (let due = player.due; due !== undefined; due = player.due) {
		if (await rests(begin + due)) typing.rest()
		await sleepUntil(begin + due)
		const step = player.step(typing.onScreen)
		const work = step.kind !== 'jump' && finished[step.edit]
		if (work) oracle?.workOn(work)
		typing.perform(step)
	}
	const keystrokes = await typing.keystrokes()
	store.dispose()
	return { keystrokes, ...(await model.observed()) }
}

/** The editor's part: it tells of a change, asks, and shows what it gets until the next key. */
class Typing {
	private readonly parts: {
		readonly completer: InlineCompleter
		readonly model: ObservedModel
		readonly pauses: PauseClock
		readonly code: CodeThread
	}
	private readonly asked: Promise<Keystroke>[] = []
	private last: { readonly document: BenchDocument; readonly position: Position } | undefined
	private shown: Suggestion | undefined
	private overtake: (() => void) | undefined

	constructor(parts: Typing['parts']) {
		this.parts = parts
	}

	/** For the document as it is. */
	get onScreen(): Suggestion | undefined {
		return this.shown
	}

	/** The cursor has not moved for a while. */
	rest(): void {
		if (this.last) void this.parts.completer.warmUp({ ...this.last, ...settings })
	}

	perform(step: Step): void {
		this.overtake?.()
		this.overtake = undefined
		this.shown = undefined
		const { document, cursor: position } = step
		this.last = { document, position }
		if (step.kind !== 'jump') this.asked.push(this.ask(step))
	}

	keystrokes(): Promise<Keystroke[]> {
		return Promise.all(this.asked)
	}

	private async ask({ kind, document, before, change, cursor: position }: Exclude<Step, { kind: 'jump' }>) {
		const { completer, model, pauses, code } = this.parts
		model.keystroke = this.asked.length
		const source = new CancellationSource()
		const pause = pauses.startCounting()
		let overtakenIn: Keystroke['overtakenIn']
		let isOver = false
		this.overtake = () => {
			if (!isOver) overtakenIn = pause.isPending ? 'debounce' : model.isAnswering ? 'model' : 'host'
			source.cancel()
		}
		const pressed = performance.now()
		code.change({ documentId: document.id, before, version: document.version, changes: [change] })
		if (kind !== 'key') completer.accepted()
		const asking = completer.complete({ document, position, explicit: false, ...settings }, source.token)
		const outcome = await asking
		const elapsedMs = performance.now() - pressed
		isOver = true
		if (outcome.kind === 'suggestion' && !source.token.isCancellationRequested) this.shown = outcome
		return { kind, outcome, elapsedMs, debounceMs: pause.ms, ...(overtakenIn && { overtakenIn }) }
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
