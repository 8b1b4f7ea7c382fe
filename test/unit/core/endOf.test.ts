import { describe, expect, it } from 'vitest'
import { endOf } from '../../../src/core/completion/endOf.ts'

const at = (before: string, nextLine?: string) => endOf({ multiLine: true, before, nextLine })

describe('where an answer ends', () => {
	it('is its line, where one line is asked for', () => {
		expect(endOf({ multiLine: false, before: '\t\tx = ', nextLine: 'y()' })).toEqual({ stop: ['\n'] })
	})

	it('is a blank line, or the line that stands below', () => {
		expect(at('', '  call(a)  ')).toEqual({ stop: ['\n\n', '\n  call(a)\n'] })
	})

	it('is not a bracket, which may stand there twice, nor a line that is too long to be told', () => {
		for (const next of [undefined, '\t})', `x = '${'a'.repeat(100)}'`]) expect(at('', next)).toEqual({ stop: ['\n\n'] })
	})

	it.each([
		['\t\t', 8],
		['    ', 4],
		['\t  if (a) {', 6],
	])('is the first line further out than %j', (before, leastIndent) => {
		expect(at(before)).toMatchObject({ stopRule: { leastIndent, tabWidth: 4 } })
	})
})
