import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../src/core/model/catalogue/catalogue.ts'
import { doubtsText } from '../../../src/vscode/models/modelTexts.ts'
import { english } from './english.ts'

describe('what is said of facts on a model that is offered', () => {
	const [some] = catalogue
	const [file] = some?.files ?? []
	if (!some || !file) throw new Error('an empty catalogue')
	const { unconfirmed: _, ...sure } = some
	const { hashFrom: __, ...unhashed } = file

	it('is nothing where all of them are from first hand', () => {
		expect(doubtsText(english, sure, { ...file, hashFrom: 'host' })).toEqual([])
	})

	it('names who is not their source', () => {
		expect(doubtsText(english, { ...sure, unconfirmed: ['licence', 'fim'] }, { ...file, hashFrom: 'others' })).toEqual([
			'SHA-256 from a third party',
			'not checked with its owner: licence, how it fills gaps',
		])
		expect(doubtsText(english, sure, unhashed)).toEqual(['no SHA-256 known'])
	})
})
