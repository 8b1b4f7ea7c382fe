import type { JsonForm } from '../../model/ports.ts'
import type { VerdictValue } from './prompt.ts'

/** What a model says of a finding. */
export interface TriageAnswer {
	readonly evidence: readonly string[]
	readonly reason: string
	readonly verdict: VerdictValue
}

/** A verdict that comes first costs accuracy: evidence, then the reason, then the verdict. */
export function answerForm(order: readonly VerdictValue[]): JsonForm {
	return {
		schema: {
			type: 'object',
			properties: {
				evidence: { type: 'array', items: { type: 'string', minLength: 4, maxLength: 160 }, minItems: 1, maxItems: 3 },
				reason: { type: 'string', minLength: 1, maxLength: 320 },
				verdict: { enum: [...order] },
			},
		},
		verdict: 'verdict',
	}
}

/** Tokens that an answer may have. */
export const answerTokens = 400

/** @returns undefined where it is not what was asked for */
export function parseAnswer(text: string): TriageAnswer | undefined {
	let value: unknown
	try {
		value = JSON.parse(text)
	} catch {
		return undefined
	}
	if (typeof value !== 'object' || value === null) return undefined
	const { evidence, reason, verdict } = value as Readonly<Record<string, unknown>>
	if (!Array.isArray(evidence) || !evidence.every((it): it is string => typeof it === 'string')) return undefined
	if (typeof reason !== 'string' || !isVerdict(verdict)) return undefined
	return { evidence, reason: firstWords(reason, 40), verdict }
}

/** Whether all pieces of evidence are in the code, whatever space is in them; one that says nothing is none. */
export function isQuoted(evidence: readonly string[], shown: readonly string[]): boolean {
	const texts = shown.map(withoutSpace)
	return (
		evidence.length > 0 &&
		evidence.every((quote) => {
			const bare = withoutSpace(withoutBars(quote))
			return bare.length >= 4 && /\w/.test(bare) && texts.some((text) => text.includes(bare))
		})
	)
}

/** Models copy the bars although they are told not to. */
function withoutBars(quote: string): string {
	return quote.replace(/^[ \d,]*\| ?/gm, '')
}

function withoutSpace(text: string): string {
	return text.replace(/\s+/g, '')
}

function firstWords(text: string, count: number): string {
	const words = text.trim().split(/\s+/)
	return words.length <= count ? words.join(' ') : `${words.slice(0, count).join(' ')} …`
}

function isVerdict(value: unknown): value is VerdictValue {
	return value === 'vulnerable' || value === 'safe' || value === 'unsure'
}
