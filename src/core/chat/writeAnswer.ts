import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import { CancelledError, messageOf } from '../../shared/errors.ts'
import { type ModelProblem, ModelUnavailableError } from '../model/modelState.ts'
import type { ChatAnswer, ChatModel, ShownFile } from '../model/ports.ts'
import { shownName } from '../model/shownName.ts'
import { AnswerFilter } from './answerFilter.ts'
import { buildPrompt, type ReceiptWords } from './buildPrompt.ts'
import type { AttachmentReader, QuestionReader } from './chatPorts.ts'
import type { AnswerFigures, AnswerNode, AnswerReceipt, ConversationNode, QuestionNode } from './conversation.ts'
import { isGoingInCircles } from './isGoingInCircles.ts'

/** Why an answer ended as it did, where it did not end by itself. Texts are made of it in the editor layer. */
export type EndReason =
	| { readonly code: 'maxTokens'; readonly tokens: number }
	| { readonly code: 'contextFull' | 'circles' | 'empty' | 'engineEnded' | 'modelChanged' | 'editorEnded' }
	| { readonly code: 'model'; readonly problem: ModelProblem }
	| { readonly code: 'error'; readonly detail: string }

export interface AnswerOrder {
	readonly question: QuestionNode
	/** From the root, without the question. */
	readonly history: readonly ConversationNode[]
	readonly maxAnswerTokens: number
	readonly temperature: number
}

export interface AnswerOutput {
	text(more: string): void
	progress(what: string): void
	/** What the model is shown, before it says anything. */
	prompt(facts: Pick<AnswerNode, 'prompt' | 'receipt' | 'model'>): void
}

export interface AnswerEnd {
	readonly state: Exclude<AnswerNode['state'], 'writing'>
	readonly reason?: EndReason
	readonly receipt?: AnswerReceipt
	readonly figures?: AnswerFigures
}

export interface WriterDeps {
	readonly model: ChatModel
	readonly questions: QuestionReader
	readonly attachments: AttachmentReader
	readonly clock: Clock
	readonly words: ReceiptWords
}

/** Of a model that does not say; only until it is loaded. */
const usualContext = 4_096
/** Characters after which the text is looked at again. */
const circleStep = 400

/** Has an answer written. Never rejects: what went wrong is how it ended. */
export async function writeAnswer(
	order: AnswerOrder,
	deps: WriterDeps,
	out: AnswerOutput,
	token: CancellationToken,
): Promise<AnswerEnd> {
	let isAnyText = false
	const noted: AnswerOutput = {
		...out,
		text: (more) => {
			isAnyText ||= more !== ''
			out.text(more)
		},
	}
	try {
		return await write(order, deps, noted, token)
	} catch (error) {
		// Also where a person did not let it go.
		if (token.isCancellationRequested || error instanceof CancelledError) return { state: 'stopped' }
		if (!(error instanceof ModelUnavailableError)) {
			return { state: isAnyText ? 'interrupted' : 'failed', reason: { code: 'error', detail: messageOf(error) } }
		}
		if (isAnyText) return { state: 'interrupted', reason: { code: 'engineEnded' } }
		return { state: 'failed', reason: { code: 'model', problem: error.problem } }
	}
}

async function write(
	order: AnswerOrder,
	{ model, questions, attachments, clock, words }: WriterDeps,
	out: AnswerOutput,
	token: CancellationToken,
): Promise<AnswerEnd> {
	const begun = clock.now()
	const { question, history, maxAnswerTokens, temperature } = order
	const understood = await questions.understand(question.text, question.attachments, token)
	if (understood.task) return runTask(understood.task, out, token)
	const pieces = await attachments.read(understood.attachments, understood.query, (what) => out.progress(what), token)
	// Loads the model, whose context decides how much it can be shown.
	const counted = await model.countTokens([''], token)
	if (!counted || token.isCancellationRequested) return { state: 'stopped' }
	const loaded = model.state.kind === 'ready' ? model.state.model : undefined
	const { instruction } = understood
	const contextSize = loaded?.contextSize ?? usualContext
	const prompt = await buildPrompt(
		{ history, instruction, pieces, contextSize, maxAnswerTokens, hasTemplate: loaded?.chatTemplate ?? false, words },
		model,
		token,
	)
	if (!prompt) return { state: 'stopped' }
	out.prompt({ prompt: prompt.question, receipt: prompt.receipt, ...(loaded && { model: shownName(loaded) }) })
	const guard = new AnswerGuard(token, out, clock)
	const { messages, maxTokens } = prompt
	const answer = await model.chat(
		{ messages, maxTokens, stop: [], temperature, shown: shownBy(prompt.receipt) },
		(text) => guard.push(text),
		guard.token,
	)
	guard.end()
	const { droppedMessages, redactions, stats } = answer
	const promptTokens = stats.promptTokens || prompt.receipt.promptTokens
	return {
		...endOf(answer, guard, maxTokens, token),
		receipt: { ...prompt.receipt, droppedMessages, promptTokens, ...(redactions !== undefined && { redactions }) },
		figures: figuresOf(answer, { begun, first: guard.firstAt, now: clock.now() }),
	}
}

