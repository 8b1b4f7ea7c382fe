import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { FileFindings } from '../../core/security/findings/finding.ts'
import { parseWorkspaceSettings } from '../../core/security/findings/workspaceSettings.ts'
import {
	AnalysisFailed,
	type AnalysisSwitches,
	type FilesOrder,
	type RuleProblem,
	type ScanListener,
	type SecurityAnalyzer,
	type TextOrder,
} from '../../core/security/securityPorts.ts'
import { grammarOfLanguage, grammarOfPath } from '../../core/syntax/grammarOf.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import type { AnalysisReply, AnalysisSetup } from './analysisMessages.ts'
import { type AnalysisProcess, forkAnalysis } from './analysisProcess.ts'
import { analyzeProject } from './analyzeProject.ts'
import { chooseFiles } from './chooseFiles.ts'
import { readOwnRules } from './ownRules.ts'

export interface EditorAnalyzerDeps {
	/** Absolute path of the bundled process. */
	readonly entryPath: string
	readonly grammarFolder: string
	readonly runtime: string
	readonly rulesFile: string
	/** Absolute; where results of whole folders are kept. Undefined: nowhere. */
	readonly cacheFolder: string | undefined
	readonly clock: Clock
	readonly logger: Logger
	readonly today: () => string
}

/** Milliseconds without a request after which the process is ended. */
const idleMs = 120_000
/** Milliseconds for one text. */
const patienceMs = 30_000
const mostMegabytes = 1_200
const mostJobs = 4

interface Waiting {
	readonly file: string
	readonly resolve: (found: FileFindings) => void
	readonly reject: (error: Error) => void
	found: FileFindings | undefined
	readonly timer: Disposable
}

interface Session {
	readonly key: string
	readonly process: AnalysisProcess
	readonly waiting: Map<number, Waiting>
	nextId: number
	root: string
}

/** The analysis for an editor: single texts in a process that stays, whole folders in some that end with the scan. */
export class EditorAnalyzer implements SecurityAnalyzer, Disposable {
	private readonly deps: EditorAnalyzerDeps
	private readonly rulesRead = new Emitter<readonly RuleProblem[]>()
	private session: Session | undefined
	private idle: Disposable | undefined

	readonly onDidReadRules = this.rulesRead.event

	constructor(deps: EditorAnalyzerDeps) {
		this.deps = deps
	}

	async analyzeText(order: TextOrder, token: CancellationToken): Promise<FileFindings> {
		const session = await this.open(
			order.root ?? join(dirname(this.deps.entryPath), 'no-folder'),
			order,
			order.root !== undefined,
		)
		if (token.isCancellationRequested) throw new CancelledError()
		const grammar = grammarOfPath(order.file) ?? grammarOfLanguage(order.languageId)
		const id = session.nextId++
		this.idle?.dispose()
		return new Promise((resolve, reject) => {
			const settled = (): void => {
				cancellation.dispose()
				timer.dispose()
				session.waiting.delete(id)
				if (session.waiting.size === 0) this.rest()
			}
			const timer = this.deps.clock.after(patienceMs, () => {
				settled()
				this.close(session)
				reject(new AnalysisFailed('crashed', 'it takes too long'))
			})
			const cancellation = token.onCancellationRequested(() => {
				settled()
				reject(new CancelledError())
			})
			session.waiting.set(id, {
				file: order.file,
				found: undefined,
				timer,
				resolve: (found) => {
					settled()
					resolve(found)
				},
				reject: (error) => {
					settled()
					reject(error)
				},
			})
			const unsaved = [...order.unsaved.filter((it) => it.file !== order.file), { file: order.file, text: order.text }]
			session.process.send({ kind: 'forget', files: unsaved.map((it) => it.file) })
			session.process.send({
				kind: 'batch',
				id,
				files: [order.file],
				extra: { unsaved, grammars: grammar === undefined ? [] : [[order.file, grammar]] },
			})
		})
	}

	async analyzeFiles(order: FilesOrder, listener: ScanListener, token: CancellationToken): Promise<void> {
		const { deps } = this
		const setup = await this.setupOf(order.root, order, true)
		const chosen = await chooseFiles({
			root: order.root,
			paths: order.paths ?? [],
			exclude: order.exclude.map((glob) => ({ glob })),
			isCancelled: () => token.isCancellationRequested,
		})
		const files = chosen.files.filter((file) => !order.done.has(file))
		listener.total(files.length)
		const jobs = Math.max(1, Math.min(mostJobs, cpus().length - 1))
		await analyzeProject(
			{
				files,
				extra: { unsaved: order.unsaved },
				entryPath: deps.entryPath,
				pool: {
					jobs,
					setup,
					start: forkAnalysis(deps.entryPath, mostMegabytes),
					onCrash: (detail) => deps.logger.log('warn', 'security.process', { detail }),
				},
				...(deps.cacheFolder !== undefined && order.unsaved.length === 0
					? { cacheFile: join(deps.cacheFolder, 'analysis.gz') }
					: {}),
			},
			{ analyzed: (file) => listener.analyzed(file) },
			token,
		)
	}

