import { describe, expect, it } from 'vitest'
import type { InlineOutcome, NoSuggestionReason } from '../../../src/core/completion/outcome.ts'
import { StatusFeed } from '../../../src/core/completion/statusFeed.ts'
import { type Enablement, type StatusView, statusView } from '../../../src/core/completion/statusView.ts'
import { noFigures } from '../../../src/core/model/figures.ts'
import type { ModelState } from '../../../src/core/model/modelState.ts'
import { Emitter } from '../../../src/shared/event.ts'
import { answered } from '../../fakes/answered.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const ready: ModelState = { kind: 'ready', model: fakeLoadedModel }

describe('what the status bar tells', () => {
	const facts = { model: ready, enablement: 'on', isThinking: false, lastOutcome: undefined } as const

	it.each<[ModelState, StatusView]>([
		[{ kind: 'idle' }, { kind: 'idle' }],
		[
			{ kind: 'loading', name: 'm' },
			{ kind: 'loading', model: 'm' },
		],
		[
			{ kind: 'loading', name: 'm', fraction: 0.426 },
			{ kind: 'loading', model: 'm', percent: 42 },
		],
		[
			{ kind: 'loading', name: 'm', fraction: 1.5 },
			{ kind: 'loading', model: 'm', percent: 100 },
		],
		[
			{ kind: 'loading', name: 'm', fraction: Number.NaN },
			{ kind: 'loading', model: 'm' },
		],
		[
			{ kind: 'restarting', attempt: 2, delayMs: 500 },
			{ kind: 'restarting', attempt: 2 },
		],
		[ready, { kind: 'ready', model: 'fake' }],
		[
			{ kind: 'failed', problem: { code: 'modelMissing', detail: 'd' } },
			{ kind: 'error', problem: { code: 'modelMissing', detail: 'd' } },
		],
	])('%j gives %j', (model, view) => expect(statusView({ ...facts, model })).toEqual(view))

	it('is off where completions are off, whatever the model does', () => {
		const failed: ModelState = { kind: 'failed', problem: { code: 'internal', detail: '' } }
		expect(statusView({ ...facts, enablement: 'offEverywhere' })).toEqual({ kind: 'off', scope: 'everywhere' })
		expect(statusView({ ...facts, enablement: 'offForLanguage', model: failed })).toEqual({
			kind: 'off',
			scope: 'language',
		})
	})

	it('names the reason of the last answer, except where the state of the model tells it better', () => {
		const viewAfter = (reason: NoSuggestionReason) => statusView({ ...facts, lastOutcome: none(reason) })
		expect(viewAfter('midWord')).toEqual({ kind: 'noSuggestion', model: 'fake', reason: 'midWord' })
		expect(viewAfter('modelLoading')).toEqual({ kind: 'ready', model: 'fake' })
		expect(statusView({ ...facts, isThinking: true, lastOutcome: none('midWord') }).kind).toBe('thinking')
	})
})

describe('in manual mode', () => {
	const facts = { model: ready, enablement: 'onlyByHand', isThinking: false, lastOutcome: undefined } as const

	it('the status bar tells that one has to ask, before and after a key', () => {
		expect(statusView(facts)).toEqual({ kind: 'byHand', model: 'fake' })
		expect(statusView({ ...facts, lastOutcome: none('onlyByHand') })).toEqual({ kind: 'byHand', model: 'fake' })
		expect(statusView({ ...facts, lastOutcome: suggestion })).toEqual({ kind: 'byHand', model: 'fake' })
		// Typing does not load the model.
		expect(statusView({ ...facts, model: { kind: 'idle' } })).toEqual({ kind: 'byHand' })
		const onBattery = { ...facts, enablement: 'onBattery' } as const
		expect(statusView({ ...onBattery, lastOutcome: none('onBattery') })).toEqual({ kind: 'onBattery', model: 'fake' })
		expect(statusView({ ...onBattery, model: { kind: 'idle' } })).toEqual({ kind: 'onBattery' })
	})

	it('what was asked by hand still has its own reason', () => {
		expect(statusView({ ...facts, lastOutcome: none('emptyAnswer') }).kind).toBe('noSuggestion')
		expect(statusView({ ...facts, isThinking: true }).kind).toBe('thinking')
	})
})

