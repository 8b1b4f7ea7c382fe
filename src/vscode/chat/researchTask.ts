import * as vscode from 'vscode'
import type { ChatTask, ChatTaskOutput, WorkspaceSearch } from '../../core/chat/chatPorts.ts'
import type { ChatModel } from '../../core/model/ports.ts'
import { type BriefWords, renderBrief } from '../../core/research/renderBrief.ts'
import { newResearch, type ResearchState } from '../../core/research/researchState.ts'
import { type ResearchStep, researchTopic } from '../../core/research/researchTopic.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Event } from '../../shared/event.ts'
import { refusalText } from './attachments/editorFiles.ts'

export interface ResearchTaskDeps {
	readonly model: ChatModel
	readonly search: WorkspaceSearch & { readonly onDidChangeState: Event<unknown> }
	/** What an earlier run of it came to, in an earlier window too. */
	readonly kept: (topic: string) => Promise<ResearchState | undefined>
	readonly keep: (state: ResearchState) => Promise<void>
}

const rounds = 2

/**
 * What answers `/research TOPIC`: the brief is the answer, and a document in the editor. Pausing the index pauses it; one that was stopped goes on
 * where it was when the same topic is asked for again.
 */
export function researchTask(topic: string, deps: ResearchTaskDeps): ChatTask {
	return { run: (out, token) => run(topic, deps, out, token) }
}

async function run(
	topic: string,
	{ model, search, kept, keep }: ResearchTaskDeps,
	out: ChatTaskOutput,
	token: CancellationToken,
): Promise<void> {
	if (search.state.kind === 'off') throw new Error(vscode.l10n.t('The index of the workspace is off.'))
	const known = await kept(topic)
	const state = await researchTopic(
		known && !known.isDone ? known : newResearch(topic, rounds),
		{
			model,
			search: (question, limit, ofStep) => search.search(question, limit, ofStep),
			save: keep,
			onStep: (step) => out.progress(stepText(step)),
			whilePaused: () => resumed(search, out, token),
		},
		token,
	)
	const unread = (search.state.unread ?? []).map(({ path, refused }) => `${path} ${refusalText(refused)}`)
	const brief = renderBrief(state, briefWords(), unread)
	out.text(brief)
	if (token.isCancellationRequested) return
	const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: brief })
	await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true })
}

/** At once where it is not paused. */
function resumed(search: ResearchTaskDeps['search'], out: ChatTaskOutput, token: CancellationToken): Promise<void> {
	if (search.state.kind !== 'paused') return Promise.resolve()
	out.progress(vscode.l10n.t('Paused'))
	return new Promise((resolve) => {
		const done = () => {
			changes.dispose()
			cancellation.dispose()
			resolve()
		}
		const changes = search.onDidChangeState(() => search.state.kind !== 'paused' && done())
		const cancellation = token.onCancellationRequested(done)
	})
}

function stepText(step: ResearchStep): string {
	const { l10n } = vscode
	switch (step.kind) {
		case 'planning':
			return l10n.t('Planning the research')
		case 'answering':
			return l10n.t('Question {0} of {1}: {2}', step.number, step.of, step.question)
		default:
			return l10n.t('Looking for what is missing')
	}
}

function briefWords(): BriefWords {
	const { l10n } = vscode
	return {
		questions: l10n.t('What was found'),
		open: l10n.t('Open questions'),
		sources: l10n.t('Sources'),
		notFound: l10n.t('The sources say nothing of it.'),
		notSupported: (count) => l10n.t('Claims left out because no citation showed them: {0}.', count),
		dropped: (count) => l10n.t('Citations dropped because their text is not where it was said to be: {0}.', count),
		onPage: (page, lines) => l10n.t('page {0}, line {1}', page, lines),
		notRead: (documents) => l10n.t('Documents that could not be read: {0}', documents),
		unfinished: l10n.t('Not finished: ask for the same topic again to go on.'),
		confidence: {
			high: l10n.t('high confidence'),
			medium: l10n.t('medium confidence'),
			low: l10n.t('low confidence'),
		},
	}
}
