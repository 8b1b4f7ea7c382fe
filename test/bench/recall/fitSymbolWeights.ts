import { likelyCandidates } from '../../../src/core/context/gatherContext.ts'
import type { TextWindow } from '../../../src/core/context/similarWindows.ts'
import { windowsOf } from '../../../src/core/context/similarWindows.ts'
import { symbolWeights } from '../../../src/core/context/symbolWeights.ts'
import { featuresOf } from '../../../src/core/context/symbolWorth.ts'
import { checkoutsIn, type Situation, situationsOf } from './measureRecall.ts'
import { type Random, seededRandom } from './random.ts'
import type { Repository } from './repository.ts'

/** A place, as far as a weight can tell its candidates apart. */
interface Sample {
	readonly repository: string
	/** For each candidate its features, as numbers. */
	readonly rows: readonly Int32Array[]
	/** The first so many are what was named. */
	readonly right: number
	/** Each of the others stands for so many. */
	readonly others: number
}

/** What was seen of all places. */
interface Samples {
	readonly names: readonly string[]
	readonly samples: readonly Sample[]
}

/** Candidates of a place that are not what was named, of those that there are: a seeded choice says as much. */
const mostOthers = 400
const epochs = 12
/** Groups of repositories, each of which is left out once. */
const folds = 4
const learningRate = 0.15
/** How hard weights are held to 0, for each place. */
const strengths = [0.003, 0.01, 0.03, 0.1] as const
/** For names half written, of which these places have none. */
const byHand = /^typed:/

/**
 * Fits the weights of `src/core/context/symbolWeights.ts` to the development half: the logarithm of how likely the definition was that is named next,
 * among all that could be (a softmax). How hard the weights are held is what the repositories say that are left out in turn;
 * what is printed last goes into the file.
 */
export async function fitSymbolWeights(folder: string, grammarFolder: string, points: number): Promise<void> {
	const { names, samples } = await samplesOf(folder, grammarFolder, points)
	const repositories = [...new Set(samples.map(({ repository }) => repository))]
	console.log(`${samples.length} places of ${repositories.length} repositories, ${names.length} features`)
	const present = names.map((name) => symbolWeights[name] ?? 0)
	console.log(`  the weights that are there: ${meanLoss(samples, present).toFixed(4)} (seen when they were fitted)`)
	let best = { strength: strengths[0] as number, loss: Number.POSITIVE_INFINITY }
	for (const strength of strengths) {
		const loss = leftOut(samples, repositories, (rest) => fitted(rest, names.length, strength))
		console.log(`  strength ${strength}: ${loss.toFixed(4)} in repositories left out`)
		if (loss < best.loss) best = { strength, loss }
	}
	const weights = fitted(samples, names.length, best.strength)
	const lines = names
		.map((name, at) => [name, Number((weights[at] ?? 0).toFixed(2))] as const)
		.filter(([name, weight]) => weight !== 0 && !byHand.test(name))
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, weight]) => `\t'${name}': ${weight},`)
	console.log(`Fitted with strength ${best.strength}:\n${lines.join('\n')}`)
}

async function samplesOf(folder: string, grammarFolder: string, points: number): Promise<Samples> {
	const numbers = new Map<string, number>()
	const samples: Sample[] = []
	const random = seededRandom(7)
	for (const { half, root } of checkoutsIn(folder)) {
		// The other half is for measuring only.
		if (half !== 'dev') continue
		const { repository, situations } = await situationsOf(root, grammarFolder, points)
		for (const situation of situations) {
			const sample = sampleOf(repository, situation, numbers, random)
			if (sample) samples.push(sample)
		}
		console.log(`  read ${repository.name}: ${samples.length} places so far`)
	}
	return { names: [...numbers.keys()], samples }
}

