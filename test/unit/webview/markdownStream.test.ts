import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Block, MarkdownStream } from '../../../webview/markdown/markdownStream.ts'
import { createMarkdownParser } from '../../../webview/markdown/parser.ts'

const parser = createMarkdownParser()

function blocksOf(text: string): readonly Block[] {
	const stream = new MarkdownStream(parser)
	stream.update(text)
	return stream.blocks
}

/** What a block is drawn as, which is all that has to be the same. */
function drawn(blocks: readonly Block[]) {
	return blocks.map(({ source, code, codesBefore, codes }) => ({
		code: code && { info: code.info, content: code.content.trimEnd() },
		text: code ? '' : source.trim(),
		codesBefore,
		codes,
	}))
}

describe('blocks of a text', () => {
	it('are those of the top level, with the code between fences counted, also inside of others', () => {
		const text = 'Hello\n\n```ts a.ts\nconst a = 1\n```\n\n- one\n  ```\n  inner\n  ```\n\n```py\nprint()\n```\n'
		expect(drawn(blocksOf(text))).toEqual([
			{ code: undefined, text: 'Hello', codesBefore: 0, codes: 0 },
			{ code: { info: 'ts a.ts', content: 'const a = 1' }, text: '', codesBefore: 0, codes: 1 },
			{ code: undefined, text: '- one\n  ```\n  inner\n  ```', codesBefore: 1, codes: 1 },
			{ code: { info: 'py', content: 'print()' }, text: '', codesBefore: 2, codes: 1 },
		])
	})

	it('do not have a fence that is being written as code', () => {
		expect(blocksOf('```\na\n``')[0]?.code?.content).toBe('a\n')
		expect(blocksOf('```\na\n```')[0]?.code).toMatchObject({ content: 'a\n', isClosed: true })
	})

	it('are several of a long list, with the numbers going on', () => {
		const list = Array.from({ length: 45 }, (_, index) => `${index + 1}. item\n   more\n`).join('')
		const blocks = blocksOf(`${list}\nDone.`)
		expect(blocks.map(({ source }) => source.slice(0, 3))).toEqual(['1. ', '21.', '41.', 'Don'])
		expect(blocks.map(({ lines }) => lines)).toEqual([40, 40, 11, 1])
	})
})

describe('a text that grows', () => {
	const pieces = [
		...[
			'word ',
			'\n',
			'- x\n'.repeat(19),
			'- y\n'.repeat(7),
			'\n\n',
			'- item\n',
			'1. one\n',
			'2',
			'. two\n',
			'  more\n',
			'> quote\n',
			'# Head\n',
			'---\n',
		],
		...[
			'```ts\n',
			'```\n',
			'``',
			'`',
			'~~~\n',
			'const a = `x`\n',
			'| a | b |\n',
			'| - | - |\n',
			'| 1 | 2 |\n',
			'    deep\n',
		],
		...['**bold', '**', '[a](b)', '<b>', '\t', '*', '=', '===\n', '[a]: b\n', ' ', '\r\n'],
	]

	it('has at every moment the blocks of the text so far', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
				const stream = new MarkdownStream(parser)
				let text = ''
				for (const part of parts) {
					text += part
					stream.update(text)
					expect(drawn(stream.blocks)).toEqual(drawn(blocksOf(text)))
				}
			}),
			{ numRuns: 1_500 },
		)
	})

	it('leaves the blocks before the last the objects that they were', () => {
		const stream = new MarkdownStream(parser)
		stream.update('one\n\ntwo\n\nthree\n\nfo')
		const [one] = stream.blocks
		const { from } = stream.update('one\n\ntwo\n\nthree\n\nfour')
		expect(from).toBeGreaterThan(0)
		expect(stream.blocks[0]).toBe(one)
	})

	it('is parsed no more while it is a long block of code', () => {
		const calls: string[] = []
		const stream = new MarkdownStream({
			parse(text) {
				calls.push(text)
				return parser.parse(text)
			},
		})
		let text = 'See:\n\n```ts\n'
		stream.update(text)
		const before = calls.length
		for (let line = 0; line < 500; line++) {
			text += `const a${line} = ${line}\n`
			stream.update(text)
		}
		expect(calls.length - before).toBeLessThan(3)
		expect(stream.blocks.at(-1)?.code?.content.split('\n')).toHaveLength(501)
		stream.update(`${text}\`\`\`\n\nDone.`)
		expect(stream.blocks.map(({ source }) => source.trim()).at(-1)).toBe('Done.')
		expect(stream.blocks).toHaveLength(3)
	})

	it('may be another text altogether', () => {
		const stream = new MarkdownStream(parser)
		stream.update('one\n\ntwo\n\n```\ncode')
		stream.update('# New\n\ntext')
		expect(drawn(stream.blocks)).toEqual(drawn(blocksOf('# New\n\ntext')))
	})
})
