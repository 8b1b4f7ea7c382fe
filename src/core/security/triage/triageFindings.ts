import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { messageOf } from '../../../shared/errors.ts'
import { ModelUnavailableError } from '../../model/modelState.ts'
import type { ChatModel } from '../../model/ports.ts'
import { withoutSecrets } from '../../privacy/secrets/withoutSecrets.ts'
import { isCapable, leastParameters as leastOfCapable, parametersText } from '../capableModel.ts'
import type { Finding } from '../findings/finding.ts'
import type { ParsedCode } from '../tree/codeNode.ts'
import { answerTokens } from './answer.ts'
import { type Calibration, calibrated, calibrationFor, measuredCalibrations } from './calibration.ts'
import { confidenceAfter } from './confidenceAfter.ts'
import { type Excerpt, excerptOf, excerptSizes } from './excerpt.ts'
import { type Judgement, judge, likeliest } from './judge.ts'
import { promptOf, verdictOrders } from './prompt.ts'
import type { Rubric } from './rubric.ts'
import { isUndeniable, rubricFor } from './rubricFor.ts'
import { type ShownFile, showFile } from './shownFile.ts'
import type { NoModel, NotAsked, TriagedFinding, TriageMark, TriageModel, TriageResult } from './triage.ts'

export interface TriageDeps {
	/** Undefined where none is configured. */
	readonly model: ChatModel | undefined
	/** The code that the findings were found in; undefined where it is not at hand. */
	codeOf(file: string): Promise<ParsedCode | undefined>
	/** What a person calls the language of a file. */
	languageOf(file: string): string
	/** Whether the rule says that no model may dismiss its findings. */
	isUndeniable(ruleId: string): boolean
	readonly clock: Pick<Clock, 'now'>
}

export interface TriageOptions {
	/** All findings together; the load of the model does not count. */
	readonly budgetMs?: number
	/** Told of each finding as soon as it is settled, in the order in which they are asked about. */
	onProgress?(progress: TriageProgress): void
	/** Parameters of a model that is asked: smaller ones know too little. Default: those of a capable model. */
	readonly leastParameters?: number
	readonly calibrations?: readonly Calibration[]
}

export interface TriageProgress {
	/** Of those that the model is asked about. */
	readonly done: number
	readonly total: number
	/** Of the finding in the list that was given. */
	readonly index: number
	readonly triaged: TriagedFinding
}

/** Tokens that a template puts around messages. */
const templateTokens = 64
/** A model that fails so often in a row is not asked again. */
const mostFailures = 3
const severities = ['critical', 'high', 'medium', 'low']

interface Candidate {
	readonly index: number
	readonly finding: Finding
	readonly rubric: Rubric
}

/**
 * Has a model judge findings, those with one rubric after each other. It may dismiss or doubt them, and never takes one away. Without a model
 * that can, all come back as they are, and the result says why.
 */
export async function triageFindings(
	findings: readonly Finding[],
	deps: TriageDeps,
	options: TriageOptions,
	token: CancellationToken,
): Promise<TriageResult> {
	const marks = new Map<number, TriageMark>()
	const candidates = candidatesOf(findings, deps, marks)
	const prepared = await prepare(deps.model, candidates.length, options, token)
	const begun = deps.clock.now()
	let { used } = prepared
	if (prepared.model) {
		const session = new Session(prepared.model, deps, options, begun, token)
		let failures = 0
		for (const [done, candidate] of candidates.entries()) {
			const mark: TriageMark =
				failures >= mostFailures ? { kind: 'notAsked', why: 'failed' } : await session.mark(candidate)
			if (mark.kind === 'notAsked' && mark.why === 'failed') failures++
			else failures = 0
			marks.set(candidate.index, mark)
			const triaged = triagedFinding(candidate.finding, mark)
			options.onProgress?.({ done: done + 1, total: candidates.length, index: candidate.index, triaged })
		}
		if (session.problem !== undefined && failures === candidates.length)
			used = { kind: 'none', why: 'failed', detail: session.problem }
	}
	const missing: NotAsked = prepared.used.kind === 'none' && prepared.used.why === 'cancelled' ? 'cancelled' : 'noModel'
	return {
		findings: findings.map((finding, at) =>
			triagedFinding(finding, marks.get(at) ?? { kind: 'notAsked', why: missing }),
		),
		model: used,
		ms: deps.clock.now() - begun,
	}
}

