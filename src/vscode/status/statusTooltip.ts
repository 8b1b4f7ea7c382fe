import type { InlineOutcome } from '../../core/completion/outcome.ts'
import type { StatusView } from '../../core/completion/statusView.ts'
import type { LoadedModel, ModelState, ServedModel } from '../../core/model/modelState.ts'
import type { DestinationInUse } from '../../core/privacy/destinationsInUse.ts'
import type { SettingComplaint } from '../../core/settings.ts'
import { reasonText } from '../completion/reasonText.ts'
import type { L10n } from '../l10n.ts'
import { draftProblemText } from '../models/draftText.ts'
import { gigabytes, problemText } from '../models/problemText.ts'
import { purposeText } from '../privacy/purposeText.ts'
import { statusText } from './statusText.ts'

export interface TooltipFacts {
	readonly view: StatusView
	readonly model: ModelState
	readonly lastAnswer: InlineOutcome | undefined
	readonly complaints: readonly SettingComplaint[]
	/** The editor's own setting hides what any extension suggests. */
	readonly isHiddenByEditor?: boolean
	/** Names of other extensions that suggest code in this window. */
	readonly otherProviders?: readonly string[]
	/** What is known of the workspace; absent where it is not read. */
	readonly index?: IndexFacts | undefined
	/** What of other machines is in use now. */
	readonly elsewhere?: readonly DestinationInUse[]
}

export interface IndexFacts {
	readonly files: number
	readonly definitions: number
	/** All of the workspace was read. */
	readonly isWhole: boolean
}

/** The paragraphs of the tooltip, as plain text: the state, what it runs on, the last answer, and what to do. */
export function statusTooltip(l10n: L10n, facts: TooltipFacts): readonly string[] {
	const {
		view,
		model,
		lastAnswer,
		complaints,
		isHiddenByEditor = false,
		otherProviders = [],
		index,
		elsewhere = [],
	} = facts
	return [
		statusText(l10n, view).label,
		...(view.kind === 'error' ? [problemText(l10n, view.problem).message] : []),
		...(view.kind === 'noSuggestion' ? [reasonText(l10n, view.reason).long] : []),
		...(view.kind === 'byHand' ? [reasonText(l10n, 'onlyByHand').long] : []),
		...(view.kind === 'onBattery' ? [reasonText(l10n, 'onBattery').long] : []),
		...(isHiddenByEditor ? [hiddenText(l10n)] : []),
		...modelParagraphs(l10n, model),
		...(index ? [indexText(l10n, index)] : []),
		...timingParagraphs(l10n, lastAnswer),
		...(otherProviders.length > 0 ? [l10n.t('{0} can suggest code here, too.', otherProviders.join(', '))] : []),
		...complaints.map((complaint) => complaintText(l10n, complaint)),
		...elsewhereParagraphs(l10n, elsewhere),
	]
}

function elsewhereParagraphs(l10n: L10n, elsewhere: readonly DestinationInUse[]): readonly string[] {
	if (elsewhere.length === 0) return [l10n.t('Everything runs on this machine. Click for the menu.')]
	return [
		...elsewhere.map(({ host, port, purpose }) =>
			l10n.t('In use, and not this machine: {0} ({1})', `${host}:${port}`, purposeText(l10n, purpose)),
		),
		l10n.t('Click for the menu.'),
	]
}

function hiddenText(l10n: L10n): string {
	return l10n.t(
		'The editor hides all inline suggestions: its setting {0} is off. Switch it on to see those of Alcove.',
		'editor.inlineSuggest.enabled',
	)
}

function indexText(l10n: L10n, { files, definitions, isWhole }: IndexFacts): string {
	return isWhole
		? l10n.t('Workspace: {0} definitions in {1} files', definitions, files)
		: l10n.t('The workspace is being read: {0} files so far', files)
}

function modelParagraphs(l10n: L10n, state: ModelState): readonly string[] {
	if (state.kind !== 'ready') return []
	const { name, quantization, backend, contextSize, draft, fimOrder, served, insteadOf } = state.model
	if (served) return servedParagraphs(l10n, state.model, served)
	const paragraphs = [
		...(insteadOf
			? [l10n.t('The embedded model answers in its place: {0}', problemText(l10n, insteadOf).message)]
			: []),
		l10n.t('Model: {0} ({1}), on {2}, context of {3} tokens', name, quantization, backend, contextSize),
		computingText(l10n, state.model),
	]
	if ('name' in draft) paragraphs.push(l10n.t('Draft model: {0}', draft.name))
	const draftProblem = draftProblemText(l10n, draft)
	if (draftProblem !== undefined) paragraphs.push(draftProblem)
	if (fimOrder === 'none') {
		paragraphs.push(l10n.t('This model cannot fill in the middle: it sees only the text before the cursor.'))
	}
	return paragraphs
}

function servedParagraphs(
	l10n: L10n,
	{ name, contextSize, fimOrder }: LoadedModel,
	served: ServedModel,
): readonly string[] {
	const { name: server, address, countsTokens } = served
	return [
		l10n.t('Model: {0}, on {1} at {2}, context of {3} tokens', name, server, address, contextSize),
		...(countsTokens ? [] : [l10n.t('The server does not count tokens, so their numbers are estimates.')]),
		l10n.t('It does not say how likely its answers are, so none is kept back for that.'),
		...(fimOrder === 'none'
			? [l10n.t('This model cannot fill in the middle: it sees only the text before the cursor.')]
			: []),
	]
}

function computingText(
	l10n: L10n,
	{ threads: single, promptThreads, memoryBytes, kvType, flashAttention }: LoadedModel,
): string {
	const threads = single === promptThreads ? single : l10n.t('{0} ({1} for prompts)', single, promptThreads)
	const memory = memoryBytes < 1e9 ? `${Math.ceil(memoryBytes / 1e6)} MB` : `${gigabytes(memoryBytes)} GB`
	return flashAttention
		? l10n.t('About {0} of memory, threads: {1}, KV state as {2}, flash attention', memory, threads, kvType)
		: l10n.t('About {0} of memory, threads: {1}, KV state as {2}', memory, threads, kvType)
}

function timingParagraphs(l10n: L10n, outcome: InlineOutcome | undefined): readonly string[] {
	if (!outcome?.figures) return []
	const { generatedTokens, firstTokenMs } = outcome.figures
	return [
		l10n.t(
			'Last answer: {0} ms in all, {1} ms to the first of {2} tokens',
			Math.round(outcome.elapsedMs),
			Math.round(firstTokenMs),
			generatedTokens,
		),
	]
}

function complaintText(l10n: L10n, { key, expected }: SettingComplaint): string {
	return l10n.t(
		'The setting {0} has a value that cannot be used; the default is used instead. Possible: {1}',
		`alcove.${key}`,
		expected,
	)
}
