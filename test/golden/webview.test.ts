// @vitest-environment happy-dom
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type HostMessage, parseHostMessage } from '../../src/protocol/webview.ts'
import { MarkdownStream } from '../../webview/markdown/markdownStream.ts'
import { createMarkdownParser } from '../../webview/markdown/parser.ts'
import { renderTokens } from '../../webview/markdown/renderTokens.ts'
import { reduce } from '../../webview/state/reducer.ts'
import { firstViewModel, type ViewModel } from '../../webview/state/viewModel.ts'

/**
 * What the chat view makes of answers, and of what the host says. `NAME.markdown` beside `NAME.drawn.txt`: the elements of an answer,
 * a block a line. `NAME.messages.json` beside `NAME.model.json`: what of the model changes with each message.
 *
 * `UPDATE_GOLDEN=1` writes down what is made now: read every line of it.
 */
const folder = join(import.meta.dirname, 'webview')
const isUpdate = process.env.UPDATE_GOLDEN === '1'
const files = readdirSync(folder).sort()
const parser = createMarkdownParser()

function compare(name: string, made: string): void {
	const path = join(folder, name)
	if (isUpdate) writeFileSync(path, made)
	expect(made).toBe(readFileSync(path, 'utf8'))
}

function blocksOf(text: string): string {
	const stream = new MarkdownStream(parser)
	stream.update(text)
	const tools = {
		codeView(code: { info: string; content: string }, block: number) {
			const pre = document.createElement('pre')
			pre.textContent = code.content
			pre.setAttribute('data-code', `${block} ${code.info}`)
			return pre
		},
		imageText: (description: string) => `[${description}]`,
	}
	const lines = stream.blocks.map(({ source, code, codesBefore }) => {
		if (code)
			return `${code.isClosed ? 'code' : 'open code'} ${codesBefore} ${JSON.stringify(code.info)}\n${code.content}`
		const container = document.createElement('div')
		container.append(renderTokens(parser.parse(source), codesBefore, tools))
		return container.innerHTML
	})
	return `${lines.join('\n')}\n`
}

/** The parts that are not what they were. */
function changes(before: ViewModel, after: ViewModel): Record<string, unknown> {
	const changed = Object.entries(after).filter(([key, value]) => value !== before[key as keyof ViewModel])
	return Object.fromEntries(changed.map(([key, value]) => [key, value instanceof Set ? [...value] : (value ?? null)]))
}

describe('answers', () => {
	it.each(files.filter((name) => name.endsWith('.markdown')))('%s', (name) => {
		compare(name.replace(/markdown$/, 'drawn.txt'), blocksOf(readFileSync(join(folder, name), 'utf8')))
	})
})

describe('what the host says', () => {
	it.each(files.filter((name) => name.endsWith('.messages.json')))('%s', (name) => {
		const messages: HostMessage[] = JSON.parse(readFileSync(join(folder, name), 'utf8'))
		let model = firstViewModel
		const steps = messages.map((message) => {
			expect(parseHostMessage(message), 'fits the contract').toEqual(message)
			const before = model
			model = reduce(before, message)
			return { message: message.type, changes: changes(before, model) }
		})
		compare(name.replace('messages', 'model'), `${JSON.stringify(steps, null, 2)}\n`)
	})
})
