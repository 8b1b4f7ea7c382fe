import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseWeights } from '../../../src/core/completion/confidence/baseWeights.ts'
import { Confidence } from '../../../src/core/completion/confidence/confidence.ts'
import {
	ConfidenceModel,
	type Learnt,
	learntFrom,
	nothingLearnt,
} from '../../../src/core/completion/confidence/confidenceModel.ts'
import { featureNames, featuresOf, type JudgedAnswer } from '../../../src/core/completion/confidence/features.ts'
import { mergeLearnt } from '../../../src/core/completion/confidence/mergeLearnt.ts'
import { SilenceRule } from '../../../src/core/completion/confidence/silenceRule.ts'
import { SuggestionFate } from '../../../src/core/completion/confidence/suggestionFate.ts'
import { withNamesOf } from '../../../src/core/completion/confidence/withNamesOf.ts'

const answer: JudgedAnswer = {
	text: 'items.length',
	logProbs: { first: -0.2, mean: -0.1, firstMargin: 2 },
	isCut: false,
	before: 'return ',
	typedAlong: 0,
	check: undefined,
}
const check = { newErrors: 0, keep: 12, missingClosers: '', newNames: [] }
const featureOf = (name: (typeof featureNames)[number], change: Partial<JudgedAnswer>) =>
	featuresOf({ ...answer, ...change })[featureNames.indexOf(name)]

describe('what is known of an answer', () => {
	it('is as many numbers as there are weights, each of them small, whatever the answer', () => {
		expect(baseWeights).toHaveLength(featureNames.length)
		fc.assert(
			fc.property(fc.string(), fc.string(), fc.float(), fc.float(), fc.nat(), (text, before, first, mean, typed) => {
				const logProbs = { first: first || 0, mean: mean || 0, firstMargin: first || 0 }
				const features = featuresOf({ ...answer, text, before, logProbs, typedAlong: typed })
				expect(features).toHaveLength(featureNames.length)
				for (const value of features) expect(Math.abs(value)).toBeLessThanOrEqual(1)
			}),
		)
	})

	it('is numbers for an answer without text and without probability', () => {
		const logProbs = { first: -Infinity, mean: -Infinity, firstMargin: -Infinity }
		expect(featuresOf({ ...answer, text: '', logProbs }).every(Number.isFinite)).toBe(true)
	})

	it('counts names that are known nowhere, but not those that the answer introduces', () => {
		const unknownNames = ['total', 'lenght']
		const text = 'const total = items.lenght'
		expect(featureOf('unknownNames', { text, check: { ...check, newNames: unknownNames, unknownNames } })).toBe(0.5)
		// Where the workspace is not known, nothing is held against a name.
		expect(featureOf('unknownNames', { text, check: { ...check, newNames: unknownNames } })).toBe(0)
	})

	it.each([
		['syntaxErrors', { check: { ...check, newErrors: 2 } }, 1],
		['syntaxErrors', { check }, 0],
		['severalLines', { text: 'a\nb' }, 1],
		['cut', { isCut: true }, 1],
		['lineStart', { before: '\t' }, 1],
		['inWord', { before: 'ret' }, 1],
		['afterDot', { before: 'items.' }, 1],
		['afterDot', { before: 'std::' }, 1],
		['typedAlong', { typedAlong: 5 }, 0.5],
	] as const)('%s of %j is %d', (name, change, expected) => expect(featureOf(name, change)).toBe(expected))
})

describe('names of the cells above', () => {
	const check = {
		newErrors: 0,
		keep: 9,
		missingClosers: '',
		newNames: ['$frame', 'fram'],
		unknownNames: ['$frame', 'fram'],
	}

	it('are known, whole names only', () => {
		expect(withNamesOf('const $frame = 1', check).unknownNames).toEqual(['fram'])
		expect(withNamesOf('', check).unknownNames).toEqual(['$frame', 'fram'])
	})

	it('stay out of it where nobody knows the names of the workspace', () => {
		const { unknownNames, ...unchecked } = check
		expect(unknownNames).toHaveLength(2)
		expect(withNamesOf('$frame', unchecked)).toEqual(unchecked)
	})
})

