// @vitest-environment happy-dom
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMarkdownParser } from '../../../webview/markdown/parser.ts'
import { renderTokens } from '../../../webview/markdown/renderTokens.ts'

const parser = createMarkdownParser()

function render(text: string): HTMLElement {
	const container = document.createElement('div')
	const tools = {
		codeView({ info, content }: { info: string; content: string }, block: number) {
			const pre = document.createElement('pre')
			pre.textContent = content
			pre.dataset.info = info
			pre.dataset.block = String(block)
			return pre
		},
		imageText: (description: string) => `[image ${description}]`,
	}
	container.append(renderTokens(parser.parse(text), 0, tools))
	return container
}

describe('Markdown', () => {
	it('becomes elements', () => {
		expect(render('# A\n\n**b** *c* ~~d~~ `e`\n\n3. x\n4. y').innerHTML).toBe(
			'<h3 class="level-1">A</h3><p><strong>b</strong> <em>c</em> <s>d</s> <code>e</code></p><ol start="3"><li>x</li><li>y</li></ol>',
		)
	})

	it('has tables that can be scrolled with the keys, and quotes', () => {
		const page = render('| a | b |\n| - | -: |\n| 1 | 2 |\n\n> q')
		expect(page.querySelector('.table-frame')?.getAttribute('tabindex')).toBe('0')
		expect([...page.querySelectorAll('td')].map(({ textContent }) => textContent)).toEqual(['1', '2'])
		expect(page.querySelectorAll('td')[1]?.className).toBe('align-right')
		expect(page.querySelector('blockquote')?.textContent?.trim()).toBe('q')
	})

	it('counts code inside of lists', () => {
		const page = render('- a\n  ```ts\n  b\n  ```\n- c\n  ```\n  d\n  ```')
		expect([...page.querySelectorAll('pre')].map(({ dataset }) => dataset.block)).toEqual(['0', '1'])
	})
})

describe('what a model may write to do harm', () => {
	it.each([
		'<script>alert(1)</script>',
		'<img src=x onerror=alert(1)>',
		'<a href="command:x">y</a>',
		'<style>*{display:none}</style>',
		'<iframe src="https://example.com"></iframe>',
		'```html\n<script>1</script>\n```',
	])('%s stays text', (text) => {
		const page = render(text)
		expect(page.querySelectorAll('script, img, a, style, iframe')).toHaveLength(0)
		expect(page.textContent).toContain('<')
	})

	it.each([
		['[run](command:workbench.action.terminal.new)', 'run (command:workbench.action.terminal.new)'],
		['[file](file:///etc/passwd)', '[file](file:///etc/passwd)'],
		['[web](https://example.com/a?b=c)', 'web (https://example.com/a?b=c)'],
		['<https://example.com>', 'https://example.com'],
		['[a](javascript:alert(1))', '[a](javascript:alert(1))'],
		['[https://good.example](https://bad.example)', 'https://good.example (https://bad.example)'],
		['![pixel](https://example.com/p.png)', '[image pixel, https://example.com/p.png]'],
		['[a][b]\n\n[b]: https://hidden.example', '[a][b][b]: https://hidden.example'],
	])('%s leads nowhere, and where it would lead is seen', (text, words) => {
		const page = render(text)
		expect(page.textContent).toBe(words)
		expect(page.querySelectorAll('a, img, [href], [src]')).toHaveLength(0)
	})

	it('makes no element and no attribute that is not on the list, whatever it is', () => {
		const pieces = [
			'<a>',
			'<b x=1>',
			'[',
			'](',
			')',
			'!',
			'`',
			'```',
			'\n',
			'\n\n',
			'> ',
			'- ',
			'| a |',
			'|-|',
			'"',
			'&lt;',
			'&#60;',
			'x',
		]
		const elements = /^(H[34]|P|UL|OL|LI|BLOCKQUOTE|TABLE|THEAD|TBODY|TR|TH|TD|STRONG|EM|S|CODE|BR|HR|PRE|SPAN|DIV)$/
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
				for (const one of render(parts.join('')).querySelectorAll('*')) {
					expect(one.tagName).toMatch(elements)
					for (const name of one.getAttributeNames()) expect(name).toMatch(/^(class|start|tabindex|data-\w+)$/)
				}
			}),
			{ numRuns: 500 },
		)
	})
})
