import type { CodeBlock } from './markdownStream.ts'
import type { Token } from './parser.ts'

/** What of the page is needed to draw an answer. */
export interface RenderTools {
	/** @param block the number of the block of code in the answer, from 0 */
	codeView(code: CodeBlock, block: number): HTMLElement
	/** Said in the place of an image. */
	imageText(description: string): string
}

/** The only elements that an answer can have, by the tokens that stand for them. None of them loads, links or runs anything. */
const elements: Readonly<Record<string, keyof HTMLElementTagNameMap>> = {
	paragraph: 'p',
	bullet_list: 'ul',
	ordered_list: 'ol',
	list_item: 'li',
	blockquote: 'blockquote',
	table: 'table',
	thead: 'thead',
	tbody: 'tbody',
	tr: 'tr',
	th: 'th',
	td: 'td',
	strong: 'strong',
	em: 'em',
	s: 's',
}

/** Elements of tokens; of a token that is not known, its text. Never by way of HTML text. */
export function renderTokens(tokens: readonly Token[], firstCode: number, tools: RenderTools): DocumentFragment {
	const fragment = document.createDocumentFragment()
	const open: ParentNode[] = [fragment]
	let code = firstCode
	for (const token of tokens) {
		const parent = open.at(-1) ?? fragment
		if (token.type === 'inline') renderInline(token.children ?? [], parent, tools)
		else if (token.type === 'fence') {
			parent.append(tools.codeView({ info: token.info.trim(), content: token.content, isClosed: true }, code))
			code++
		} else if (token.type === 'hr') parent.append(document.createElement('hr'))
		else if (token.nesting === 1) open.push(opened(token, parent))
		else if (token.nesting === -1) open.pop()
		else parent.append(token.content)
	}
	return fragment
}

function opened(token: Token, parent: ParentNode): ParentNode {
	// A tight list has its text without paragraphs.
	if (token.hidden) return parent
	const name = token.type.replace(/_open$/, '')
	const element = document.createElement(name === 'heading' ? headingOf(token) : (elements[name] ?? 'span'))
	if (name === 'heading') element.className = `level-${token.tag.slice(1)}`
	const start = name === 'ordered_list' ? Number(token.attrGet('start') ?? 1) : 1
	if (start !== 1 && element instanceof HTMLOListElement) element.start = start
	const alignment = /text-align:(left|center|right)/.exec(String(token.attrGet('style') ?? ''))?.[1]
	if (alignment) element.classList.add(`align-${alignment}`)
	if (name === 'table') {
		const frame = document.createElement('div')
		frame.className = 'table-frame'
		frame.tabIndex = 0
		frame.append(element)
		parent.append(frame)
	} else parent.append(element)
	return element
}

/** The page has headings of its own above those of an answer, and none may be left out between: there are two levels. */
function headingOf({ tag }: Token): 'h3' | 'h4' {
	return Number(tag.slice(1)) <= 3 ? 'h3' : 'h4'
}

function renderInline(tokens: readonly Token[], into: ParentNode, tools: RenderTools): void {
	const open: ParentNode[] = [into]
	const addresses: string[] = []
	for (const token of tokens) {
		const parent = open.at(-1) ?? into
		switch (token.type) {
			case 'text':
			case 'text_special':
				parent.append(token.content)
				break
			case 'code_inline': {
				const code = document.createElement('code')
				code.textContent = token.content
				parent.append(code)
				break
			}
			case 'softbreak':
				parent.append('\n')
				break
			case 'hardbreak':
				parent.append(document.createElement('br'))
				break
			case 'image':
				parent.append(imageOf(token, tools))
				break
			case 'link_open':
				addresses.push(String(token.attrGet('href') ?? ''))
				open.push(linkOf(parent))
				break
			case 'link_close':
				open.pop()
				showAddress(parent, open.at(-1) ?? into, addresses.pop() ?? '')
				break
			default:
				if (token.nesting === 1) {
					const element = document.createElement(elements[token.type.replace(/_open$/, '')] ?? 'span')
					parent.append(element)
					open.push(element)
				} else if (token.nesting === -1) open.pop()
				else parent.append(token.content)
		}
	}
}

/** A link is text: where it leads is shown, and nothing follows it. */
function linkOf(parent: ParentNode): HTMLElement {
	const link = document.createElement('span')
	link.className = 'link'
	parent.append(link)
	return link
}

function showAddress(link: ParentNode, parent: ParentNode, address: string): void {
	const text = link instanceof HTMLElement ? (link.textContent ?? '') : ''
	if (address === '' || text === address || decoded(address) === text) return
	const shown = document.createElement('span')
	shown.className = 'address'
	shown.textContent = ` (${address})`
	parent.append(shown)
}

function imageOf(token: Token, tools: RenderTools): HTMLElement {
	const image = document.createElement('span')
	image.className = 'image'
	const address = String(token.attrGet('src') ?? '')
	image.textContent = tools.imageText([token.content, address].filter((part) => part !== '').join(', '))
	return image
}

function decoded(address: string): string {
	try {
		return decodeURI(address)
	} catch {
		return address
	}
}
