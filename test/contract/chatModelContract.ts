import { describe, expect, it } from 'vitest'
import type { ChatModel, ChatRequest } from '../../src/core/model/ports.ts'
import { CancellationSource, neverCancelled } from '../../src/shared/cancellation.ts'
import { itKeepsToTheLifeOfAModel, type ModelMaker, useModels } from './modelContract.ts'

/** What every `ChatModel` keeps to. One that works has an answer of several hundred tokens. */
export function chatModelContract(
	name: string,
	make: ModelMaker<ChatModel>,
	/** Whether it says how likely its verdicts are. */
	{ isSure }: { readonly isSure: boolean } = { isSure: true },
): void {
	describe(name, () => {
		const use = useModels()
		const request = (change: Partial<ChatRequest> = {}): ChatRequest => ({
			messages: [{ role: 'user', content: 'What does a loop do?' }],
			maxTokens: 40,
			stop: [],
			...change,
		})
		const ignore = () => {}

		itKeepsToTheLifeOfAModel(make, (model, terms, token) => model.chat(request(terms), ignore, token))

		it('answers from idle, streaming what the answer consists of', async () => {
			const model = use(make.works())
			const pieces: string[] = []
			const answer = await model.chat(request(), (text) => pieces.push(text), neverCancelled)
			expect(answer).toMatchObject({ text: pieces.join(''), stopReason: 'maxTokens', droppedMessages: 0 })
			expect(answer.text).not.toBe('')
			expect(answer.verdict).toBeUndefined()
		})

		it('answers in JSON of a schema, and says how likely each verdict was where it knows', async () => {
			const model = use(make.works())
			const values = ['yes', 'no']
			const schema = { type: 'object', properties: { verdict: { enum: values }, isCertain: { type: 'boolean' } } }
			const json = { schema, verdict: 'verdict' }
			const answer = await model.chat(request({ maxTokens: 200, json }), ignore, neverCancelled)
			expect(answer.stopReason).toBe('endOfText')
			const value = JSON.parse(answer.text)
			expect(Object.keys(value)).toEqual(['verdict', 'isCertain'])
			if (!isSure) return expect(answer.verdict).toBeUndefined()
			expect(answer.verdict?.value).toBe(value.verdict)
			expect(answer.verdict?.probabilities.map((each) => each.value)).toEqual(values)
			const sum = answer.verdict?.probabilities.reduce((total, { probability }) => total + probability, 0)
			expect(sum).toBeCloseTo(1, 5)
		})

		it('resolves a request that is cancelled in the middle with what there is', async () => {
			const model = use(make.works())
			const source = new CancellationSource()
			const pieces: string[] = []
			const onText = (text: string) => {
				pieces.push(text)
				source.cancel()
			}
			const answer = await model.chat(request({ maxTokens: 900 }), onText, source.token)
			expect(answer).toMatchObject({ text: pieces.join(''), stopReason: 'cancelled' })
			expect(answer.text).not.toBe('')
		})
	})
}
