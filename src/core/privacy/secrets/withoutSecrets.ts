import { findSecrets } from './findSecrets.ts'

/** The text with each secret in it replaced by what may be shown of it. */
export function withoutSecrets(text: string): string {
	let end = 0
	let shown = ''
	for (const secret of findSecrets(text)) {
		shown += text.slice(end, secret.start) + secret.preview
		end = secret.end
	}
	return shown + text.slice(end)
}
