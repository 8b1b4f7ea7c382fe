import { describe, expect, it } from 'vitest'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import { CancellationSource } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { PauseClock } from '../../bench/pauseClock.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { markedDocument } from '../core/markedDocument.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** A completer whose syntax never answers: what waits for it waits as long as it may. */
function setUp() {
	const model = new FakeCompletionModel({ answer: () => ['b'] })
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const clock = new ManualClock()
	const pauses = new PauseClock(clock)
	const never = new Promise<undefined>(() => {})
	const structure = { placeOf: () => never, checkInsertion: () => never }
	const completer = new InlineCompleter({ model, structure, clock, pauses, logger: silentLogger })
	const source = new CancellationSource()
	const ask = (marked: string) =>
		completer.complete({ ...markedDocument(marked), explicit: false, maxTokens: 64 }, source.token)
	return { clock, pauses, ask, source }
}

describe('what is taken for the debounce', () => {
	it('is the pause alone, and not what is waited for the syntax beside or after it', async () => {
		const { clock, pauses, ask } = setUp()
		const pause = pauses.startCounting()
		const outcome = ask('a = │')
		await settle()
		expect(pause).toEqual({ ms: 0, isPending: true })
		for (let ms = 0; ms < 200; ms++) {
			clock.advance(1)
			await settle()
			await settle()
		}
		expect(await outcome).toMatchObject({ kind: 'suggestion', text: 'b' })
		// Half of the interval that is assumed; 15 ms for the check of the answer came later.
		expect(pause).toEqual({ ms: 80, isPending: false })
	})

	it('is nothing where nothing is waited for on purpose, however long the syntax takes', async () => {
		const { clock, pauses, ask } = setUp()
		const pause = pauses.startCounting()
		const outcome = ask('│')
		for (let ms = 0; ms < 40; ms++) {
			await settle()
			clock.advance(1)
		}
		expect(await outcome).toMatchObject({ kind: 'suggestion' })
		expect(pause).toEqual({ ms: 0, isPending: false })
	})

	it('ends with the key that comes before its end', async () => {
		const { clock, pauses, ask, source } = setUp()
		const pause = pauses.startCounting()
		const outcome = ask('a = │')
		await settle()
		clock.advance(30)
		source.cancel()
		expect(pause).toEqual({ ms: 30, isPending: false })
		const next = pauses.startCounting()
		clock.advance(100)
		expect(await outcome).toMatchObject({ reason: 'cancelled' })
		expect(next).toEqual({ ms: 0, isPending: false })
	})
})
