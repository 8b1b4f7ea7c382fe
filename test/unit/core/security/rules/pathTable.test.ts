import { expect, it } from 'vitest'
import { expandPath, PathTable } from '../../../../../src/core/security/rules/pathTable.ts'

it.each([
	['a.b', ['a.b']],
	['a.{b,c}', ['a.b', 'a.c']],
	['{a,b}.{c,d}', ['a.c', 'b.c', 'a.d', 'b.d']],
	['a.{b,c.{d,e}}', ['a.b', 'a.c.d', 'a.c.e']],
	['{a.{b,c}.d,e}.f', ['a.b.d.f', 'e.f', 'a.c.d.f']],
	['a.{b', ['a.{b']],
	['a}.b', ['a}.b']],
])('the alternatives of %s', (path, expanded) => {
	expect([...expandPath(path)].sort()).toEqual([...expanded].sort())
})

it('finds what a path stands for once', () => {
	const table = new PathTable<string>()
	table.add('a.{b,c.{d,e}}', 'rule')
	expect(['a.b', 'a.c.d', 'a.c.e', 'a.c'].map((path) => table.lookUp(path))).toEqual([['rule'], ['rule'], ['rule'], []])
})
