import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JsonScanner } from '../../src/engine/chat/jsonScanner.ts'
import { verdictOf } from '../../src/engine/chat/verdict.ts'
import { starter } from '../engineFiles.ts'
import { openInProcess } from './inProcessModel.ts'
import { freeTurn } from './loadedInProcess.ts'

describe('the probabilities of verdicts', () => {
	let model: Awaited<ReturnType<typeof openInProcess>>
	beforeAll(async () => {
		model = await openInProcess(starter.path, 512)
	})
	afterAll(() => model.dispose())

	/** An answer in which one was given, after a text in which the same was said before. */
	async function verdict(said: string, answered: string, values: readonly string[], space = ' ') {
		const { vocabulary, state: target } = model
		const asked = `const one = {"verdict":${space}"${said}"}\nconst two = {"verdict":${space}"${said}"}\nconst three = `
		const text = `{"verdict":${space}"${answered}"}`
		const [prompt, answer] = [vocabulary.tokenize(asked, 'prefix'), vocabulary.tokenize(text, 'suffix')]
		const scanner = new JsonScanner('verdict')
		scanner.push(text)
		const { span } = scanner
		if (!span) throw new Error('there is no verdict')
		await target.reset()
		const found = await verdictOf({ target, vocabulary, turn: freeTurn, prompt, answer, text, span, values })
		return { prompt, answer, text, span, found }
	}

	it('depend on what stands before', async () => {
		const values = ['good', 'bad', 'unknown']
		const likely = async (said: string, value: string) => {
			const { found } = await verdict(said, 'bad', values)
			expect(found?.value).toBe('bad')
			return found?.probabilities.find((each) => each.value === value)?.probability ?? 0
		}
		expect(await likely('unknown', 'unknown')).toBeGreaterThan(await likely('bad', 'unknown'))
		expect(await likely('bad', 'bad')).toBeGreaterThan(await likely('unknown', 'bad'))
	})

	it.each([' ', ''])('are products of the tokens, one after the other, with %j before the value', async (space) => {
		const values = ['good', 'bad', 'a "quoted" \u{1f600} one']
		const { prompt, answer, text, span, found } = await verdict('good', 'bad', values, space)
		const { vocabulary, state } = model
		// As many of the answer's tokens as lie before the value.
		let before = ''
		const kept: number[] = []
		for (const token of answer) {
			const piece = vocabulary.pieceOf(token) ?? ''
			if (before.length + piece.length > span.start + 1) break
			before += piece
			kept.push(token)
		}
		const products: number[] = []
		for (const value of values) {
			await state.reset()
			let next = [...prompt, ...kept]
			let product = 1
			for (const token of vocabulary.tokenize(
				text.slice(before.length, span.start + 1) + JSON.stringify(value).slice(1),
				'suffix',
			)) {
				const [listed] = await state.likeliest(next, 1, 'all')
				product *= listed?.find((candidate) => candidate.token === token)?.probability ?? 0
				next = [token]
			}
			products.push(product)
		}
		const total = products.reduce((sum, product) => sum + product, 0)
		expect(total).toBeGreaterThan(0)
		for (const [i, { probability }] of found?.probabilities.entries() ?? []) {
			expect(probability).toBeCloseTo((products[i] ?? 0) / total, 3)
		}
		expect(found?.probabilities).toHaveLength(3)
	})

	it('leave a state that says what it holds', async () => {
		const { prompt } = await verdict('good', 'bad', ['good', 'bad'])
		const after = await model.run({ prompt, maxTokens: 12 })
		expect(after.stats.reusedTokens).toBe(prompt.length - 1)
		await model.state.reset()
		expect((await model.run({ prompt, maxTokens: 12 })).tokens).toEqual(after.tokens)
	})

	it('are none where it is cancelled', async () => {
		const { vocabulary, state: target } = model
		const turn = { ...freeTurn, isCancelled: () => true }
		const input = { prompt: [1, 2], answer: [3], text: '"a"', span: { start: 0, end: 3 }, values: ['a'] }
		expect(await verdictOf({ target, vocabulary, turn, ...input })).toBeUndefined()
	})
})
