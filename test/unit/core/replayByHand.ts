import { join } from 'node:path'
import { root } from '../../../scripts/lib/root.mjs'
import { Confidence } from '../../../src/core/completion/confidence/confidence.ts'
import type { InlineOutcome, Suggestion } from '../../../src/core/completion/outcome.ts'
import { wireCompleter } from '../../../src/core/completion/wireCompleter.ts'
import type { CompletionModel, CompletionRequest } from '../../../src/core/model/ports.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { ParsedDocuments } from '../../../src/node/syntax/parsedDocuments.ts'
import { CancellationSource, type CancellationToken } from '../../../src/shared/cancellation.ts'
import { DisposableStore } from '../../../src/shared/disposable.ts'
import { finishedWork, TypedNext } from '../../bench/oracle.ts'
import { seededRandom } from '../../bench/recall/random.ts'
import { type BenchDocument, isJump, type Session, type Taking } from '../../bench/recording.ts'
import { readSessionFiles } from '../../bench/session.ts'
import { SessionPlayer } from '../../bench/sessionPlayer.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

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

interface Running {
	/** What the model was asked to go on from. */
	readonly base: string
	readonly documentId: string
	/** Nobody is there yet: it follows what is on the screen. */
	readonly isAhead: boolean
	readonly token: CancellationToken
	text: string
}

/** Milliseconds of the clock that is moved by hand: until the first piece of an answer, between pieces, and between two looks. */
const times = { first: 60, piece: 25, look: 5, rest: 400 }

export async function replayByHand(fixtures: string, session: Session, right: number) {
	const files = readSessionFiles(fixtures, session)
	const finished = finishedWork(files, session)
	const player = new SessionPlayer(files, session)
	const store = new DisposableStore()
	const clock = new ManualClock()
	const logger = new RecordingLogger()
	const next = new TypedNext()
	const model = new WatchedModel(new FakeCompletionModel(script(next, clock, right)))
	const parsed = await parsedDocuments(player.documents)
	const completer = wireCompleter(store, {
		model,
		code: {
			placeOf: async (place) => parsed.placeOf(place),
			checkInsertion: async (insertion) => parsed.checkInsertion(insertion),
			collect: async () => ({ path: undefined, chunks: [], late: [] }),
		},
		server: { mayAsk: () => false, lineOf: () => undefined, definitionsAt: async () => [] },
		confidence: store.add(new Confidence(undefined)),
		clock,
		logger,
	})
	let fired = 0
	completer.onDidFinish(() => fired++)
	const settings = { maxTokens: 96, ahead: true, silence: 'unsure', contextTokens: 512 } as const
	const keys: Promise<Key>[] = []
	let source = new CancellationSource()
	let shown: Suggestion | undefined
	let last: { document: BenchDocument; position: { line: number; character: number } } | undefined
	for (let due = player.due; due !== undefined; due = player.due) {
		if (last && due - clock.now() > times.rest) {
			await pass(clock, clock.now() + times.rest)
			void completer.warmUp({ ...last, ...settings })
		}
		await pass(clock, due)
		const before = shown
		const step = player.step(shown)
		source.cancel()
		source = new CancellationSource()
		const { token } = source
		shown = undefined
		const { document, cursor: position } = step
		last = { document, position }
		const { text } = document
		const cursor = document.offsetAt(position)
		const screen = model.at
		model.at = { documentId: document.id, before: text.slice(0, cursor), after: text.slice(cursor) }
		if (step.kind === 'jump') continue
		const work = finished[step.edit]
		if (work) next.workOn(work)
		const { change, kind } = step
		parsed.change({ documentId: document.id, before: step.before, version: document.version, changes: [change] })
		const over = model.running.filter((one) => !mayBecome(one, model.at))
		const made = model.asked
		if (kind !== 'key') completer.accepted()
		const asked = completer.complete({ document, position, explicit: false, ...settings }, token)
		await turns()
		const runsOn = over.filter((one) => model.running.includes(one)).map((one) => one.text)
		const typedAlong = before !== undefined && goesOn(before, screen, model.at)
		keys.push(
			asked.then((outcome) => {
				if (outcome.kind === 'suggestion' && !token.isCancellationRequested) shown = outcome
				return { kind, outcome, text, typedAlong, requests: model.asked - made, runsOn }
			}),
		)
	}
	await pass(clock, clock.now() + 2_000)
	const results = await Promise.all(keys)
	store.dispose()
	await pass(clock, clock.now() + 1_000)
	for (const { id } of player.documents.values()) parsed.close(id)
	return {
		keys: results,
		finished: fired,
		errors: logger.lines.filter(({ level }) => level === 'error' || level === 'warn'),
		left: { timers: clock.pending, running: model.running.length },
		overlaps: model.overlaps,
		texts: textsOf(player.documents),
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
	const parsed = new ParsedDocuments(new GrammarLibrary(join(root, 'grammars')))
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

/** Whether an answer that is being written may still become the one for a place; blanks do not count, for the editor indents. */
function mayBecome({ base, documentId, isAhead, text: written }: Running, at: Place): boolean {
	if (documentId !== at.documentId) return false
	const from = at.before.indexOf(base.slice(0, longestHead))
	const before = from < 0 ? '' : at.before.slice(from)
	if (isAhead && before !== '' && base.startsWith(before)) return true
	if (!before.startsWith(base)) return false
	const [typed, wanted] = [before.slice(base.length), written].map((text) => text.replace(/\s/g, '')) as [
		string,
		string,
	]
	return typed.startsWith(wanted) || wanted.startsWith(typed)
}

/** Whether what was typed is how the suggestion begins, with some of it left, and the text behind the cursor is still the same. */
function goesOn({ text, replace }: Suggestion, screen: Place, now: Place): boolean {
	if (replace.start !== replace.end || !now.before.startsWith(screen.before)) return false
	const typed = now.before.slice(screen.before.length)
	const closed = now.after.slice(0, now.after.length - screen.after.length)
	const isSame = now.after.endsWith(screen.after) && /^[)\]}"'`]*$/.test(closed)
	return isSame && text.startsWith(typed) && text.slice(typed.length).trim() !== ''
}

