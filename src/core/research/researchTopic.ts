import type { CancellationToken } from '../../shared/cancellation.ts'
import type { ChatModel } from '../model/ports.ts'
import type { Source } from './citations.ts'
import { readAnswer, readQuestions } from './readAnswers.ts'
import { answerPrompt, gapsPrompt, planPrompt, type ResearchPrompt } from './researchPrompts.ts'
import type { ResearchQuestion, ResearchState } from './researchState.ts'

/** Of a round. */
const mostQuestions = 4
const mostSources = 6
/** Characters of a source, and of all that are shown at a time. */
const longestSource = 1_800
const longestSources = 7_000
/** Tokens. */
const longestPlan = 400
const longestAnswer = 900
/** Of what is asked besides the sources. */
const instructionTokens = 350
/** Of code; fewer than most models have, so that it fits. */
const charactersPerToken = 2.2
/** Of a model that is not loaded yet. */
const usualContext = 4_096

export type ResearchStep =
	| { readonly kind: 'planning' }
	/** @param number from 1, of the questions that are known by now */
	| { readonly kind: 'answering'; readonly question: string; readonly number: number; readonly of: number }
	| { readonly kind: 'lookingForGaps'; readonly round: number }

export interface ResearchDeps {
	readonly model: ChatModel
	/** The best first. */
	readonly search: (question: string, limit: number, token: CancellationToken) => Promise<readonly Source[]>
	/** After each step: what is kept of it goes on from there. */
	readonly save: (state: ResearchState) => Promise<void>
	readonly onStep: (step: ResearchStep) => void
	/** Resolves when it may go on. Default: at once. */
	readonly whilePaused?: () => Promise<void>
}

/**
 * Goes on with a research until enough is known, its rounds are over or it is cancelled.
 *
 * @returns what is known by then. Rejects with a `ModelUnavailableError` where there is no model; what was saved stays.
 */
export async function researchTopic(
	start: ResearchState,
	deps: ResearchDeps,
	token: CancellationToken,
): Promise<ResearchState> {
	let state = start
	while (!state.isDone) {
		await deps.whilePaused?.()
		if (token.isCancellationRequested) return state
		const next = await nextState(state, deps, token)
		// A step that was cancelled in the middle is taken again.
		if (token.isCancellationRequested) return state
		state = next
		await deps.save(state)
	}
	return state
}

async function nextState(state: ResearchState, deps: ResearchDeps, token: CancellationToken): Promise<ResearchState> {
	if (state.questions.length === 0) return planned(state, deps, token)
	const open = state.questions.findIndex(({ answer }) => !answer)
	if (open >= 0) return answered(state, open, deps, token)
	if (state.round + 1 >= state.rounds) return { ...state, isDone: true }
	return withGaps(state, deps, token)
}

async function planned(state: ResearchState, deps: ResearchDeps, token: CancellationToken): Promise<ResearchState> {
	deps.onStep({ kind: 'planning' })
	const said = await ask(deps.model, planPrompt(state.topic, mostQuestions), longestPlan, token)
	const questions = readQuestions(said, mostQuestions, [])
	// A model that plans nothing is asked the topic itself.
	return { ...state, questions: asQuestions(questions.length > 0 ? questions : [state.topic], 0) }
}

async function answered(
	state: ResearchState,
	at: number,
	deps: ResearchDeps,
	token: CancellationToken,
): Promise<ResearchState> {
	const question = state.questions[at]
	if (!question) return state
	deps.onStep({ kind: 'answering', question: question.text, number: at + 1, of: state.questions.length })
	const found = await deps.search(question.text, mostSources, token)
	const sources = withinBudget(found, roomOf(deps.model))
	const answer =
		sources.length === 0
			? { claims: [], missing: question.text, dropped: 0, unsupported: 0 }
			: readAnswer(
					await ask(deps.model, answerPrompt(state.topic, question.text, sources), longestAnswer, token, sources),
					sources,
				)
	return { ...state, questions: state.questions.map((one, index) => (index === at ? { ...one, answer } : one)) }
}

async function withGaps(state: ResearchState, deps: ResearchDeps, token: CancellationToken): Promise<ResearchState> {
	const round = state.round + 1
	deps.onStep({ kind: 'lookingForGaps', round })
	const said = await ask(deps.model, gapsPrompt(state, mostQuestions), longestPlan, token)
	const asked = state.questions.map(({ text }) => text)
	const questions = readQuestions(said, mostQuestions, asked)
	if (questions.length === 0) return { ...state, isDone: true }
	return { ...state, round, questions: [...state.questions, ...asQuestions(questions, round)] }
}

function asQuestions(texts: readonly string[], round: number): ResearchQuestion[] {
	return texts.map((text) => ({ text, round }))
}

async function ask(
	model: ChatModel,
	{ messages, json }: ResearchPrompt,
	maxTokens: number,
	token: CancellationToken,
	sources: readonly Source[] = [],
): Promise<string> {
	// A small context has to hold the question, too.
	const most = Math.min(maxTokens, Math.floor(contextOf(model) / 3))
	const shown = sources.map(({ path, startLine, endLine }) => ({ path, lines: [{ start: startLine, end: endLine }] }))
	const request = { messages, json, maxTokens: most, stop: [], purpose: 'research', shown } as const
	const { text } = await model.chat(request, () => {}, token)
	return text
}

function contextOf({ state }: ChatModel): number {
	return state.kind === 'ready' ? state.model.contextSize : usualContext
}

/** Characters of sources that the model can be shown. */
function roomOf(model: ChatModel): number {
	const context = contextOf(model)
	const tokens = context - Math.min(longestAnswer, Math.floor(context / 3)) - instructionTokens
	return Math.min(longestSources, Math.max(0, tokens) * charactersPerToken)
}

/** What is shown is what may be cited: a source that is cut is cut at a line. @param room characters */
function withinBudget(sources: readonly Source[], room: number): Source[] {
	const shown: Source[] = []
	let left = room
	for (const source of sources) {
		const lines: string[] = []
		let size = 0
		for (const line of source.text.split('\n')) {
			size += line.length + 1
			if (size > Math.min(longestSource, left)) break
			lines.push(line)
		}
		if (lines.length === 0) continue
		const text = lines.join('\n')
		left -= text.length
		shown.push({ ...source, endLine: source.startLine + lines.length, text })
	}
	return shown
}
