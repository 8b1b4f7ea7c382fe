import { describe, expect, it } from 'vitest'
import type { EmbeddingModel } from '../../src/core/model/ports.ts'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import { itKeepsToTheLifeOfAModel, type ModelMaker, useModels } from './modelContract.ts'

/** What every `EmbeddingModel` keeps to. */
export function embeddingModelContract(name: string, make: ModelMaker<EmbeddingModel>): void {
	describe(name, () => {
		const use = useModels()
		const texts = Array.from({ length: 30 }, (_, index) => `the text with the number ${index}`)

		itKeepsToTheLifeOfAModel(make, (model, terms, token) => model.embed({ texts, ...terms }, token))

		it('makes one vector of each text, of length 1, the same of the same', async () => {
			const model = use(make.works())
			const answer = await model.embed({ texts: ['a b', 'a b', 'c'] }, neverCancelled)
			expect(answer).toMatchObject({ stopReason: 'done', promptTokens: expect.any(Number) })
			const [one = [], same = [], other = []] = answer.vectors
			expect(answer.vectors).toHaveLength(3)
			expect(one.length).toBeGreaterThan(1)
			for (const vector of answer.vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
			const distance = (vector: readonly number[]) => Math.hypot(...vector.map((value, at) => value - (one[at] ?? 0)))
			expect(distance(same)).toBeLessThan(0.01)
			expect(distance(other)).toBeGreaterThan(0.01)
		})
	})
}
