import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AnalyzedFile } from '../../core/security/analyzer.ts'
import { baselineOf, renderBaseline } from '../../core/security/findings/baseline.ts'
import { languageOf, rulePage } from '../../core/security/findings/rulePage.ts'
import type { SecurityReport } from '../../core/security/report/securityReport.ts'
import { AnalysisFailed } from '../../core/security/securityPorts.ts'
import { forkAnalysis } from '../../node/security/analysisProcess.ts'
import { analyzeProject } from '../../node/security/analyzeProject.ts'
import { chooseFiles, isAnalyzable } from '../../node/security/chooseFiles.ts'
import { changedSince } from '../../node/security/gitChanges.ts'
import { readLibraryVersions } from '../../node/security/libraryVersions.ts'
import { CancellationSource } from '../../shared/cancellation.ts'
import { CancelledError, messageOf } from '../../shared/errors.ts'
import { alcoveVersion } from '../alcoveVersion.ts'
import { CliError } from '../cliError.ts'
import type { CliIo } from '../cliIo.ts'
import { type AnalyzeOptions, parseAnalyzeOptions } from './analyzeOptions.ts'
import { type AnalyzeSetup, cacheFileOf, readSetup } from './analyzeSetup.ts'
import { judgeFindings } from './judgeFindings.ts'
import { ProgressLine } from './progressLine.ts'
import { rendered } from './renderReport.ts'
import { type FoundFiles, reportOf, withExitCode } from './reportOf.ts'

/** Megabytes of heap for each process: with two of them a million lines fit into 1.5 GB. */
const mostMegabytes = 700

/** @returns the exit code. @throws CliError; CancelledError where the person has had enough */
export async function analyze(args: readonly string[], io: CliIo): Promise<number> {
	const options = parseAnalyzeOptions(args)
	const modelPath = options.triage?.modelPath
	// Before minutes of work.
	if (modelPath !== undefined && !existsSync(modelPath)) throw new CliError(2, `there is no model ${modelPath}`)
	const setup = await readSetup(options, join(io.extensionRoot, 'dist', 'rules.json'))
	if (options.lists) return listRules(setup, options, io)
	if (options.explains !== undefined) return explainRule(setup, options.explains, io)
	const startTime = new Date()
	const found = await analyzedFiles(setup, options, io, startTime)
	const analyzed = reportOf(found, setup, options, { startTime, version: alcoveVersion(io.extensionRoot) })
	if (options.writesBaseline) return writeBaseline(analyzed, setup, io)
	const judged = options.triage ? await judgeFindings(analyzed, setup, options, io) : analyzed
	const report = withExitCode(judged, options)
	const text = rendered(report, options.format, io.terminal?.out === true && options.output === undefined)
	if (options.output === undefined) io.print(text)
	else writeText(options.output, text)
	return report.exitCode
}

async function analyzedFiles(
	setup: AnalyzeSetup,
	options: AnalyzeOptions,
	io: CliIo,
	start: Date,
): Promise<FoundFiles> {
	const cancellation = new CancellationSource()
	const cancel = () => cancellation.cancel()
	if (io.signal.aborted) cancel()
	io.signal.addEventListener('abort', cancel, { once: true })
	const progress = new ProgressLine(io, options.isQuiet)
	const analyzed: AnalyzedFile[] = []
	let failure: string | undefined
	try {
		progress.show('Listing files …')
		const files = await filesOf(setup, options, () => io.signal.aborted)
		if (io.signal.aborted) throw new CancelledError()
		for (const file of files.filter((path) => !isAnalyzable(path))) analyzed.push(withoutLanguage(file))
		const entryPath = join(io.extensionRoot, 'dist', 'code', 'analysisWorker.cjs')
		const pool = {
			jobs: options.jobs,
			start: forkAnalysis(entryPath, mostMegabytes),
			setup: {
				root: setup.root,
				grammarFolder: join(io.extensionRoot, 'grammars'),
				runtime: join(io.extensionRoot, 'dist', 'code', 'web-tree-sitter.wasm'),
				rulesFile: join(io.extensionRoot, 'dist', 'rules.json'),
				...{ ownRules: setup.ownRules, off: setup.off, mostBytes: options.mostBytes },
				libraries: await readLibraryVersions(setup.root),
				today: start.toISOString().slice(0, 10),
			},
		}
		const order = {
			files: files.filter(isAnalyzable),
			isWhole: options.paths.length === 0 && options.changedSince === undefined && options.exclude.length === 0,
			entryPath,
			pool,
			...(options.keeps && { cacheFile: cacheFileOf(setup.root) }),
		}
		const listener = {
			analyzed: (file: AnalyzedFile) => {
				analyzed.push(file)
				progress.show(`${analyzed.length} of ${files.length} files analyzed: ${file.file}`)
			},
		}
		await analyzeProject(order, listener, cancellation.token)
	} catch (error) {
		if (!(error instanceof AnalysisFailed)) throw error
		failure = error.message
	} finally {
		progress.clear()
		io.signal.removeEventListener('abort', cancel)
		cancellation.dispose()
	}
	if (failure !== undefined) io.complain(`alcove: the analysis failed: ${failure}\n`)
	return { analyzed, failure }
}

