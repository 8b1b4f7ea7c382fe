import { describe, expect, it } from 'vitest'
import type { CompletionModel, CompletionRequest } from '../../src/core/model/ports.ts'
import { CancellationSource, neverCancelled } from '../../src/shared/cancellation.ts'
import { itKeepsToTheLifeOfAModel, type ModelMaker, useModels } from './modelContract.ts'

export interface CompletionAbilities {
	/** It says how likely its answers are. */
	readonly isSure: boolean
	/** It can read a prompt without writing. */
	readonly warmsUp: boolean
}

/** What every `CompletionModel` keeps to. One that works has an answer of several hundred tokens. */
export function completionModelContract(
	name: string,
	make: ModelMaker<CompletionModel>,
	{ isSure, warmsUp }: CompletionAbilities = { isSure: true, warmsUp: true },
): void {
	describe(name, () => {
		const use = useModels()
		const place = { prefix: 'const total = ', suffix: '\n' }
		const request = (change: Partial<CompletionRequest> = {}): CompletionRequest => ({
			...place,
			maxTokens: 40,
			stop: [],
			...change,
		})
		const ignore = () => {}

		itKeepsToTheLifeOfAModel(make, (model, terms, token) => model.complete(request(terms), ignore, token))

		it('answers from idle, streaming what the answer consists of', async () => {
			const model = use(make.works())
			const pieces: string[] = []
			const answer = await model.complete(request(), (text) => pieces.push(text), neverCancelled)
			expect(answer.stopReason).toBe('maxTokens')
			expect(answer.text).not.toBe('')
			expect(pieces.join('')).toBe(answer.text)
			expect(answer.logProbs).toBeUndefined()
			expect(model.state.kind).toBe('ready')
		})

		it('answers the same to the same, and ends before a stop text', async () => {
			const model = use(make.works())
			const { text } = await model.complete(request(), ignore, neverCancelled)
			const stop = text.slice(10, 14)
			const pieces: string[] = []
			const answer = await model.complete(request({ stop: [stop] }), (piece) => pieces.push(piece), neverCancelled)
			expect(answer).toMatchObject({ text: text.slice(0, text.indexOf(stop)), stopReason: 'stopText' })
			expect(pieces.join('')).toBe(answer.text)
		})

		it('answers several at once', async () => {
			const model = use(make.works())
			const answers = await Promise.all(
				[1, 5, 20].map((maxTokens) => model.complete(request({ maxTokens }), ignore, neverCancelled)),
			)
			const lengths = answers.map(({ text }) => text.length)
			expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
			expect(new Set(lengths).size).toBe(3)
		})

		it('says what was shown of other files', async () => {
			const model = use(make.works())
			expect((await model.complete(request(), ignore, neverCancelled)).context).toBeUndefined()
			const pieces = [
				{ path: 'a.ts', text: 'const a = 1' },
				{ path: 'b.ts', text: 'const b = 2' },
			]
			const shown = { path: 'c.ts', pieces, comment: '//' }
			const { context } = await model.complete(request({ context: shown }), ignore, neverCancelled)
			expect(context?.pieces).toEqual([0, 1])
			expect(context?.tokens).toBeGreaterThanOrEqual(2)
		})

		it.skipIf(isSure)('claims no likelihood that it does not know', async () => {
			const model = use(make.works())
			const rule = { leastFirstLogProb: 1, leastMeanLogProb: 1 }
			const told = await model.complete(request({ logProbs: true, stopRule: rule }), ignore, neverCancelled)
			expect(told.logProbs).toBeUndefined()
			expect(told.text).not.toBe('')
		})

		it.runIf(isSure)('says how likely an answer was, and ends one by a rule', async () => {
			const model = use(make.works())
			const told = await model.complete(request({ logProbs: true }), ignore, neverCancelled)
			expect(told.logProbs?.first).toBeLessThanOrEqual(0)
			expect(told.logProbs?.mean).toBeLessThanOrEqual(0)
			// No token is likelier than certain.
			const ruled = await model.complete(request({ stopRule: { leastFirstLogProb: 1 } }), ignore, neverCancelled)
			expect(ruled).toMatchObject({ text: '', stopReason: 'stopRule' })
		})

		it('is warmed up when it is ready, and not loaded for that', async () => {
			const model = use(make.works())
			expect((await model.warmUp(place, neverCancelled)).stopReason).toBe('cancelled')
			expect(model.state).toEqual({ kind: 'idle' })
			await model.complete(request({ prefix: 'a', maxTokens: 1 }), ignore, neverCancelled)
			const warm = await model.warmUp(place, neverCancelled)
			expect(warm.stopReason).toBe(warmsUp ? 'done' : 'cancelled')
			expect(warm.promptTokens > 0).toBe(warmsUp)
		})

		it('hears of a completion before it is asked for, in any state', async () => {
			const model = use(make.works())
			model.announce(100)
			expect(model.state).toEqual({ kind: 'idle' })
			await model.complete(request({ maxTokens: 1 }), ignore, neverCancelled)
			model.announce(100)
			const { stopReason } = await model.complete(request({ maxTokens: 1 }), ignore, neverCancelled)
			expect(stopReason).toBe('maxTokens')
		})

		it('resolves a request that is cancelled in the middle with what there is', async () => {
			const model = use(make.works())
			const source = new CancellationSource()
			const pieces: string[] = []
			const answer = await model.complete(
				request({ maxTokens: 900 }),
				(text) => {
					pieces.push(text)
					source.cancel()
				},
				source.token,
			)
			expect(answer.stopReason).toBe('cancelled')
			expect(answer.text).not.toBe('')
			expect(pieces.join('')).toBe(answer.text)
			const next = await model.complete(request({ maxTokens: 3 }), ignore, neverCancelled)
			expect(next.stopReason).toBe('maxTokens')
		})
	})
}
