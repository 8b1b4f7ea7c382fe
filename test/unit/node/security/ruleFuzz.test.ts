import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ignoreCommentsIn } from '../../../../src/core/security/findings/ignoreComments.ts'
import { costOf } from '../../../../src/core/security/regex/slowRegex.ts'
import { decodeText } from '../../../../src/node/security/decodeText.ts'
import { readRules } from '../../../../src/node/security/ruleFiles.ts'

const words = [
	'language: go',
	'rules:',
	'- id: go/a',
	'mode: taint',
	'languages: [go]',
	'pattern: $X.a(...)',
	'  ',
	'\n',
	': ',
	'- ',
	'[',
	'{',
	'&a ',
	'*a',
	"'",
	'"',
	'\t',
	'!!set',
	'|',
	'>',
	'#',
	'? ',
	'\0',
	'\ud800',
]
const yaml = fc
	.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 })), { maxLength: 40 })
	.map((parts) => parts.join(''))

it('whatever a rule file holds, it is read or refused with a place in it', () => {
	fc.assert(
		fc.property(yaml, (text) => {
			const { ruleFiles, problems } = readRules(text, '/w/a.yml')
			expect(ruleFiles.length === 0 || problems.length === 0).toBe(true)
			const lines = text.split('\n').length
			for (const { line, character, reason } of problems) {
				expect(line >= 0 && line <= lines && character >= 0 && reason !== '').toBe(true)
			}
		}),
		{ numRuns: 3_000 },
	)
})

const regexParts = [
	'a',
	'b',
	'.',
	'\\w',
	'\\d+',
	'(',
	')',
	'(?:',
	'|',
	'*',
	'+',
	'?',
	'{2,}',
	'{1,3}',
	'[a-c]',
	'[^a]',
	'^',
	'$',
	'\\b',
	'(?=',
	'\\1',
]
const regex = fc.array(fc.constantFrom(...regexParts), { maxLength: 14 }).map((parts) => parts.join(''))

it('what is said to be linear is linear', () => {
	fc.assert(
		fc.property(regex, (pattern) => {
			let made: RegExp
			try {
				made = new RegExp(`^(?:${pattern})$`)
			} catch {
				return
			}
			if (costOf(`^(?:${pattern})$`) !== 'linear') return
			for (const pump of ['a', 'ab', '1', 'abc']) {
				const begun = performance.now()
				made.test(`${pump.repeat(4_000)}#`)
				// Even the square of it would take seconds.
				expect(performance.now() - begun).toBeLessThan(1_000)
			}
		}),
		{ numRuns: 2_000 },
	)
})

it('comments that ignore are found in any text without harm', () => {
	const parts = fc.constantFrom(
		'alcove-ignore',
		'alcove-ignore-file',
		' a/b',
		': ',
		'until 2027-01-01',
		',',
		'//',
		'/*',
		'*/',
		'\n',
		'#',
		'-',
		' ',
		'*',
	)
	fc.assert(
		fc.property(fc.array(parts, { maxLength: 30 }), fc.boolean(), (list, isParsed) => {
			const text = list.join('')
			for (const { line, span } of ignoreCommentsIn(text, isParsed ? [{ start: 0, end: text.length }] : undefined)) {
				expect(span.start < span.end && span.end <= text.length).toBe(true)
				if (line !== undefined) expect(line < text.split('\n').length).toBe(true)
			}
		}),
		{ numRuns: 3_000 },
	)
})

it('bytes are a text or none', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
			const text = decodeText(bytes)
			expect(text === undefined ? bytes.includes(0) : text.length <= bytes.length).toBe(true)
		}),
	)
})
