/** Linear between the two nearest values. @param sorted ascending, not empty @param share from 0 to 1 */
export function percentile(sorted: readonly number[], share: number): number {
	const place = (sorted.length - 1) * share
	const lower = sorted[Math.floor(place)] ?? Number.NaN
	const upper = sorted[Math.ceil(place)] ?? Number.NaN
	return lower + (upper - lower) * (place - Math.floor(place))
}
