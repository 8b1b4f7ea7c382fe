import type { EngineParams, StopReason, Verdict } from '../../src/protocol/engine.ts'

type Written = Pick<EngineParams<'complete'>, 'maxTokens' | 'stop' | 'stopRule'>

/** How likely every token of a fake answer is: the first one, and the mean of all. */
export const fakeLogProbs = { first: -0.5, mean: -0.25, firstMargin: 1 }

/** The pieces that are written of `all`, and why not more of them. */
export function cutAnswer(
	all: readonly string[],
	{ maxTokens, stop, stopRule }: Written,
): { readonly pieces: readonly string[]; readonly stopReason: StopReason } {
	const limited = all.slice(0, maxTokens)
	const whole = limited.join('')
	const ends = [
		...stop.map((text) => ({ at: whole.indexOf(text), stopReason: 'stopText' as const })),
		{ at: ruledEnd(whole, stopRule), stopReason: 'stopRule' as const },
	].filter(({ at }) => at >= 0)
	const end = ends.toSorted((a, b) => a.at - b.at)[0]
	if (end !== undefined) return { pieces: firstCharacters(limited, end.at), stopReason: end.stopReason }
	return { pieces: limited, stopReason: all.length > maxTokens ? 'maxTokens' : 'endOfText' }
}

/** Where a rule ends the text; -1: nowhere. */
function ruledEnd(text: string, rule: Written['stopRule']): number {
	if (rule === undefined) return -1
	const { maxLines, leastIndent, tabWidth, leastFirstLogProb, leastMeanLogProb } = rule
	if (leastFirstLogProb !== undefined && fakeLogProbs.first < leastFirstLogProb) return 0
	if (leastMeanLogProb !== undefined && fakeLogProbs.mean < leastMeanLogProb) return 1
	const breaks = [...text.matchAll(/\n/g)].map(({ index }) => index)
	const ends: number[] = []
	if (maxLines !== undefined) ends.push(breaks[maxLines - 1] ?? -1)
	if (leastIndent !== undefined) {
		const isShallow = (at: number) => {
			const line = text.slice(at + 1).split('\n')[0] ?? ''
			const indent = (/^\s*/.exec(line)?.[0] ?? '').replaceAll('\t', ' '.repeat(tabWidth))
			return line.trim() !== '' && indent.length < leastIndent
		}
		ends.push(breaks.find(isShallow) ?? -1)
	}
	const found = ends.filter((at) => at >= 0)
	return found.length === 0 ? -1 : Math.min(...found)
}

function firstCharacters(pieces: readonly string[], count: number): readonly string[] {
	let left = count
	const kept = pieces.map((piece) => {
		const part = piece.slice(0, left)
		left -= part.length
		return part
	})
	return kept.filter((piece) => piece !== '')
}

/** Words and marks; enough to tell a long text from a short one. */
export function fakeTokenCount(text: string): number {
	return text.match(/\w+|[^\w\s]|\s+/g)?.length ?? 0
}

interface Schema {
	readonly type?: unknown
	readonly enum?: readonly unknown[]
	readonly const?: unknown
	readonly oneOf?: readonly Schema[]
	readonly properties?: Readonly<Record<string, Schema>>
	readonly items?: Schema
	readonly minItems?: number
}

/** The first value that comes to mind for a schema. */
export function fakeJson(schema: Schema): unknown {
	if (schema.const !== undefined) return schema.const
	if (schema.enum !== undefined) return schema.enum[0]
	if (schema.oneOf?.[0] !== undefined) return fakeJson(schema.oneOf[0])
	switch (schema.type) {
		case 'object': {
			const entries = Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, fakeJson(inner)])
			return Object.fromEntries(entries)
		}
		case 'array':
			return Array.from({ length: schema.minItems ?? 1 }, () => fakeJson(schema.items ?? {}))
		case 'number':
		case 'integer':
			return 1
		case 'boolean':
			return true
		case 'null':
			return null
		default:
			return 'text'
	}
}

/** Half of the likelihood is with the value that is given, the rest is shared out evenly. */
export function fakeVerdict(schema: Schema, name: string): Verdict | undefined {
	const values = schema.properties?.[name]?.enum?.filter((value) => typeof value === 'string')
	const chosen = values?.[0]
	if (values === undefined || chosen === undefined) return undefined
	const rest = values.length === 1 ? 0 : 0.5 / (values.length - 1)
	const likely = values.length === 1 ? 1 : 0.5
	return {
		value: chosen,
		probabilities: values.map((value) => ({ value, probability: value === chosen ? likely : rest })),
	}
}

export const fakeVectorSize = 16

/** A vector of length 1 that counts the letters: texts with the same letters lie close together. */
export function fakeVector(text: string): readonly number[] {
	const counts = Array.from({ length: fakeVectorSize }, () => 0.01)
	for (const character of text) {
		const at = (character.codePointAt(0) ?? 0) % fakeVectorSize
		counts[at] = (counts[at] ?? 0) + 1
	}
	const length = Math.hypot(...counts)
	return counts.map((count) => count / length)
}
