import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

/** Ways in which people make data safe in one language. */
export interface Checks {
	/** Of the language's rules. */
	readonly folder: string
	readonly file: string
	/** A handler of a request with one of them in it. */
	program(check: string): string
	readonly right: readonly string[]
	/** Those that look right. */
	readonly wrong: readonly string[]
}

/** @param cwes of the defects that are there without a check */
export function describeChecks(of: string, languages: readonly Checks[], cwes: readonly number[]): void {
	describe.each(languages)(`${of}: $folder`, ({ folder, file, program, right, wrong }) => {
		const analyze = testAnalyzer(shippedRules(folder))
		const isFound = async (check: string) => {
			const [analyzed] = await analyze({ [file]: program(check) })
			expect(analyzed?.gaps).toEqual([])
			return analyzed?.findings.some(({ cwe }) => cwe.some((it) => cwes.includes(it)))
		}

		it.each(right)('%s', async (check) => expect(await isFound(check)).toBe(false))
		it.each(wrong)('not enough: %s', async (check) => expect(await isFound(check)).toBe(true))
	})
}