describe('how likely an answer is', () => {
	const sure = featuresOf(answer)
	const unsure = featuresOf({ ...answer, logProbs: { first: -4, mean: -2.5, firstMargin: 0 } })

	it('follows how sure the model was', () => {
		const model = new ConfidenceModel(undefined)
		expect(model.probability(sure)).toBeGreaterThan(model.probability(unsure))
	})

	it('is learnt from what was taken, forgotten on request, and never runs away', () => {
		const model = new ConfidenceModel(undefined)
		const before = model.probability(unsure)
		for (let i = 0; i < 200; i++) model.learn(unsure, true)
		expect(model.probability(unsure)).toBeGreaterThan(before)
		for (let i = 0; i < 20_000; i++) model.learn(unsure, i % 2 === 0)
		for (const value of model.learnt.change) expect(Math.abs(value)).toBeLessThanOrEqual(3)
		model.forget()
		expect(model.probability(unsure)).toBe(before)
	})

	it('comes back from what was kept, and from nothing else', () => {
		const model = new ConfidenceModel(undefined)
		model.learn(sure, false)
		const kept: unknown = JSON.parse(JSON.stringify(model.learnt))
		expect(new ConfidenceModel(learntFrom(kept)).probability(sure)).toBe(model.probability(sure))
		const change = featureNames.map(() => 0)
		const damaged = [
			null,
			'x',
			{},
			{ change: [1], count: 1 },
			{ change, count: -1 },
			{ change, count: 1, epoch: 0.5 },
			{ change: [...change.slice(1), null], count: 1 },
		]
		for (const value of damaged) expect(learntFrom(value)).toBeUndefined()
	})
})

describe('what two windows learnt', () => {
	const known = fc.record({
		change: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
			minLength: featureNames.length,
			maxLength: featureNames.length,
		}),
		count: fc.nat(),
		epoch: fc.constant(0),
	})

	it('comes together, whoever keeps it first', () => {
		fc.assert(
			fc.property(known, known, (one, other) => {
				const merged = mergeLearnt(mergeLearnt(nothingLearnt, nothingLearnt, one), nothingLearnt, other)
				const turned = mergeLearnt(mergeLearnt(nothingLearnt, nothingLearnt, other), nothingLearnt, one)
				expect(merged).toEqual(turned)
				expect(merged.count).toBe(one.count + other.count)
				for (const value of merged.change) expect(Math.abs(value)).toBeLessThanOrEqual(3)
			}),
		)
	})

	it('is nothing of what was learnt before one of them forgot', () => {
		fc.assert(
			fc.property(known, known, known, (kept, base, mine) => {
				const forgot = { ...nothingLearnt, epoch: 1 }
				expect(mergeLearnt(forgot, base, mine)).toEqual(forgot)
				expect(mergeLearnt(kept, base, forgot)).toEqual(forgot)
			}),
		)
	})
})

describe('the rule of silence', () => {
	const filled = () => {
		const rule = new SilenceRule()
		for (let i = 0; i < 100; i++) rule.isSilent(i / 100, 'never')
		return rule
	}

	it('keeps back what is unlikely, more of it where the user wants it strict, and nothing where he does not', () => {
		expect(filled().isSilent(0.1, 'unsure')).toBe(true)
		expect(filled().isSilent(0.4, 'unsure')).toBe(false)
		expect(filled().isSilent(0.4, 'strict')).toBe(true)
		expect(filled().isSilent(0.7, 'strict')).toBe(false)
		expect(filled().isSilent(0.01, 'never')).toBe(false)
	})

	it('silences nothing before it knows the model, and no model altogether', () => {
		const rule = new SilenceRule()
		for (let i = 0; i < 30; i++) expect(rule.isSilent(0.01, 'unsure')).toBe(false)
		// One that is never sure of anything.
		const shown = Array.from({ length: 300 }, (_, i) => rule.isSilent(0.02 + (i % 50) / 1_000, 'unsure')).filter(
			(s) => !s,
		)
		expect(shown.length).toBeGreaterThan(150)
		rule.forget()
		expect(rule.isSilent(0, 'strict')).toBe(false)
	})
})