interface Place {
	readonly documentId: string
	readonly before: string
	readonly after: string
}

/** Characters by which the beginning of a prompt is found in the document. */
const longestHead = 80

/** Knows which requests run, and which of them ran side by side. */
class WatchedModel implements CompletionModel {
	readonly overlaps: string[] = []
	readonly onDidChangeState: CompletionModel['onDidChangeState']
	/** Requests for what is at the cursor. */
	asked = 0
	/** Where the cursor is. */
	at: Place = { documentId: '', before: '', after: '' }
	private readonly model: FakeCompletionModel
	private readonly all = new Set<Running>()

	constructor(model: FakeCompletionModel) {
		model.setState({ kind: 'ready', model: { ...fakeLoadedModel, contextSize: 8_192 } })
		this.model = model
		this.onDidChangeState = model.onDidChangeState
	}

	get state() {
		return this.model.state
	}

	/** Not over, and not cancelled. */
	get running(): Running[] {
		return [...this.all].filter(({ token }) => !token.isCancellationRequested)
	}

	prepare(): void {}

	warmUp: CompletionModel['warmUp'] = (request, token) => this.model.warmUp(request, token)

	countTokens: CompletionModel['countTokens'] = (texts, token) => this.model.countTokens(texts, token)

	complete: CompletionModel['complete'] = (request, onText, token) => {
		const base = request.prefix + (request.typed ?? '')
		const isAhead = !this.at.before.endsWith(base)
		if (!isAhead) this.asked++
		for (const one of this.running) this.overlaps.push(`${one.text} and what follows ${base.slice(-20)}`)
		const running: Running = { base, documentId: this.at.documentId, isAhead, token, text: '' }
		this.all.add(running)
		const onPiece = (piece: string) => {
			running.text += piece
			onText(piece)
		}
		return this.model.complete(request, onPiece, token).finally(() => this.all.delete(running))
	}
}
