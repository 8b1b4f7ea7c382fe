import { describe, expect, it } from 'vitest'
import { commandInstruction, isSlashName, parseSlash, slashNames } from '../../../../src/core/chat/slashCommands.ts'

describe('slash commands', () => {
	it.each([
		['/fix', 'fix', ''],
		['  /fix the loop', 'fix', 'the loop'],
		['/tests\nwith limits\n', 'tests', 'with limits'],
		['/my-prompt x', 'my-prompt', 'x'],
	])('%j', (text, name, rest) => {
		expect(parseSlash(text)).toEqual({ name, rest })
	})

	it.each(['/usr/bin/env', '/', '// comment', '/fix/x', 'a /fix', '/*', '/1'])('%j is none', (text) => {
		expect(parseSlash(text)).toBeUndefined()
	})

	it('are no names that every object has', () => {
		expect(['toString', 'constructor', '__proto__'].filter(isSlashName)).toEqual([])
		expect(slashNames.every(isSlashName)).toBe(true)
	})

	it('ask for what was typed behind them too', () => {
		expect(commandInstruction('fix', 'the loop')).toBe(`${commandInstruction('fix', '')}\n\nthe loop`)
	})
})