describe('what becomes of a suggestion', () => {
	const features = featuresOf(answer)
	const suggestion = { features, length: 12, typed: 0, where: 'alone' } as const
	const [one, other] = [{}, {}]

	it('is taken where it was accepted', () => {
		const fate = new SuggestionFate()
		fate.shown(one, suggestion, 0)
		expect(fate.accepted()).toEqual({ features, isTaken: true })
		expect(fate.accepted()).toBeUndefined()
	})

	it('is taken where half of it was typed', () => {
		const fate = new SuggestionFate()
		fate.shown(one, suggestion, 0)
		fate.shown(one, { ...suggestion, length: 5, typed: 7 }, 100)
		expect(fate.shown(other, suggestion, 200)).toEqual({ features, isTaken: true })
	})

	it('is left where it was there long enough to be read, and nothing is known where it was not', () => {
		const fate = new SuggestionFate()
		fate.shown(one, suggestion, 0)
		expect(fate.shown(other, suggestion, 200)).toBeUndefined()
		expect(fate.end(1_200)).toEqual({ features, isTaken: false })
		expect(fate.end(5_000)).toBeUndefined()
	})

	it('is read only until the editor asks anew, unless it turns out to have been typed along', () => {
		const fate = new SuggestionFate()
		fate.shown(one, suggestion, 0)
		fate.asked(100)
		fate.asked(2_000)
		expect(fate.end(3_000)).toBeUndefined()
		fate.shown(one, suggestion, 0)
		fate.asked(100)
		fate.shown(one, { ...suggestion, length: 11, typed: 1 }, 110)
		fate.asked(2_000)
		expect(fate.end(2_100)).toEqual({ features, isTaken: false })
	})

	it('is not left where something else than its reader took it away, but taken where it was typed', () => {
		const fate = new SuggestionFate()
		fate.shown(one, suggestion, 0)
		expect(fate.hidden()).toBeUndefined()
		fate.shown(one, { ...suggestion, length: 5, typed: 7 }, 0)
		expect(fate.hidden()).toEqual({ features, isTaken: true })
	})

	it('is not left where it gave way to the suggestion list, or went with an item of it', () => {
		const fate = new SuggestionFate()
		fate.shown(one, suggestion, 0)
		expect(fate.shown(other, { ...suggestion, where: 'besideList' }, 2_000)).toBeUndefined()
		expect(fate.shown(one, { ...suggestion, where: 'besideList' }, 4_000)).toBeUndefined()
		expect(fate.shown(other, suggestion, 6_000)).toBeUndefined()
		expect(fate.end(8_000)).toEqual({ features, isTaken: false })
	})
})

describe('confidence', () => {
	const how = { silence: 'never', isShown: false, seen: 'alone', now: 0 } as const

	it('tells what it learnt, and that all is forgotten', () => {
		const confidence = new Confidence(undefined)
		const told: Learnt[] = []
		confidence.onDidLearn((learnt) => told.push(learnt))
		confidence.judge({}, answer, how)
		expect(told).toEqual([])
		confidence.accepted()
		expect(told.map(({ count }) => count)).toEqual([1])
		confidence.forget()
		expect(told.at(-1)).toEqual({ change: featureNames.map(() => 0), count: 0, epoch: 1 })
	})

	it('never takes away what is on the screen', () => {
		const confidence = new Confidence(undefined)
		const unlikely = { ...answer, logProbs: { first: -6, mean: -4, firstMargin: -1 } }
		for (let i = 0; i < 100; i++) confidence.judge({}, answer, how)
		expect(confidence.judge({}, unlikely, { ...how, silence: 'strict' }).isSilent).toBe(true)
		expect(confidence.judge({}, unlikely, { ...how, silence: 'strict', isShown: true }).isSilent).toBe(false)
	})
})
