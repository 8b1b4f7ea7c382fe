import type { Finding } from './finding.ts'
import { textHash } from './textHash.ts'

/** What a fingerprint is made of: none of it changes when lines move, nor when code is laid out anew. */
export interface FingerprintParts {
	/** The code where the harm is done, and where the data comes from: empty where the rule needs no data flow. */
	readonly sinkCode: string
	readonly sourceCode: string
	/** The function around the sink, with those around it: `Shop.pay`; empty at the top of a file. */
	readonly functionName: string
}

/**
 * Gives each finding its fingerprint. Findings with the same parts are told apart by their order in their file.
 *
 * @param findings in the order of their places
 */
export function withFingerprints(
	findings: readonly Finding[],
	partsOf: (finding: Finding) => FingerprintParts,
): Finding[] {
	const counts = new Map<string, number>()
	return findings.map((finding) => {
		const { sinkCode, sourceCode, functionName } = partsOf(finding)
		const key = [finding.ruleId, functionName, normalized(sinkCode), normalized(sourceCode)].join('\n')
		const inFile = `${finding.file}\n${key}`
		const count = counts.get(inFile) ?? 0
		counts.set(inFile, count + 1)
		return { ...finding, fingerprint: textHash(`${key}\n${count}`) }
	})
}

/** UTF-16 code units of code that count: of a call with a long function in it, the beginning tells which one it is. */
const mostCode = 400

/** Without white space, and without a comma that only a layout over several lines has. */
function normalized(code: string): string {
	return code
		.slice(0, 4 * mostCode)
		.replace(/\s+/g, '')
		.replace(/,(?=[)\]}])/g, '')
		.slice(0, mostCode)
}
