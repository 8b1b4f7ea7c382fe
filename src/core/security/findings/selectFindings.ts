import type { Confidence, Severity } from '../rules/ruleTypes.ts'
import type { Finding } from './finding.ts'

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low']
export const confidences: readonly Confidence[] = ['high', 'medium', 'low']

/** Whether the first is as bad as the second, or worse. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
	return severities.indexOf(severity) <= severities.indexOf(least)
}

export function isSureEnough(confidence: Confidence, least: Confidence): boolean {
	return confidences.indexOf(confidence) <= confidences.indexOf(least)
}

/**
 * Each finding once, sorted by file and place. The same one may come with several files, where these lead to one place: the surest is
 * kept, then the one with the shortest path.
 */
export function distinctFindings(findings: readonly Finding[]): Finding[] {
	const best = new Map<string, Finding>()
	for (const finding of findings) {
		const key = `${placeOf(finding)}:${finding.ruleId}`
		const known = best.get(key)
		if (!known || isBetter(finding, known)) best.set(key, finding)
	}
	return [...best.values()].sort(byPlace)
}

export function byPlace(a: Finding, b: Finding): number {
	return (
		compare(a.file, b.file) ||
		a.range.startLine - b.range.startLine ||
		a.range.startCharacter - b.range.startCharacter ||
		severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
		compare(a.ruleId, b.ruleId)
	)
}

/** Whether it tells more of the same fault: it is surer, or its path is shorter. */
export function isBetter(a: Finding, b: Finding): boolean {
	const order =
		confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
		a.path.length - b.path.length ||
		// Whatever order they come in, the same one is kept.
		compare(JSON.stringify(a.path), JSON.stringify(b.path))
	return order < 0
}

function placeOf({ file, range }: Finding): string {
	return `${file}:${range.startLine}:${range.startCharacter}`
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0
}
