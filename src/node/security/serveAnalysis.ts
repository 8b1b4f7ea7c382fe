import type {
	AnalysisStatistics,
	AnalyzedFile,
	CreateProjectAnalyzer,
	ProjectAnalyzer,
} from '../../core/security/analyzer.ts'
import { createFixProposer, type FixDeps, type FixProposer } from '../../core/security/fix/fixProposer.ts'
import type { TextOrder } from '../../core/security/securityPorts.ts'
import { grammarOfLanguage, grammarOfText } from '../../core/syntax/grammarOf.ts'
import { neverCancelled } from '../../shared/cancellation.ts'
import { GrammarLibrary } from '../syntax/grammarLibrary.ts'
import type { AnalysisMessage, AnalysisReply, AnalysisSetup, BatchExtra } from './analysisMessages.ts'
import { CodeParser } from './codeParser.ts'
import { blockingDisk } from './disk.ts'
import { DiskProject } from './diskProject.ts'
import { rulesForVersions } from './libraryVersions.ts'
import { NativeParsers } from './nativeParsers.ts'
import { readShippedRules } from './shippedRules.ts'

interface Serving {
	readonly analyzer: ProjectAnalyzer
	readonly project: DiskProject
	readonly fixes: FixProposer
	readonly parse: FixDeps['parse']
}

/**
 * Answers messages with what an analyzer finds, one after the other.
 *
 * @returns what takes a message
 */
export function serveAnalysis(
	create: CreateProjectAnalyzer,
	reply: (message: AnalysisReply) => void,
): (message: AnalysisMessage) => Promise<void> {
	let serving: Serving | undefined
	let last: Promise<void> = Promise.resolve()
	const handle = async (message: AnalysisMessage): Promise<void> => {
		if (message.kind === 'setup') {
			const natives = new NativeParsers()
			serving = await start(create, message.setup, natives)
			const withoutNative = await natives.problem()
			reply({ kind: 'ready', ...(withoutNative !== undefined && { withoutNative }) })
		} else if (!serving) throw new Error('There was no setup.')
		else if (message.kind === 'propose') {
			const fixes = await serving.fixes.propose(message.order, message.finding, neverCancelled)
			reply({ kind: 'proposed', id: message.id, fixes })
		} else if (message.kind === 'parse') {
			const code = await serving.parse(message.order)
			reply({ kind: 'parsed', id: message.id, ...(code && { code }) })
		} else if (message.kind === 'forget') {
			serving.analyzer.forget(message.files)
			serving.project.forget(message.files)
		} else {
			const before = process.cpuUsage()
			const statistics = await batch(serving, message.files, message.extra, reply)
			const { user, system } = process.cpuUsage(before)
			const processorMs = (user + system) / 1_000
			reply({ kind: 'batchDone', id: message.id, statistics, memory: process.memoryUsage.rss(), processorMs })
		}
	}
	return (message) => {
		last = last.then(() => handle(message)).catch((error: Error) => reply({ kind: 'broken', reason: error.message }))
		return last
	}
}

async function start(create: CreateProjectAnalyzer, setup: AnalysisSetup, natives: NativeParsers): Promise<Serving> {
	const project = new DiskProject(setup.root, setup.mostBytes, blockingDisk)
	const parser = new CodeParser(new GrammarLibrary(setup.grammarFolder, setup.runtime), natives)
	const shipped = setup.rulesFile === undefined ? [] : await readShippedRules(setup.rulesFile)
	const analyzer = create({
		rules: { ruleFiles: rulesForVersions([...shipped, ...setup.ownRules], setup.libraries), off: setup.off },
		files: project,
		parse: (grammar, text) => parser.parse(grammar, text),
		clock: performance,
		today: setup.today,
	})
	const rules = new Map(
		[...shipped, ...setup.ownRules].flatMap((it) => (it.rules ?? []).map((rule) => [rule.id, rule])),
	)
	const parse: FixDeps['parse'] = async ({ file, languageId, text }) => {
		const grammar = grammarOfText(file, text) ?? grammarOfLanguage(languageId)
		return grammar && parser.parse(grammar, text)
	}
	const fixes = createFixProposer({
		analyzer: { analyzeText: (order) => analyzeText(analyzer, project, order) },
		ruleOf: (id) => rules.get(id),
		// No model is near this process: what one writes is checked by the host, which asks for trees and analyses.
		model: () => undefined,
		parse,
	})
	return { analyzer, project, fixes, parse }
}

/** A text as it would be, between the others as they are. */
async function analyzeText(analyzer: ProjectAnalyzer, project: DiskProject, order: TextOrder): Promise<AnalyzedFile> {
	const { file, text, languageId, unsaved } = order
	project.overlay([...unsaved.filter((it) => it.file !== file), { file, text }])
	analyzer.forget([file])
	project.forget([file])
	const grammar = grammarOfLanguage(languageId)
	let analyzed: AnalyzedFile = { file, findings: [], gaps: [], dependsOn: [], lines: 0 }
	const grammars = new Map(grammar ? [[file, grammar] as const] : [])
	await analyzer.analyze(
		{
			files: [file],
			grammars,
			onFile: (it) => {
				analyzed = it
			},
		},
		neverCancelled,
	)
	return analyzed
}

async function batch(
	{ analyzer, project }: Serving,
	files: readonly string[],
	{ unsaved = [], grammars = [], isFleeting = false }: BatchExtra = {},
	reply: (message: AnalysisReply) => void,
): Promise<AnalysisStatistics> {
	project.overlay(unsaved)
	const done = new Set<string>()
	let total: AnalysisStatistics = {
		...{ files: 0, lines: 0, findings: 0, incomplete: 0, parseMs: 0, lowerMs: 0, analyzeMs: 0 },
	}
	for (const file of files) {
		let analyzed: AnalyzedFile | undefined
		const order = {
			files: [file],
			grammars: new Map(grammars),
			isEdited: isFleeting,
			onBegin: (begun: string) => reply({ kind: 'begin', file: begun }),
			onFile: (it: AnalyzedFile) => {
				analyzed = it
			},
		}
		try {
			total = sum(total, await analyzer.analyze(order, neverCancelled))
		} catch (error) {
			const detail = `The analysis failed (${error instanceof Error ? error.name : 'unknown'}).`
			analyzed = { file, findings: [], gaps: [{ reason: 'crashed', detail }], dependsOn: [], lines: 0 }
			// What it knows may be damaged.
			analyzer.forget()
		}
		if (!analyzed || done.has(file)) continue
		done.add(file)
		const states: string[] = []
		for (const it of isFleeting ? [] : [file, ...analyzed.dependsOn]) states.push(await project.stateOf(it))
		reply({ kind: 'file', result: { analyzed, states } })
	}
	return total
}

function sum(a: AnalysisStatistics, b: AnalysisStatistics): AnalysisStatistics {
	return {
		files: a.files + b.files,
		lines: a.lines + b.lines,
		findings: a.findings + b.findings,
		incomplete: a.incomplete + b.incomplete,
		parseMs: a.parseMs + b.parseMs,
		lowerMs: a.lowerMs + b.lowerMs,
		analyzeMs: a.analyzeMs + b.analyzeMs,
	}
}
