import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { makeBundle, readBundle } from '../../../scripts/l10n.mjs'

const readGerman = () =>
	JSON.parse(readFileSync(fileURLToPath(new URL('../../../media/l10n/bundle.l10n.de.json', import.meta.url)), 'utf8'))

describe('the texts of the code', () => {
	it('are all in the bundle for translators (else run: npm run l10n)', () => {
		expect(readBundle()).toBe(makeBundle())
		expect(Object.keys(JSON.parse(readBundle())).length).toBeGreaterThan(50)
	})

	it('are all there in German, with the same placeholders', () => {
		const german: Record<string, string> = readGerman()
		const english = Object.keys(JSON.parse(readBundle()))
		expect(Object.keys(german).sort()).toEqual(english.sort())
		const placeholders = (text = '') => [...text.matchAll(/\{\d\}/g)].map(([placeholder]) => placeholder).sort()
		for (const message of english) expect(placeholders(german[message])).toEqual(placeholders(message))
	})
})
