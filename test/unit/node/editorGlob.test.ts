import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { patternOf } from '../../../src/node/symbols/editorGlob.ts'

describe('a glob of the editor', () => {
	it.each([
		['**/{private,internal}/**', ['private', 'a/private', 'a/internal/b.ts'], ['privately', 'a/public/b.ts']],
		['**/*.{gen,secret}.ts', ['a.gen.ts', 'b/c.secret.ts'], ['gen.ts', 'a.generated.ts']],
		['**/{a,{b,c}d}/e', ['a/e', 'x/bd/e', 'cd/e'], ['b/e', 'c/e']],
		['{**/a,b/**,c}/d', ['x/a/d', 'b/d', 'b/x/d', 'c/d'], ['x/b/d', 'x/c/d']],
		['hidden', ['hidden'], ['a/hidden', 'hidden.ts']],
		['/hidden/', ['hidden'], ['a/hidden']],
		['**/?.ts', ['a.ts', 'x/b.ts'], ['ab.ts', '.ts/']],
		['**/[a-c]x', ['ax', 'y/cx'], ['dx', '/x', 'a/x']],
		['[!a-c]x', ['dx'], ['ax', '/x']],
		['[^a]x', ['bx'], ['ax']],
		['*.ts', ['a.ts'], ['a/b.ts', 'a.tsx']],
		['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'ab']],
		['**', ['a', 'a/b'], []],
		['a.b', ['a.b', 'A.B'], ['axb']],
		['a\\b', ['a/b'], ['ab']],
		['{a', ['{a'], ['a']],
		['a}', ['a}'], ['a']],
		['[z-a]', ['m'], ['mm']],
		['{[}],b}', ['}', 'b'], ['a']],
	])('%s', (glob, matched, others) => {
		for (const path of matched) expect([path, patternOf(glob).test(path)]).toEqual([path, true])
		for (const path of others) expect([path, patternOf(glob).test(path)]).toEqual([path, false])
	})

	it('is taken whatever it is', () => {
		const text = fc.string({ unit: fc.constantFrom(...'*?{}[],/!^-ab.\\()|$+'), maxLength: 24 })
		fc.assert(
			fc.property(text, (glob) => {
				expect(patternOf(glob)).toBeInstanceOf(RegExp)
			}),
		)
	})

	it('matches each of its choices as that choice alone would be', () => {
		const word = fc.string({ unit: fc.constantFrom(...'abc'), minLength: 1, maxLength: 2 })
		fc.assert(
			fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, word, (choices, choice, folder) => {
				const pattern = patternOf(`**/{${choices.join(',')}}/x`)
				expect(pattern.test(`${folder}/${choice}/x`)).toBe(choices.includes(choice))
			}),
		)
	})
})
