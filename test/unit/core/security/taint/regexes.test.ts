import { describe, expect, it } from 'vitest'
import { isLocalPattern } from '../../../../../src/core/security/taint/texts/regexes.ts'

describe('patterns of addresses on the same site', () => {
	it.each(['\\A/(?![/\\\\])[\\w/]*\\z', '^/[^/\\\\]', '^/\\w+', '^/[a-z]+/', '^/(?!/|\\\\)'])('%s', (pattern) =>
		expect(isLocalPattern(pattern, false)).toBe(true),
	)

	it.each(['^\\/(?!\\/)', '^/[^/]', '^/', '^/[\\w/]*$', '^/\\w*', '/(?!/)', '^/(?!/)|^http', '^/[^?]', '^https?:'])(
		'not %s',
		(pattern) => expect(isLocalPattern(pattern, false)).toBe(false),
	)

	it('in Ruby only from the beginning of the text', () => {
		expect(isLocalPattern('^/\\w', false, true)).toBe(false)
		expect(isLocalPattern('\\A/\\w', false, true)).toBe(true)
	})
})
