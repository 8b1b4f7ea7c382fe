import type { Verdict } from '../../protocol/engine.ts'
import type { TokenId } from '../llama/fimPrompt.ts'
import type { TokenState } from '../llama/tokenState.ts'
import type { Turn } from '../llama/turn.ts'
import type { Vocabulary } from '../llama/vocabulary.ts'
import type { Span } from './jsonScanner.ts'

export interface VerdictInput {
	readonly target: TokenState
	readonly vocabulary: Vocabulary
	readonly turn: Turn
	readonly prompt: readonly TokenId[]
	readonly answer: readonly TokenId[]
	readonly text: string
	/** Of the value in the text. */
	readonly span: Span
	/** All that it could have been. */
	readonly values: readonly string[]
}

/**
 * How likely each value was at its place in an answer: the product of its tokens' probabilities up to the closing quotation
 * mark, as a share of all values. Leaves the target with the tokens before the value, or the last value, evaluated.
 *
 * @returns undefined where it was cancelled.
 */
export async function verdictOf(input: VerdictInput): Promise<Verdict | undefined> {
	const { target, vocabulary, turn, text, span, values } = input
	const { before, rest } = beforeValue(input)
	const sums: number[] = []
	for (const value of values) {
		const written = vocabulary.tokenize(rest + JSON.stringify(value).slice(1), 'suffix')
		await turn.checkpoint()
		if (turn.isCancelled()) return undefined
		await target.keep(before, before.length - 1)
		const left = await target.prefill(before.slice(target.length), turn)
		await turn.checkpoint()
		if (turn.isCancelled()) return undefined
		// What follows the last token does not matter: it need not be evaluated.
		const wanted = written.map((token) => [token])
		const listed = await target.probabilitiesOf([...left, ...written.slice(0, -1)], wanted)
		sums.push(listed.reduce((sum, [probability = 0]) => sum + Math.log(probability), 0))
	}
	const shares = sharesOf(sums)
	return {
		value: String(JSON.parse(text.slice(span.start, span.end))),
		probabilities: values.map((value, i) => ({ value, probability: shares[i] ?? 0 })),
	}
}

/** All tokens that end with the opening quotation mark or before it, and what of the text lies between. */
function beforeValue({ vocabulary, prompt, answer, text, span }: VerdictInput) {
	const stream = vocabulary.textStream()
	let [length, count, whole] = [0, 0, 0]
	for (const [i, token] of answer.entries()) {
		length += stream.push(token).length
		if (length > span.start + 1) break
		// A token that is only the first half of a character adds nothing yet, and belongs to what follows.
		if (length === whole) continue
		whole = length
		count = i + 1
	}
	return { before: [...prompt, ...answer.slice(0, count)], rest: text.slice(whole, span.start + 1) }
}

/** From logarithms, the largest of which is at the same distance from all. */
function sharesOf(sums: readonly number[]): number[] {
	const largest = Math.max(...sums)
	if (largest === Number.NEGATIVE_INFINITY) return sums.map(() => 1 / sums.length)
	const weights = sums.map((sum) => Math.exp(sum - largest))
	const total = weights.reduce((all, weight) => all + weight, 0)
	return weights.map((weight) => weight / total)
}
