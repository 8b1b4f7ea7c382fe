/** A block of code in Markdown, between fences. */
export interface FencedBlock {
	/** The first word behind the opening fence, such as `ts`; empty where there is none. */
	readonly language: string
	/** All that stands behind the opening fence. */
	readonly info: string
	/** Without the fences and without what a list or quotation puts before each line; ends with a line break unless it is empty. */
	readonly code: string
	/** Whether the closing fence is there: while an answer is written it may not be yet. */
	readonly isClosed: boolean
}

interface Open {
	readonly mark: string
	readonly length: number
	readonly indent: number
	readonly quotes: number
	readonly info: string
	readonly lines: string[]
}

/**
 * The fenced blocks of a Markdown text, in order: the view counts them as the host does. Blocks in lists and quotations are found, too.
 */
export function fencedBlocks(markdown: string): FencedBlock[] {
	const blocks: FencedBlock[] = []
	let open: Open | undefined
	for (const line of markdown.split(/\r\n?|\n/)) {
		if (open) {
			const rest = contentOf(line, open)
			if (rest !== undefined && !isClosing(rest, open)) {
				open.lines.push(rest)
				continue
			}
			blocks.push(blockOf(open, true))
			open = undefined
			// A line that leaves a quotation ends the block, and may begin another one.
			if (rest !== undefined) continue
		}
		open = opening(line)
	}
	// The line break at the end begins no line.
	if (open?.lines.at(-1) === '') open.lines.pop()
	if (open) blocks.push(blockOf(open, false))
	return blocks
}

function opening(line: string): Open | undefined {
	const found = /^((?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*)([ \t]*)(`{3,}|~{3,})(.*)$/.exec(line)
	if (!found) return undefined
	const [, containers = '', space = '', fence = '', info = ''] = found
	const mark = fence.charAt(0)
	// Such a line has code in it, or is text.
	if (mark === '`' && info.includes('`')) return undefined
	const quotes = containers.split('>').length - 1
	if (containers === '' && space.replaceAll('\t', '    ').length > mostIndent) return undefined
	const indent = quotes > 0 ? space.length - 1 : `${containers}${space}`.replaceAll('\t', '    ').length
	return { mark, length: fence.length, indent: Math.max(0, indent), quotes, info: info.trim(), lines: [] }
}

/** A fence that is indented further is code by its indent, unless it is in a list. */
const mostIndent = 12

/** A line of the block without what is before it; undefined where it does not belong to the block any more. */
function contentOf(line: string, { indent, quotes }: Open): string | undefined {
	let rest = line
	for (let at = 0; at < quotes; at++) {
		const quote = /^[ \t]{0,3}> ?/.exec(rest)
		if (!quote) return undefined
		rest = rest.slice(quote[0].length)
	}
	let columns = 0
	let at = 0
	while (columns < indent && (rest[at] === ' ' || rest[at] === '\t')) {
		columns += rest[at] === '\t' ? 4 : 1
		at++
	}
	return rest.slice(at)
}

function isClosing(line: string, { mark, length }: Open): boolean {
	const found = /^[ \t]{0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)
	return found?.[1]?.charAt(0) === mark && found[1].length >= length
}

function blockOf({ info, lines }: Open, isClosed: boolean): FencedBlock {
	const code = lines.length === 0 ? '' : `${lines.join('\n')}\n`
	return { language: /^[^\s{,:]*/.exec(info)?.[0] ?? '', info, code, isClosed }
}
