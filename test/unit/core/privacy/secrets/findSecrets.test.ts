import { describe, expect, it } from 'vitest'
import { base62, crc32, endsWithCrc, fromBase64, isBech32 } from '../../../../../src/core/privacy/secrets/checksums.ts'
import { findSecrets } from '../../../../../src/core/privacy/secrets/findSecrets.ts'
import { assignments, harmless, made, tokens, withCrc } from '../../../../fakes/madeSecrets.ts'

describe('findSecrets', () => {
	it.each(Object.entries(tokens))('%s', (kind, make) => {
		for (let round = 0; round < 20; round++) {
			const value = make()
			const text = `before\nuse("${value}")\nafter`
			const [first, ...more] = findSecrets(text)
			expect(first?.kind, text).toBe(kind)
			expect(more).toEqual([])
			const found = text.slice(first?.start, first?.end)
			expect(value).toContain(found)
			expect(first?.preview.length).toBeLessThan(12)
			if (kind !== 'private-key') expect(found).not.toBe(first?.preview.replace('…', ''))
		}
	})

	it('finds what a macro stands for', () => {
		const found = (text: string) => findSecrets(text).map((it) => text.slice(it.start, it.end))
		expect(found('#define DB_PASS "Autumn7-Heron!"\n')).toEqual(['Autumn7-Heron!'])
		expect(found('#  define API_TOKEN\t"q8Zr2LmX0pTw5vKd9sBn"\n')).toEqual(['q8Zr2LmX0pTw5vKd9sBn'])
		expect(found('#define PASS_PREFIX "Autumn7-Heron!"\n#define COMPASS "Autumn7-Heron!"\n')).toEqual([])
		expect(found('#define TOKEN_NAME "X-Session-Token"\n#define PASSWORD "password"\n')).toEqual([])
	})

	it('finds what is assigned, and little else', () => {
		let [right, missed, wrong] = [0, 0, 0]
		const errors: string[] = []
		for (let round = 0; round < 40; round++) {
			for (const place of assignments) {
				const value = made(20 + (round % 21))
				const text = place(value)
				const found = findSecrets(text)
				if (found.some((it) => text.slice(it.start, it.end) === value)) right++
				else {
					missed++
					errors.push(text)
				}
			}
			for (const make of harmless) {
				const text = make()
				const found = findSecrets(text)
				wrong += found.length
				if (found.length > 0) errors.push(`${found[0]?.kind}: ${text}`)
			}
		}
		const precision = right / (right + wrong)
		const recall = right / (right + missed)
		expect(precision, errors.slice(0, 20).join('\n')).toBeGreaterThan(0.97)
		expect(recall, errors.slice(0, 20).join('\n')).toBeGreaterThan(0.97)
	})

	it('doubts a token whose checksum is wrong', () => {
		const right = withCrc('ghp')
		const wrong = right.slice(0, 10) + (right[10] === 'a' ? 'b' : 'a') + right.slice(11)
		expect(findSecrets(right)[0]?.confidence).toBe('high')
		expect(findSecrets(wrong)[0]?.confidence).toBe('low')
	})

	it('takes the better known of two at one place', () => {
		const token = withCrc('ghp')
		const found = findSecrets(`token = "${token}"; password = "${made(14)}7!"`)
		expect(found.map((it) => it.kind)).toEqual(['github-token', 'assigned-secret'])
	})

	it('leaves out what only its name makes suspicious, if asked', () => {
		expect(findSecrets(`secret = "${made(30)}"`, { withAssigned: false })).toEqual([])
	})

	it.each([
		['names', () => 'password'.repeat(130_000)],
		['assignments', () => 'token="'.repeat(150_000)],
		['addresses', () => 'https://a:b'.repeat(95_000)],
		['letters', () => made(1_000_000)],
		['heads', () => `-----BEGIN RSA ${'PRIVATE'} KEY-----`.repeat(30_000)],
		['marks', () => ['eyJ', 'AKIA', 'xoxb-', 'glpat-', 'hvs.', 'SG.', 'AIza', 'sk-'].join('').repeat(25_000)],
		['tokens', () => 'eyJ'.repeat(330_000)],
		['code', () => 'const a = call(b, "text") // and so on\n'.repeat(26_000)],
	])('takes time that grows with the length only: %s', (_name, make) => {
		const text = make()
		findSecrets(text.slice(0, 50_000))
		const quarter = timed(text.slice(0, text.length / 4))
		const whole = timed(text)
		// Four times the length; the square of it would be sixteen times the work.
		expect(whole).toBeLessThan(Math.max(quarter, 20) * 10)
	})
})

/** Milliseconds of the fastest of several runs: the others waited for a machine that was busy. */
function timed(text: string): number {
	const runs = Array.from({ length: 5 }, () => {
		const begun = performance.now()
		findSecrets(text)
		return performance.now() - begun
	})
	return Math.min(...runs)
}

describe('checksums', () => {
	it('are those of the standards', () => {
		expect(crc32('123456789')).toBe(0xcbf43926)
		expect(base62(61 + 62, 6)).toBe('00001z')
		expect(endsWithCrc(withCrc('npm'))).toBe(true)
		// BIP 173's own examples.
		expect(isBech32('A12UEL5L')).toBe(true)
		expect(isBech32('A12UEL5M')).toBe(false)
		expect(fromBase64('eyJhIjoxfQ')).toBe('{"a":1}')
		expect(fromBase64('a b')).toBeUndefined()
	})
})