describe('the feed of the status bar', () => {
	function setUp() {
		const clock = new ManualClock()
		const model = new FakeCompletionModel()
		model.setState(ready)
		const thinking = new Emitter<boolean>()
		const outcomes = new Emitter<InlineOutcome>()
		const activity = { isThinking: false, onDidChangeActivity: thinking.event, onDidFinish: outcomes.event }
		let enablement: Enablement = 'on'
		const feed = new StatusFeed({ model, activity, clock, enablement: () => enablement })
		const shown: string[] = []
		feed.onDidChange((view) => shown.push(view.kind === 'noSuggestion' ? view.reason : view.kind))
		return {
			clock,
			model,
			feed,
			shown,
			think(is: boolean) {
				activity.isThinking = is
				thinking.fire(is)
			},
			finish: (outcome: InlineOutcome) => outcomes.fire(outcome),
			enable(value: Enablement) {
				enablement = value
				feed.refresh()
			},
		}
	}

	it('says nothing of a thought that is over at once', () => {
		const { clock, shown, think, finish } = setUp()
		think(true)
		clock.advance(100)
		think(false)
		finish(suggestion)
		clock.advance(10_000)
		expect(shown).toEqual([])
	})

	it('says that the model thinks when it takes its time, and no longer than it does', () => {
		const { clock, shown, think, finish } = setUp()
		think(true)
		clock.advance(200)
		expect(shown).toEqual(['thinking'])
		think(false)
		finish(suggestion)
		expect(shown).toEqual(['thinking', 'ready'])
	})

	it('says why nothing is shown when the user stops, not at every letter', () => {
		const { clock, shown, finish } = setUp()
		for (let letter = 0; letter < 10; letter++) {
			finish(none(letter % 2 ? 'midWord' : 'emptyAnswer'))
			clock.advance(100)
		}
		expect(shown).toEqual([])
		clock.advance(1_000)
		expect(shown).toEqual(['midWord'])
		finish(suggestion)
		expect(shown).toEqual(['midWord', 'ready'])
	})

	it('does not go on thinking while it waits to say that nothing came of it', () => {
		const { clock, shown, think, finish } = setUp()
		think(true)
		clock.advance(200)
		think(false)
		finish(none('emptyAnswer'))
		expect(shown).toEqual(['thinking', 'ready'])
		clock.advance(1_000)
		expect(shown).toEqual(['thinking', 'ready', 'emptyAnswer'])
	})

	it('is done with thinking, and with an old reason, as soon as the model is', () => {
		const { clock, shown, feed, think, finish } = setUp()
		finish(none('midWord'))
		clock.advance(1_000)
		think(true)
		clock.advance(200)
		think(false)
		expect(feed.view.kind).toBe('ready')
		finish(suggestion)
		clock.advance(1_000)
		expect(shown).toEqual(['midWord', 'thinking', 'ready'])
	})

	it('takes no notice of cancelled requests', () => {
		const { clock, shown, feed, finish } = setUp()
		finish(none('midWord'))
		clock.advance(1_000)
		finish(none('cancelled'))
		clock.advance(1_000)
		expect(shown).toEqual(['midWord'])
		expect(feed.lastAnswer).toBeUndefined()
	})

	it('follows the model and the settings at once, and tells nothing twice', () => {
		const { model, shown, enable } = setUp()
		model.setState({ kind: 'loading', name: 'm', fraction: 0.101 })
		model.setState({ kind: 'loading', name: 'm', fraction: 0.102 })
		model.setState(ready)
		model.setState(ready)
		enable('offForLanguage')
		enable('on')
		expect(shown).toEqual(['loading', 'ready', 'off', 'ready'])
	})

	it('forgets a reason when the cursor moves or another model is loaded', () => {
		const { clock, model, shown, feed, finish } = setUp()
		finish(suggestion)
		finish(none('midWord'))
		clock.advance(1_000)
		feed.forgetOutcome()
		expect(shown).toEqual(['midWord', 'ready'])
		expect(feed.lastAnswer).toBe(suggestion)

		finish(none('emptyAnswer'))
		clock.advance(1_000)
		model.setState({ kind: 'loading', name: 'm' })
		model.setState(ready)
		clock.advance(1_000)
		expect(shown).toEqual(['midWord', 'ready', 'emptyAnswer', 'loading', 'ready'])
		expect(feed.lastAnswer).toBeUndefined()
	})

	it('leaves no timer behind', () => {
		const { clock, feed, think } = setUp()
		think(true)
		feed.dispose()
		expect(clock.pending).toBe(0)
	})
})

function none(reason: NoSuggestionReason): InlineOutcome {
	return { kind: 'none', reason, elapsedMs: 1 }
}

const suggestion: InlineOutcome = {
	kind: 'suggestion',
	text: 'x',
	replace: { line: 0, start: 0, end: 0 },
	figures: { ...noFigures, promptTokens: 1, generatedTokens: 1, prefillMs: 1, firstTokenMs: 1, totalMs: 1 },
	...answered,
	elapsedMs: 5,
}