/** The worst first, but those with one rubric together: they begin with the same tokens, which are computed once. */
function candidatesOf(
	findings: readonly Finding[],
	deps: TriageDeps,
	marks: Map<number, TriageMark>,
): readonly Candidate[] {
	const candidates: Candidate[] = []
	for (const [index, finding] of findings.entries()) {
		const rubric = rubricFor(finding)
		if (isUndeniable(finding) || deps.isUndeniable(finding.ruleId))
			marks.set(index, { kind: 'notAsked', why: 'rulesDecide' })
		else if (!rubric) marks.set(index, { kind: 'notAsked', why: 'noRubric' })
		else candidates.push({ index, finding, rubric })
	}
	const rank = ({ finding }: Candidate) => severities.indexOf(finding.severity)
	const worst = new Map<Rubric, number>()
	for (const it of candidates) worst.set(it.rubric, Math.min(worst.get(it.rubric) ?? 9, rank(it)))
	const place = (rubric: Rubric) => worst.get(rubric) ?? 9
	return candidates.sort(
		(a, b) =>
			place(a.rubric) - place(b.rubric) ||
			a.rubric.name.localeCompare(b.rubric.name, 'en') ||
			rank(a) - rank(b) ||
			a.finding.file.localeCompare(b.finding.file, 'en') ||
			a.index - b.index,
	)
}

interface Prepared {
	readonly model?: ChatModel
	readonly used: TriageModel
}

/** Loads the model and looks whether it is worth asking. */
async function prepare(
	model: ChatModel | undefined,
	count: number,
	{ leastParameters = leastOfCapable }: TriageOptions,
	token: CancellationToken,
): Promise<Prepared> {
	const none = (why: NoModel): Prepared => ({ used: { kind: 'none', ...why } })
	if (count === 0) return none({ why: 'notNeeded', detail: 'There was nothing to ask a model about.' })
	if (!model) return none({ why: 'notConfigured', detail: 'No chat model is configured.' })
	try {
		const counted = await model.countTokens(['a'], token)
		if (!counted) return none({ why: 'cancelled', detail: 'It was cancelled.' })
	} catch (error) {
		if (!(error instanceof ModelUnavailableError))
			return none({ why: 'failed', detail: `The model failed: ${messageOf(error)}` })
		const { problem } = error
		return none({ why: 'failed', detail: `The model cannot be loaded: ${problem.code}.`, problem })
	}
	if (model.state.kind !== 'ready') return none({ why: 'failed', detail: 'The model is not loaded.' })
	const { name, parameters, served } = model.state.model
	if (served) {
		const detail = `${served.name} does not say how likely its answers are, which judging needs.`
		return none({ why: 'failed', detail })
	}
	if (!isCapable({ parameters }, leastParameters)) {
		const needed = `at least ${parametersText(leastParameters)} are needed`
		const detail = `${name} is too small to judge findings: it has ${parametersText(parameters)} parameters, ${needed}.`
		return none({ why: 'tooSmall', name, parameters, detail })
	}
	return { model, used: { kind: 'used', name } }
}

/** One run over findings: what is known of the files, and the time that is left. */
class Session {
	/** Why the model failed the last time. */
	problem: string | undefined
	private readonly model: ChatModel
	private readonly deps: TriageDeps
	private readonly options: TriageOptions
	private readonly token: CancellationToken
	private readonly end: number
	private readonly files = new Map<string, ShownFile | undefined>()

	constructor(model: ChatModel, deps: TriageDeps, options: TriageOptions, begun: number, token: CancellationToken) {
		this.model = model
		this.deps = deps
		this.options = options
		this.token = token
		this.end = begun + (options.budgetMs ?? Number.POSITIVE_INFINITY)
	}

