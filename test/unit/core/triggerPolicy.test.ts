import { describe, expect, it } from 'vitest'
import { decideTrigger } from '../../../src/core/completion/triggerPolicy.ts'

/** `│` is the cursor in one line. */
function decide(line: string, { explicit = false, languageId = 'typescript' } = {}) {
	const [before = '', after = ''] = line.split('│')
	return decideTrigger({ languageId, before, after, explicit })
}

describe('whether the model is asked', () => {
	it.each([
		['const x = │'],
		['foo(│)'],
		['foo([│]);'],
		['foo({ a: "│" }) {'.replace(' }) {', '')],
		['if (│) {'],
		['if (│ )  {  '],
		['say("│"),'],
		['x│   '],
		['│'],
		['läng│'],
	])('asks at %s', (line) => expect(decide(line)).toMatchObject({ ask: true }))

	it.each([
		['con│st x', 'midWord'],
		['grö│ße', 'midWord'],
		['a𝒳│𝒴', 'midWord'],
		['x = │y + 1', 'textAfterCursor'],
		['foo(│) + bar', 'textAfterCursor'],
		[`${'a'.repeat(10_001)}│`, 'lineTooLong'],
		['x = "\ud83d│\ude00"', 'midWord'],
	])('does not ask at %s', (line, reason) => expect(decide(line)).toEqual({ ask: false, reason }))

	it('asks anywhere on the line when a person asks by hand, but not inside a character', () => {
		expect(decide('con│st x', { explicit: true })).toMatchObject({ ask: true, multiLine: false })
		expect(decide('x = │y + 1', { explicit: true })).toMatchObject({ ask: true, multiLine: false })
		expect(decide('\ud83d│\ude00', { explicit: true })).toEqual({ ask: false, reason: 'midWord' })
	})

	it('needs no time that grows faster than the line for long runs of spaces', () => {
		const decision = decide(`x│${' '.repeat(9_000)}y`)
		expect(decision).toEqual({ ask: false, reason: 'textAfterCursor' })
	})
})

describe('how much is asked for', () => {
	it.each([
		['    │', true],
		['│', true],
		['function f() {│', true],
		['call(│', true],
		['call(│  ', true],
		['const x = │', false],
		['if (│) {', false],
		['const x: │', false],
	])('at %s more than one line: %s', (line, multiLine) => expect(decide(line)).toMatchObject({ multiLine }))

	it('takes a colon for the start of a block where it is one', () => {
		expect(decide('def f():│', { languageId: 'python' })).toMatchObject({ multiLine: true })
		expect(decide('const x:│')).toMatchObject({ multiLine: false })
	})

	it('asks for more than one line by hand', () =>
		expect(decide('const x = │', { explicit: true })).toMatchObject({ multiLine: true }))
})

describe('the debounce', () => {
	it('is short while typing, and none at the start of a line or when asked by hand', () => {
		const typing = decide('const x = │')
		expect(typing).toMatchObject({ debounce: true })
		expect(decide('\t│')).toMatchObject({ debounce: false })
		expect(decide('const x = │', { explicit: true })).toMatchObject({ debounce: false })
	})
})
