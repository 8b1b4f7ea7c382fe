import { readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { ChatModel } from '../../core/model/ports.ts'
import type { FileFindings, Finding } from '../../core/security/findings/finding.ts'
import {
	noWorkspaceSettings,
	parseWorkspaceSettings,
	type WorkspaceSettings,
} from '../../core/security/findings/workspaceSettings.ts'
import { createFixProposer, mayWrite } from '../../core/security/fix/fixProposer.ts'
import type { DeclaredVersion } from '../../core/security/libraries/declaredVersions.ts'
import type { SecurityRule } from '../../core/security/rules/ruleTypes.ts'
import type {
	AnalysisSwitches,
	FilesOrder,
	FixOrigin,
	ProposedFix,
	RuleProblem,
	RulesRead,
	ScanListener,
	SecurityAnalyzer,
	TextOrder,
} from '../../core/security/securityPorts.ts'
import type { ParsedCode } from '../../core/security/tree/codeNode.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import type { AnalysisSetup } from './analysisMessages.ts'
import type { ProcessListener, StartAnalysisProcess } from './analysisProcess.ts'
import { analyzeProject } from './analyzeProject.ts'
import { chooseFiles } from './chooseFiles.ts'
import { isManifest, readLibraryVersions } from './libraryVersions.ts'
import { type OwnRules, readOwnRules } from './ownRules.ts'
import { ResidentAnalysis } from './residentAnalysis.ts'
import { readShippedRules } from './shippedRules.ts'

/** Paths are absolute. */
export interface ProcessAnalyzerDeps {
	/** Of the bundled process. */
	readonly entryPath: string
	readonly grammarFolder: string
	readonly runtime: string
	/** `dist/rules.json`. */
	readonly rulesFile: string
	readonly start: StartAnalysisProcess
	/** Writes fixes. Absent: none does. */
	readonly model?: ChatModel
	/** Processes of a scan. */
	readonly jobs: number
	/** Where the results of a folder are kept; undefined: nowhere. */
	cacheFileOf(root: string): string | undefined
	/** `2026-12-31`. */
	today(): string
	readonly logger: Logger
}

interface Workspace {
	readonly own: OwnRules
	readonly settings: WorkspaceSettings
	readonly libraries: readonly DeclaredVersion[]
}

/** Processes that stay: one for each folder of the workspace that is worked in. */
const mostResidents = 2

const nothing: Workspace = { own: { ruleFiles: [], problems: [] }, settings: noWorkspaceSettings, libraries: [] }

/** The analysis for editors: open texts in a process that stays, folders in several that end with the scan. */
export class ProcessAnalyzer implements SecurityAnalyzer, Disposable {
	private readonly deps: ProcessAnalyzerDeps
	/** By root, the one that was used last at the end. */
	private readonly residents = new Map<string, ResidentAnalysis>()
	/** Files whose texts counted in place of what is on disk, by root. */
	private readonly overlaid = new Map<string, readonly string[]>()
	private readonly rulesRead = new Emitter<RulesRead>()
	/** What folders say, by root and whether they are trusted, until something changes there. */
	private readonly workspaces = new Map<string, Promise<Workspace>>()
	private hasSaidWhy = false
	private shippedRules: Promise<readonly SecurityRule[]> | undefined

	readonly onDidReadRules = this.rulesRead.event

	constructor(deps: ProcessAnalyzerDeps) {
		this.deps = { ...deps, start: (listener) => deps.start(this.watched(listener)) }
	}

	async analyzeText(order: TextOrder, token: CancellationToken): Promise<FileFindings> {
		const { root, file, text, languageId, unsaved } = order
		const workspace = await this.workspaceOf(root, order.isTrusted)
		if (token.isCancellationRequested) throw new CancelledError()
		const key = root ?? ''
		const resident = this.residentOf(key)
		const grammar = grammarOfLanguage(languageId)
		const extra = {
			unsaved: [...unsaved.filter((it) => it.file !== file), { file, text }],
			...(grammar && { grammars: [[file, grammar]] as const }),
		}
		// What is remembered is what was on disk, or an earlier text.
		const names = extra.unsaved.map((it) => it.file)
		resident.forget([...names, ...(this.overlaid.get(key) ?? [])])
		this.overlaid.set(key, names)
		return resident.analyze(this.setupOf(root, order, workspace), file, extra, token)
	}

	async analyzeFiles(order: FilesOrder, listener: ScanListener, token: CancellationToken): Promise<void> {
		const { root } = order
		const workspace = await this.workspaceOf(root, order.isTrusted)
		const exclude = [...order.exclude, ...workspace.settings.exclude].map((glob) => ({ glob }))
		const isCancelled = () => token.isCancellationRequested
		const { files } = await chooseFiles({ root, paths: order.paths ?? [], exclude, isCancelled })
		if (isCancelled()) throw new CancelledError()
		const left = files.filter((file) => !order.done.has(file))
		listener.total(left.length)
		const cacheFile = this.deps.cacheFileOf(root)
		const { entryPath, start, jobs, logger } = this.deps
		const pool = {
			...{ jobs, start, setup: this.setupOf(root, order, workspace) },
			onCrash: (detail: string) => logger.log('warn', 'security.processEnded', { detail }),
		}
		await analyzeProject(
			{
				files: left,
				isWhole: order.paths === undefined && order.done.size === 0,
				extra: { unsaved: order.unsaved },
				entryPath,
				pool,
				...(cacheFile !== undefined && { cacheFile }),
			},
			{
				analyzed: (analyzed) => listener.analyzed(analyzed),
				notKept: (error) => logger.log('warn', 'security.resultsNotKept', { error: error.name }),
			},
			token,
		)
	}

	async fixOrigins({ ruleId }: Finding): Promise<readonly FixOrigin[]> {
		const hasRewrite = (await this.shipped()).some((rule) => rule.id === ruleId && rule.rewrites !== undefined)
		return [...(hasRewrite ? (['rule'] as const) : []), ...(mayWrite(this.deps.model) ? (['model'] as const) : [])]
	}

	async proposeFixes(
		order: TextOrder,
		finding: Finding,
		origin: FixOrigin,
		token: CancellationToken,
	): Promise<readonly ProposedFix[]> {
		const { root } = order
		const workspace = await this.workspaceOf(root, order.isTrusted)
		if (origin === 'model') return this.written(order, finding, workspace, token)
		const resident = this.residentOf(root ?? '')
		// It leaves a text behind that is not this one.
		this.overlaid.set(root ?? '', [...new Set([...(this.overlaid.get(root ?? '') ?? []), order.file])])
		return resident.propose(this.setupOf(root, order, workspace), order, finding, token)
	}

	async parseText(order: TextOrder, token: CancellationToken): Promise<ParsedCode | undefined> {
		const workspace = await this.workspaceOf(order.root, order.isTrusted)
		return this.residentOf(order.root ?? '').parse(this.setupOf(order.root, order, workspace), order, token)
	}

	async undeniableRules(root: string | undefined, isTrusted: boolean): Promise<ReadonlySet<string>> {
		const rules = await this.rulesOf(await this.workspaceOf(root, isTrusted))
		return new Set(rules.filter((rule) => rule.isUndeniable).map(({ id }) => id))
	}

	filesChanged(paths: readonly string[]): void {
		const marker = `${sep}.alcove${sep}`
		for (const key of [...this.workspaces.keys()]) {
			const root = key.slice(key.indexOf(' ') + 1)
			const isRead = (path: string) =>
				path.startsWith(root) &&
				(`${path}${sep}`.includes(marker) || (dirname(path) === root && isManifest(basename(path))))
			if (paths.some(isRead)) this.workspaces.delete(key)
		}
		for (const [root, resident] of this.residents) {
			if (root !== '') resident.forget(paths.map((path) => relative(root, path).replaceAll('\\', '/')))
		}
	}

	dispose(): void {
		for (const resident of this.residents.values()) resident.dispose()
		this.rulesRead.dispose()
	}

	/** Says once why files are parsed more slowly than they could be. */
	private watched(listener: ProcessListener): ProcessListener {
		return {
			ended: (end) => listener.ended(end),
			reply: (message) => {
				if (message.kind === 'ready' && message.withoutNative !== undefined && !this.hasSaidWhy) {
					this.hasSaidWhy = true
					this.deps.logger.log('debug', 'security.noNativeParser', { reason: message.withoutNative })
				}
				listener.reply(message)
			},
		}
	}

	/** What the model writes, where the analysis is content with it. */
	private async written(order: TextOrder, finding: Finding, workspace: Workspace, token: CancellationToken) {
		const rules = await this.rulesOf(workspace)
		const proposer = createFixProposer({
			analyzer: this,
			parse: (changed) => this.parseText({ ...order, ...changed }, token),
			ruleOf: (id) => {
				const rule = rules.find((it) => it.id === id)
				return rule && { fix: rule.fix }
			},
			model: () => this.deps.model,
		})
		return proposer.propose(order, finding, token)
	}

	private async rulesOf({ own }: Workspace): Promise<readonly SecurityRule[]> {
		return [...(await this.shipped()), ...own.ruleFiles.flatMap(({ rules }) => rules ?? [])]
	}

	private residentOf(key: string): ResidentAnalysis {
		const resident = this.residents.get(key) ?? new ResidentAnalysis(this.deps.start)
		this.residents.delete(key)
		this.residents.set(key, resident)
		for (const [oldest, it] of this.residents) {
			if (this.residents.size <= mostResidents) break
			it.dispose()
			this.residents.delete(oldest)
			this.overlaid.delete(oldest)
		}
		return resident
	}

	private setupOf(
		root: string | undefined,
		order: AnalysisSwitches,
		{ own, settings, libraries }: Workspace,
	): AnalysisSetup {
		const { grammarFolder, runtime, rulesFile } = this.deps
		return {
			...{ root, grammarFolder, runtime, rulesFile, ownRules: own.ruleFiles, mostBytes: order.mostBytes },
			off: [...order.rulesOff, ...settings.ignoredRules.map(({ rule }) => rule)],
			libraries,
			today: this.deps.today(),
		}
	}

	private workspaceOf(root: string | undefined, isTrusted: boolean): Promise<Workspace> {
		if (root === undefined) return Promise.resolve(nothing)
		const key = `${isTrusted ? 'trusted' : 'restricted'} ${root}`
		const known = this.workspaces.get(key)
		if (known) return known
		const reading = isTrusted ? this.readWorkspace(root) : this.readRestricted(root)
		this.workspaces.set(key, reading)
		return reading
	}

	/** The product's rules; none where they cannot be read, which the process says. */
	private shipped(): Promise<readonly SecurityRule[]> {
		this.shippedRules ??= readShippedRules(this.deps.rulesFile).then(
			(files) => files.flatMap(({ rules }) => rules ?? []),
			() => [],
		)
		return this.shippedRules
	}

	private async readWorkspace(root: string): Promise<Workspace> {
		const ids = (await this.shipped()).map(({ id }) => id)
		const own = await readOwnRules([join(root, '.alcove', 'rules')], ids)
		const file = join(root, '.alcove', 'security.json')
		const text = await readFile(file, 'utf8').catch(() => undefined)
		const read = text === undefined ? noWorkspaceSettings : parseWorkspaceSettings(text)
		const problems: RuleProblem[] = [...own.problems]
		const isWrong = 'problem' in read
		if (isWrong) problems.push({ file, line: 0, character: 0, reason: `It cannot be used: ${read.problem}.` })
		this.rulesRead.fire({ root, problems })
		const libraries = await readLibraryVersions(root)
		return { own, settings: isWrong ? noWorkspaceSettings : read, libraries }
	}

	/** Rules and switches of a folder that is not trusted do not count. */
	private async readRestricted(root: string): Promise<Workspace> {
		return { ...nothing, libraries: await readLibraryVersions(root) }
	}
}
