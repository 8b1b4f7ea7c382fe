import { seededRandom } from '../recall/random.ts'
import type { Answered } from './answered.ts'

/** The middle 95 % of what a figure is on resamples. */
export type Interval = readonly [number, number]

const resamples = 500

/** Draws files, not places: what stands in one file is alike. The same interval for the same items. */
export function intervalOf<T extends Pick<Answered, 'repository' | 'path'>>(
	items: readonly T[],
	figure: (items: readonly T[]) => number,
): Interval {
	const files = [...byFile(items).values()]
	const random = seededRandom(2)
	const figures = Array.from({ length: resamples }, () =>
		figure(files.flatMap(() => files[Math.floor(random() * files.length)] ?? [])),
	).sort((a, b) => a - b)
	return [figures[Math.floor(resamples * 0.025)] ?? 0, figures[Math.floor(resamples * 0.975)] ?? 0]
}

function byFile<T extends Pick<Answered, 'repository' | 'path'>>(items: readonly T[]): Map<string, T[]> {
	const files = new Map<string, T[]>()
	for (const item of items) {
		const file = `${item.repository}/${item.path}`
		const own = files.get(file)
		if (own) own.push(item)
		else files.set(file, [item])
	}
	return files
}

/** The chance that one that is right has a higher score than one that is not; ties count half. */
export function areaUnderCurve(scored: readonly { readonly score: number; readonly isRight: boolean }[]): number {
	const sorted = [...scored].sort((a, b) => a.score - b.score)
	const right = sorted.filter(({ isRight }) => isRight).length
	const wrong = sorted.length - right
	let ranks = 0
	for (let at = 0; at < sorted.length; ) {
		let end = at
		while (end < sorted.length && sorted[end]?.score === sorted[at]?.score) end++
		const ofThem = sorted.slice(at, end).filter(({ isRight }) => isRight).length
		ranks += (ofThem * (at + 1 + end)) / 2
		at = end
	}
	return right === 0 || wrong === 0 ? 0.5 : (ranks - (right * (right + 1)) / 2) / (right * wrong)
}

export function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

export function shareOf<T>(items: readonly T[], test: (item: T) => boolean): number {
	return items.filter(test).length / Math.max(1, items.length)
}
