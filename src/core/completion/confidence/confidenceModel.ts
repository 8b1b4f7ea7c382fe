import { baseWeights } from './baseWeights.ts'
import { type Features, featureNames } from './features.ts'

/** What was learnt from one user: kept on this machine, numbers only. */
export interface Learnt {
	/** Added to the weights that everybody begins with. */
	readonly change: readonly number[]
	/** Suggestions that were learnt from. */
	readonly count: number
	/** How often all was forgotten: what another window learnt in an earlier epoch is forgotten, too. */
	readonly epoch: number
}

export const nothingLearnt: Learnt = { change: featureNames.map(() => 0), count: 0, epoch: 0 }

/** How far one suggestion moves the weights. */
const rate = 0.05
/** How much of what was learnt is forgotten with each suggestion. */
const forgetting = 0.001
/** Nobody's habits turn a weight further than this. */
export const largestChange = 3

/** Says how likely a suggestion is to be taken: a logistic regression that begins the same for everybody and learns from the user. */
export class ConfidenceModel {
	private known: Learnt

	constructor(learnt: Learnt = nothingLearnt) {
		this.known = learnt
	}

	get learnt(): Learnt {
		return this.known
	}

	/** Goes on from what is known elsewhere. */
	adopt(learnt: Learnt): void {
		this.known = learnt
	}

	/** @returns from 0 to 1 */
	probability(features: Features): number {
		const sum = features.reduce(
			(total, value, at) => total + value * ((baseWeights[at] ?? 0) + (this.known.change[at] ?? 0)),
			0,
		)
		return 1 / (1 + Math.exp(-sum))
	}

	learn(features: Features, isTaken: boolean): void {
		const error = (isTaken ? 1 : 0) - this.probability(features)
		const { change, count, epoch } = this.known
		const next = change.map((value, at) => {
			const moved = value * (1 - forgetting) + rate * error * (features[at] ?? 0)
			return Math.min(largestChange, Math.max(-largestChange, moved))
		})
		this.known = { change: next, count: count + 1, epoch }
	}

	forget(): void {
		this.known = { ...nothingLearnt, epoch: this.known.epoch + 1 }
	}
}

/** Undefined where it is not what `learnt` gives: of another version, or damaged. */
export function learntFrom(value: unknown): Learnt | undefined {
	if (typeof value !== 'object' || value === null || !('change' in value) || !('count' in value)) return undefined
	const { change, count } = value
	if (!Array.isArray(change) || change.length !== featureNames.length || !change.every(Number.isFinite))
		return undefined
	// The first versions knew nothing of epochs.
	const epoch = 'epoch' in value ? value.epoch : 0
	return isCount(count) && isCount(epoch) ? { change, count, epoch } : undefined
}

function isCount(value: unknown): value is number {
	return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
