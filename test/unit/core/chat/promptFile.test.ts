import { describe, expect, it } from 'vitest'
import { fillPrompt, parsePromptFile, variablesIn } from '../../../../src/core/chat/promptFile.ts'

const parse = (source: string, name = 'review.md') => parsePromptFile(name, source, (taken) => taken === 'fix')

describe('a prompt of a user', () => {
	it('has its name and description above the text, or from the file and its first line', () => {
		expect(
			parse('---\nname: api-review\ndescription: "Reviews an API"\n# note\n---\nLook at {{ selection }}.\n'),
		).toEqual({
			name: 'api-review',
			description: 'Reviews an API',
			text: 'Look at {{ selection }}.',
		})
		expect(parse('\uFEFF# Look twice\r\nAt all.\r\n', 'Look twice.md')).toEqual({
			name: 'Look-twice',
			description: 'Look twice',
			text: '# Look twice\nAt all.',
		})
	})

	it.each([
		['---\nname: a\ntext', 'noEnd', '', 0, 0],
		['---\nname a\n---\nx', 'notAPair', 'name a', 1, 0],
		['---\n title: a\n---\nx', 'unknownKey', 'title', 1, 1],
		['---\ndescription: d\nname:  a b\n---\nx', 'badName', 'a b', 2, 7],
		['---\nname: fix\n---\nx', 'takenName', 'fix', 1, 6],
		['---\nname: a\n---\n\n', 'noText', '', 4, 0],
		['', 'noText', '', 0, 0],
		['---\nname: a\n---\nx\nsee {{selektion}}', 'unknownVariable', 'selektion', 4, 4],
		[`---\nname: a\n---\n${'x'.repeat(20_001)}`, 'tooLong', '', 3, 0],
	])('%j says what is wrong, and where', (source, problem, word, line, character) => {
		expect(parse(source)).toEqual({ problem, word, line, character })
	})

	it('is filled with values that are not looked at again', () => {
		expect([...variablesIn('{{selection}} {{ path }} {{selection}}')]).toEqual(['selection', 'path'])
		expect(fillPrompt('{{path}} $& {{input}}', (name) => `<${name} {{path}} $1>`)).toBe(
			'<path {{path}} $1> $& <input {{path}} $1>',
		)
	})
})
