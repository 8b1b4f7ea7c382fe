import { ms, table } from '../tables.ts'
import type { ViewResult } from './measureView.ts'

export function renderView(
	{ browser, streams, conversation }: ViewResult,
	{ date, command, machine }: { readonly date: string; readonly command: string; readonly machine: string },
): string {
	return [
		'# How smooth the chat view is',
		'',
		`Made by \`${command}\` on ${date}, ${machine}, ${browser} without a graphics card, in a page of 380 by 720 pixels.`,
		'',
		'## An answer that comes',
		'',
		'Milliseconds from a piece of text, which is one line, to the page laid out with it. A frame is 16.7 ms. Elements are those of the whole page at',
		'the end, also inside of others; what is far from what is seen has none.',
		'',
		'| an answer of | lines before | p50 | p95 | max | elements |',
		'|---|---:|---:|---:|---:|---:|',
		...streams.map(({ name, lines, piece, elements }) => {
			const times = piece ? [piece.p50, piece.p95, piece.max].map(ms).join(' | ') : ' | | '
			return `| ${name} | ${lines} | ${times} | ${elements} |`
		}),
		'',
		'## A conversation of 500 messages',
		'',
		`Answers of 29 lines with code, a list and a table. Never more than ${conversation.mostElements} elements while all of it is scrolled through.`,
		'',
		table([
			['opened, until it is laid out', conversation.open],
			['scrolled by 150 pixels a frame: from frame to frame', conversation.frames],
		]),
		'',
	].join('\n')
}