async function filesOf(
	setup: AnalyzeSetup,
	options: AnalyzeOptions,
	isCancelled: () => boolean,
): Promise<readonly string[]> {
	const exclude = [...options.exclude, ...setup.settings.exclude].map((glob) => ({ glob }))
	const { files, missing } = await chooseFiles({ root: setup.root, paths: options.paths, exclude, isCancelled })
	if (missing[0] !== undefined) throw new CliError(2, `there is no file or folder ${missing[0]}`)
	if (options.changedSince === undefined) return files
	const changed = await changedSince(setup.root, options.changedSince).catch((error: Error) => {
		throw new CliError(2, messageOf(error), { cause: error })
	})
	// No paths would mean all of them.
	if (changed.length === 0) return []
	const among = await chooseFiles({ root: setup.root, paths: changed, exclude: [] })
	const names = new Set(among.files)
	return files.filter((file) => names.has(file))
}

function withoutLanguage(file: string): AnalyzedFile {
	const detail = 'Nothing is known of this kind of file.'
	return { file, findings: [], gaps: [{ reason: 'noLanguage', detail }], dependsOn: [], lines: 0 }
}

function writeBaseline(report: SecurityReport, setup: AnalyzeSetup, io: CliIo): number {
	if (!report.isWhole) return 3
	// What a comment ignores needs no entry.
	const findings = report.findings
		.filter(({ suppression }) => suppression?.by !== 'comment')
		.map(({ finding }) => finding)
	const analyzed = baselineOf(findings, setup.baseline)
	const known = new Set([...analyzed.findings, ...report.gone].map(({ fingerprint }) => fingerprint))
	// Files that were not looked at this time keep what is known of them.
	const others = (setup.baseline?.findings ?? []).filter(({ fingerprint }) => !known.has(fingerprint))
	writeText(setup.baselineFile, renderBaseline({ findings: [...analyzed.findings, ...others] }))
	io.complain(`${setup.baselineFile}: ${analyzed.findings.length + others.length} findings are known from now on\n`)
	return 0
}

function listRules({ rules }: AnalyzeSetup, { format }: AnalyzeOptions, io: CliIo): number {
	const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1))
	if (format === 'json') {
		const listed = sorted.map(({ id, title, severity, confidence, cwe, owasp }) => ({
			id,
			title,
			severity,
			confidence,
			cwe,
			owasp,
		}))
		io.print(`${JSON.stringify(listed, undefined, '\t')}\n`)
		return 0
	}
	const width = Math.max(0, ...sorted.map(({ id }) => id.length))
	for (const { id, severity, title, cwe } of sorted) {
		io.print(
			`${id.padEnd(width)}  ${severity.padEnd(8)}  ${title} (${cwe.map((number) => `CWE-${number}`).join(', ')})\n`,
		)
	}
	return 0
}

function explainRule({ rules, ownRules }: AnalyzeSetup, id: string, io: CliIo): number {
	const rule = rules.find((it) => it.id === id)
	if (!rule) throw new CliError(2, `there is no rule ${id}; see alcove analyze --list-rules`)
	const isOwn = ownRules.some((file) => file.rules?.includes(rule))
	io.print(rulePage(rule, isOwn ? undefined : languageOf(id)))
	return 0
}

function writeText(file: string, text: string): void {
	try {
		mkdirSync(dirname(file), { recursive: true })
		writeFileSync(file, text)
	} catch (error) {
		throw new CliError(3, `${file} cannot be written (${messageOf(error)})`, { cause: error })
	}
}
