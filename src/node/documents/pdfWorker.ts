import '../../lockdown/preload.ts'

import { getDocument } from 'unpdf/pdfjs'
import type { PdfMessage, PdfReply } from './pdfMessages.ts'

/** What is read of one document. */
const mostPages = 1_000
const mostCharacters = 2_000_000

process.on('message', async ({ id, bytes }: PdfMessage) => {
	const reply: PdfReply = { id, result: await textOf(bytes).catch(refusalOf) }
	process.send?.(reply)
})
// Nobody waits for it any more.
process.on('disconnect', () => process.exit())

async function textOf(data: Uint8Array): Promise<PdfReply['result']> {
	// Nothing is fetched, drawn or run: text alone is asked for.
	const task = getDocument({ data, verbosity: 0, useWorkerFetch: false, disableFontFace: true, useSystemFonts: false })
	try {
		const document = await task.promise
		const lines: string[] = []
		const pages: number[] = []
		let characters = 0
		while (pages.length < Math.min(document.numPages, mostPages) && characters < mostCharacters) {
			// A page that cannot be read does not take the others with it.
			const text = await pageText(document, pages.length + 1).catch(() => '')
			pages.push(lines.length)
			lines.push(...text.split('\n'))
			characters += text.length
		}
		if (characters === 0) return { refused: 'noText' }
		return { lines, pages, isCut: pages.length < document.numPages }
	} finally {
		await task.destroy()
	}
}

async function pageText(document: Awaited<ReturnType<typeof getDocument>['promise']>, number: number): Promise<string> {
	const page = await document.getPage(number)
	const { items } = await page.getTextContent()
	page.cleanup()
	const text = items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('')
	// biome-ignore lint/suspicious/noControlCharactersInRegex: fonts without a table of characters give some
	return text.replace(/[\u0000-\u0008\u000b-\u001f\u00ad]/g, '').replace(/[\t ]+$/gm, '')
}

function refusalOf(error: unknown): PdfReply['result'] {
	return { refused: error instanceof Error && error.name === 'PasswordException' ? 'encrypted' : 'damaged' }
}
