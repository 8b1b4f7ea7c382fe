import { CancelledError } from '../../../shared/errors.ts'
import type { AnalysisOrder, AnalysisStatistics, AnalyzedFile, AnalyzerDeps, ProjectAnalyzer } from '../analyzer.ts'
import type { AnalysisGap, Finding } from '../findings/finding.ts'
import { matchesRule } from '../findings/rulePatterns.ts'
import { byPlace } from '../findings/selectFindings.ts'
import type { IrLanguage } from '../ir/ir.ts'
import { indexRules, type RuleIndex } from '../rules/ruleIndex.ts'
import { analyzeUnit } from '../taint/entries.ts'
import { createMachine } from '../taint/interpreter.ts'
import type { CodePlace } from '../taint/taint.ts'
import type { Template } from '../templates/template.ts'
import { FileLoader, type ReadFile } from './fileLoader.ts'
import { FindingCollector, LineTable, type RawFinding } from './findingCollector.ts'
import { type FinishedFile, finishFindings } from './finishFindings.ts'
import { FromHere } from './fromHere.ts'
import { KeptRecords } from './keptRecords.ts'
import { LoadedProgram } from './program.ts'
import { secretsIn } from './secretsIn.ts'

export function createProjectAnalyzer(deps: AnalyzerDeps): ProjectAnalyzer {
	const indexes = new Map<IrLanguage, RuleIndex>()
	const rules = (language: IrLanguage): RuleIndex => {
		const known = indexes.get(language)
		if (known) return known
		const files = deps.rules.ruleFiles.map((file) =>
			file.rules ? { ...file, rules: file.rules.filter((it) => !matchesRule(deps.rules.off, it.id)) } : file,
		)
		const made = indexRules(language, files)
		indexes.set(language, made)
		return made
	}
	const loader = new FileLoader(deps, rules)
	const kept = new KeptRecords()
	const fromHere = new FromHere()
	const ready: ReadyDeps = { ...deps, kept, fromHere, ruleIds: ruleIdsOf(deps.rules) }
	return {
		async analyze(order, token) {
			const statistics = { files: 0, lines: 0, findings: 0, incomplete: 0, parseMs: 0, lowerMs: 0, analyzeMs: 0 }
			const before = { parseMs: loader.parseMs, lowerMs: loader.lowerMs }
			for (const file of order.files) {
				if (token.isCancellationRequested) throw new CancelledError()
				order.onBegin?.(file)
				const analyzed = await analyzeFile(ready, loader, file, order, statistics)
				statistics.files++
				statistics.lines += analyzed.lines
				statistics.findings += analyzed.findings.length
				if (analyzed.gaps.length > 0) statistics.incomplete++
				order.onFile(analyzed)
			}
			const { parseMs, lowerMs } = loader
			return {
				...statistics,
				parseMs: parseMs - before.parseMs,
				lowerMs: lowerMs - before.lowerMs,
			} satisfies AnalysisStatistics
		},
		forget: (files) => {
			loader.forget(files)
			if (!files) kept.forget()
		},
	}
}

interface ReadyDeps extends AnalyzerDeps {
	readonly kept: KeptRecords
	readonly fromHere: FromHere
	/** Of the rules that are on. */
	readonly ruleIds: readonly string[]
}

async function analyzeFile(
	deps: ReadyDeps,
	loader: FileLoader,
	file: string,
	order: AnalysisOrder,
	statistics: { analyzeMs: number },
): Promise<AnalyzedFile> {
	const read = await loader.read(file, order.grammars?.get(file))
	if (!read.loaded) return withoutLanguage(deps, file, read)
	const { files, templates, dependsOn } = await loader.around(file)
	const begun = deps.clock.now()
	const collector = new FindingCollector()
	const program = new LoadedProgram(files)
	const others = new Map(dependsOn.map((name) => [name, files.get(name) ?? templates.get(name)]))
	const records = order.isEdited ? deps.kept.recordsFor({ loaded: read.loaded, others }) : undefined
	const machine = createMachine(program, collector, records)
	program.attach(machine)
	const unit = program.unit(file)
	const hasCrashed = unit !== undefined && !survives(() => analyzeUnit(machine, unit, records))
	if (hasCrashed) deps.kept.drop(file)
	const tables = new Map<string, LineTable>()
	const tableOf = (name: string): LineTable => {
		const known = tables.get(name)
		if (known) return known
		const made = new LineTable((files.get(name) ?? templates.get(name))?.text ?? '')
		tables.set(name, made)
		return made
	}
	const raw = deps.fromHere.of(file, collector.all(), files)
	const findings = raw.map((it) => findingOf(it, tableOf))
	const own = tableOf(file)
	findings.push(...secretsIn(file, read.loaded.text, own, (id) => matchesRule(deps.rules.off, id)))
	const gaps = [...gapsOf(read), ...collector.unfinished.map((place) => outOfBudget(place, own))]
	if (hasCrashed)
		gaps.push({ reason: 'crashed', detail: 'The analysis of the file failed; what was found until then is kept.' })
	const finished = finishFindings(findings.sort(byPlace), {
		file,
		today: deps.today ?? '',
		ruleIds: deps.ruleIds,
		isWhole: gaps.length === 0,
		fileOf: (name) => files.get(name) ?? withText(templates.get(name)),
		tableOf,
	})
	statistics.analyzeMs += deps.clock.now() - begun
	return { file, ...finished, gaps, dependsOn, lines: own.lines }
}

