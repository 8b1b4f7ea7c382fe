import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Confidence } from '../../../src/core/completion/confidence/confidence.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { forgetAccepted, keepLearnt, learntBefore } from '../../../src/vscode/completion/keepLearnt.ts'
import { stateKeys } from '../../../src/vscode/ids.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

const editor = vi.hoisted(() => ({
	told: [] as string[],
	focused: [] as ((state: { focused: boolean }) => void)[],
}))

vi.mock('vscode', () => ({
	l10n: { t: (text: string) => text },
	window: {
		showInformationMessage: (text: string) => {
			editor.told.push(text)
			return Promise.resolve()
		},
		onDidChangeWindowState: (listener: (state: { focused: boolean }) => void) => {
			editor.focused.push(listener)
			return { dispose: () => {} }
		},
	},
}))

beforeEach(() => {
	editor.told = []
	editor.focused = []
})

const answer = {
	text: 'items.length',
	logProbs: { first: -0.2, mean: -0.1, firstMargin: 2 },
	isCut: false,
	before: 'return ',
	typedAlong: 0,
	check: undefined,
}

/** The state that all windows of a user share; a window that `lags` reads what was there before. */
function sharedState() {
	let kept: Record<string, unknown> = {}
	let writes = 0
	const memento = (seen: () => Record<string, unknown>) => ({
		keys: () => Object.keys(seen()),
		get: (key: string) => structuredClone(seen()[key]),
		update: (key: string, value: unknown) => {
			writes++
			kept = { ...kept, [key]: structuredClone(value) }
			return Promise.resolve()
		},
		setKeysForSync: () => {},
	})
	return {
		state: memento(() => kept),
		/** As it is now, for as long as `catchUp` is not called. */
		lagging() {
			const old = kept
			let isBehind = true
			return {
				state: memento(() => (isBehind ? old : kept)),
				catchUp() {
					isBehind = false
				},
			}
		},
		kept: () => kept[stateKeys.learnt] as { count: number; change: number[] } | undefined,
		writes: () => writes,
	}
}

type State = Parameters<typeof keepLearnt>[0]['state']

function openWindow(state: State) {
	const clock = new ManualClock()
	const confidence = new Confidence(learntBefore(state, silentLogger))
	const keeping = keepLearnt({ confidence, state, clock })
	const take = (count: number) => {
		for (let i = 0; i < count; i++) {
			confidence.judge({}, answer, { silence: 'never', isShown: false, seen: 'alone', now: 0 })
			confidence.accepted()
		}
	}
	const probability = () =>
		confidence.judge({}, answer, { silence: 'never', isShown: false, seen: 'notYet', now: 0 }).probability
	return { clock, confidence, keeping, take, probability, focus: editor.focused.at(-1) ?? (() => {}) }
}

describe('what is learnt', () => {
	it('is there in the next window, and not written for each suggestion', () => {
		const { state, kept, writes } = sharedState()
		const first = openWindow(state)
		first.take(3)
		expect(kept()).toBeUndefined()
		first.clock.advance(10_000)
		expect(kept()?.count).toBe(3)
		expect(writes()).toBe(1)
		expect(openWindow(state).probability()).toBe(first.probability())
	})

	it('is kept when the window closes', () => {
		const { state, kept } = sharedState()
		const { take, keeping } = openWindow(state)
		take(1)
		keeping.dispose()
		expect(kept()?.count).toBe(1)
	})

	it('in two windows side by side adds up', () => {
		const { state, kept } = sharedState()
		const [first, second] = [openWindow(state), openWindow(state)]
		first.take(3)
		second.take(4)
		first.clock.advance(10_000)
		second.clock.advance(10_000)
		expect(kept()?.count).toBe(7)
		first.take(1)
		first.clock.advance(10_000)
		expect(kept()?.count).toBe(8)
	})

	it('elsewhere holds in a window to which the user comes', () => {
		const { state, writes } = sharedState()
		const [first, second] = [openWindow(state), openWindow(state)]
		first.take(3)
		first.clock.advance(10_000)
		second.focus({ focused: true })
		expect(second.probability()).toBe(first.probability())
		expect(writes()).toBe(1)
	})

	it('is told where it cannot be read, and begins anew', () => {
		const { state, kept } = sharedState()
		void state.update(stateKeys.learnt, { change: 'x' })
		const logger = new RecordingLogger()
		expect(learntBefore(state, logger)).toBeUndefined()
		expect(logger.events()).toEqual(['completion.learntDamaged'])
		const window = openWindow(state)
		window.take(1)
		window.clock.advance(10_000)
		expect(kept()?.count).toBe(1)
	})
})

describe('what the user wants forgotten', () => {
	it('is gone at once, and the command says so', async () => {
		const { state, kept } = sharedState()
		const { take, clock, confidence, probability } = openWindow(state)
		const before = probability()
		take(3)
		clock.advance(10_000)
		expect(probability()).not.toBe(before)
		await forgetAccepted(confidence)
		expect(kept()?.count).toBe(0)
		expect(kept()?.change.every((value) => value === 0)).toBe(true)
		expect(probability()).toBe(before)
		expect(editor.told).toHaveLength(1)
	})

	it('is not brought back by another window', async () => {
		const { state, kept } = sharedState()
		const [first, second] = [openWindow(state), openWindow(state)]
		const before = second.probability()
		second.take(5)
		second.clock.advance(10_000)
		second.take(5)
		await forgetAccepted(first.confidence)
		second.clock.advance(10_000)
		expect(kept()?.count).toBe(0)
		expect(second.probability()).toBe(before)
		second.take(1)
		second.clock.advance(10_000)
		expect(kept()?.count).toBe(1)
	})

	it('is forgotten once more where another window wrote before it heard of it', async () => {
		const shared = sharedState()
		const first = openWindow(shared.state)
		first.take(5)
		first.clock.advance(10_000)
		const behind = shared.lagging()
		const second = openWindow(behind.state)
		second.take(1)
		await forgetAccepted(first.confidence)
		second.clock.advance(5_000)
		expect(shared.kept()?.count).toBe(6)
		behind.catchUp()
		first.clock.advance(5_000)
		expect(shared.kept()?.count).toBe(0)
		second.focus({ focused: true })
		second.take(1)
		second.clock.advance(5_000)
		expect(shared.kept()?.count).toBe(1)
	})
})
