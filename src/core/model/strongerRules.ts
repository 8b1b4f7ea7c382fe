/** What may be asked of the stronger model, and how large it may be. */
export interface StrongerRule {
	/** `question`: what is typed without a command; the name of a slash command, such as `explain`; `any`: all of it. */
	readonly purpose: string
	/** Tokens of the question with all that goes with it. */
	readonly maxTokens: number
}

export const defaultRules: readonly StrongerRule[] = [{ purpose: 'any', maxTokens: 8_000 }]

const form = '{ "purpose": "any" | "question" | "explain" | …, "maxTokens": 1 – 1000000 }'

/** What is wrong with a value of `alcove.strongerModel.rules`, and what would be right. */
export function rulesFault(raw: unknown): string | undefined {
	if (!Array.isArray(raw)) return `[ ${form} ]`
	const wrong = raw.findIndex((entry) => !isRule(entry))
	return wrong < 0 ? undefined : `[${wrong}] = ${form}`
}

function isRule(entry: unknown): boolean {
	if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return false
	const { purpose, maxTokens, ...others } = entry as Readonly<Record<string, unknown>>
	if (Object.keys(others).length > 0 || typeof purpose !== 'string' || !/^[\w-]{1,40}$/.test(purpose)) return false
	return typeof maxTokens === 'number' && Number.isInteger(maxTokens) && maxTokens >= 1 && maxTokens <= 1_000_000
}

/** What a question is for, by what was typed. */
export function purposeOf(question: string): string {
	return /^\s*\/([\w-]{1,40})(?:\s|$)/.exec(question)?.[1] ?? 'question'
}

/** The most tokens that a question may have; undefined: it may not be asked. The first rule that fits decides. */
export function mostTokens(rules: readonly StrongerRule[], question: string): number | undefined {
	const wanted = purposeOf(question)
	return rules.find(({ purpose }) => purpose === wanted || purpose === 'any')?.maxTokens
}
