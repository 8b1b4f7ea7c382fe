import { baseWeights } from '../../../src/core/completion/confidence/baseWeights.ts'
import { type Features, featureNames } from '../../../src/core/completion/confidence/features.ts'
import { type Answered, isUseful } from './answered.ts'
import { areaUnderCurve, meanOf } from './resample.ts'

interface Sample {
	readonly x: Features
	readonly isRight: boolean
	readonly repository: string
}

/** How hard the weights are held to those from which they start: 0 would be what the suggestions alone say. */
const strengths = [1, 3, 10, 30, 100] as const
const steps = 30

/**
 * A logistic regression on what was suggested, which starts from the weights that are there and is held to them: where the suggestions
 * say little about a weight, it stays. How hard, and whether it is worth anything, is what the repositories say that were left
 * out of the fit in turn. Prints what it finds.
 */
export function fitWeights(answered: readonly Answered[]): void {
	const samples = answered.flatMap((one): Sample[] =>
		one.features ? [{ x: one.features, isRight: isUseful(one), repository: one.repository }] : [],
	)
	const useful = samples.filter(({ isRight }) => isRight).length
	console.log(`${samples.length} suggestions, ${useful} of them useful. Area under the curve in repositories left out:`)
	console.log(`  the weights that are there: ${leftOut(samples, () => baseWeights).toFixed(3)}`)
	for (const strength of strengths) {
		const area = leftOut(samples, (rest) => fitted(rest, strength))
		console.log(
			`  fitted, strength ${strength}: ${area.toFixed(3)}  ${JSON.stringify(rounded(fitted(samples, strength)))}`,
		)
	}
	console.log(`In the order of: ${featureNames.join(', ')}`)
}

/** The mean over the repositories that have both kinds, each judged by weights made without it. */
function leftOut(samples: readonly Sample[], weightsOf: (rest: readonly Sample[]) => readonly number[]): number {
	const names = [...new Set(samples.map(({ repository }) => repository))]
	const areas = names.flatMap((name) => {
		const own = samples.filter(({ repository }) => repository === name)
		if (!own.some(({ isRight }) => isRight)) return []
		const weights = weightsOf(samples.filter(({ repository }) => repository !== name))
		return [areaUnderCurve(own.map(({ x, isRight }) => ({ score: dot(x, weights), isRight })))]
	})
	return meanOf(areas)
}

/** Newton's method. The bias is free: how often a model is right is its own affair. */
function fitted(samples: readonly Sample[], strength: number): number[] {
	const size = featureNames.length
	let weights = [...baseWeights]
	for (let step = 0; step < steps; step++) {
		const gradient = new Array<number>(size).fill(0)
		const curvature = Array.from({ length: size }, () => new Array<number>(size).fill(0))
		for (const { x, isRight } of samples) {
			const p = 1 / (1 + Math.exp(-dot(x, weights)))
			for (let i = 0; i < size; i++) {
				gradient[i] = (gradient[i] ?? 0) + (Number(isRight) - p) * (x[i] ?? 0)
				const row = curvature[i] ?? []
				for (let j = 0; j < size; j++) row[j] = (row[j] ?? 0) + p * (1 - p) * (x[i] ?? 0) * (x[j] ?? 0)
			}
		}
		for (let i = 0; i < size; i++) {
			const held = i === 0 ? 1e-6 : strength
			gradient[i] = (gradient[i] ?? 0) - held * ((weights[i] ?? 0) - (baseWeights[i] ?? 0))
			const row = curvature[i] ?? []
			row[i] = (row[i] ?? 0) + held
		}
		const change = solved(curvature, gradient)
		weights = weights.map((weight, i) => weight + Math.max(-1, Math.min(1, change[i] ?? 0)))
	}
	return weights
}

/** Gauss and Jordan; the matrix is positive definite. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
	const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
	for (let i = 0; i < rows.length; i++) {
		const pivotRow = rows[i] ?? []
		const pivot = pivotRow[i] ?? 1
		for (const [j, row] of rows.entries()) {
			if (j === i) continue
			const factor = (row[i] ?? 0) / pivot
			for (let k = i; k < row.length; k++) row[k] = (row[k] ?? 0) - factor * (pivotRow[k] ?? 0)
		}
	}
	return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1))
}

function dot(x: Features, weights: readonly number[]): number {
	return x.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0)
}

function rounded(weights: readonly number[]): number[] {
	return weights.map((weight) => Number(weight.toFixed(2)))
}
