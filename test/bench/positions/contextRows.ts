import { type Answered, isExact, isUseful, rightCharacters } from './answered.ts'
import { positionKinds } from './heldOutPosition.ts'
import { type Interval, intervalOf, meanOf, shareOf } from './resample.ts'

/** How good suggestions are with something left out of what the model is shown. */
export interface ContextRow {
	readonly variant: string
	/** Places whose prompt is another one than with all of it. */
	readonly different: number
	readonly shares: Shares
	/** Over all places: figures with all of it less those of this one. Below zero: better without. */
	readonly gain?: Readonly<
		Record<keyof Shares | 'rightCharacters', { readonly mean: number; readonly interval: Interval }>
	>
}

/** Of all places. */
interface Shares {
	readonly shown: number
	readonly exact: number
	readonly useful: number
}

export interface ContextResult {
	readonly places: number
	readonly afterEdits: number
	readonly rows: readonly ContextRow[]
	/** With all of it, by kind of place and by language. */
	readonly groups: readonly (Shares & { readonly name: string; readonly places: number })[]
}

type Pair = Pick<Answered, 'repository' | 'path'> & { readonly all: Answered; readonly less: Answered }

export function contextRows(answered: readonly Answered[]): ContextResult {
	const all = answered.filter(({ variant }) => variant === 'all')
	const byPlace = new Map(all.map((one) => [one.place, one]))
	const variants = [...new Set(answered.map(({ variant }) => variant))]
	const rows = variants.map((variant): ContextRow => {
		const own = answered.filter((one) => one.variant === variant)
		const pairs = own.flatMap((less): Pair[] => {
			const whole = byPlace.get(less.place)
			return whole ? [{ repository: less.repository, path: less.path, all: whole, less }] : []
		})
		const different = pairs.filter((pair) => pair.all.kinds.length !== pair.less.kinds.length).length
		if (variant === 'all') return { variant, different, shares: sharesOf(own) }
		const gain = {
			shown: gainOf(pairs, ({ text }) => Number(text !== '')),
			exact: gainOf(pairs, (one) => Number(isExact(one))),
			useful: gainOf(pairs, (one) => Number(isUseful(one))),
			rightCharacters: gainOf(pairs, rightCharacters),
		}
		return { variant, different, shares: sharesOf(own), gain }
	})
	const languages = [...new Set(all.map(({ languageId }) => languageId))].sort()
	const groups = [
		...positionKinds.map((kind) => ({ name: kind, own: all.filter((one) => one.kind === kind) })),
		...languages.map((name) => ({ name, own: all.filter(({ languageId }) => languageId === name) })),
	].map(({ name, own }) => ({ name, places: own.length, ...sharesOf(own) }))
	return { places: all.length, afterEdits: all.filter(({ isAfterEdits }) => isAfterEdits).length, rows, groups }
}

function sharesOf(own: readonly Answered[]): Shares {
	return {
		shown: shareOf(own, ({ text }) => text !== ''),
		exact: shareOf(own, isExact),
		useful: shareOf(own, isUseful),
	}
}

function gainOf(pairs: readonly Pair[], figure: (one: Answered) => number) {
	const mean = (some: readonly Pair[]) => meanOf(some.map(({ all, less }) => figure(all) - figure(less)))
	return { mean: mean(pairs), interval: intervalOf(pairs, mean) }
}
