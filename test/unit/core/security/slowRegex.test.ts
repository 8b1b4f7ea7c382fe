import { describe, expect, it } from 'vitest'
import { safePattern } from '../../../../src/core/security/regex/safePattern.ts'
import { costOf, costOfSearch } from '../../../../src/core/security/regex/slowRegex.ts'

describe('the cost of a regular expression', () => {
	it.each([
		['(a+)+$'],
		['(a|a)*b'],
		['(a|aa)+$'],
		['(a*)*b'],
		['(\\w+\\s?)*$'],
		['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}'],
		['(a*b*)*c'],
		['(?:(?:a|b)*c?)*d'],
		['^(?=(a+)+$)b'],
		['(a(b?|c?))*$'],
		['([a-z]+\\d*)+!'],
		['\\G\\s*(a+)+b'],
		['(?>(?:a+)+b)c'],
		['(?:(?:a+)+b)*+'],
	])('%s is exponential', (pattern) => expect(costOf(pattern)).toBe('exponential'))

	it.each([
		['(a+)+$', 'exponential'],
		['(a+)+b|c', 'exponential'],
		['((a+)+b)+', 'exponential'],
		['v((?:[0-9]+\\.?)+)', 'linear'],
		['b(a+)+|c(a|a)*', 'linear'],
	])('%s that is looked for is %s', (pattern, cost) => expect(costOfSearch(pattern)).toBe(cost))

	it.each([
		['abc'],
		['^[a-z]+$'],
		['(ab|ac)*d'],
		['(\\.\\w+)*$'],
		['^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$'],
		['^[^@]+@[^@]+$'],
		['"(?:[^"\\\\]|\\\\.)*"'],
		['^(foo|bar|baz)+$'],
		['(\\d{1,3}\\.){3}\\d{1,3}'],
		['[A-Za-z0-9]{40}'],
		['(?<!x)a+b'],
		['(\\(\\s*)*a'],
		// What is matched once and for all is never tried another way.
		['"(?:[^"\\\\]++|\\\\.)*"'],
		['"(?:[^"\\\\]+|\\\\.)*+"'],
		['(?>[^()]+|\\([^()]*\\))*\\)'],
		// One way to take two of three.
		['^(?:a\\d{1,3}b)+$'],
		['^(?:a(?:cx{0,2})?b)+$'],
	])('%s is linear', (pattern) => expect(costOf(pattern)).toBe('linear'))

	it.each([['a*a*b'], ['^\\s*(.*)$'], ['.*=.*;']])('%s is quadratic', (pattern) =>
		expect(costOf(pattern)).toBe('quadratic'),
	)

	it.each([['a*a*a*b'], ['.*x.*y.*z']])('%s is worse than that', (pattern) => expect(costOf(pattern)).toBe('cubic'))

	it.each([
		['(["\'])(\\w+-?)+\\1', 'exponential'],
		['(a+)(?:\\1)+', 'reference'],
		['(?:(a)\\1?)+b', 'reference'],
		['(["\'])(?:(?!\\1|\\\\).|\\\\.)*\\1', 'reference'],
	])('%s with a back reference is %s', (pattern, cost) => expect(costOf(pattern)).toBe(cost))

	it('minds the flags', () => {
		expect(costOf('(a|A)*b')).toBe('linear')
		expect(costOf('(a|A)*b', 'i')).toBe('exponential')
		expect(costOf('(.|\\n)*b')).toBe('linear')
		expect(costOf('(.|\\n)*b', 's')).toBe('exponential')
	})

	it('knows that no letter is a blank', () => {
		expect(costOf('^([\\p{L}.-]+(?:\\s+[\\p{L}.-]+)*)\\s*<', 'u')).not.toBe('exponential')
		expect(costOf('^(?:[\\p{L}.-]+\\s*)+<', 'u')).toBe('exponential')
	})

	it.each([['(a'], ['a)'], ['[a'], ['*a'], ['(?x'], ['\\']])('%s is none', (pattern) =>
		expect(costOf(pattern)).toBe('unknown'),
	)

	it('agrees with the matcher on what it calls exponential', () => {
		// 26 characters take the matcher millions of steps; one that is not exponential takes it microseconds.
		for (const [pattern, pump] of [
			['^(a|aa)+$', 'a'],
			['^(a+)+$', 'a'],
			['^([a-z]+\\d*)+!$', 'a'],
		] as const) {
			expect(costOf(pattern)).toBe('exponential')
			const timeOf = (count: number) => {
				const start = performance.now()
				new RegExp(pattern).test(`${pump.repeat(count)}#`)
				return performance.now() - start
			}
			timeOf(10)
			expect(timeOf(27)).toBeGreaterThan(50 * timeOf(15))
		}
	})

	it('is known soon, whatever the pattern', () => {
		const start = performance.now()
		for (const pattern of [
			`(${'(a|b|ab)*'.repeat(40)})*`,
			'(a?){60}'.repeat(30),
			'('.repeat(3_000),
			`${'.*'.repeat(200)}`,
			'[a-z]*'.repeat(390),
			'(x+x+)+y'.repeat(100),
		]) {
			costOf(pattern)
		}
		expect(performance.now() - start).toBeLessThan(5_000)
	})
})

describe('a pattern of a rule', () => {
	it('is found in a text, or is all of it', () => {
		const part = safePattern('(?i)select', 'part')
		const whole = safePattern('a|b', 'whole')
		if ('refused' in part || 'refused' in whole) throw new Error('refused')
		expect(part.test('SELECT 1')).toBe(true)
		expect([whole.test('a'), whole.test('b'), whole.test('ab')]).toEqual([true, true, false])
	})

	it.each([
		['(a+)+$', /for ever/],
		['(a)\\1', /refers back/],
		['.*.*.*x', /very long/],
		['(', /no regular expression/],
		['a)(b', /no regular expression/],
	])('%s is refused', (pattern, reason) => {
		const made = safePattern(pattern, 'part')
		expect('refused' in made && made.refused).toMatch(reason)
	})

	it('takes a bounded time for the worst that is let in', () => {
		const made = safePattern('\\s*=\\s*\\s*$', 'part')
		if ('refused' in made) throw new Error(made.refused)
		const start = performance.now()
		made.test(`=${' '.repeat(1_000_000)}x`)
		expect(performance.now() - start).toBeLessThan(1_500)
	})
})
