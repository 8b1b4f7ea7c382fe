import { featureNames } from '../../../src/core/completion/confidence/features.ts'
import { type Answered, rightCharacters } from './renderPositions.ts'

const rounds = 20_000
const rate = 1
/** Holds weights small that few places say something about. */
const ridge = 1e-4

/**
 * A logistic regression on what was shown: the weights under which the share of each first line that was right is the likeliest.
 * Shares say more than yes or no where a small model is hardly ever right to the end of the line.
 */
export function fitWeights(answered: readonly Answered[]): number[] {
	const samples = answered.flatMap((one) => (one.features ? [{ x: one.features, y: rightShare(one) }] : []))
	const weights = featureNames.map(() => 0)
	for (let round = 0; round < rounds; round++) {
		const gradient = featureNames.map(() => 0)
		for (const { x, y } of samples) {
			const sum = x.reduce((total, value, at) => total + value * (weights[at] ?? 0), 0)
			const error = y - 1 / (1 + Math.exp(-sum))
			for (const [at, value] of x.entries()) gradient[at] = (gradient[at] ?? 0) + error * value
		}
		for (const [at, value] of gradient.entries()) {
			const weight = weights[at] ?? 0
			weights[at] = weight + rate * (value / samples.length - (at === 0 ? 0 : ridge * weight))
		}
	}
	console.log(`Fitted to ${samples.length} suggestions of the development half:`)
	console.log(featureNames.map((name, at) => `  ${name} ${weights[at]?.toFixed(2)}`).join('\n'))
	return weights.map((weight) => Number(weight.toFixed(2)))
}

function rightShare(one: Answered): number {
	const [line = ''] = one.text.trim().split('\n', 1)
	return Math.min(1, rightCharacters(one) / Math.max(1, line.length))
}
