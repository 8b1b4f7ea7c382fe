import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact, redactParts } from '../../../../src/core/privacy/redact.ts'
import { measureRedaction } from '../../../bench/privacy/measureRedaction.ts'
import { assignments, made, tokens } from '../../../fakes/madeSecrets.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

describe('redact', () => {
	it('takes out what is secret, and little else, by a labelled set', () => {
		const { precision, recall, rows, code } = measureRedaction(root, 20)
		const wrong = rows.filter((one) => one.taken < one.secrets || one.wrong > 0)
		expect(recall, JSON.stringify(wrong)).toBeGreaterThan(0.97)
		expect(precision, JSON.stringify(wrong)).toBeGreaterThan(0.97)
		expect(code.files).toBeGreaterThan(300)
		// This repository holds no secret; a handful of texts look like one.
		expect(code.wrong, code.rules).toBeLessThan(code.lines / 5_000)
	})

	it('says what was taken out and where, without what it was', () => {
		const token = tokens['github-token']?.() ?? ''
		const { text, redactions } = redact(`a = "${token}"\nb = 1`)
		expect(text).toBe('a = "[redacted]"\nb = 1')
		expect(redactions).toEqual([{ rule: 'github-token', start: 5, end: 45, placeholder: '[redacted]' }])
		expect(JSON.stringify(redactions)).not.toContain(token.slice(4, 12))
	})

	it('keeps every line where it is', () => {
		const key = tokens['private-key']?.() ?? ''
		const { text } = redact(`before\n${key}\nafter`)
		expect(text.split('\n')).toHaveLength(`before\n${key}\nafter`.split('\n').length)
		expect(text).not.toContain(key.split('\n')[1])
	})

	it('leaves alone what holds no secret, and what was redacted before', () => {
		const piece = fc.oneof(
			fc.string({ unit: 'grapheme' }),
			fc.constantFrom(...Object.values(tokens), () => made(40)).map((make) => make()),
			fc.constantFrom(...assignments).map((place) => place(made(32))),
			fc.constantFrom('\n', ' ', '"', '`', '=', 'password', ': '),
		)
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
				const given = pieces.join('')
				const once = redact(given)
				expect(redact(once.text).text).toBe(once.text)
				// What is between the redactions is the text as it was.
				let [rebuilt, end] = ['', 0]
				for (const { start, end: until, placeholder } of once.redactions) {
					expect(start).toBeGreaterThanOrEqual(end)
					rebuilt += given.slice(end, start) + placeholder
					end = until
				}
				expect(rebuilt + given.slice(end)).toBe(once.text)
			}),
		)
	})

	it.each(['const a = 1', 'The quick brown fox', '', '/usr/lib/python3/dist-packages/SomeLongModuleName2/file.py'])(
		'changes nothing in %j',
		(text) => expect(redact(text)).toEqual({ text, redactions: [] }),
	)
})

describe('redactParts', () => {
	it('finds a secret that stands on both sides of the cursor, and nothing of it is left', () => {
		const token = tokens['github-token']?.() ?? ''
		for (let cut = 1; cut < token.length; cut++) {
			const { texts, count } = redactParts([
				`const a = "${token.slice(0, cut)}`,
				'',
				`${token.slice(cut)}"\nconst b = 1`,
			])
			expect(texts).toEqual(['const a = "[redacted]', '', '"\nconst b = 1'])
			expect(count).toBe(1)
		}
	})

	it('comes to the same as redacting the whole', () => {
		const piece = fc.oneof(
			fc.string(),
			fc.constantFrom(...Object.values(tokens)).map((make) => make()),
			fc.constantFrom('\n', ' = "', '"'),
		)
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(400), { maxLength: 4 }), (pieces, cuts) => {
				const given = pieces.join('')
				const places = [0, ...cuts.map((cut) => Math.min(cut, given.length)).sort((a, b) => a - b), given.length]
				const parts = places.slice(1).map((end, at) => given.slice(places[at], end))
				const { texts, count } = redactParts(parts)
				const whole = redact(given)
				expect(texts).toHaveLength(parts.length)
				expect(texts.join('')).toBe(whole.text)
				expect(count).toBe(whole.redactions.length)
			}),
		)
	})
})
