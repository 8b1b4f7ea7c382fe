import { describe, expect, it } from 'vitest'
import type { InlineOutcome } from '../../../src/core/completion/outcome.ts'
import { noFigures } from '../../../src/core/model/figures.ts'
import { receiptText } from '../../../src/vscode/receipt/receiptText.ts'
import { answered } from '../../fakes/answered.ts'
import { english } from './english.ts'

const suggestion = {
	kind: 'suggestion',
	text: 'a + b',
	replace: { line: 7, start: 0, end: 0 },
	...answered,
	figures: {
		...noFigures,
		promptTokens: 40,
		reusedTokens: 38,
		generatedTokens: 6,
		steps: 2,
		draftedTokens: 4,
		acceptedTokens: 3,
	},
	elapsedMs: 61.7,
} as const
const nameOf = (id: string) => id.replace('file:///project/secret.ts', 'src/beds.ts')
const receiptOf = (outcome: InlineOutcome | undefined, refusal = outcome?.kind === 'none' ? outcome : undefined) =>
	receiptText(english, { suggestion: outcome?.kind === 'suggestion' ? outcome : undefined, refusal, nameOf })

describe('the receipt', () => {
	it('says what the model was shown, down to the line', () => {
		const text = receiptOf(suggestion)
		expect(text).toContain('`src/beds.ts`, lines 7 to 10, and nothing else:')
		for (const shown of ['secretPrefix', 'secretTyped', 'secretSuffix', 'secretAnswer', 'a + b'])
			expect(text).toContain(shown)
	})

	it('says that cells above were shown, where the text begins before the cell', () => {
		const prompt = { prefix: 'a\n\nb\n', typed: 'c', suffix: '' }
		const asked = { ...answered.asked, documentId: 'vscode-notebook-cell:/src/beds.ipynb#1', line: 1, prompt }
		const text = receiptOf({ ...suggestion, asked })
		expect(text).toContain('`vscode-notebook-cell:/src/beds.ipynb#1`, lines 1 to 2, and what stands before them:')
		expect(text).toContain('Before them it was shown cells above.')
		expect(receiptOf(suggestion)).not.toContain('cells above')
		const commit = receiptOf({ ...suggestion, asked: { ...asked, documentId: 'vscode-scm:git/scm0/input' } })
		expect(commit).toContain('Before them it was shown what is committed.')
	})

	it('names the pieces of other files that were shown, and those only', () => {
		const lines = [
			{ start: 4, end: 5 },
			{ start: 9, end: 12 },
		]
		const pieces = [
			{ path: 'src/long.ts', text: 'tooLong' },
			{ path: 'src/rooms.ts', text: 'function rooms(): Room[]', lines },
		]
		const prompt = { ...answered.asked.prompt, context: { path: 'src/beds.ts', pieces, comment: '//' } }
		const asked = { ...answered.asked, prompt, context: { tokens: 31, pieces: [1] } }
		const text = receiptOf({ ...suggestion, asked })
		expect(text).toContain('`src/beds.ts`, lines 7 to 10, and what stands under “Of other files”:')
		expect(text).toContain('31 tokens')
		expect(text).toContain('`src/rooms.ts`, lines 5, 10–12\n\n```\nfunction rooms(): Room[]\n```')
		expect(text).not.toContain('tooLong')
	})

	it('says what it cost and what was done to the answer', () => {
		const text = receiptOf({ ...suggestion, acted: ['trimEnd', 'joinWithFollowing'] })
		expect(text).toContain('40 tokens in the prompt, 38 of them were known already')
		expect(text).toContain('6 tokens written in 3 steps')
		expect(text).toContain('4 tokens drafted, 3 of them right')
		expect(text).toContain('blanks at the end were dropped; it was joined with what follows the cursor')
		expect(text).toContain('this machine only')
		expect(text).toContain('62 ms')
	})

	it('says why there was none, with what the model said where it was asked', () => {
		expect(receiptOf({ kind: 'none', reason: 'midWord', elapsedMs: 0 })).toContain('in the middle of a word')
		const refused = receiptOf({ kind: 'none', reason: 'repeatsWhatFollows', ...answered, elapsedMs: 3 })
		expect(refused).toContain('Nothing was suggested.')
		expect(refused).toContain('secretAnswer')
		expect(refused).not.toContain('What it cost')
	})

	it('explains the suggestion that was shown last, and says why there was none after it', () => {
		const text = receiptOf(suggestion, { kind: 'none', reason: 'midWord', elapsedMs: 0 })
		expect(text).toContain('secretAnswer')
		expect(text.indexOf('in the middle of a word')).toBeGreaterThan(text.indexOf('# After that'))
		expect(receiptOf(suggestion)).not.toContain('# After that')
	})

	it('says so where there was no room for all of it', () => {
		const cutAt = (cut: { prefix: boolean; suffix: boolean }) =>
			receiptOf({ ...suggestion, asked: { ...answered.asked, cut } })
		expect(cutAt({ prefix: true, suffix: false })).toContain('the first lines were left out')
		expect(cutAt({ prefix: true, suffix: false })).not.toContain('the last lines')
		expect(cutAt({ prefix: false, suffix: true })).toContain('the last lines after the cursor were left out')
		expect(receiptOf(suggestion)).not.toContain('no room')
	})

	it('names the model that answered', () => {
		const asked = { ...answered.asked, model: { name: 'old', quantization: 'Q4_0' } }
		expect(receiptOf({ ...suggestion, asked })).toContain('- Model: old (Q4_0)')
		expect(receiptOf(suggestion)).not.toContain('Model:')
	})

	it('cannot be broken out of by what stands in the code', () => {
		const text = receiptOf({ ...suggestion, text: '````\n# Not a title' })
		expect(text).toContain('`````\n````\n# Not a title\n`````')
	})

	it('says so where nothing was asked', () => {
		expect(receiptOf(undefined)).toContain('Nothing was asked yet')
	})
})
