import { type Chunk, mostChunks } from './chunk.ts'
import { splitLines } from './splitLines.ts'

/** Lines of a piece of a text without headings. */
const window = 40

const fence = /^\s{0,3}(?:```|~~~)/
const markdownHeading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/
const underline = /^(=+|-+|~+|\^+)\s*$/

/**
 * The pieces of a text that is no code: the sections of one with headings (Markdown, reStructuredText, AsciiDoc), pieces of some length
 * of another one.
 *
 * @param path decides whether headings are looked for
 */
export function chunkPlain(path: string, lines: readonly string[]): Chunk[] {
	const sections = /\.(md|mdx|markdown|rst|adoc|txt|org)$/i.test(path) ? sectionsOf(lines) : [whole(lines)]
	const chunks = sections.flatMap(({ start, end, name }) =>
		splitLines(lines, start, end, window).map((span) => ({ startLine: span.start, endLine: span.end, name })),
	)
	return chunks.slice(0, mostChunks)
}

/** The pieces of a document of pages, each on one of them. @param starts where each page begins, lines from 0 */
export function chunkPages(lines: readonly string[], starts: readonly number[]): Chunk[] {
	const chunks = starts.flatMap((startLine, index) => {
		const page = { number: index + 1, startLine }
		const end = starts[index + 1] ?? lines.length
		return splitLines(lines, startLine, end, window).map(({ start, end: until }) => ({
			...{ startLine: start, endLine: until, name: '', page },
		}))
	})
	return chunks.slice(0, mostChunks)
}

interface Section {
	readonly start: number
	readonly end: number
	readonly name: string
}

function whole(lines: readonly string[]): Section {
	return { start: 0, end: lines.length, name: '' }
}

function sectionsOf(lines: readonly string[]): Section[] {
	const sections: Section[] = []
	/** What the current line is below, by level. */
	const trail: string[] = []
	let start = 0
	let isCode = false
	const close = (end: number) => {
		if (end > start) sections.push({ start, end, name: trail.filter(Boolean).join(' / ') })
		start = end
	}
	for (let at = 0; at < lines.length; at++) {
		if (fence.test(lines[at] ?? '')) isCode = !isCode
		const found = isCode ? undefined : headingAt(lines, at)
		if (!found) continue
		close(at)
		trail.length = Math.min(trail.length, found.level - 1)
		trail[found.level - 1] = found.title
	}
	close(lines.length)
	return sections
}

function headingAt(
	lines: readonly string[],
	at: number,
): { readonly level: number; readonly title: string } | undefined {
	const line = lines[at] ?? ''
	const marked = markdownHeading.exec(line) ?? /^(={1,5})\s+(\S.*)$/.exec(line)
	if (marked) return { level: marked[1]?.length ?? 1, title: marked[2] ?? '' }
	const below = underline.exec(lines[at + 1] ?? '')?.[1]
	const title = line.trim()
	// A line of a table, of a list or of front matter is no heading.
	if (!below || title === '' || below.length < 3 || /^[|>*+\-=#]/.test(title)) return undefined
	const isFree = at === 0 || (lines[at - 1] ?? '').trim() === '' || underline.test(lines[at - 1] ?? '')
	return isFree ? { level: below.startsWith('=') ? 1 : 2, title } : undefined
}
