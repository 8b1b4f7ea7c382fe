import { featureNames } from '../../../src/core/completion/confidence/features.ts'
import { type Answered, isUseful } from './renderPositions.ts'

const rounds = 4_000
const rate = 0.5
/** Holds weights small that few places say something about. */
const ridge = 0.002

/** A logistic regression on what was shown: the weights under which it is the likeliest that the useful ones were useful. */
export function fitWeights(answered: readonly Answered[]): number[] {
	const samples = answered.flatMap((one) => (one.features ? [{ x: one.features, y: isUseful(one) ? 1 : 0 }] : []))
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
	console.log(`Fitted to ${samples.length} suggestions, ${samples.filter(({ y }) => y === 1).length} of them useful`)
	console.log(featureNames.map((name, at) => `  ${name} ${weights[at]?.toFixed(2)}`).join('\n'))
	return weights.map((weight) => Number(weight.toFixed(2)))
}
