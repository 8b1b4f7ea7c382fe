import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { fencedBlocks } from '../../../src/shared/fencedBlocks.ts'

const markdown = new MarkdownIt({ html: false })

/** What the view's parser takes as fenced blocks. */
function byParser(text: string): { readonly info: string; readonly code: string }[] {
	return markdown
		.parse(text, {})
		.filter(({ type }) => type === 'fence')
		.map(({ info, content }) => ({ info: info.trim(), code: content.trimEnd() }))
}

/** Blank lines at the end differ where the fence is missing, and matter to nobody. */
const ours = (text: string) => fencedBlocks(text).map(({ info, code }) => ({ info, code: code.trimEnd() }))

const texts = [
	'a\n```ts\nconst a = 1\n```\nb\n~~~\nx\n~~~\n',
	'````md\n```ts\ninner\n```\n````\n',
	'- item\n\n  ```js\n  f(\n    1)\n  ```\n- next\n',
	'1. one\n   ```py\n   def f():\n       pass\n   ```\n',
	'> ```\n> quoted\n>  deeper\n> ```\nafter',
	'> ```\n> quoted\nnot quoted\n```\nx\n```\n',
	'```ts title="a b"\nx\n```',
	'``` a`b\n',
	'`inline` and ```also``` inline\n',
	'```\nnever closed\n',
	'```',
	'```\n```\n',
	'  ```sh\n  ls\n    -l\n  ```\n',
	'```\r\na\r\nb\r\n```\r\n',
	'```\n\n\na\n\n```\n',
	'```\n~~~\n```\n',
	'```js\n  ``` \nx\n',
]

describe('fenced blocks', () => {
	it.each(texts)('are those that the parser of the view finds: %j', (text) => {
		expect(ours(text)).toEqual(byParser(text))
	})

	it('are counted alike in answers as models write them', () => {
		const prose = fc.constantFrom(
			'Text.',
			'More `code` here',
			'# Title',
			'',
			'* a point',
			'- [ ] task',
			'| a | b |',
			'1. first',
		)
		const fence = fc.constantFrom('```', '```ts', '````', '~~~', '```python title="x"')
		const code = fc.constantFrom('const a = 1', '', '  indented', '}', '# comment', '> not a quote', '- not a list')
		const block = fc
			.tuple(fence, fc.array(code, { maxLength: 5 }), fc.boolean())
			.map(([open, lines, isClosed]) =>
				[open, ...lines, ...(isClosed ? [/^(?:`+|~+)/.exec(open)?.[0] ?? ''] : [])].join('\n'),
			)
		const part = fc.oneof(prose, block, fc.constant(''))
		fc.assert(
			fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
				const text = parts.join('\n\n')
				expect(ours(text)).toEqual(byParser(text))
			}),
			{ numRuns: 2_000 },
		)
	})

	it('say whether they are whole, and what language they are in', () => {
		expect(fencedBlocks('```ts{1,2} x\na').map(({ language, isClosed }) => [language, isClosed])).toEqual([
			['ts', false],
		])
		expect(fencedBlocks('```c++\n```\n')[0]).toEqual({ language: 'c++', info: 'c++', code: '', isClosed: true })
	})
})
