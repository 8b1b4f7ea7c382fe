import type { Finding } from '../findings/finding.ts'
import type { Rubric } from './rubric.ts'
import { dataAndFileRubrics } from './rubrics/dataAndFiles.ts'
import { injectionRubrics } from './rubrics/injection.ts'
import { webRubrics } from './rubrics/web.ts'

export const rubrics: readonly Rubric[] = [...injectionRubrics, ...webRubrics, ...dataAndFileRubrics]

/**
 * CWEs of which rules alone decide, because models dismiss them wrongly: weak hashes, ciphers, keys and random numbers, cookies, trust boundaries,
 * secrets in the code, certificates that are not checked.
 */
const undeniable: ReadonlySet<number> = new Set([
	256, 257, 259, 260, 261, 295, 297, 310, 311, 312, 315, 316, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, 329,
	330, 331, 335, 336, 337, 338, 340, 347, 501, 521, 522, 523, 539, 547, 598, 614, 759, 760, 780, 798, 916, 1004, 1204,
	1240, 1241, 1275, 1391,
])

export function isUndeniable(finding: Finding): boolean {
	return finding.cwe.some((cwe) => undeniable.has(cwe)) || finding.ruleId.startsWith('secrets/')
}

/** The rubric of the first CWE that has one. */
export function rubricFor({ cwe }: Finding): Rubric | undefined {
	for (const one of cwe) {
		const rubric = rubrics.find((it) => it.cwe.includes(one))
		if (rubric) return rubric
	}
	return undefined
}
