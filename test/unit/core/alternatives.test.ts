import { describe, expect, it } from 'vitest'
import { alternativesTo } from '../../../src/core/completion/alternatives.ts'
import { questionOf } from '../../../src/core/completion/question.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { markedDocument } from './markedDocument.ts'

const { document, position } = markedDocument('const a = │')
const asked = questionOf({ document, position, explicit: true, maxTokens: 32 }, 1_024)

function others(answers: readonly string[], { each = 0, budgetMs = 1_000, token = neverCancelled } = {}) {
	if (typeof asked === 'string') throw new Error(asked)
	const clock = new ManualClock()
	const left = [...answers]
	const model = new FakeCompletionModel({
		answer: () => {
			clock.advance(each)
			const next = left.shift()
			if (next === undefined) throw new Error('the engine stumbled')
			return [next]
		},
	})
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const whole = async (text: string) => (text.startsWith('half') ? text.slice(4).trim() : text)
	const prompt = { prefix: '', typed: 'const a = ', suffix: '' }
	const deps = { model, clock, document, prompt, question: asked, maxTokens: 32, budgetMs, whole }
	return { model, found: alternativesTo('one', deps, token) }
}

describe('other texts for a place', () => {
	it('differ from the first one and from one another', async () => {
		expect(await others(['two', 'one', 'two']).found).toEqual(['two'])
		expect(await others(['two', '  ', 'three']).found).toEqual(['two', 'three'])
	})

	it('are as much as the syntax takes', async () => {
		expect(await others(['half', 'half one', 'half two']).found).toEqual(['two'])
	})

	it('are tried for as long as there is time', async () => {
		const { model, found } = others(['two', 'three', 'four'], { each: 60, budgetMs: 100 })
		expect(await found).toEqual(['two', 'three'])
		expect(model.requests.map(({ deadlineMs }) => deadlineMs)).toEqual([100, 40])
		expect(model.requests.map(({ temperature = 0 }) => temperature > 0)).toEqual([true, true])
	})

	it('end with the question, and with what goes wrong', async () => {
		const source = new CancellationSource()
		source.cancel()
		const { model, found } = others(['two'], { token: source.token })
		expect(await found).toEqual([])
		expect(model.requests).toEqual([])
		expect(await others(['two']).found).toEqual(['two'])
	})
})
