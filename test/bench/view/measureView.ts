import { findBrowser } from '../../../scripts/lib/findBrowser.mjs'
import { type Summary, summaryOf } from '../../../src/cli/bench/statistics.ts'
import type { ViewNode } from '../../../src/protocol/webview.ts'
import { launchBrowser } from '../../editor/driver/browser.ts'
import { answer, longAnswer, question, viewState } from '../../webview/samples.ts'
import { ViewPage } from '../../webview/viewPage.ts'

export interface StreamRow {
	/** What the answer consists of. */
	readonly name: string
	/** Lines that are there before the first piece that is measured. */
	readonly lines: number
	/** Milliseconds from a piece of text to the page laid out with it. */
	readonly piece: Summary | undefined
	/** Elements of the page at the end, those inside of others too. */
	readonly elements: number
}

export interface ViewResult {
	readonly browser: string
	readonly streams: readonly StreamRow[]
	/** Five hundred messages. */
	readonly conversation: {
		/** Milliseconds from the message of the host to the page laid out. */
		readonly open: Summary | undefined
		/** Milliseconds from frame to frame while the whole of it is scrolled through. */
		readonly frames: Summary | undefined
		readonly mostElements: number
	}
}

const pieces = 400
const messages = 500
const openings = 10

/** Runs in a page as wide as a sidebar. A piece is one line, more than a model says in a frame. */
export async function measureView(bundle: string): Promise<ViewResult> {
	const found = await findBrowser()
	if (!found.ok) throw new Error(`There is no browser: ${found.reason}`)
	const browser = await launchBrowser(found.path)
	try {
		const view = await ViewPage.open(browser, { bundle, reducedMotion: false })
		const streams: StreamRow[] = []
		for (const [name, before, piece] of kinds) {
			for (const lines of [0, 10_000]) streams.push(await measureStream(view, name, lines, before, piece))
		}
		return { browser: `Chromium ${browser.version()}`, streams, conversation: await measureConversation(view) }
	} finally {
		await browser.close()
	}
}

type Line = (index: number) => string

const kinds: readonly (readonly [name: string, before: string, line: Line])[] = [
	['paragraphs', '', (index) => `Paragraph ${index} says **something** about \`line${index}\`.\n\n`],
	['one block of code', '```ts\n', (index) => `\tconst value${index} = compute(${index}) // step\n`],
	['one table', '| name | value |\n| --- | ---: |\n', (index) => `| value${index} | **${index}** |\n`],
	['one list', '', (index) => `- item ${index} with \`code\`\n`],
]

async function measureStream(
	view: ViewPage,
	name: string,
	lines: number,
	before: string,
	line: Line,
): Promise<StreamRow> {
	const text = before + Array.from({ length: lines }, (_, index) => line(index)).join('')
	const nodes = [question('q1', 'x'), answer('a1', text, { state: 'writing' })]
	await view.say({ type: 'state', state: viewState([]) }, { type: 'state', state: viewState(nodes) })
	await view.page.waitForTimeout(500)
	const times = await view.page.evaluate(
		timePieces,
		Array.from({ length: pieces }, (_, index) => line(lines + index)),
	)
	return { name, lines, piece: summaryOf(times), elements: await view.page.evaluate(countElements) }
}

/** Runs in the page. A message is handled at once, as one of the host is; then the page is asked for what it has to lay out for. */
async function timePieces(texts: readonly string[]): Promise<number[]> {
	const scroller = document.querySelector('.scroller')
	const times: number[] = []
	for (const text of texts) {
		const started = performance.now()
		const data = { type: 'text', conversation: 'c1', node: 'a1', text }
		window.dispatchEvent(new MessageEvent('message', { data }))
		scroller?.getBoundingClientRect()
		times.push(performance.now() - started)
		await new Promise((resolve) => requestAnimationFrame(resolve))
	}
	return times
}

async function measureConversation(view: ViewPage): Promise<ViewResult['conversation']> {
	const nodes = Array.from({ length: messages / 2 }, (_, index): ViewNode[] => [
		question(`q${index}`, `Question ${index}?`),
		answer(`a${index}`, `Answer ${index}.\n\n${longAnswer}`),
	]).flat()
	const states = [viewState(nodes), viewState([])]
	const opened: number[] = []
	for (let time = 0; time < openings; time++) opened.push(await view.page.evaluate(timeOpening, states))
	await view.say({ type: 'state', state: viewState(nodes) })
	const { frames, mostElements } = await view.page.evaluate(timeScrolling)
	return { open: summaryOf(opened), frames: summaryOf(frames), mostElements }
}

/** Runs in the page. */
async function timeOpening([full, none]: readonly unknown[]): Promise<number> {
	window.dispatchEvent(new MessageEvent('message', { data: { type: 'state', state: none } }))
	await new Promise((resolve) => requestAnimationFrame(resolve))
	const started = performance.now()
	window.dispatchEvent(new MessageEvent('message', { data: { type: 'state', state: full } }))
	document.querySelector('.scroller')?.getBoundingClientRect()
	return performance.now() - started
}

/** Runs in the page: from the end to the beginning, 150 pixels a frame. */
async function timeScrolling(): Promise<{ frames: number[]; mostElements: number }> {
	const scroller = document.querySelector('.scroller')
	const frames: number[] = []
	let mostElements = 0
	let last = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
	while (scroller && scroller.scrollTop > 0) {
		scroller.scrollBy(0, -150)
		const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
		frames.push(now - last)
		last = now
		if (frames.length % 50 === 0) mostElements = Math.max(mostElements, document.querySelectorAll('*').length)
	}
	return { frames, mostElements }
}

/** Runs in the page. */
function countElements(): number {
	const count = (root: Document | ShadowRoot): number =>
		[...root.querySelectorAll('*')].reduce((sum, one) => sum + 1 + (one.shadowRoot ? count(one.shadowRoot) : 0), 0)
	return count(document)
}
