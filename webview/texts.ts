import { englishTexts, type WebviewTexts } from '../src/protocol/webviewTexts.ts'

/** The texts that the host put into the page; English for whatever it did not. */
export function readTexts(page: HTMLElement): WebviewTexts {
	const passed = parsed(page.dataset.texts)
	const entries = Object.entries(englishTexts).map(([key, english]) => {
		const text = passed[key]
		return [key, typeof text === 'string' ? text : english]
	})
	return Object.fromEntries(entries) as WebviewTexts
}

function parsed(json: string | undefined): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(json ?? '{}')
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
	} catch {
		return {}
	}
}

/** Puts values in the place of `{0}`, `{1}` and so on. */
export function filled(text: string, ...values: readonly (string | number)[]): string {
	return text.replace(/\{(\d)\}/g, (whole, index) => String(values[Number(index)] ?? whole))
}
