import { describe, expect, it } from 'vitest'
import { wordAt } from '../../../webview/ui/wordAt.ts'

/** The word at `|`. */
function word(marked: string): string | undefined {
	const cursor = marked.indexOf('|')
	const text = marked.replace('|', '')
	const found = wordAt(text, cursor)
	return found && text.slice(found.start, found.end)
}

describe('the word at the cursor', () => {
	it.each([
		['@|', '@'],
		['see @fi|', '@fi'],
		['see @fi|le:a.ts now', '@file:a.ts'],
		['see @file:src/a|', '@file:src/a'],
		['(@sym|)', '@sym)'],
		['@file:"a b|c" x', '@file:"a bc"'],
		['/ex|', '/ex'],
		['/ex|plain this', '/explain'],
	])('%s is %s', (marked, expected) => expect(word(marked)).toBe(expected))

	it.each(['|', 'a|', 'me@home|', 'see /fix|', '@file |', '/explain |', '@a\n|'])('%s is none', (marked) => {
		expect(word(marked)).toBeUndefined()
	})
})
