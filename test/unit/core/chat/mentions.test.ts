import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mentionText, parseMentions, replaceMentions } from '../../../../src/core/chat/mentions.ts'

const read = (text: string) => parseMentions(text).map(({ kind, argument }) => `${kind}|${argument}`)

describe('mentions', () => {
	it.each([
		['@file:src/cart.ts', ['file|src/cart.ts']],
		['see @file:src/cart.ts, please', ['file|src/cart.ts']],
		['(@file:src/cart.ts)', ['file|src/cart.ts']],
		['@file:"my docs/a b.md" and @folder:src', ['file|my docs/a b.md', 'folder|src']],
		['@file:app/(shop)/page.tsx.', ['file|app/(shop)/page.tsx']],
		['@file:pages/[id].ts', ['file|pages/[id].ts']],
		['@file:pages/[id]', ['file|pages/[id]']],
		['@symbol:Cart.total?', ['symbol|Cart.total']],
		['@problems @changes @terminal @workspace', ['problems|', 'changes|', 'terminal|', 'workspace|']],
		['@changes:staged', ['changes|staged']],
		['what is in @workspace?', ['workspace|']],
		['@file', ['file|']],
		['@file: src', ['file|']],
		['@file:ünï/日本.ts', ['file|ünï/日本.ts']],
		['@file:a\n@file:b', ['file|a', 'file|b']],
		// No mentions.
		['me@workspace.org or me@file', []],
		['@workspaces @files @file-system @file/x', []],
		['@symbol', []],
		['@symbol:', []],
		['import x from "@scope/workspace"', []],
		['`@file:a.ts` and ``a ` @file:b`` and @file:c', ['file|c']],
		['```ts\n@workspace\n```\n@problems', ['problems|']],
		['```\n@workspace', []],
		['~~~\n@workspace\n~~~ @problems\n@changes', []],
		['a ` b @file:c', ['file|c']],
		['a `\n\nb @file:c `', ['file|c']],
		['@@file:a', []],
		['/@file:a', []],
	])('%j', (text, expected) => {
		expect(read(text)).toEqual(expected)
	})

	it('stand where they say', () => {
		const text = 'a @file:"x y" b @file:z. @file: c'
		expect(parseMentions(text).map(({ start, end }) => text.slice(start, end))).toEqual([
			'@file:"x y"',
			'@file:z',
			'@file',
		])
	})

	it('are read again as they are written, whatever the path is', () => {
		const paths = fc.string({ minLength: 1 }).filter((path) => !/["\n\r]/.test(path) && path.trim() === path)
		fc.assert(
			fc.property(paths, (path) => {
				expect(read(`a ${mentionText('file', path)} b`)).toEqual([`file|${path}`])
			}),
		)
	})

	it('leave no gap where nothing takes their place', () => {
		const drop = (text: string) => replaceMentions(text, parseMentions(text), () => '')
		expect(drop('@workspace where is x?')).toBe('where is x?')
		expect(drop('where is x in @workspace ?')).toBe('where is x in ?')
		expect(drop('a @problems b')).toBe('a b')
		expect(drop('a\n@problems\nb')).toBe('a\n\nb')
		expect(
			replaceMentions('fix @file:a.ts!', parseMentions('fix @file:a.ts!'), ({ argument }) => `\`${argument}\``),
		).toBe('fix `a.ts`!')
	})

	it('are found in a long text without end', () => {
		const text = '` `` ``` @file:a '.repeat(20_000)
		expect(parseMentions(text).length).toBeGreaterThanOrEqual(0)
		expect(parseMentions(`${'(('.repeat(50_000)} @file:a`)).toHaveLength(1)
		const dots = parseMentions(`@file:${'.,'.repeat(100_000)}a ${' '.repeat(100_000)}@file:b`)
		expect(dots.map(({ argument }) => argument.length)).toEqual([200_001, 1])
	})
})
