import { findSecrets } from './findSecrets.ts'

/** The text with `…` in place of the keys, tokens and passwords in it; its lines stay where they are. */
export function maskSecrets(text: string): string {
	let masked = ''
	let end = 0
	for (const { start, end: until, confidence } of findSecrets(text)) {
		if (confidence === 'low') continue
		masked += text.slice(end, start) + text.slice(start, until).replace(/[^\r\n]+/g, '…')
		end = until
	}
	return masked + text.slice(end)
}
