import { join } from 'node:path'
import { root } from '../../../scripts/lib/root.mjs'
import { Confidence } from '../../../src/core/completion/confidence/confidence.ts'
import type { Position } from '../../../src/core/completion/documentLines.ts'
import type { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import type { InlineOutcome, Suggestion } from '../../../src/core/completion/outcome.ts'
import { wireCompleter } from '../../../src/core/completion/wireCompleter.ts'
import type { CompletionRequest } from '../../../src/core/model/ports.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { ParsedDocuments } from '../../../src/node/syntax/parsedDocuments.ts'
import { CancellationSource } from '../../../src/shared/cancellation.ts'
import { DisposableStore } from '../../../src/shared/disposable.ts'
import { finishedWork, TypedNext } from '../../bench/oracle.ts'
import { seededRandom } from '../../bench/recall/random.ts'
import { type BenchDocument, isJump, type Session, type Taking } from '../../bench/recording.ts'
import { readSessionFiles } from '../../bench/session.ts'
import { SessionPlayer, type Step } from '../../bench/sessionPlayer.ts'
import { FakeCompletionModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { type LogLine, RecordingLogger } from '../../fakes/recordingLogger.ts'
import { goesOn, mayBecome, WatchedModel } from './watchedModel.ts'

/** What became of one keystroke. */
export interface Key {
	readonly kind: 'key' | Taking
	readonly outcome: InlineOutcome
	/** The document as it was asked about. */
	readonly text: string
	/** It goes on as what is on the screen, of which something is left. */
	readonly typedAlong: boolean
	/** Requests to the model that were made for it, what is written ahead not counted. */
	readonly requests: number
	/** What a request had written that ran on although it could not become an answer any more. */
	readonly runsOn: readonly string[]
}

/** Milliseconds of the clock that is moved by hand: until the first piece of an answer, between pieces, and between two looks. */
const times = { first: 60, piece: 25, look: 10, rest: 400 }

const settings = { maxTokens: 96, ahead: true, silence: 'unsure', contextTokens: 512 } as const

/**
 * Types a session as fast as its clock is moved, with all that the extension has but the engine, the index and the editor.
 *
 * @param right share of the answers that are what is typed next
 */
export async function replayByHand(fixtures: string, session: Session, right: number) {
	const files = readSessionFiles(fixtures, session)
	const finished = finishedWork(files, session)
	const player = new SessionPlayer(files, session)
	const clock = new ManualClock()
	const next = new TypedNext()
	const model = new WatchedModel(new FakeCompletionModel(script(next, clock, right)))
	const parsed = await parsedDocuments(player.documents)
	const typist = new HandTypist({ model, clock, parsed })
	for (let due = player.due; due !== undefined; due = player.due) {
		if (due - clock.now() > times.rest) {
			await pass(clock, clock.now() + times.rest)
			typist.rest()
		}
		await pass(clock, due)
		const step = player.step(typist.shown)
		const work = step.kind !== 'jump' && finished[step.edit]
		if (work) next.workOn(work)
		await typist.perform(step)
	}
	await pass(clock, clock.now() + 2_000)
	const ended = await typist.end()
	await pass(clock, clock.now() + 1_000)
	for (const { id } of player.documents.values()) parsed.close(id)
	const left = { timers: clock.pending, running: model.running.length }
	return { ...ended, left, overlaps: model.overlaps, texts: textsOf(player.documents) }
}

/** Somebody at an editor, and what the completer did for each key. */
class HandTypist {
	/** On the screen, for the document as it is. */
	shown: Suggestion | undefined
	private readonly parts: {
		readonly model: WatchedModel
		readonly clock: ManualClock
		readonly parsed: ParsedDocuments
	}
	private readonly store = new DisposableStore()
	private readonly logger = new RecordingLogger()
	private readonly completer: InlineCompleter
	private readonly keys: Promise<Key>[] = []
	private finished = 0
	private source = new CancellationSource()
	private last: { readonly document: BenchDocument; readonly position: Position } | undefined

	constructor(parts: HandTypist['parts']) {
		const { model, clock, parsed } = parts
		this.parts = parts
		const { completer } = wireCompleter(this.store, {
			model,
			code: {
				placeOf: async (place) => parsed.placeOf(place),
				checkInsertion: async (insertion) => parsed.checkInsertion(insertion),
				collect: async () => ({ path: undefined, chunks: [], late: [] }),
			},
			server: { mayAsk: () => false, lineOf: () => undefined, definitionsAt: async () => [] },
			confidence: this.store.add(new Confidence(undefined)),
			clock,
			logger: this.logger,
		})
		this.completer = completer
		this.completer.onDidFinish(() => this.finished++)
	}

	rest(): void {
		if (this.last) void this.completer.warmUp({ ...this.last, ...settings })
	}

	async perform(step: Step): Promise<void> {
		const { model } = this.parts
		const { shown } = this
		this.source.cancel()
		this.source = new CancellationSource()
		this.shown = undefined
		const { document, cursor: position } = step
		this.last = { document, position }
		const { text } = document
		const cursor = document.offsetAt(position)
		const screen = model.at
		model.at = { documentId: document.id, before: text.slice(0, cursor), after: text.slice(cursor) }
		if (step.kind !== 'jump') await this.ask(step, shown !== undefined && goesOn(shown, screen, model.at))
	}

	/** No suggestion comes after this. */
	async end(): Promise<{ keys: Key[]; finished: number; errors: readonly LogLine[] }> {
		const keys = await Promise.all(this.keys)
		this.store.dispose()
		const errors = this.logger.lines.filter(({ level }) => level === 'error' || level === 'warn')
		return { keys, finished: this.finished, errors }
	}

	private async ask(step: Exclude<Step, { kind: 'jump' }>, typedAlong: boolean): Promise<void> {
		const { model, parsed } = this.parts
		const { kind, document, before, change, cursor: position } = step
		const { text, version } = document
		const { token } = this.source
		parsed.change({ documentId: document.id, before, version, changes: [change] })
		const over = model.running.filter((one) => !mayBecome(one, model.at))
		const made = model.asked
		if (kind !== 'key') this.completer.accepted()
		const asked = this.completer.complete({ document, position, explicit: false, ...settings }, token)
		await turns()
		const runsOn = over.filter((one) => model.running.includes(one)).map((one) => one.text)
		this.keys.push(
			asked.then((outcome) => {
				if (outcome.kind === 'suggestion' && !token.isCancellationRequested) this.shown = outcome
				return { kind, outcome, text, typedAlong, requests: model.asked - made, runsOn }
			}),
		)
	}
}

/** Texts when nothing is ever taken. */
export function finishedTexts(fixtures: string, session: Session): Map<string, string> {
	const { documents } = new SessionPlayer(readSessionFiles(fixtures, session), session)
	for (const edit of session.edits) if (!isJump(edit)) documents.get(edit.file)?.apply(edit)
	return textsOf(documents)
}

function textsOf(documents: ReadonlyMap<string, BenchDocument>): Map<string, string> {
	return new Map([...documents].map(([file, { text }]) => [file, text]))
}

async function parsedDocuments(documents: ReadonlyMap<string, BenchDocument>): Promise<ParsedDocuments> {
	// Parsing is never cut short, however busy the machine: a replay has to come out the same each time.
	const parsed = new ParsedDocuments(new GrammarLibrary(join(root, 'grammars')), () => 0)
	for (const { id: documentId, languageId, version, text } of documents.values()) {
		await parsed.open({ documentId, languageId, version, text })
	}
	return parsed
}

/** Time goes on in small steps, and what waits for promises has its turn after each. */
async function pass(clock: ManualClock, until: number): Promise<void> {
	for (;;) {
		await turns()
		const left = until - clock.now()
		if (left <= 0) return
		clock.advance(clock.pending === 0 ? left : Math.min(times.look, left))
	}
}

/** What waits for promises has its turn. */
async function turns(): Promise<void> {
	for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Right in a share of its answers; else it says in turn what stands elsewhere in the document, and nonsense. */
function script(next: TypedNext, clock: ManualClock, right: number) {
	const random = seededRandom(3)
	let wrong = 0
	return {
		answer(request: CompletionRequest): string[] {
			const before = request.prefix + (request.typed ?? '')
			const truth = next.after(before)
			if (random() < right && truth !== '') return piecesOf(truth.slice(0, 300))
			const below = request.suffix.replace(/^[^\n]*\n/, '').slice(0, 120)
			const above = before.slice(-160).split('\n').slice(1, 4).join('\n')
			const garbled = `${truth.slice(0, 5)}qq(${truth.slice(5, 12)}))`
			const answers = [below, above, garbled, 'value)]}', `${truth.slice(0, 20)}\n${below}`]
			return piecesOf(answers[wrong++ % answers.length] ?? '')
		},
		beforePiece: (index: number) =>
			new Promise<void>((resolve) => {
				clock.after(index === 0 ? times.first : times.piece, resolve)
			}),
	}
}

function piecesOf(text: string): string[] {
	return text.match(/[\s\S]{1,5}/g) ?? []
}
