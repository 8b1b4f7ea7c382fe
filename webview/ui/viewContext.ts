import type { ViewMessage } from '../../src/protocol/webview.ts'
import type { WebviewTexts } from '../../src/protocol/webviewTexts.ts'
import type { Highlighter } from '../code/highlighter.ts'
import type { MarkdownParser } from '../markdown/parser.ts'
import type { LocalAction } from '../state/reducer.ts'

/** What every part of the view is made with. */
export interface ViewContext {
	readonly texts: WebviewTexts
	readonly language: string
	readonly parser: MarkdownParser
	readonly highlighter: Highlighter
	readonly post: (message: ViewMessage) => void
	readonly dispatch: (action: LocalAction) => void
}