	async mark({ finding, rubric }: Candidate): Promise<TriageMark> {
		const begun = this.deps.clock.now()
		if (this.token.isCancellationRequested) return { kind: 'notAsked', why: 'cancelled' }
		if (begun >= this.end) return { kind: 'notAsked', why: 'outOfTime' }
		for (const { file } of finding.path) await this.load(file)
		const language = this.deps.languageOf(finding.file)
		try {
			const excerpt = await this.fitting(finding, rubric, language)
			if (typeof excerpt === 'string') return { kind: 'notAsked', why: excerpt }
			const left = () => this.end - this.deps.clock.now()
			const judgement = await judge(
				this.model,
				{ excerpt, language, rubric, shown: shownBy(finding) },
				left,
				this.token,
			)
			if (typeof judgement === 'string') return { kind: 'notAsked', why: judgement }
			return this.markOf(judgement, finding, this.deps.clock.now() - begun)
		} catch (error) {
			this.problem = messageOf(error)
			return { kind: 'notAsked', why: 'failed' }
		}
	}

	private async load(file: string): Promise<void> {
		if (this.files.has(file)) return
		const code = await this.deps.codeOf(file)
		this.files.set(file, code && showFile(code))
	}

	/** As much of the code as the context holds. */
	private async fitting(
		finding: Finding,
		rubric: Rubric,
		language: string,
	): Promise<Excerpt | 'noCode' | 'tooLong' | 'cancelled'> {
		const state = this.model.state
		const room = state.kind === 'ready' ? state.model.contextSize - answerTokens - templateTokens : 0
		const [order = []] = verdictOrders
		for (const size of excerptSizes) {
			const excerpt = excerptOf(finding, (name) => this.files.get(name), size)
			if (!excerpt) return 'noCode'
			const texts = promptOf(excerpt, language, rubric, order).map(({ content }) => content)
			const counts = await this.model.countTokens(texts, this.token)
			if (!counts) return 'cancelled'
			if (counts.reduce((sum, count) => sum + count, 0) <= room) return excerpt
		}
		return 'tooLong'
	}

	private markOf(judgement: Judgement, finding: Finding, ms: number): TriageMark {
		const { probabilities, verdicts, answer } = judgement
		const state = this.model.state
		const name = state.kind === 'ready' ? state.model.name : ''
		const terms = calibrationFor(name, finding.cwe, this.options.calibrations ?? measuredCalibrations)
		const safe = calibrated(probabilities.safe, terms)
		const likely = likeliest(probabilities)
		const isSure = safe >= terms.dismissFrom && verdicts.length > 1 && verdicts.every((it) => it === 'safe')
		const kind = !judgement.isQuoted
			? 'void'
			: likely === 'vulnerable'
				? 'confirmed'
				: likely === 'unsure'
					? 'unsure'
					: isSure
						? 'dismissed'
						: 'doubted'
		// They go into reports and the editor's messages, where no secret may be.
		const evidence = answer.evidence.map(withoutSecrets)
		return { kind, probabilities, safe, evidence, reason: withoutSecrets(answer.reason), ms }
	}
}

function triagedFinding(finding: Finding, mark: TriageMark): TriagedFinding {
	// One that is dismissed is as sure as it was: whether that counts is for others to say.
	if (mark.kind !== 'doubted') return { finding, mark }
	return { finding: { ...finding, confidence: confidenceAfter(finding.confidence, mark) }, mark }
}

/** The lines of the path's steps: what is shown is around them. */
function shownBy({
	path,
}: Finding): readonly { readonly path: string; readonly lines: { start: number; end: number }[] }[] {
	const files = [...new Set(path.map(({ file }) => file))]
	return files.map((file) => ({
		path: file,
		lines: path
			.filter((step) => step.file === file)
			.map(({ range }) => ({ start: range.startLine, end: range.endLine + 1 })),
	}))
}
