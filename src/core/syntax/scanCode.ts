import { closerOfInterpolation, type Quote, type Quoting, quotingOf } from './quoting.ts'

/** A string or a comment, or code inside of a string. */
export interface Quoted {
	readonly of: 'string' | 'comment' | 'code'
	/** Where it begins; UTF-16 code units. */
	readonly at: number
	/** What ends it; a line break, where the line does. */
	readonly close: string
}

/** A text, and what in it is code: told from the text alone, in no time, also where it cannot be parsed. */
export interface ScannedCode {
	/** As long as the text. Each character of a string is `\0`, of a comment a blank; a line break in either is `\0`, so that a line begins in code. */
	readonly code: string
	/** What is open at the end, innermost last. */
	readonly open: readonly Quoted[]
	/** The string or the comment in which the asked place is, */
	readonly around: Quoted | undefined
	/** and the index of what ends that, where it ends. */
	readonly aroundEnd: number | undefined
}

interface Frame extends Quoted {
	readonly quote?: Quote
	readonly interpolation?: string | undefined
	/** Brackets that are open in code inside of a string. */
	depth: number
}

const inString = '\0'

/** @param asked the place that `around` is about */
export function scanCode(text: string, languageId: string, asked = 0): ScannedCode {
	const quoting = quotingOf(languageId)
	const frames: Frame[] = []
	let code = ''
	let around: Frame | undefined
	let aroundEnd: number | undefined
	const take = (end: number, mark?: string) => {
		const part = text.slice(code.length, end)
		if (mark === undefined) code += part
		else
			code +=
				mark === inString
					? inString.repeat(part.length)
					: part.replace(/[\s\S]/g, (character) => (character === '\n' ? inString : ' '))
	}
	const close = () => {
		const frame = frames.pop()
		if (frame && frame === around) aroundEnd ??= code.length
		return frame
	}
	let isAsked = false
	while (code.length < text.length) {
		if (!isAsked && code.length >= asked) {
			isAsked = true
			around = quotedOf(frames)
		}
		const at = code.length
		const top = frames.at(-1)
		if (top && top.of !== 'code') {
			const end = endOfPiece(text, at, top)
			if (end.closes) close()
			take(at + end.length, top.of === 'string' && !end.isCode ? inString : top.of === 'comment' ? ' ' : undefined)
			if (end.opens) frames.push({ of: 'code', at, close: end.opens, depth: 0 })
			continue
		}
		const opened = openingAt(text, at, quoting)
		if (opened) {
			take(at + opened.length, opened.frame?.of === 'comment' ? ' ' : inString)
			if (opened.frame) frames.push(opened.frame)
			continue
		}
		if (top) countBrackets(text[at] ?? '', top, close)
		take(at + 1)
	}
	if (!isAsked) around = quotedOf(frames)
	return { code, open: frames, around, aroundEnd }
}

function quotedOf(frames: readonly Frame[]): Frame | undefined {
	const top = frames.at(-1)
	return top?.of === 'code' ? undefined : top
}

/** Code in a string ends with its own bracket. */
function countBrackets(character: string, frame: Frame, close: () => void): void {
	const opener = frame.close === ')' ? '(' : '{'
	if (character === opener) frame.depth++
	else if (character === frame.close && frame.depth-- === 0) close()
}

interface Piece {
	readonly length: number
	readonly closes?: boolean
	readonly isCode?: boolean
	/** What ends the code that it opens. */
	readonly opens?: string | undefined
}

/** What comes next inside of a string or a comment. */
function endOfPiece(text: string, at: number, { close, quote, interpolation }: Frame): Piece {
	if (close === '\n' || (quote && !quote.lines)) {
		// The line break ends it and is not part of it.
		if (text[at] === '\n') return { length: 0, closes: true }
	}
	if (quote && !quote.raw && text[at] === '\\') return { length: Math.min(2, text.length - at) }
	if (interpolation !== undefined && text.startsWith(interpolation, at)) {
		if (interpolation === '{' && text[at + 1] === '{') return { length: 2 }
		return { length: interpolation.length, isCode: true, opens: closerOfInterpolation[interpolation] }
	}
	if (text.startsWith(close, at)) return { length: close.length, closes: true }
	return { length: 1 }
}

/** A string or a comment that begins here; without a frame it ends here, too. */
function openingAt(text: string, at: number, quoting: Quoting): { length: number; frame?: Frame } | undefined {
	for (const [open, close] of quoting.blockComments) {
		if (text.startsWith(open, at)) return { length: open.length, frame: { of: 'comment', at, close, depth: 0 } }
	}
	for (const mark of quoting.lineComments) {
		if (!text.startsWith(mark, at)) continue
		// In shells and in YAML, `a#b` is none; nor is `$#`.
		if (mark === '#' && /[\w$[{&]/.test(text[at - 1] ?? '')) continue
		return { length: mark.length, frame: { of: 'comment', at, close: '\n', depth: 0 } }
	}
	const quote = quoting.quotes.find(({ open }) => text.startsWith(open, at))
	if (quote) return opened(text, at, quote)
	const length = quoting.hasRegex && text[at] === '/' ? regexLength(text, at) : 0
	return length > 0 ? { length } : undefined
}

function opened(text: string, at: number, quote: Quote): { length: number; frame?: Frame } | undefined {
	const before = text.slice(Math.max(0, at - 3), at)
	// An apostrophe, or the end of a number's group.
	if (quote.open === "'" && /[\p{L}\p{N}_]$/u.test(before) && !/(?<!\w)(?:[bBfFrRuUL]{1,2}|u8)$/.test(before)) {
		return undefined
	}
	if (quote.single) {
		const length = /^'(?:\\.[^'\n]*|[^\\'\n]{1,2})'/.exec(text.slice(at, at + 14))?.[0].length
		return length === undefined ? undefined : { length }
	}
	const isInterpolated = !quote.interpolatedAfter || quote.interpolatedAfter.test(before)
	const interpolation = isInterpolated ? quote.interpolation : undefined
	return { length: quote.open.length, frame: { of: 'string', at, close: quote.close, quote, interpolation, depth: 0 } }
}

/** 0 where it is a division. */
function regexLength(text: string, at: number): number {
	const before = text.slice(Math.max(0, at - 40), at).trimEnd()
	if (before !== '' && !/(?:[(,=:[!&|?{};+\-*%~^>]|\b(?:return|typeof|case|in|of))$/.test(before)) return 0
	return /^\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/.exec(text.slice(at, at + 200))?.[0].length ?? 0
}
