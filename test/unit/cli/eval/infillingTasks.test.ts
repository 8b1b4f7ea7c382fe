import { describe, expect, it } from 'vitest'
import { parseInfillingTasks, programOf } from '../../../../src/cli/eval/infillingTasks.ts'

const line = (more: object = {}) =>
	JSON.stringify({
		task_id: 'SingleLineInfilling/HumanEval/0/L0',
		prompt: 'def add(a, b):\n',
		suffix: '\n',
		test: 'def check(candidate):\n    assert candidate(1, 2) == 3\n',
		entry_point: 'add',
		canonical_solution: '    return a + b',
		...more,
	})

describe('tasks', () => {
	it('are read line by line', () => {
		const [task, other] = parseInfillingTasks(`${line()}\r\n\n${line({ task_id: 'b' })}\n`, 'f')
		expect(task).toMatchObject({ id: 'SingleLineInfilling/HumanEval/0/L0', entryPoint: 'add', suffix: '\n' })
		expect(other?.id).toBe('b')
	})

	it.each([
		['', 'f has no tasks in it'],
		[`${line()}\n{`, 'f, line 2: no JSON'],
		['[]', 'f, line 1: no object'],
		[line({ test: 3 }), "f, line 1: a task needs a text 'test'"],
		[line({ entry_point: 'add);import os;(' }), "f, line 1: 'add);import os;(' is no name of a function"],
		[`${line()}\n${line()}`, 'f, line 2: there is another task SingleLineInfilling/HumanEval/0/L0'],
	])('%s: %s', (text, message) => {
		expect(() => parseInfillingTasks(text, 'f')).toThrow(message)
	})
})

describe('the program', () => {
	it('is the text with the gap filled, its test, and the proof', () => {
		const [task] = parseInfillingTasks(line(), 'f')
		expect(programOf(task ?? never(), '    return a + b', 'xyz')).toBe(
			'def add(a, b):\n    return a + b\n\ndef check(candidate):\n    assert candidate(1, 2) == 3\n\ncheck(add)\nprint()\nprint("xyz")\n',
		)
	})

	it.each([
		['SingleLineInfilling/0', '    return c\n', '    c = a + b\n    return c\n'],
		['SingleLineInfilling/0', '\n    return c\n', '    c = a + b\n    return c\n'],
		['MultiLineInfilling/0', ' + 1', '    c = a + b + 1'],
	])('of %s with %j goes on with the next line where a line was asked for', (task_id, suffix, written) => {
		const [task] = parseInfillingTasks(line({ task_id, suffix }), 'f')
		expect(programOf(task ?? never(), '    c = a + b', 'xyz')).toContain(`def add(a, b):\n${written}`)
	})
})

function never(): never {
	throw new Error('no task')
}
