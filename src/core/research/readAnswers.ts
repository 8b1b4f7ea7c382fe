import { citationOf, type Source } from './citations.ts'
import type { ClaimConfidence, ResearchAnswer, ResearchClaim } from './researchState.ts'

const longestText = 600

/** The questions that a model named; none where it said something else. */
export function readQuestions(json: string, most: number, asked: readonly string[]): string[] {
	const value = objectOf(json)
	const taken = new Set(asked.map(keyOf))
	const questions: string[] = []
	for (const one of Array.isArray(value?.questions) ? value.questions : []) {
		const text = typeof one === 'string' ? one.replace(/\s+/g, ' ').trim().slice(0, longestText) : ''
		if (!/[\p{L}\p{N}]/u.test(text) || taken.has(keyOf(text)) || questions.length >= most) continue
		taken.add(keyOf(text))
		questions.push(text)
	}
	return questions
}

/** What a model said, without what is not where it is said to be. */
export function readAnswer(json: string, sources: readonly Source[]): ResearchAnswer {
	const value = objectOf(json)
	const claims = new Map<string, ResearchClaim>()
	const unsupported = new Set<string>()
	let dropped = 0
	for (const one of Array.isArray(value?.claims) ? value.claims : []) {
		const said = typeof one === 'object' && one !== null ? (one as Record<string, unknown>) : {}
		const text = textOf(said.claim)
		if (text === '') continue
		const source = sources[Number(said.source) - 1]
		const citation = source && citationOf(source, textOf(said.quote))
		if (!citation) {
			dropped++
			unsupported.add(keyOf(text))
			continue
		}
		const known = claims.get(keyOf(text))
		const citations = [...(known?.citations ?? []), citation]
		const confidence = confidenceOf(said.confidence, new Set(citations.map(({ path }) => path)).size)
		claims.set(keyOf(text), { text, confidence, citations })
	}
	for (const key of claims.keys()) unsupported.delete(key)
	return { claims: [...claims.values()], missing: textOf(value?.missing), dropped, unsupported: unsupported.size }
}

/** What one file says is not high: it takes two that agree. */
function confidenceOf(said: unknown, files: number): ClaimConfidence {
	if (said === 'high') return files > 1 ? 'high' : 'medium'
	return said === 'medium' ? 'medium' : 'low'
}

function objectOf(json: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(json)
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
	} catch {
		return undefined
	}
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim().slice(0, longestText) : ''
}

function keyOf(text: string): string {
	return text
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim()
}