	filesChanged(paths: readonly string[]): void {
		const { session } = this
		if (!session) return
		if (paths.some((path) => /[\\/]\.alcove[\\/]/.test(path))) {
			// Rules and settings are read when a process starts.
			this.close(session)
			return
		}
		const files = paths
			.map((path) => relative(session.root, path).replaceAll('\\', '/'))
			.filter((file) => !file.startsWith('..'))
		if (files.length > 0) session.process.send({ kind: 'forget', files })
	}

	dispose(): void {
		this.idle?.dispose()
		if (this.session) this.close(this.session)
		this.rulesRead.dispose()
	}

	private rest(): void {
		this.idle?.dispose()
		this.idle = this.deps.clock.after(idleMs, () => this.session && this.close(this.session))
	}

	/** A process for this folder and these switches; another one ends. */
	private async open(root: string, switches: AnalysisSwitches, hasRoot: boolean): Promise<Session> {
		const key = JSON.stringify([root, switches.rulesOff, switches.isTrusted, switches.mostBytes])
		if (this.session?.key === key) return this.session
		const setup = await this.setupOf(root, switches, hasRoot)
		if (this.session?.key === key) return this.session
		if (this.session) this.close(this.session)
		const waiting = new Map<number, Waiting>()
		const process = forkAnalysis(
			this.deps.entryPath,
			mostMegabytes,
		)({
			reply: (message) => this.receive(session, message),
			ended: ({ isOutOfMemory, detail }) => {
				this.deps.logger.log('warn', 'security.process', { detail, isOutOfMemory })
				this.close(session, new AnalysisFailed(isOutOfMemory ? 'outOfMemory' : 'crashed', detail))
			},
		})
		const session: Session = { key, process, waiting, nextId: 1, root }
		this.session = session
		process.send({ kind: 'setup', setup })
		return session
	}

	private receive(session: Session, message: AnalysisReply): void {
		if (message.kind === 'file') {
			const { file } = message.result.analyzed
			// Orders are answered in their order.
			for (const it of session.waiting.values()) {
				if (it.file !== file || it.found) continue
				it.found = message.result.analyzed
				break
			}
		} else if (message.kind === 'batchDone') {
			const it = session.waiting.get(message.id)
			if (it?.found) it.resolve(it.found)
			else it?.reject(new AnalysisFailed('crashed', 'there is no result'))
		} else if (message.kind === 'broken') {
			this.close(session, new AnalysisFailed('notStarted', message.reason))
		}
	}

	private close(session: Session, error: Error = new AnalysisFailed('crashed', 'it was ended')): void {
		if (this.session === session) this.session = undefined
		session.process.kill()
		for (const it of [...session.waiting.values()]) it.reject(error)
	}

	private async setupOf(
		root: string,
		{ rulesOff, isTrusted, mostBytes }: AnalysisSwitches,
		hasRoot: boolean,
	): Promise<AnalysisSetup> {
		const { grammarFolder, runtime, rulesFile, today } = this.deps
		const reads = isTrusted && hasRoot
		const { ruleFiles, problems } = reads
			? await readOwnRules([join(root, '.alcove', 'rules')], [])
			: { ruleFiles: [], problems: [] }
		if (reads) this.rulesRead.fire(problems)
		const off = [...rulesOff, ...(reads ? await this.ignoredRules(root) : [])]
		return { root, grammarFolder, runtime, rulesFile, ownRules: ruleFiles, off, mostBytes, today: today() }
	}

	private async ignoredRules(root: string): Promise<readonly string[]> {
		const text = await readFile(join(root, '.alcove', 'security.json'), 'utf8').catch(() => undefined)
		const settings = text === undefined ? undefined : parseWorkspaceSettings(text)
		if (!settings) return []
		if ('problem' in settings) {
			this.rulesRead.fire([
				{ file: join(root, '.alcove', 'security.json'), line: 0, character: 0, reason: settings.problem },
			])
			return []
		}
		return settings.ignoredRules.map(({ rule }) => rule)
	}
}
