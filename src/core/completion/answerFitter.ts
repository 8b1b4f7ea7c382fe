import type { Clock } from '../../shared/clock.ts'
import type { InsertionCheck } from '../syntax/codeStructure.ts'
import { grammarOfLanguage } from '../syntax/grammarOf.ts'
import type { AnswerCache } from './answerCache.ts'
import type { Judge, Verdict } from './confidence/confidence.ts'
import { withNamesOf } from './confidence/withNamesOf.ts'
import type { Answer, Asking } from './inlineRequest.ts'
import { type Asked, hidesSuggestion, type NoSuggestion, type NoSuggestionReason, type Suggestion } from './outcome.ts'
import { closedOnOwnLine } from './postprocess/closeOnOwnLine.ts'
import type { FilterName } from './postprocess/filterName.ts'
import { postprocess } from './postprocess/postprocess.ts'
import { wholeLines } from './postprocess/wholeLines.ts'
import type { Question } from './question.ts'
import type { SyntaxAtCursor } from './syntaxAtCursor.ts'

/** A suggestion before it is judged. */
interface Shown {
	/** As the editor gets it. */
	readonly text: string
	/** Known again when some of it was typed: what is shown, not what the model said. */
	readonly asked: Asked
	/** It stood there before some of it was typed, and does not change under the eyes of its reader. */
	readonly isShown: boolean
	readonly check: InsertionCheck | undefined
}

/** Makes an answer fit the place where it goes, or finds out why it is not shown. */
export class AnswerFitter {
	private readonly syntax: SyntaxAtCursor | undefined
	private readonly confidence: Judge | undefined
	private readonly cache: AnswerCache
	private readonly clock: Clock
	/** Of which something is on the screen. */
	private shown: Asked | undefined

	constructor(deps: {
		readonly syntax: SyntaxAtCursor | undefined
		readonly confidence: Judge | undefined
		readonly cache: AnswerCache
		readonly clock: Clock
	}) {
		this.syntax = deps.syntax
		this.confidence = deps.confidence
		this.cache = deps.cache
		this.clock = deps.clock
	}

	/** The editor asks for what comes next. */
	asked(now: number): void {
		this.confidence?.asked(now)
	}

	/** @returns undefined where the token was cancelled. Never rejects. */
	async fit(answer: Answer, asking: Asking): Promise<Suggestion | NoSuggestion | undefined> {
		const { question, request, place, token, started } = asking
		const { line } = question
		const { result, acted } = postprocess(answer.text, {
			...question,
			isCut: isCut(answer.origin.asked),
			isTypedAlong: answer.typed > 0,
		})
		const origin = () => ({ ...answer.origin, acted, elapsedMs: this.clock.now() - started })
		if (typeof result === 'string') return { kind: 'none', reason: result, ...origin() }
		const text = line.lead + result.text
		const { start, cursor } = line
		const end = cursor.character + result.replaceAfter
		const isShown = answer.origin.source === 'typedThrough' && this.shown === answer.origin.asked
		const check = isShown ? undefined : await this.syntax?.check(request.document, line, { text, start, end }, token)
		if (token.isCancellationRequested) return undefined
		const { kept, by } = keptOf(text, check, isShown || !this.syntax, question)
		const isWhole = kept === text
		const filters = by ? [...acted, by] : acted
		const written = kept.slice(line.lead.length)
		if (written.trim() === '') {
			const reason = isWhole ? 'onlyWhitespace' : 'breaksSyntax'
			return { kind: 'none', reason, ...origin(), acted: filters }
		}
		// What was dropped at its end must not come back when all that is shown was typed.
		const isShort = acted.includes('dropCutLine') || acted.includes('dropAfterBlock')
		const isSame = isWhole && !isShort && answer.text.startsWith(written)
		const asked = isSame
			? answer.origin.asked
			: { ...answer.origin.asked, answer: written, stopReason: 'enough' as const }
		if (!isSame) this.cache.add(place, asked)
		const verdict = this.judge({ text: kept, asked, isShown, check }, answer, asking)
		const probability = verdict && { probability: verdict.probability }
		if (verdict?.isSilent) return { kind: 'none', reason: 'unsure', ...origin(), ...probability }
		this.shown = asked
		const replaced = isWhole ? result.replaceAfter : heldIn(written, line.after.slice(0, result.replaceAfter))
		const replace = { line: cursor.line, start, end: cursor.character + replaced }
		return { kind: 'suggestion', text: kept, replace, ...origin(), acted: filters, ...probability }
	}

	/** The user took what was suggested. */
	accepted(): void {
		this.confidence?.accepted()
	}

	/** Nothing is on the screen any more. */
	gone(reason: NoSuggestionReason): void {
		this.shown = undefined
		if (hidesSuggestion(reason)) this.confidence?.hidden()
		else this.confidence?.gone(this.clock.now())
	}

	/** Nothing is on the screen any more, for another cause than that its reader went on without it. */
	hidden(): void {
		this.shown = undefined
		this.confidence?.hidden()
	}

	private judge({ text, asked, isShown, check }: Shown, { typed }: Answer, asking: Asking): Verdict | undefined {
		const { logProbs } = asked
		if (!this.confidence || !logProbs) return undefined
		const { request, question } = asking
		const silence = request.explicit ? 'never' : (request.silence ?? 'never')
		const known = request.document.above ? check && withNamesOf(question.window.prefix, check) : check
		const { lead, cursor, start } = question.line
		// Of what the selected item brings only the beginning was typed.
		const typedAlong = Math.max(0, typed - (lead.length - (cursor.character - start)))
		const features = { text, logProbs, isCut: isCut(asked), before: question.before, typedAlong, check: known }
		const seen = request.isHeld ? 'notYet' : request.selectedItem ? 'besideList' : 'alone'
		return this.confidence.judge(asked, features, { silence, isShown, seen, now: this.clock.now() })
	}
}

/** How many of the characters a text still holds, in their order: no others may be replaced by it. */
function heldIn(text: string, characters: string): number {
	let from = 0
	for (let count = 0; count < characters.length; count++) {
		from = text.indexOf(characters.charAt(count), from) + 1
		if (from === 0) return count
	}
	return characters.length
}

/** What the syntax lets stand of a text; where there was no time to parse it, what its brackets tell to be whole. */
function keptOf(
	text: string,
	check: InsertionCheck | undefined,
	isTrusted: boolean,
	question: Question,
): { readonly kept: string; readonly by?: FilterName } {
	const isKnown = isTrusted || grammarOfLanguage(question.languageId) === undefined
	const kept = check
		? text.slice(0, check.keep)
		: isKnown
			? text
			: wholeLines(text.slice(question.line.lead.length), question)
	const whole = check || isKnown ? kept : question.line.lead + kept
	if (whole.length >= text.trimEnd().length) return { kept: text }
	const by = check ? 'dropWhatBreaks' : 'wholeLines'
	return { kept: closedOnOwnLine(whole.trimEnd(), question), by }
}

function isCut({ stopReason }: Asked): boolean {
	return (
		stopReason === 'lost' || stopReason === 'maxTokens' || stopReason === 'contextFull' || stopReason === 'deadline'
	)
}
