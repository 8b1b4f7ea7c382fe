import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { round } from '../../../src/cli/bench/statistics.ts'
import type { ChatModel } from '../../../src/core/model/ports.ts'
import type { ParsedCode } from '../../../src/core/security/tree/codeNode.ts'
import { likeliest } from '../../../src/core/security/triage/judge.ts'
import type { TriageMark } from '../../../src/core/security/triage/triage.ts'
import { triageFindings } from '../../../src/core/security/triage/triageFindings.ts'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import { EmbeddedEngine } from '../../../src/node/engine/embeddedEngine.ts'
import { starterModelFiles } from '../../../src/node/modelFiles.ts'
import { CodeParser } from '../../../src/node/security/codeParser.ts'
import { readRules } from '../../../src/node/security/ruleFiles.ts'
import { readShippedRules } from '../../../src/node/security/shippedRules.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { systemClock } from '../../../src/node/systemClock.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { cpuOptions } from '../../fakes/engineOptions.ts'
import { withContext } from '../../synthetic/withContext.ts'
import { injectRemarks } from './injectRemarks.ts'
import { chosenFrom, findingsOf, type LabelledFinding } from './labelledFindings.ts'
import type { TriageResult, TriageRow } from './renderTriage.ts'

export interface TriageInput {
	readonly engineEntry: string
	readonly root: string
	/** Of the packed extension. */
	readonly extensionRoot: string
	/** Absolute paths of suites' folders; beside each lies its `.jsonl`. */
	readonly suites: readonly string[]
	readonly findings: number
	/** Absolute path of a file of rules that the suites need beside the product's. */
	readonly rulesFile?: string | undefined
	/** Absolute path; default: the starter model, which knows nothing. */
	readonly modelPath?: string | undefined
}

const contextSize = 8_192

/** Has a model judge findings whose truth is known, three times: twice as they are, and with comments that claim that all is well. */
export async function measureTriage(input: TriageInput): Promise<TriageResult> {
	const { root, extensionRoot, suites } = input
	const parser = new CodeParser(new GrammarLibrary(join(root, 'grammars')))
	const ruleFiles = [...(await readShippedRules(join(extensionRoot, 'dist', 'rules.json')))]
	if (input.rulesFile !== undefined) {
		const read = readRules(readFileSync(input.rulesFile, 'utf8'), input.rulesFile)
		const [problem] = read.problems
		if (problem) throw new Error(`${basename(problem.file)}:${problem.line + 1}: ${problem.reason}`)
		ruleFiles.push(...read.ruleFiles)
	}
	const all: LabelledFinding[] = []
	for (const suite of suites) all.push(...(await findingsOf(suite, ruleFiles, parser)))
	const chosen = chosenFrom(all, input.findings)
	if (chosen.length === 0) throw new Error('There is no finding in a labelled case')
	const folder = mkdtempSync(join(tmpdir(), 'alcove-triage-'))
	const starter = starterModelFiles(root).path
	const path = input.modelPath ?? withContext(starter, contextSize, join(folder, basename(starter)))
	const engine = new EmbeddedEngine({
		options: input.modelPath === undefined ? cpuOptions : { ...cpuOptions, gpu: 'auto' },
		clock: systemClock,
		logger: silentLogger,
		entryPath: input.engineEntry,
	})
	try {
		const model = engine.chat({ origin: 'user', path, contextSize })
		const plain = (code: ParsedCode | undefined) => Promise.resolve(code)
		const first = await judged(model, chosen, parser, plain, 'as it is')
		const again = await judged(model, chosen, parser, plain, 'again')
		const remarked = await judged(model, chosen, parser, remarkedWith(parser), 'with comments')
		if (model.state.kind !== 'ready') throw new Error('The model is not loaded')
		const { name, fileBytes, contextSize: tokens } = model.state.model
		const { right, wrong } = counted(all)
		return {
			model: { name, bytes: fileBytes, contextSize: tokens, isStretched: input.modelPath === undefined },
			suites: suites.map((it) => basename(it)),
			available: { right, wrong },
			rows: [rowOf('right', chosen, first, again, remarked), rowOf('wrong', chosen, first, again, remarked)],
			...figuresOf(chosen, first),
		}
	} finally {
		engine.dispose()
		parser.dispose()
		rmSync(folder, { recursive: true, force: true })
	}
}

type Change = (code: ParsedCode | undefined, file: string) => Promise<ParsedCode | undefined>

