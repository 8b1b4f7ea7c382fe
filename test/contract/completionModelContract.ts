import { afterEach, describe, expect, it } from 'vitest'
import { type ModelState, ModelUnavailableError } from '../../src/core/model/modelState.ts'
import type { CompletionModel, CompletionRequest } from '../../src/core/model/ports.ts'
import { CancellationSource, neverCancelled } from '../../src/shared/cancellation.ts'
import type { Disposable } from '../../src/shared/disposable.ts'
import { reached } from '../fakes/reached.ts'

/** Models to test with. One that `talks` has an answer of several hundred tokens; a `broken` one cannot be loaded. */
export interface CompletionModelMaker {
	talking(): CompletionModel & Partial<Disposable>
	broken(): CompletionModel & Partial<Disposable>
}

/** What every `CompletionModel` keeps to. */
export function completionModelContract(name: string, make: CompletionModelMaker): void {
	describe(name, () => {
		const made: Partial<Disposable>[] = []
		const use = <T extends Partial<Disposable>>(model: T): T => {
			made.push(model)
			return model
		}
		const request = (change: Partial<CompletionRequest> = {}): CompletionRequest => ({
			prefix: 'const total = ',
			suffix: '\n',
			maxTokens: 40,
			stop: [],
			...change,
		})
		const ignore = () => {}

		afterEach(() => {
			for (const model of made.splice(0)) model.dispose?.()
		})

		it('does nothing before it is asked', () => {
			expect(use(make.talking()).state).toEqual({ kind: 'idle' })
		})

		it('goes from idle over loading to ready when it is prepared, and tells every step', async () => {
			const model = use(make.talking())
			const states: ModelState[] = []
			model.onDidChangeState((state) => {
				expect(model.state).toBe(state)
				states.push(state)
			})
			model.prepare()
			model.prepare()
			const ready = await reached(model, 'ready')
			expect(ready.model.name).not.toBe('')
			expect(ready.model.contextSize).toBeGreaterThan(0)
			expect(states.at(-1)).toBe(ready)
			expect(states.slice(0, -1).map(({ kind }) => kind)).toEqual(Array(states.length - 1).fill('loading'))
			expect(states.length).toBeGreaterThan(1)
		})

		it('answers from idle, streaming what the answer consists of', async () => {
			const model = use(make.talking())
			const pieces: string[] = []
			const answer = await model.complete(request(), (text) => pieces.push(text), neverCancelled)
			expect(answer.stopReason).toBe('maxTokens')
			expect(answer.text).not.toBe('')
			expect(pieces.join('')).toBe(answer.text)
			expect(model.state.kind).toBe('ready')
		})

		it('answers the same to the same, and ends before a stop text', async () => {
			const model = use(make.talking())
			const { text } = await model.complete(request(), ignore, neverCancelled)
			const stop = text.slice(10, 14)
			const pieces: string[] = []
			const answer = await model.complete(request({ stop: [stop] }), (piece) => pieces.push(piece), neverCancelled)
			expect(answer).toMatchObject({ text: text.slice(0, text.indexOf(stop)), stopReason: 'stopText' })
			expect(pieces.join('')).toBe(answer.text)
		})

		it('answers several at once', async () => {
			const model = use(make.talking())
			const answers = await Promise.all(
				[1, 5, 20].map((maxTokens) => model.complete(request({ maxTokens }), ignore, neverCancelled)),
			)
			const lengths = answers.map(({ text }) => text.length)
			expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
			expect(new Set(lengths).size).toBe(3)
		})

		it('resolves a request that was cancelled before it came', async () => {
			const model = use(make.talking())
			const source = new CancellationSource()
			source.cancel()
			const pieces: string[] = []
			const answer = await model.complete(request(), (text) => pieces.push(text), source.token)
			expect(answer).toMatchObject({ text: '', stopReason: 'cancelled' })
			expect(pieces).toEqual([])
		})

		it('resolves a request that is cancelled while the model loads, and loads on', async () => {
			const model = use(make.talking())
			const source = new CancellationSource()
			const answer = model.complete(request(), ignore, source.token)
			await reached(model, 'loading')
			source.cancel()
			expect(await answer).toMatchObject({ text: '', stopReason: 'cancelled' })
			expect(model.state.kind).toBe('loading')
			await reached(model, 'ready')
		})

		it('resolves a request that is cancelled in the middle with what there is', async () => {
			const model = use(make.talking())
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

		it('rejects with the problem of a model that cannot be loaded, which is its state, too', async () => {
			const model = use(make.broken())
			const error: unknown = await model.complete(request(), ignore, neverCancelled).catch((reason) => reason)
			expect(error).toBeInstanceOf(ModelUnavailableError)
			const { problem } = error as ModelUnavailableError
			expect(problem.code).toMatch(/^model/)
			expect(model.state).toEqual({ kind: 'failed', problem })
			await expect(model.complete(request(), ignore, neverCancelled)).rejects.toBeInstanceOf(ModelUnavailableError)
			expect(() => model.prepare()).not.toThrow()
			expect(model.state.kind).toBe('failed')
		})
	})
}