/** Undefined where what was named is not among the candidates: no weight could bring it in. */
function sampleOf(
	repository: Repository,
	situation: Situation,
	numbers: Map<string, number>,
	random: Random,
): Sample | undefined {
	const { point, own, lines, opened } = situation
	const { table, files } = repository
	const windows = opened.commits.flatMap((path): TextWindow[] => {
		const definitionLines = (table.get(path)?.definitions ?? []).map(({ startLine }) => startLine)
		return windowsOf({ path, lines: files.get(path)?.lines ?? [], definitionLines })
	})
	const rows: Int32Array[] = []
	const weigh = (traits: number[]) => {
		rows.push(Int32Array.from(featuresOf(traits), (name) => numberOf(name, numbers)))
		return 1
	}
	const whole = table.get(own.path)
	table.set(own)
	const cursor = { lines, line: point.line, character: point.character }
	const always = { mayFind: () => true, mayGoOn: () => true }
	const ranked = likelyCandidates(cursor, { table, own, windows }, { weigh, ...always })
	if (whole) table.set(whole)
	const isRight = ranked.map(({ candidate: { path, definition } }) => {
		const { name, startLine, endLine } = definition
		if (name !== point.name) return false
		return point.truth.some((place) => place.path === path && startLine <= place.line && place.line < endLine)
	})
	const right = rows.filter((_, at) => isRight[at])
	if (right.length === 0) return undefined
	const others = rows.filter((_, at) => !isRight[at])
	const share = Math.min(1, mostOthers / others.length)
	return {
		repository: repository.name,
		rows: [...right, ...others.filter(() => random() < share)],
		right: right.length,
		others: 1 / share,
	}
}

function numberOf(name: string, numbers: Map<string, number>): number {
	const known = numbers.get(name)
	if (known !== undefined) return known
	numbers.set(name, numbers.size)
	return numbers.size - 1
}

/** Adagrad, place by place in a fixed order. */
function fitted(samples: readonly Sample[], size: number, strength: number): Float64Array {
	const weights = new Float64Array(size)
	const squares = new Float64Array(size).fill(1e-6)
	const gradient = new Float64Array(size)
	for (let epoch = 0; epoch < epochs; epoch++) {
		for (const sample of samples) {
			const touched = new Set<number>()
			addGradient(sample, weights, gradient, touched)
			for (const at of touched) {
				const change = (gradient[at] ?? 0) - strength * (weights[at] ?? 0)
				gradient[at] = 0
				squares[at] = (squares[at] ?? 0) + change * change
				weights[at] = (weights[at] ?? 0) + (learningRate * change) / Math.sqrt(squares[at] ?? 1)
			}
		}
	}
	return weights
}

/** Of the logarithm of the share that falls to what was named. */
function addGradient(sample: Sample, weights: Float64Array, gradient: Float64Array, touched: Set<number>): void {
	const { rows, right } = sample
	const { worths, sum, rightSum } = shares(sample, weights)
	for (const [at, row] of rows.entries()) {
		const worth = worths[at] ?? 0
		const pull = (at < right ? worth / rightSum : 0) - worth / sum
		for (const feature of row) {
			gradient[feature] = (gradient[feature] ?? 0) + pull
			touched.add(feature)
		}
	}
}

function shares({ rows, right, others }: Sample, weights: ArrayLike<number>) {
	const scores = rows.map((row) => {
		let total = 0
		for (let at = 0; at < row.length; at++) total += weights[row[at] ?? 0] ?? 0
		return total
	})
	const highest = Math.max(...scores)
	const worths = scores.map((score, at) => Math.exp(score - highest) * (at < right ? 1 : others))
	const sum = worths.reduce((total, worth) => total + worth, 0)
	const rightSum = worths.slice(0, right).reduce((total, worth) => total + worth, 1e-300)
	return { worths, sum, rightSum }
}

function meanLoss(samples: readonly Sample[], weights: ArrayLike<number>): number {
	const losses = samples.map((sample) => {
		const { sum, rightSum } = shares(sample, weights)
		return -Math.log(rightSum / sum)
	})
	return losses.reduce((total, loss) => total + loss, 0) / Math.max(1, losses.length)
}

/** The mean over all places, each judged by weights that its repository had no part in. */
function leftOut(
	samples: readonly Sample[],
	repositories: readonly string[],
	weightsOf: (rest: readonly Sample[]) => ArrayLike<number>,
): number {
	let sum = 0
	for (let fold = 0; fold < folds; fold++) {
		const out = new Set(repositories.filter((_, at) => at % folds === fold))
		const weights = weightsOf(samples.filter(({ repository }) => !out.has(repository)))
		const judged = samples.filter(({ repository }) => out.has(repository))
		sum += meanLoss(judged, weights) * judged.length
	}
	return sum / Math.max(1, samples.length)
}
