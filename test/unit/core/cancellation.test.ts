import { describe, expect, it } from 'vitest'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import type { InlineRequest } from '../../../src/core/completion/inlineRequest.ts'
import type { InlineOutcome } from '../../../src/core/completion/outcome.ts'
import type { ContextSource } from '../../../src/core/context/contextSource.ts'
import { noFigures } from '../../../src/core/model/figures.ts'
import type { CompletionAnswer, CompletionRequest } from '../../../src/core/model/ports.ts'
import type { CodeStructure } from '../../../src/core/syntax/codeStructure.ts'
import { CancellationSource, type CancellationToken } from '../../../src/shared/cancellation.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'
import { markedDocument } from './markedDocument.ts'

/** More turns than any of the requests here takes; each run fails if that is not so. */
const mostTurns = 400

/** Everything that a request waits for, under way or done, with the token that it was given. */
class Work {
	readonly tokens: { readonly token: CancellationToken; isOver: boolean; readonly of: string }[] = []

	async do<T>(of: string, token: CancellationToken, work: () => Promise<T>): Promise<T> {
		const entry = { token, isOver: false, of }
		this.tokens.push(entry)
		return work().finally(() => {
			entry.isOver = true
		})
	}
}

/** Everything here waits for its turn and for nothing else, so that a test can stop between any two steps. */
async function slowly<T>(value: T): Promise<T> {
	for (let turns = 0; turns < 5; turns++) await Promise.resolve()
	return value
}

/** A model that, when it is held, ends only where it is told to. */
class StepwiseModel extends FakeCompletionModel {
	private readonly work: Work
	private answers = 0
	isHeld = false

	constructor(work: Work) {
		super()
		this.work = work
		this.setState({ kind: 'ready', model: fakeLoadedModel })
	}

	override complete(_request: CompletionRequest, onText: (text: string) => void, token: CancellationToken) {
		const pieces = ['one', ' and', ` ${++this.answers}`]
		return this.work.do('model', token, async (): Promise<CompletionAnswer> => {
			let text = ''
			for (const piece of pieces) {
				await slowly(undefined)
				if (this.isHeld) await new Promise((resolve) => token.onCancellationRequested(resolve))
				if (token.isCancellationRequested) return { text, stopReason: 'cancelled', stats: noFigures }
				text += piece
				onText(piece)
			}
			return { text, stopReason: 'endOfText', stats: noFigures }
		})
	}
}

function setUp() {
	const work = new Work()
	const clock = new ManualClock()
	const logger = new RecordingLogger()
	const place = { scope: 'code', inEmptyBlock: true, afterComment: false, enclosing: [] } as const
	const check = { newErrors: 0, keep: 1_000, missingClosers: '', newNames: [] }
	const structure: CodeStructure = {
		placeOf: (_place, token) => work.do('place', token, () => slowly(place)),
		checkInsertion: (_insertion, token) => work.do('check', token, () => slowly(check)),
	}
	const context: ContextSource = {
		collect: (_request, token) => work.do('context', token, () => slowly({ path: 'a.ts', chunks: [], late: [] })),
	}
	const model = new StepwiseModel(work)
	const completer = new InlineCompleter({ model, structure, context, clock, logger })
	return { work, clock, logger, model, completer }
}

type Parts = ReturnType<typeof setUp>

/** Lets the next step run; now and then time passes, too. */
async function turn(clock: ManualClock, index: number): Promise<void> {
	if (index % 4 === 3) clock.advance(10)
	await Promise.resolve()
}

async function settle(clock: ManualClock): Promise<void> {
	for (let index = 0; index < 200; index++) await turn(clock, index)
}

/** Asks, and cancels after so many turns. */
async function cancelledAfter(turns: number, ask: (parts: Parts, token: CancellationToken) => Promise<InlineOutcome>) {
	const parts = setUp()
	const source = new CancellationSource()
	let outcome: InlineOutcome | undefined
	parts.completer.onDidFinish((finished) => {
		outcome = finished
	})
	const asked = ask(parts, source.token)
	for (let index = 0; index < turns; index++) await turn(parts.clock, index)
	const before = outcome?.kind === 'suggestion' ? outcome : undefined
	const running = parts.work.tokens.filter(({ isOver }) => !isOver)
	source.cancel()
	parts.model.isHeld = true
	await settle(parts.clock)
	await asked
	return { ...parts, before, running, outcome }
}

const requestAt = (marked: string, more: Partial<InlineRequest> = {}): InlineRequest => ({
	...markedDocument(marked),
	explicit: false,
	maxTokens: 32,
	contextTokens: 256,
	...more,
})

describe('a question that the editor takes back', () => {
	it.each<[string, (parts: Parts, token: CancellationToken) => Promise<InlineOutcome>]>([
		['while typing', ({ completer }, token) => completer.complete(requestAt('const a = │'), token)],
		[
			'in a scope that has to be looked at',
			({ completer }, token) => completer.complete(requestAt('const a = │', { silentIn: ['comment'] }), token),
		],
		[
			'by hand, with other texts',
			({ completer }, token) =>
				completer.complete(requestAt('const a = │', { explicit: true, othersMs: 5_000 }), token),
		],
		[
			'while the answer to an earlier key is waited for',
			({ completer }, token) => {
				const first = new CancellationSource()
				void completer.complete(requestAt('{\n\t│\n}'), first.token)
				first.cancel()
				return completer.complete(requestAt('{\n\to│\n}'), token)
			},
		],
	])('%s is over at once, whatever it waits for', async (_how, ask) => {
		let isAnswered = false
		const interrupted = new Set<string>()
		for (let turns = 0; turns < mostTurns && !isAnswered; turns++) {
			const { before, running, outcome, work, clock, completer, logger } = await cancelledAfter(turns, ask)
			isAnswered = before !== undefined
			if (!isAnswered) expect(outcome).toMatchObject({ kind: 'none', reason: 'cancelled' })
			// Nothing goes on: a model that is held ends only where it is told to.
			expect(work.tokens.filter(({ isOver }) => !isOver)).toEqual([])
			expect(completer.isThinking).toBe(false)
			expect(clock.pending).toBe(0)
			for (const { token, of } of running) if (token.isCancellationRequested) interrupted.add(of)
			expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([])
		}
		expect(isAnswered).toBe(true)
		expect(interrupted).toContain('model')
		expect(interrupted).toContain('check')
	})
})
