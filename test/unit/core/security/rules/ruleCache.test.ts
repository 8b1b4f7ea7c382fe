import { expect, it } from 'vitest'
import { RuleCache } from '../../../../../src/core/security/rules/ruleCache.ts'

it('a pattern for a whole name may ignore case, and what is no pattern fits nothing', () => {
	const cache = new RuleCache()
	expect(cache.whole('req|request').test('request')).toBe(true)
	expect(cache.whole('req|request').test('requests')).toBe(false)
	expect(cache.whole('(?i)req|request').test('Request')).toBe(true)
	expect(cache.whole('(?i)req|request').test('RequestBody')).toBe(false)
	expect(cache.whole('(').test('(')).toBe(false)
})