/** What of files the model sees, for the record. */
function shownBy({ pieces }: AnswerReceipt): ShownFile[] {
	return pieces.flatMap(({ path, startLine, endLine, shown }) => {
		if (path === undefined || shown === 'leftOut') return []
		return startLine === undefined || endLine === undefined
			? [{ path }]
			: [{ path, lines: [{ start: startLine, end: endLine }] }]
	})
}

async function runTask(
	task: NonNullable<Awaited<ReturnType<QuestionReader['understand']>>['task']>,
	out: AnswerOutput,
	token: CancellationToken,
): Promise<AnswerEnd> {
	let receipt: AnswerReceipt | undefined
	let isEmpty = true
	await task.run(
		{
			text: (more) => {
				isEmpty &&= more.trim() === ''
				out.text(more)
			},
			progress: (what) => out.progress(what),
			receipt: (known) => {
				receipt = known
				out.prompt({ receipt: known })
			},
		},
		token,
	)
	const known = receipt && { receipt }
	if (token.isCancellationRequested) return { state: 'stopped', ...known }
	return isEmpty ? { state: 'failed', reason: { code: 'empty' }, ...known } : { state: 'done', ...known }
}

/** Looks at an answer while it is written, and ends it where nothing good comes any more. */
class AnswerGuard {
	private readonly source: CancellationSource
	private readonly out: AnswerOutput
	private readonly clock: Clock
	private readonly filter = new AnswerFilter()
	private text = ''
	private looked = 0
	/** When the first text came, by the clock. */
	firstAt: number | undefined
	isInCircles = false

	constructor(parent: CancellationToken, out: AnswerOutput, clock: Clock) {
		this.source = new CancellationSource(parent)
		this.out = out
		this.clock = clock
	}

	get token(): CancellationToken {
		return this.source.token
	}

	/** It began to speak for others. */
	get isOver(): boolean {
		return this.filter.isOver
	}

	get isEmpty(): boolean {
		return this.text.trim() === ''
	}

	push(text: string): void {
		if (this.source.token.isCancellationRequested) return
		this.firstAt ??= this.clock.now()
		this.pass(this.filter.push(text))
		if (this.text.length - this.looked >= circleStep) {
			this.looked = this.text.length
			this.isInCircles = isGoingInCircles(this.text)
		}
		if (this.isOver || this.isInCircles) this.source.cancel()
	}

	end(): void {
		this.pass(this.filter.end())
		this.source.dispose()
	}

	private pass(text: string): void {
		if (text === '') return
		this.text += text
		this.out.text(text)
	}
}

function endOf({ stopReason }: ChatAnswer, guard: AnswerGuard, tokens: number, token: CancellationToken): AnswerEnd {
	if (token.isCancellationRequested) return { state: 'stopped' }
	if (guard.isInCircles) return { state: 'cut', reason: { code: 'circles' } }
	if (stopReason === 'cancelled' && !guard.isOver) return { state: 'interrupted', reason: { code: 'modelChanged' } }
	if (guard.isEmpty) return { state: 'failed', reason: { code: 'empty' } }
	switch (stopReason) {
		case 'maxTokens':
			return { state: 'cut', reason: { code: 'maxTokens', tokens } }
		case 'contextFull':
			return { state: 'cut', reason: { code: 'contextFull' } }
		default:
			return { state: 'done' }
	}
}

function figuresOf(
	{ stats }: ChatAnswer,
	{ begun, first, now }: { readonly begun: number; readonly first: number | undefined; readonly now: number },
): AnswerFigures {
	const { promptTokens, reusedTokens, generatedTokens } = stats
	const writing = first === undefined ? 0 : now - first
	return {
		...(first !== undefined && { firstTokenMs: first - begun }),
		totalMs: now - begun,
		generatedTokens,
		...(writing > 0 && generatedTokens > 1 && { tokensPerSecond: ((generatedTokens - 1) * 1_000) / writing }),
		evaluatedTokens: Math.max(0, promptTokens - reusedTokens),
	}
}
