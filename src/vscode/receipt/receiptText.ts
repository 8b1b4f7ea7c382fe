import type { AnswerOrigin, InlineOutcome, NoSuggestion, Suggestion } from '../../core/completion/outcome.ts'
import type { FilterName } from '../../core/completion/postprocess/filterName.ts'
import type { CompletionFigures } from '../../core/model/figures.ts'
import { shownName } from '../../core/model/shownName.ts'
import { reasonText } from '../completion/reasonText.ts'
import type { L10n } from '../l10n.ts'

export interface ReceiptFacts {
	/** The last one that was shown. */
	readonly suggestion: Suggestion | undefined
	/** The last refusal after it that was not cancelled. */
	readonly refusal: NoSuggestion | undefined
	/** A document's address, as a person reads it. */
	readonly nameOf: (documentId: string) => string
}

/** What was suggested and why, as Markdown: what the model was shown, where the answer came from, what became of it. */
export function receiptText(l10n: L10n, { suggestion, refusal, nameOf }: ReceiptFacts): string {
	const sections = [`# ${l10n.t('The last suggestion')}`]
	if (suggestion) sections.push(...outcomeOf(l10n, suggestion, nameOf))
	if (suggestion && refusal) sections.push(`# ${l10n.t('After that')}`)
	if (refusal) sections.push(...outcomeOf(l10n, refusal, nameOf))
	if (sections.length === 1) sections.push(l10n.t('Nothing was asked yet in this window.'))
	return `${sections.join('\n\n')}\n`
}

function outcomeOf(l10n: L10n, outcome: InlineOutcome, nameOf: ReceiptFacts['nameOf']): string[] {
	const { source, asked, acted, figures } = outcome
	if (!source || !asked || !acted) return [resultOf(l10n, outcome)]
	const { model } = asked
	return [
		resultOf(l10n, outcome),
		list([
			`${l10n.t('Answer')}: ${sourceText(l10n, source)}`,
			`${l10n.t('Time in all')}: ${milliseconds(outcome.elapsedMs)}`,
			...(model
				? [`${l10n.t('Model')}: ${shownName(model)}${model.quantization === '' ? '' : ` (${model.quantization})`}`]
				: []),
			`${l10n.t('It ended with')}: ${asked.stopReason}`,
			...(outcome.probability === undefined ? [] : [likelihood(l10n, outcome.probability)]),
			`${l10n.t('Filters that acted')}: ${acted.length === 0 ? l10n.t('none') : acted.map((name) => filterText(l10n, name)).join('; ')}`,
			model?.served && !model.served.isThisMachine
				? l10n.t('Sent to: {0}, without what looks secret', model.served.address)
				: l10n.t('Sent to: this machine only'),
		]),
		...(figures ? [`## ${l10n.t('What it cost')}`, costOf(l10n, figures)] : []),
		...shownOf(l10n, nameOf(asked.documentId), asked),
	]
}

function resultOf(l10n: L10n, outcome: InlineOutcome): string {
	if (outcome.kind === 'suggestion') return `${l10n.t('This was suggested:')}\n\n${block(outcome.text)}`
	return `${l10n.t('Nothing was suggested.')} ${reasonText(l10n, outcome.reason).long}`
}

function shownOf(l10n: L10n, document: string, asked: NonNullable<AnswerOrigin['asked']>): string[] {
	const { prompt, line, answer, cut } = asked
	const { prefix, typed, suffix } = prompt
	const others = othersOf(l10n, asked)
	const first = line - lineBreaks(prefix + typed) + 1
	const last = line + lineBreaks(suffix) + 1
	const name = `\`${document}\``
	return [
		`## ${l10n.t('What the model was shown')}`,
		others.length === 0
			? first < 1
				? l10n.t('{0}, lines {1} to {2}, and what stands before them:', name, 1, last)
				: l10n.t('{0}, lines {1} to {2}, and nothing else:', name, first, last)
			: l10n.t('{0}, lines {1} to {2}, and what stands under “Of other files”:', name, Math.max(first, 1), last),
		...(first < 1 ? [aboveOf(l10n, asked.documentId)] : []),
		...(cut?.prefix ? [l10n.t('There was no room for all of it: the first lines were left out.')] : []),
		...(cut?.suffix ? [l10n.t('There was no room for all of it: the last lines after the cursor were left out.')] : []),
		...others,
		`### ${l10n.t('Before the cursor')}`,
		block(prefix),
		`### ${l10n.t('Typed since, as the beginning of its answer')}`,
		block(typed),
		`### ${l10n.t('After the cursor')}`,
		block(suffix),
		`## ${l10n.t('What the model said')}`,
		block(answer),
	]
}

