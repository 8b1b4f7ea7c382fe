import { baseWeights } from './baseWeights.ts'
import { type Features, featureNames } from './features.ts'

/** What was learnt from one user: kept on this machine, numbers only. */
export interface Learnt {
	/** Added to the weights that everybody begins with. */
	readonly change: readonly number[]
	/** Suggestions that were learnt from. */
	readonly count: number
}

/** How far one suggestion moves the weights. */
const rate = 0.05
/** How much of what was learnt is forgotten with each suggestion. */
const forgetting = 0.001
/** Nobody's habits turn a weight further than this. */
const largestChange = 3

/** Says how likely a suggestion is to be taken: a logistic regression that begins the same for everybody and learns from the user. */
export class ConfidenceModel {
	private change: number[]
	private count: number

	constructor(learnt: Learnt | undefined) {
		this.change = learnt ? [...learnt.change] : featureNames.map(() => 0)
		this.count = learnt?.count ?? 0
	}

	get learnt(): Learnt {
		return { change: [...this.change], count: this.count }
	}

	/** @returns from 0 to 1 */
	probability(features: Features): number {
		const sum = features.reduce(
			(total, value, at) => total + value * ((baseWeights[at] ?? 0) + (this.change[at] ?? 0)),
			0,
		)
		return 1 / (1 + Math.exp(-sum))
	}

	learn(features: Features, isTaken: boolean): void {
		const error = (isTaken ? 1 : 0) - this.probability(features)
		this.change = this.change.map((value, at) => {
			const next = value * (1 - forgetting) + rate * error * (features[at] ?? 0)
			return Math.min(largestChange, Math.max(-largestChange, next))
		})
		this.count++
	}

	forget(): void {
		this.change = featureNames.map(() => 0)
		this.count = 0
	}
}

/** Undefined where it is not what `learnt` gives: of another version, or damaged. */
export function learntFrom(value: unknown): Learnt | undefined {
	if (typeof value !== 'object' || value === null || !('change' in value) || !('count' in value)) return undefined
	const { change, count } = value
	if (!Array.isArray(change) || change.length !== featureNames.length || !change.every(Number.isFinite))
		return undefined
	return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? { change, count } : undefined
}
