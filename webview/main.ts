import type { HostMessage } from '../src/protocol/webview.ts'
import { createHighlighter } from './code/highlighter.ts'
import { connectHost } from './host.ts'
import { createMarkdownParser } from './markdown/parser.ts'
import { readTexts } from './texts.ts'
import { startApp } from './ui/app.ts'
import { registerToolkit } from './ui/toolkit.ts'

start()

function start(): void {
	registerToolkit()
	const root = document.getElementById('app')
	if (!root) throw new Error('The page has no place for the view')
	const early: HostMessage[] = []
	let take = (message: HostMessage): void => {
		early.push(message)
	}
	const host = connectHost((message) => take(message))
	take = startApp(root, {
		texts: readTexts(document.body),
		language: document.documentElement.lang || 'en',
		parser: createMarkdownParser(),
		highlighter: createHighlighter(),
		post: (message) => host.post(message),
	})
	for (const message of early) take(message)
	host.post({ type: 'ready' })
}