/** What was read before the document's own lines. */
function aboveOf(l10n: L10n, documentId: string): string {
	return documentId.startsWith('vscode-notebook-cell:')
		? l10n.t('These are lines of a notebook’s cell. Before them it was shown cells above.')
		: l10n.t('These are lines of a commit’s message. Before them it was shown what is committed.')
}

/** The pieces of other files that there was room for, in the order of their worth. */
function othersOf(l10n: L10n, { prompt, context }: NonNullable<AnswerOrigin['asked']>): string[] {
	const shown = context?.pieces.flatMap((at) => prompt.context?.pieces[at] ?? []) ?? []
	if (!context || shown.length === 0) return []
	const pieces = shown.flatMap(({ path, lines = [], text }) => {
		const ranges = lines.map(({ start, end }) => (end - start > 1 ? `${start + 1}–${end}` : `${start + 1}`))
		return [`\`${path}\`, ${l10n.t('lines {0}', ranges.join(', '))}`, block(text)]
	})
	return [`### ${l10n.t('Of other files')}`, l10n.t('{0} tokens, the most useful first', context.tokens), ...pieces]
}

function costOf(l10n: L10n, figures: CompletionFigures): string {
	const { promptTokens, reusedTokens, generatedTokens, draftedTokens, acceptedTokens, steps } = figures
	return list([
		l10n.t('{0} tokens in the prompt, {1} of them were known already', promptTokens, reusedTokens),
		l10n.t('{0} tokens written in {1} steps', generatedTokens, steps + 1),
		l10n.t('{0} tokens drafted, {1} of them right', draftedTokens, acceptedTokens),
		l10n.t(
			'{0} to the first token, {1} in the queue, {2} paused, {3} in all',
			milliseconds(figures.firstTokenMs),
			milliseconds(figures.queueMs),
			milliseconds(figures.pausedMs),
			milliseconds(figures.totalMs),
		),
	])
}

function likelihood(l10n: L10n, probability: number): string {
	return l10n.t('Likely to be taken: {0} %', Math.round(probability * 100))
}

function sourceText(l10n: L10n, source: AnswerOrigin['source']): string {
	switch (source) {
		case 'model':
			return l10n.t('the model was asked for it')
		case 'inFlight':
			return l10n.t('it was being written already, for an earlier key')
		case 'typedThrough':
			return l10n.t('the last answer, of which you typed the beginning')
		case 'cache':
			return l10n.t('an earlier answer for the same place')
	}
}

function filterText(l10n: L10n, name: FilterName): string {
	switch (name) {
		case 'dropRepetition':
			return l10n.t('it said the same over and over')
		case 'dropCutLine':
			return l10n.t('its end was cut in the middle of a word or a line, and dropped')
		case 'dropAfterBlock':
			return l10n.t('it went on behind the end of what was begun, which was dropped')
		case 'dropRemnants':
			return l10n.t('a special token or a code fence was dropped, and what came after it')
		case 'dropEcho':
			return l10n.t('it began with what stands before the cursor, which was dropped')
		case 'fitIndentation':
			return l10n.t('it was indented as the document is')
		case 'trimEnd':
			return l10n.t('blanks at the end were dropped')
		case 'joinWithFollowing':
			return l10n.t('it was joined with what follows the cursor')
		case 'dropRepeatedLines':
			return l10n.t('lines that stand below already were dropped')
		case 'dropSecondCloser':
			return l10n.t('a bracket that is closed already was not closed again')
		case 'closeOnOwnLine':
			return l10n.t('what closes the block was put on a line of its own')
		case 'wholeLines':
			return l10n.t('it could not be parsed in time: only the lines were kept that are whole by their brackets')
		case 'dropWhatBreaks':
			return l10n.t('its last lines would have broken the syntax, and were dropped')
	}
}

function milliseconds(value: number): string {
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}

function list(items: readonly string[]): string {
	return items.map((item) => `- ${item}`).join('\n')
}

/** A fence that is longer than any in the text. */
function block(text: string): string {
	const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
	const fence = '`'.repeat(longest + 1)
	return `${fence}\n${text}\n${fence}`
}

function lineBreaks(text: string): number {
	return text.split('\n').length - 1
}
