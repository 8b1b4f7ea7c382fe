import { type Trait, type Traits, traitNames, traitValues } from './symbolTraits.ts'

/** Traits that are weighed together: what one says depends on the others. */
const groups: readonly (readonly Trait[])[] = [
	['nearness'],
	['used'],
	['reach', 'loose'],
	['position'],
	['used', 'reach', 'loose'],
	['position', 'reach', 'loose'],
	['used', 'position'],
	['open'],
	['base'],
	['signature', 'position'],
	['place', 'kind'],
	['place', 'shape'],
	['hidden', 'loose'],
	['words', 'used'],
	['folder', 'loose'],
	['test'],
	['container', 'position'],
	['typed'],
	['spread'],
	['kin'],
	['spread', 'used'],
	['kin', 'used'],
	['kin', 'spread'],
	['kin', 'position'],
	['spread', 'reach'],
	['kin', 'reach'],
	['twins'],
	['stem', 'reach'],
	['place', 'reach'],
	['trail', 'used'],
	['trail', 'kin'],
	['trail', 'place'],
]

/** A group with the weight of each combination of its traits' values. */
interface GroupTable {
	/** Places of its traits in a candidate's list; the second and third are 0 with a size of 1 where it has fewer. */
	readonly places: readonly [number, number, number]
	readonly sizes: readonly [number, number, number]
	readonly weights: Float64Array
}

export type Weigher = (traits: Traits) => number

/** How likely a candidate is what is named next, up to a factor that is the same for all candidates of a place. @param weights by `featuresOf` */
export function weigher(weights: Readonly<Record<string, number>>): Weigher {
	const tables = groups.map((traits) => tableOf(traits, weights))
	return (of) => {
		let sum = 0
		// Thousands of candidates for every question: no inner loop.
		for (const { places, sizes, weights: known } of tables) {
			const first = of[places[0]] ?? 0
			const second = sizes[1] === 1 ? 0 : (of[places[1]] ?? 0)
			const third = sizes[2] === 1 ? 0 : (of[places[2]] ?? 0)
			sum += known[(first * sizes[1] + second) * sizes[2] + third] ?? 0
		}
		return Math.exp(sum)
	}
}

/** What a weight is measured for: one name for each group. */
export function featuresOf(traits: Traits): string[] {
	return groups.map((group) =>
		nameOf(
			group,
			group.map((trait) => traits[traitNames.indexOf(trait)] ?? 0),
		),
	)
}

function tableOf(traits: readonly Trait[], known: Readonly<Record<string, number>>): GroupTable {
	const [first = 1, second = 1, third = 1] = traits.map((trait) => traitValues[trait].length)
	const weights = new Float64Array(first * second * third)
	for (let at = 0; at < weights.length; at++) {
		const values = [Math.floor(at / (second * third)), Math.floor(at / third) % second, at % third]
		weights[at] = known[nameOf(traits, values)] ?? 0
	}
	const [a = 0, b = 0, c = 0] = traits.map((trait) => traitNames.indexOf(trait))
	return { places: [a, b, c], sizes: [first, second, third], weights }
}

/** `reach loose:named strict` */
function nameOf(traits: readonly Trait[], values: readonly number[]): string {
	const words = traits.map((trait, at) => traitValues[trait][values[at] ?? 0])
	return `${traits.join(' ')}:${words.join(' ')}`
}
