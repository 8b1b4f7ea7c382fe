import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../../src/core/model/catalogue/catalogue.ts'
import { draftFor } from '../../../../src/core/model/draftPairing.ts'
import { installedModel } from '../../../fakes/installedModel.ts'

describe('a draft model on this machine', () => {
	const target = installedModel('qwen2.5-coder:7b', 7.6)
	const draft = (...others: Parameters<typeof draftFor>[1]) => draftFor(target, [target, ...others], catalogue)?.title

	it('is the one that the catalogue pairs with the model, whoever stored it', () => {
		const smaller = installedModel('other-0.1b', 0.1)
		expect(draft(smaller, installedModel('qwen2.5-coder:0.5b', 0.5))).toBe('qwen2.5-coder:0.5b')
		const named = installedModel('Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF', 0.5)
		expect(draft(smaller, named)).toBe(named.title)
		const byFile = { ...installedModel('model', 0.5), path: '/models/qwen2.5-coder-0.5b-q8_0.gguf' }
		expect(draft(smaller, byFile)).toBe('model')
	})

	it('is the smallest that splits texts alike where the catalogue knows none', () => {
		expect(draft(installedModel('a-1b', 1), installedModel('b-0.6b', 0.6))).toBe('b-0.6b')
	})

	it('is none that splits texts another way, is not much smaller, makes vectors, or cannot be read', () => {
		expect(
			draft(
				installedModel('qwen2.5-coder:0.5b', 0.5, { tokenizer: 1 }),
				installedModel('qwen2.5-coder:3b', 3),
				installedModel('vectors', 0.1, { isEmbedding: true }),
				{ ...installedModel('broken', 0.5), about: { problem: 'damaged' } },
			),
		).toBeUndefined()
	})

	it('is none for a model that is small itself, or cannot be read', () => {
		const small = installedModel('qwen2.5-coder:1.5b', 1.5)
		const models = [small, installedModel('tiny', 0.1)]
		expect(draftFor(small, models, catalogue)).toBeUndefined()
		expect(draftFor({ ...target, about: { problem: 'missing' } }, models, catalogue)).toBeUndefined()
	})
})
