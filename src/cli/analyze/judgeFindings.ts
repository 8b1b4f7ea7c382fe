import { join } from 'node:path'
import type { Finding } from '../../core/security/findings/finding.ts'
import type { SecurityReport } from '../../core/security/report/securityReport.ts'
import { triageSummary } from '../../core/security/report/triageText.ts'
import type { ParsedCode } from '../../core/security/tree/codeNode.ts'
import type { TriageMark, TriageModel, TriageResult } from '../../core/security/triage/triage.ts'
import { type TriageProgress, triageFindings } from '../../core/security/triage/triageFindings.ts'
import { grammarOfPath, grammarOfText } from '../../core/syntax/grammarOf.ts'
import { EmbeddedEngine } from '../../node/engine/embeddedEngine.ts'
import { starterModelFiles } from '../../node/modelFiles.ts'
import { CodeParser } from '../../node/security/codeParser.ts'
import { DiskProject } from '../../node/security/diskProject.ts'
import { GrammarLibrary } from '../../node/syntax/grammarLibrary.ts'
import { systemClock } from '../../node/systemClock.ts'
import { CancellationSource } from '../../shared/cancellation.ts'
import { silentLogger } from '../../shared/logger.ts'
import type { CliIo } from '../cliIo.ts'
import type { AnalyzeOptions } from './analyzeOptions.ts'
import type { AnalyzeSetup } from './analyzeSetup.ts'
import { ProgressLine } from './progressLine.ts'

/** Tokens: a question takes up to some 4,000. A model that was trained for less gets less. */
const contextSize = 8_192

/**
 * The report with what a model in an engine process of its own says of the findings that count. An interruption ends the judging only: what was said
 * until then is in the report.
 */
export async function judgeFindings(
	report: SecurityReport,
	setup: AnalyzeSetup,
	options: AnalyzeOptions,
	io: CliIo,
): Promise<SecurityReport> {
	const asked = report.findings.flatMap(({ isKnown, suppression }, at) => (isKnown || suppression ? [] : [at]))
	const result = await judged(
		asked.flatMap((at) => report.findings[at]?.finding ?? []),
		setup,
		options,
		io,
	)
	const triage = { model: result.model, ms: result.ms, hides: options.triage?.hides === true }
	const findings = report.findings.map((reported, at) => {
		const triaged = result.findings[asked.indexOf(at)]
		if (!triaged) return reported
		const { finding, mark } = triaged
		const suppression =
			triage.hides && mark.kind === 'dismissed' ? ({ by: 'model', reason: mark.reason } as const) : undefined
		return { ...reported, finding, mark, suppression }
	})
	const marks: TriageMark[] = result.findings.map(({ mark }) => mark)
	// Whoever reads the report by program is not told there.
	if (result.model.kind === 'none' && result.model.why !== 'notNeeded')
		io.complain(`alcove: ${triageSummary(triage, marks)}${advice(result.model)}\n`)
	return { ...report, findings, triage, endTime: new Date().toISOString() }
}

async function judged(
	findings: readonly Finding[],
	setup: AnalyzeSetup,
	{ triage, isQuiet, mostBytes }: AnalyzeOptions,
	io: CliIo,
): Promise<TriageResult> {
	const cancellation = new CancellationSource()
	const cancel = () => cancellation.cancel()
	if (io.signal.aborted) cancel()
	io.signal.addEventListener('abort', cancel, { once: true })
	const progress = new ProgressLine(io, isQuiet)
	const engine = new EmbeddedEngine({
		options: { gpu: 'auto', maxLoadedModels: 1, idleUnloadMs: 0, saveStates: false },
		entryPath: join(io.extensionRoot, 'dist', 'engine', 'main.cjs'),
		clock: systemClock,
		logger: silentLogger,
	})
	const parser = new CodeParser(
		new GrammarLibrary(
			join(io.extensionRoot, 'grammars'),
			join(io.extensionRoot, 'dist', 'code', 'web-tree-sitter.wasm'),
		),
	)
	const project = new DiskProject(setup.root, mostBytes)
	const path = triage?.modelPath ?? starterModelFiles(io.extensionRoot).path
	const undeniable = new Set(setup.rules.filter((rule) => rule.isUndeniable).map(({ id }) => id))
	const deps = {
		model: engine.chat({ origin: triage?.modelPath === undefined ? 'starter' : 'user', path, contextSize }),
		codeOf: (file: string) => codeIn(parser, project, file),
		languageOf: (file: string) => grammarOfPath(file) ?? 'unknown',
		isUndeniable: (ruleId: string) => undeniable.has(ruleId),
		clock: systemClock,
	}
	const wanted = {
		...(triage && { budgetMs: triage.budgetSeconds * 1_000 }),
		...(triage?.takesAnyModel && { leastParameters: 0 }),
		onProgress: ({ done, total, triaged }: TriageProgress) =>
			progress.show(`${done} of ${total} findings judged: ${triaged.finding.file}`),
	}
	try {
		progress.show('Loading the model …')
		return await triageFindings(findings, deps, wanted, cancellation.token)
	} finally {
		progress.clear()
		io.signal.removeEventListener('abort', cancel)
		cancellation.dispose()
		engine.dispose()
		parser.dispose()
	}
}

/** The file as it is now; undefined where it is gone or has no grammar. */
async function codeIn(parser: CodeParser, project: DiskProject, file: string): Promise<ParsedCode | undefined> {
	const read = grammarOfPath(file) && (await project.read(file))
	const grammar = read && 'text' in read ? grammarOfText(file, read.text) : undefined
	return grammar && read && 'text' in read ? parser.parse(grammar, read.text) : undefined
}

function advice(model: TriageModel): string {
	return model.kind === 'none' && model.why === 'tooSmall' ? ' Name another one with --triage-model.' : ''
}
