/** Damps how much the first places count more than the next ones: Cormack, Clarke and Büttcher, 2009. */
const damping = 60

export interface Ranked<T> {
	readonly item: T
	readonly score: number
}

/**
 * Reciprocal rank fusion: one order out of several, whatever their scores mean. What two lists have counts twice; of the same score,
 * what an earlier list has first comes first.
 *
 * @param lists the best first, each item at most once
 */
export function fuseRanks<T>(lists: readonly (readonly T[])[]): Ranked<T>[] {
	const scores = new Map<T, number>()
	for (const list of lists) {
		for (const [rank, item] of list.entries()) scores.set(item, (scores.get(item) ?? 0) + 1 / (damping + rank + 1))
	}
	return [...scores].map(([item, score]) => ({ item, score })).sort((a, b) => b.score - a.score)
}
