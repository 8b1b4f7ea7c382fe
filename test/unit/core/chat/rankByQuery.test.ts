import { expect, it } from 'vitest'
import { rankByQuery } from '../../../../src/core/chat/rankByQuery.ts'

const paths = ['src/webview/parts/reader.ts', 'src/cart.ts', 'test/cartTotal.test.ts', 'docs/smart.md', 'README.md']
const ranked = (query: string, items = paths) => rankByQuery(query, items, (path) => path, 10)

it('puts the name before the folder, and its beginning first', () => {
	expect(ranked('cart').slice(0, 2)).toEqual(['src/cart.ts', 'test/cartTotal.test.ts'])
	expect(ranked('READ')).toEqual(['README.md', 'src/webview/parts/reader.ts'])
	expect(ranked('art')[0]).toBe('src/cart.ts')
})

it('finds the beginnings of words', () => {
	expect(ranked('ctot')[0]).toBe('test/cartTotal.test.ts')
	expect(ranked('wpr')).toEqual(['src/webview/parts/reader.ts'])
	expect(ranked('src/c')[0]).toBe('src/cart.ts')
})

it('keeps the order where nothing was typed, and leaves out what does not fit', () => {
	expect(rankByQuery('', paths, (path) => path, 2)).toEqual(paths.slice(0, 2))
	expect(ranked('zzz')).toEqual([])
})

it('prefers the earlier of two that fit equally well', () => {
	expect(ranked('a', ['x/a', 'y/a'])).toEqual(['x/a', 'y/a'])
	expect(ranked('a', ['y/a', 'x/a'])).toEqual(['y/a', 'x/a'])
})
