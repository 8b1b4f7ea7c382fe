import { expect, it } from 'vitest'
import { capturingGroups } from '../../../../../src/core/security/taint/natives/phpMatches.ts'

it.each([
	['a', []],
	['(a)(b(c))', [{ source: 'a' }, { source: 'b(c)' }, { source: 'c' }]],
	['(?:a)(b)', [{ source: 'b' }]],
	[
		"(?<one>a)(?P<two>b)(?'three'c)",
		[
			{ name: 'one', source: 'a' },
			{ name: 'two', source: 'b' },
			{ name: 'three', source: 'c' },
		],
	],
	['(?=a)(?!b)(?<=c)(?<!d)(?>e)(?i:f)(?i)(g)', [{ source: 'g' }]],
	['\\((a)\\)', [{ source: 'a' }]],
	['[()](a)[^(](b)[]()](c)[^]()](d)', [{ source: 'a' }, { source: 'b' }, { source: 'c' }, { source: 'd' }]],
	['(*UTF8)(a)', [{ source: 'a' }]],
	['(a', [{ source: '' }]],
	['a)', []],
	['((((', [{ source: '' }, { source: '' }, { source: '' }, { source: '' }]],
])('the groups of %s', (pattern, groups) => {
	expect(capturingGroups(pattern)).toEqual(groups)
})
