import { describe, expect, it } from 'vitest'
import { admittedText } from '../../../../src/core/security/regex/admittedText.ts'

const shown = (set: readonly (readonly [number, number])[]) =>
	set.map(([from, to]) => `${String.fromCharCode(from)}${String.fromCharCode(to)}`).join(' ')

describe('the characters that a regular expression leaves', () => {
	it.each([
		['^[a-c]+$', '', 'ac'],
		['\\A(?:x|[0-9]{2})\\z', '', '09 xx'],
		['^a$|^b$', '', 'ab'],
		['^a$', 'i', 'AA aa'],
		['^(?!q)[a-c]+$', '', 'ac'],
	])('%s with flags "%s", where it matches: %s', (pattern, flags, characters) =>
		expect(shown(admittedText(pattern, flags).matching)).toBe(characters),
	)

	it.each([
		['^[a-c]+', ''],
		['[a-c]+$', ''],
		['^a$|b', ''],
		['^[a-c]+$', 'm'],
		['^([a-c])\\1$', ''],
		['^(a', ''],
	])('%s with flags "%s" leaves all where it matches', (pattern, flags) =>
		expect(admittedText(pattern, flags).matching).toEqual([[0, 0xffff]]),
	)

	it('leaves what it does not look for where it does not match', () => {
		expect(shown(admittedText('[^a-c]', '').other)).toBe('ac')
		expect(shown(admittedText('[^a-c]|[b]', '').other)).toBe('aa cc')
	})

	it('leaves all where it looks for several characters', () =>
		expect(admittedText('[^a-c]{2}', '').other).toEqual([[0, 0xffff]]))
})
