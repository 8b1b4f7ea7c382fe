import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { createProjectAnalyzer } from '../../../src/core/security/analysis/projectAnalyzer.ts'
import type { Finding } from '../../../src/core/security/findings/finding.ts'
import type { RuleFile } from '../../../src/core/security/rules/ruleTypes.ts'
import { rubricFor } from '../../../src/core/security/triage/rubricFor.ts'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import type { CodeParser } from '../../../src/node/security/codeParser.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { seededRandom } from '../recall/random.ts'

/** A finding of the analyzer, and what a label says of it. */
export interface LabelledFinding {
	readonly suite: string
	/** Absolute path of the suite's folder. */
	readonly root: string
	readonly finding: Finding
	readonly isTrue: boolean
}

/** A case of a suite, as its `.jsonl` has it: lines count from 1. */
interface Case {
	readonly file: string
	readonly startLine: number
	readonly endLine: number
	readonly cwe: readonly number[]
	readonly vulnerable: boolean
	readonly granularity: 'file' | 'line'
}

/** Lines between a finding and the case that it is of. */
const tolerance = 2

/** What the analyzer finds in labelled cases and a model may be asked about. @param folder of a suite; beside it lies `<folder>.jsonl` */
export async function findingsOf(
	folder: string,
	ruleFiles: readonly RuleFile[],
	parser: CodeParser,
): Promise<readonly LabelledFinding[]> {
	const root = folder.endsWith(sep) ? folder.slice(0, -1) : folder
	const cases = new Map<string, Case[]>()
	for (const line of readFileSync(`${root}.jsonl`, 'utf8').split('\n').filter(Boolean)) {
		const one: Case = JSON.parse(line)
		cases.set(one.file, [...(cases.get(one.file) ?? []), one])
	}
	const analyzer = createProjectAnalyzer({
		rules: { ruleFiles, off: [] },
		files: {
			read: async (file) => {
				const text = await readFile(join(root, file), 'utf8').catch(() => undefined)
				return text === undefined ? undefined : { text }
			},
			list: async (name) => namesIn(join(root, name)),
		},
		parse: (grammar, text) => parser.parse(grammar, text),
		clock: { now: () => performance.now() },
	})
	const found: LabelledFinding[] = []
	const files = filesUnder(root).filter((file) => grammarOfPath(file) !== undefined)
	await analyzer.analyze(
		{
			files,
			onFile: ({ findings }) => {
				for (const finding of findings) {
					const isTrue = labelOf(finding, cases.get(finding.file) ?? [])
					const isAsked = rubricFor(finding) !== undefined && finding.path.length > 1
					if (isTrue !== undefined && isAsked) found.push({ suite: basename(root), root, finding, isTrue })
				}
			},
		},
		neverCancelled,
	)
	return found
}

/** As many true as false ones, evenly from all; the same for the same findings. */
export function chosenFrom(all: readonly LabelledFinding[], count: number): readonly LabelledFinding[] {
	const random = seededRandom(20_262)
	const mixed = all.map((it) => ({ it, at: random() })).toSorted((a, b) => a.at - b.at)
	const half = (isTrue: boolean, most: number) => mixed.filter(({ it }) => it.isTrue === isTrue).slice(0, most)
	const wrong = half(false, Math.floor(count / 2))
	return [...half(true, count - wrong.length), ...wrong].map(({ it }) => it)
}

/** Whether a finding is right; undefined where no label says. */
function labelOf({ cwe, range }: Finding, cases: readonly Case[]): boolean | undefined {
	const own = cases.filter((one) => {
		if (!one.cwe.some((number) => cwe.includes(number))) return false
		if (one.granularity === 'file') return true
		return one.startLine - tolerance <= range.endLine + 1 && one.endLine + tolerance >= range.startLine + 1
	})
	if (own.length === 0) return undefined
	return own.some(({ vulnerable }) => vulnerable)
}

function filesUnder(root: string): string[] {
	return readdirSync(root, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
		.sort()
}

function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder).sort()
	} catch {
		return []
	}
}
