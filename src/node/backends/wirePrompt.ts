import type { CompletionWire, GapForm } from './dialect.ts'

/** A prompt for servers that take one text before the gap: what other files hold stands before it, as comments. */
export function prefixText({ pieces, comment, prefix, typed }: CompletionWire): string {
	return `${pieces.map((piece) => asComment(piece, comment)).join('')}${prefix}${typed}`
}

/** The prompt, and the suffix where the server takes one. */
export function gapPrompt(wire: CompletionWire, gap: GapForm): { readonly prompt: string; readonly suffix?: string } {
	const prefix = prefixText(wire)
	if (wire.mode === 'plain' || gap.by === 'none') return { prompt: prefix }
	if (gap.by === 'text') return { prompt: gap.show(prefix, wire.suffix) }
	return { prompt: prefix, suffix: wire.suffix }
}

function asComment({ path, text }: { readonly path: string; readonly text: string }, comment: string): string {
	const lines = [path, ...text.replace(/\n$/, '').split('\n')]
	return lines.map((line) => `${comment} ${line}\n`).join('')
}
