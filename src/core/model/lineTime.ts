import type { ModelSpeed } from './measureSpeed.ts'

/** `measured`: in two seconds, on purpose. `recorded`: from the answers that the ledger has. */
export interface KnownSpeed {
	readonly speed: ModelSpeed
	readonly basis: 'measured' | 'recorded'
}

/** A model of this machine whose speed is known. */
export interface SpeedSample extends KnownSpeed {
	readonly title: string
	/** Of numbers that compute one token. */
	readonly billions: number
}

/** How long a line of ghost text takes. */
export interface LineTime {
	readonly seconds: number
	readonly basis: 'measured' | 'recorded' | 'estimated'
	/** Of an estimate: by which model. */
	readonly like?: string
}

/** Who types waits no longer for a line than this. */
export const longestLineSeconds = 1

/**
 * Tokens of a line: such as are written, and such as are read anew before. The rest of the prompt is computed already while
 * somebody types; what comes with a jump to another place is read ahead.
 */
const written = 12
const readAnew = 64

/**
 * @param own what is known of the model itself
 * @param samples what is known of others on this machine
 * @returns undefined where nothing is
 */
export function lineTimeOf(
	billions: number,
	own: KnownSpeed | undefined,
	samples: readonly SpeedSample[],
): LineTime | undefined {
	const seconds = own && secondsOf(own.speed)
	if (own && seconds !== undefined) return { seconds, basis: own.basis }
	// The one that is nearest in size: what does not grow with the size counts the less the nearer it is.
	const [nearest] = samples
		.flatMap((sample) => {
			const itsSeconds = secondsOf(sample.speed)
			return itsSeconds === undefined || sample.billions <= 0 ? [] : [{ ...sample, itsSeconds }]
		})
		.sort((a, b) => distance(a.billions, billions) - distance(b.billions, billions))
	if (!nearest) return undefined
	const estimate = (nearest.itsSeconds * billions) / nearest.billions
	return { seconds: estimate, basis: 'estimated', like: nearest.title }
}

function distance(a: number, b: number): number {
	return Math.abs(Math.log(a / b))
}

function secondsOf({ promptRate, decodeRate }: ModelSpeed): number | undefined {
	if (!(promptRate > 0) || decodeRate === undefined || !(decodeRate > 0)) return undefined
	return readAnew / promptRate + written / decodeRate
}
