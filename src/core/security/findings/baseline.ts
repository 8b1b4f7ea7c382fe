import type { Finding } from './finding.ts'

/** Findings that are known, so that only others are new: `.alcove/baseline.json`. */
export interface Baseline {
	readonly findings: readonly BaselineEntry[]
}

export interface BaselineEntry {
	readonly fingerprint: string
	readonly rule: string
	/** Where it was: for people. A file that is moved keeps its findings known. */
	readonly file: string
	/** Why it is none, where a person said so. */
	readonly reason?: string
}

const version = 1

/** @returns the reason where it is none */
export function parseBaseline(text: string): Baseline | { readonly problem: string } {
	let data: unknown
	try {
		data = JSON.parse(text.replace(/^\uFEFF/, ''))
	} catch {
		return { problem: 'it is no JSON' }
	}
	if (!isRecord(data)) return { problem: 'it is no object' }
	if (data.version !== version)
		return { problem: `its version is ${JSON.stringify(data.version) ?? 'missing'}, not ${version}` }
	const list = data.findings
	if (!Array.isArray(list)) return { problem: 'it has no list of findings' }
	const findings: BaselineEntry[] = []
	for (const [at, entry] of list.entries()) {
		if (!isEntry(entry)) return { problem: `finding ${at + 1} has no fingerprint, rule and file` }
		const { fingerprint, rule, file, reason } = entry
		findings.push({ fingerprint, rule, file, ...(reason !== undefined && { reason }) })
	}
	return { findings }
}

/** Sorted, with one finding to a line: so that a difference says which findings came and went. */
export function renderBaseline({ findings }: Baseline): string {
	const sorted = [...findings].sort(
		(a, b) => compare(a.file, b.file) || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint),
	)
	const lines = sorted.map(({ fingerprint, rule, file, reason }) => JSON.stringify({ fingerprint, rule, file, reason }))
	const list = lines.length === 0 ? '[]' : `[\n\t\t${lines.join(',\n\t\t')}\n\t]`
	return `{\n\t"version": ${version},\n\t"findings": ${list}\n}\n`
}

/** All that is found now is known; what a person gave a reason for keeps it. */
export function baselineOf(findings: readonly Finding[], before?: Baseline): Baseline {
	const reasons = new Map(
		before?.findings.flatMap(({ fingerprint, reason }) => (reason ? [[fingerprint, reason]] : [])),
	)
	return {
		findings: findings.map(({ fingerprint, ruleId, file }) => {
			const reason = reasons.get(fingerprint)
			return { fingerprint, rule: ruleId, file, ...(reason !== undefined && { reason }) }
		}),
	}
}

export interface Comparison {
	readonly fresh: readonly Finding[]
	readonly known: readonly { readonly finding: Finding; readonly entry: BaselineEntry }[]
	/** What is in the baseline and no longer found. */
	readonly gone: readonly BaselineEntry[]
}

/**
 * Each entry makes one finding known: that of its own file first, so that of two with the same code in two files one is new when it was copied.
 *
 * @param files that were analyzed: what is known of others is not gone. Absent: all were
 */
export function compareWithBaseline(
	findings: readonly Finding[],
	baseline: Baseline,
	files?: ReadonlySet<string>,
): Comparison {
	const left = new Map<string, BaselineEntry[]>()
	for (const entry of baseline.findings) left.set(entry.fingerprint, [...(left.get(entry.fingerprint) ?? []), entry])
	const take = (finding: Finding, isRight: (entry: BaselineEntry) => boolean): BaselineEntry | undefined => {
		const entries = left.get(finding.fingerprint) ?? []
		const at = entries.findIndex((entry) => entry.rule === finding.ruleId && isRight(entry))
		return at < 0 ? undefined : entries.splice(at, 1)[0]
	}
	const inPlace = new Map(findings.map((finding) => [finding, take(finding, ({ file }) => file === finding.file)]))
	const fresh: Finding[] = []
	const known: { finding: Finding; entry: BaselineEntry }[] = []
	for (const finding of findings) {
		const entry = inPlace.get(finding) ?? take(finding, () => true)
		if (entry) known.push({ finding, entry })
		else fresh.push(finding)
	}
	const gone = [...left.values()].flat().filter(({ file }) => files === undefined || files.has(file))
	return { fresh, known, gone }
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEntry(value: unknown): value is BaselineEntry {
	if (!isRecord(value)) return false
	const { fingerprint, rule, file, reason } = value
	const isTold = typeof rule === 'string' && typeof file === 'string'
	return isTold && typeof fingerprint === 'string' && (reason === undefined || typeof reason === 'string')
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0
}