function withText(template: Template | undefined): FinishedFile | undefined {
	return template && { text: template.text, comments: undefined, ir: undefined }
}

/** A fault of ours in one file must not cost the findings of the others. */
function survives(run: () => void): boolean {
	try {
		run()
		return true
	} catch {
		return false
	}
}

/** A file whose data flow is not followed may hold secrets all the same. */
function withoutLanguage(deps: ReadyDeps, file: string, read: ReadFile): AnalyzedFile {
	const gaps = gapsOf(read)
	const { text } = read
	if (text === undefined) return { file, findings: [], gaps, dependsOn: [], lines: 0 }
	const table = new LineTable(text)
	const finished = finishFindings(
		secretsIn(file, text, table, (id) => matchesRule(deps.rules.off, id)),
		{
			file,
			today: deps.today ?? '',
			ruleIds: ruleIdsOf(deps.rules),
			isWhole: false,
			fileOf: () => ({ text, comments: undefined, ir: undefined }),
			tableOf: () => table,
		},
	)
	return { file, ...finished, gaps, dependsOn: [], lines: table.lines }
}

function ruleIdsOf({ ruleFiles, off }: AnalyzerDeps['rules']): readonly string[] {
	const ids = ruleFiles.flatMap(({ rules }) => rules ?? []).map(({ id }) => id)
	return off.length === 0 ? ids : ids.filter((id) => !matchesRule(off, id))
}

function findingOf(raw: RawFinding, tableOf: (file: string) => LineTable): Finding {
	const at = ({ file, start, end }: CodePlace) => ({ file, range: tableOf(file).range(start, end) })
	const { rule } = raw
	const message = rule.message
		.replaceAll('{source}', raw.sourceLabel === '' ? 'data' : raw.sourceLabel)
		.replaceAll('{sink}', rule.title)
	return {
		...at(raw.place),
		ruleId: rule.id,
		message,
		severity: rule.severity,
		confidence: raw.confidence,
		cwe: rule.cwe,
		path: raw.steps.map((step) => ({ ...at(step.place), role: step.role, label: step.label })),
		fingerprint: '',
	}
}

function outOfBudget(place: CodePlace, table: LineTable): AnalysisGap {
	return {
		reason: 'outOfBudget',
		detail:
			place.end === 0
				? 'The file leads to more of others than is followed.'
				: 'A function has more ways through it than are followed.',
		range: table.range(place.start, place.end),
	}
}

function gapsOf(read: ReadFile): readonly AnalysisGap[] {
	const gaps: AnalysisGap[] = []
	if (read.gap === 'tooLarge') gaps.push({ reason: 'tooLarge', detail: 'The file is larger than the limit.' })
	else if (read.gap === 'minified')
		gaps.push({ reason: 'minified', detail: 'The file is minified, or a program wrote it.' })
	else if (read.gap === 'binary') gaps.push({ reason: 'binary', detail: 'The file is binary.' })
	else if (read.gap === 'unreadable' || read.gap === 'missing')
		gaps.push({ reason: 'unreadable', detail: 'The file could not be read.' })
	else if (read.gap === 'timeout') gaps.push({ reason: 'outOfBudget', detail: 'Parsing the file takes too long.' })
	const { code, text } = read
	if (!code || text === undefined) return gaps
	const [error] = code.errors
	if (error) {
		const range = new LineTable(text).range(error.start, error.end)
		gaps.push({
			reason: 'syntaxErrors',
			detail: `${code.errors.length === 1 ? 'One place' : `${code.errors.length} places`} could not be parsed.`,
			range,
		})
	}
	if (code.cutAt.length > 0) gaps.push({ reason: 'tooDeep', detail: 'Code is nested deeper than is followed.' })
	return gaps
}
