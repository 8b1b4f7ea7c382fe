import { expect, it } from 'vitest'
import { wordToComplete } from '../../../../src/core/chat/wordToComplete.ts'

const at = (marked: string) => wordToComplete(marked.replace('|', ''), marked.indexOf('|'))

it.each([
	['/|', { kind: 'command', query: '' }],
	['/fi|x', { kind: 'command', query: 'fi' }],
	['a @|', { kind: 'mention', query: '' }],
	['@pro|', { kind: 'mention', query: 'pro' }],
	['@src/ca|', { kind: 'mention', query: 'src/ca' }],
	['(@file:|', { kind: 'argument', of: 'file', query: '' }],
	['x @file:src/c| y', { kind: 'argument', of: 'file', query: 'src/c' }],
	['@file:"my do|cs/a', { kind: 'argument', of: 'file', query: 'my do' }],
	['@symbol:Cart.t|', { kind: 'argument', of: 'symbol', query: 'Cart.t' }],
	['me@fi|', undefined],
	['a /fi|', undefined],
	['/fix |', undefined],
	['@other:x|', undefined],
	['@file:a |', undefined],
	['|@file', undefined],
])('%j', (marked, expected) => {
	expect(at(marked)).toEqual(expected)
})

it('looks at what is near the cursor, however long the text is', () => {
	const text = `${'(@:'.repeat(100_000)} @file:ca`
	expect(wordToComplete(text, text.length)).toEqual({ kind: 'argument', of: 'file', query: 'ca' })
	expect(wordToComplete(`/fix${'x'.repeat(2_000)}`, 2_004)).toBeUndefined()
})