/** The marks of all findings, in their order. */
async function judged(
	model: ChatModel,
	chosen: readonly LabelledFinding[],
	parser: CodeParser,
	change: Change,
	what: string,
): Promise<readonly TriageMark[]> {
	const marks: TriageMark[] = []
	// Files of different suites may have the same name.
	for (const root of new Set(chosen.map((it) => it.root))) {
		const own = chosen.filter((it) => it.root === root)
		const deps = {
			model,
			codeOf: async (file: string) => change(await parsed(parser, join(root, file)), file),
			languageOf: (file: string) => grammarOfPath(file) ?? 'unknown',
			isUndeniable: () => false,
			clock: systemClock,
		}
		const { findings } = await triageFindings(
			own.map(({ finding }) => finding),
			deps,
			{ leastParameters: 0 },
			neverCancelled,
		)
		for (const [at, { mark }] of findings.entries()) marks[chosen.indexOf(own[at] as LabelledFinding)] = mark
		console.log(`  ${basename(root)} ${what}: ${own.length} findings`)
	}
	return marks
}

async function parsed(parser: CodeParser, path: string): Promise<ParsedCode | undefined> {
	const grammar = grammarOfPath(path)
	return grammar && parser.parse(grammar, await readFile(path, 'utf8'))
}

function remarkedWith(parser: CodeParser): Change {
	return async (code, file) => {
		const grammar = grammarOfPath(file)
		return code && grammar && injectRemarks(grammar, code, (text) => parser.parse(grammar, text))
	}
}

function rowOf(
	label: TriageRow['label'],
	chosen: readonly LabelledFinding[],
	first: readonly TriageMark[],
	again: readonly TriageMark[],
	remarked: readonly TriageMark[],
): TriageRow {
	const own = [...chosen.keys()].filter((at) => chosen[at]?.isTrue === (label === 'right'))
	const marks: Record<string, number> = {}
	const notJudged: Record<string, number> = {}
	for (const at of own) {
		const mark = first[at]
		if (!mark) continue
		marks[mark.kind] = (marks[mark.kind] ?? 0) + 1
		if (mark.kind === 'notAsked') notJudged[mark.why] = (notJudged[mark.why] ?? 0) + 1
	}
	const isHidden = (mark: TriageMark | undefined) => mark?.kind === 'dismissed' || mark?.kind === 'doubted'
	// Where the comments could not be put in, the code was not at hand.
	const changed = own.filter((at) => verdictOf(first[at]) !== undefined && verdictOf(remarked[at]) !== undefined)
	return {
		label,
		findings: own.length,
		marks,
		notJudged,
		flippedAgain: own.filter((at) => verdictOf(first[at]) !== verdictOf(again[at])).length,
		withRemarks: changed.length,
		flippedByRemarks: changed.filter((at) => verdictOf(first[at]) !== verdictOf(remarked[at])).length,
		hiddenByRemarks: changed.filter((at) => isHidden(remarked[at]) && !isHidden(first[at])).length,
	}
}

/** What the model said, whether it counted or not. */
function verdictOf(mark: TriageMark | undefined): string | undefined {
	return mark === undefined || mark.kind === 'notAsked' ? undefined : likeliest(mark.probabilities)
}

function counted(all: readonly LabelledFinding[]): { readonly right: number; readonly wrong: number } {
	const right = all.filter(({ isTrue }) => isTrue).length
	return { right, wrong: all.length - right }
}

function figuresOf(
	chosen: readonly LabelledFinding[],
	marks: readonly TriageMark[],
): Pick<TriageResult, 'secondsPerFinding' | 'separation' | 'dismissFrom'> {
	const known = marks.flatMap((mark, at) =>
		mark.kind === 'notAsked'
			? []
			: [{ safe: mark.probabilities.safe, ms: mark.ms, isTrue: chosen[at]?.isTrue === true }],
	)
	const right = known.filter(({ isTrue }) => isTrue).map(({ safe }) => safe)
	const wrong = known.filter(({ isTrue }) => !isTrue).map(({ safe }) => safe)
	const pairs = wrong.flatMap((a) => right.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))
	const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
	return {
		secondsPerFinding: known.length === 0 ? 0 : round(sum(known.map(({ ms }) => ms)) / known.length / 1000),
		...(pairs.length > 0 && { separation: round(sum(pairs) / pairs.length) }),
		// Fewer do not say what 2 % are.
		...(right.length >= 50 && {
			dismissFrom: right.toSorted((a, b) => a - b)[Math.ceil(right.length * 0.98) - 1] ?? 1,
		}),
	}
}
