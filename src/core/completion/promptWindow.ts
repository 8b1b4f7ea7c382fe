import { type DocumentLines, isHighSurrogate, isLowSurrogate, type Position } from './documentLines.ts'
import { runOfLines } from './runOfLines.ts'

/** What the model sees: text on both sides of the cursor, with `\n` between lines and without half characters. */
export interface PromptWindow {
	readonly prefix: string
	readonly suffix: string
}

/** In UTF-16 code units. */
export interface WindowLimits {
	readonly prefix: number
	readonly suffix: number
}

/**
 * The start of the prefix moves in steps of so many lines, so that typing on finds the engine's cache warm: the largest one that leaves
 * half of the window. One that is the end of a line moves in steps of so many parts of the window.
 */
const stepLines = [32, 16, 8, 4, 2]
const stepsOfLine = 8
/** Deliberately low (code has about three): a window that fits is never cut token by token at its start. */
const charactersPerToken = 2
/** A long suffix is evaluated anew with every edit before it. */
const longestSuffix = 512
const longestPrefix = 6_144

/** How much text a context of `contextSize` tokens takes beside an answer of `maxTokens`. */
export function windowLimits(contextSize: number, maxTokens: number): WindowLimits {
	const characters = Math.max(64, contextSize - maxTokens) * charactersPerToken
	const suffix = Math.min(longestSuffix, Math.floor(characters / 5))
	return { prefix: Math.min(longestPrefix, characters - suffix), suffix }
}

/**
 * Cuts the window around the cursor. Reads only the lines that it needs, and of a long line only the near end. What is read before
 * the document is part of the prefix.
 * @param before the cursor's line up to the cursor, which may differ from the document (an item selected in the suggest widget)
 */
export function promptWindow(
	document: DocumentLines,
	cursor: Position,
	before: string,
	limits: WindowLimits,
): PromptWindow {
	const run = runOfLines(document)
	return {
		prefix: wholeCharacters(prefixOf(run, run.first + cursor.line, before, limits.prefix)),
		suffix: wholeCharacters(suffixOf(document, cursor, limits.suffix)),
	}
}

function prefixOf(document: Pick<DocumentLines, 'lineAt'>, cursorLine: number, before: string, limit: number): string {
	if (before.length >= limit) return steadyEnd(before, limit, limit)
	/** Nearest line first. */
	const lines = [before]
	let length = before.length
	let line = cursorLine
	while (line > 0 && length < limit) {
		const text = document.lineAt(line - 1)
		const room = limit - length - 1
		if (text.length > room) {
			// Half a line only where whole lines would leave most of the window empty.
			if (length < limit / 2) return joined([...lines, steadyEnd(text, room, limit)])
			break
		}
		lines.push(text)
		length += text.length + 1
		line--
	}
	return joined(lines.slice(0, cursorLine - steadyStart(line, cursorLine, lines, limit / 2) + 1))
}

/** The line to begin with: the roundest one from `first` on that leaves `least` characters. */
function steadyStart(first: number, cursorLine: number, lines: readonly string[], least: number): number {
	if (first === 0) return 0
	let last = cursorLine
	for (let length = -1; last >= first; last--) {
		length += (lines[cursorLine - last]?.length ?? 0) + 1
		if (length >= least) break
	}
	const starts = stepLines.map((step) => Math.ceil(first / step) * step)
	return starts.find((start) => start <= last) ?? first
}

/** As much of a line's end as there is room for, cut where it was cut before a little more was typed. */
function steadyEnd(text: string, room: number, limit: number): string {
	const step = Math.max(1, Math.floor(limit / stepsOfLine))
	const cut = Math.min(Math.ceil((text.length - room) / step) * step, text.length)
	return dropLeadingHalf(text.slice(cut))
}

function joined(nearestFirst: readonly string[]): string {
	return nearestFirst.toReversed().join('\n')
}

function suffixOf(document: DocumentLines, cursor: Position, limit: number): string {
	let text = document.lineAt(cursor.line).slice(cursor.character, cursor.character + limit)
	for (let line = cursor.line + 1; line < document.lineCount && text.length < limit; line++) {
		text += `\n${document.lineAt(line).slice(0, limit)}`
	}
	return dropTrailingHalf(text.slice(0, limit))
}

function dropLeadingHalf(text: string): string {
	return isLowSurrogate(text.charCodeAt(0)) ? text.slice(1) : text
}

function dropTrailingHalf(text: string): string {
	return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text
}

/** Replaces halves that stand alone in the document itself: they cannot be encoded as UTF-8. */
function wholeCharacters(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '\uFFFD')
}
