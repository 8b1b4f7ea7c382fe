/** Of the standard normal distribution: exceeded once in ten million times. */
const rare = 5.2

/** Chi-square of two samples; what is seen too seldom for it counts as one. */
export function compareSamples(one: readonly string[], other: readonly string[]) {
	const [ones, others] = [countsOf(one), countsOf(other)]
	const cells: [number, number][] = []
	const rest: [number, number] = [0, 0]
	for (const key of new Set([...one, ...other])) {
		const cell: [number, number] = [ones.get(key) ?? 0, others.get(key) ?? 0]
		if (cell[0] + cell[1] >= 20) {
			cells.push(cell)
			continue
		}
		rest[0] += cell[0]
		rest[1] += cell[1]
	}
	const filled = [...cells, rest].filter(([a, b]) => a + b > 0)
	const [scaleOne, scaleOther] = [Math.sqrt(other.length / one.length), Math.sqrt(one.length / other.length)]
	const statistic = filled.reduce((sum, [a, b]) => sum + (a * scaleOne - b * scaleOther) ** 2 / (a + b), 0)
	return { statistic, limit: chiSquareLimit(filled.length - 1), categories: filled.length }
}

/** Wilson and Hilferty's approximation. */
function chiSquareLimit(freedom: number): number {
	const variance = 2 / (9 * freedom)
	return freedom * (1 - variance + rare * Math.sqrt(variance)) ** 3
}

export function countsOf(samples: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>()
	for (const sample of samples) counts.set(sample, (counts.get(sample) ?? 0) + 1)
	return counts
}
