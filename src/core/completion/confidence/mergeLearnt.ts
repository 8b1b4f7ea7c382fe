import { type Learnt, largestChange } from './confidenceModel.ts'

/**
 * What two windows learnt of the same user. Where one of them has forgotten everything since, what the other learnt before is
 * gone as well.
 *
 * @param kept what was kept last, by this window or another one
 * @param base what this window began with, or kept last
 * @param mine what this window knows now: `base`, and what it learnt since
 */
export function mergeLearnt(kept: Learnt, base: Learnt, mine: Learnt): Learnt {
	if (kept.epoch !== mine.epoch) return kept.epoch > mine.epoch ? kept : mine
	const change = kept.change.map((value, at) => {
		const sum = value + (mine.change[at] ?? 0) - (base.change[at] ?? 0)
		return Math.min(largestChange, Math.max(-largestChange, sum))
	})
	return { change, count: kept.count + mine.count - base.count, epoch: mine.epoch }
}
