import { afterEach, expect, it } from 'vitest'
import { type ModelState, ModelUnavailableError } from '../../src/core/model/modelState.ts'
import type { Model, TokenCounter } from '../../src/core/model/ports.ts'
import { CancellationSource, type CancellationToken, neverCancelled } from '../../src/shared/cancellation.ts'
import type { Disposable } from '../../src/shared/disposable.ts'
import { reached } from '../fakes/reached.ts'

export type MadeModel<M> = M & Partial<Disposable>

/** Models to test with. One that `works` has an answer that takes a while; a `broken` one cannot be loaded. */
export interface ModelMaker<M> {
	works(): MadeModel<M>
	broken(): MadeModel<M>
}

/** Gives the tests of one `describe` their models, and ends those afterwards. */
export function useModels() {
	const made: Partial<Disposable>[] = []
	afterEach(() => {
		for (const model of made.splice(0)) model.dispose?.()
	})
	return <M extends Partial<Disposable>>(model: M): M => {
		made.push(model)
		return model
	}
}

/**
 * What every model keeps to, whatever it is for.
 *
 * @param ask sends the model something to do that takes a while
 */
export function itKeepsToTheLifeOfAModel<M extends Model & TokenCounter>(
	make: ModelMaker<M>,
	ask: (
		model: M,
		terms: { readonly deadlineMs?: number },
		token: CancellationToken,
	) => Promise<{ readonly stopReason: string }>,
): void {
	const use = useModels()

	it('does nothing before it is asked', () => {
		expect(use(make.works()).state).toEqual({ kind: 'idle' })
	})

	it('goes from idle over loading to ready when it is prepared, and tells every step', async () => {
		const model = use(make.works())
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

	it('loads for a request', async () => {
		const model = use(make.works())
		expect(['cancelled', 'deadline']).not.toContain((await ask(model, {}, neverCancelled)).stopReason)
		expect(model.state.kind).toBe('ready')
	})

	it('resolves a request that was cancelled before it came', async () => {
		const model = use(make.works())
		const source = new CancellationSource()
		source.cancel()
		expect((await ask(model, {}, source.token)).stopReason).toBe('cancelled')
	})

	it('resolves a request that is cancelled while the model loads, and loads on', async () => {
		const model = use(make.works())
		const source = new CancellationSource()
		const answer = ask(model, {}, source.token)
		await reached(model, 'loading')
		source.cancel()
		expect((await answer).stopReason).toBe('cancelled')
		expect(model.state.kind).toBe('loading')
		await reached(model, 'ready')
	})

	it('resolves a request whose time is over, and loads on', async () => {
		const model = use(make.works())
		expect((await ask(model, { deadlineMs: 1 }, neverCancelled)).stopReason).toBe('deadline')
		await reached(model, 'ready')
		expect((await ask(model, { deadlineMs: 600_000 }, neverCancelled)).stopReason).not.toBe('deadline')
	})

	it('counts tokens', async () => {
		const model = use(make.works())
		const [none, some = 0, more = 0] = (await model.countTokens(['', 'a b', 'a b c d e f'], neverCancelled)) ?? []
		expect(none).toBe(0)
		expect(some).toBeGreaterThan(0)
		expect(more).toBeGreaterThan(some)
		const source = new CancellationSource()
		source.cancel()
		expect(await model.countTokens(['a'], source.token)).toBeUndefined()
	})

	it('rejects with the problem of a model that cannot be loaded, which is its state, too', async () => {
		const model = use(make.broken())
		const error: unknown = await ask(model, {}, neverCancelled).catch((reason: unknown) => reason)
		expect(error).toBeInstanceOf(ModelUnavailableError)
		const { problem } = error as ModelUnavailableError
		expect(problem.code).toMatch(/^model/)
		expect(model.state).toEqual({ kind: 'failed', problem })
		await expect(ask(model, {}, neverCancelled)).rejects.toBeInstanceOf(ModelUnavailableError)
		await expect(model.countTokens(['a'], neverCancelled)).rejects.toBeInstanceOf(ModelUnavailableError)
		expect(() => model.prepare()).not.toThrow()
		expect(model.state.kind).toBe('failed')
	})
}
