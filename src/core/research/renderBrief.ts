import type { Citation, ClaimConfidence, ResearchState } from './researchState.ts'

/** The words of a brief that are not of the model. */
export interface BriefWords {
	readonly questions: string
	readonly open: string
	readonly sources: string
	readonly notFound: string
	readonly notSupported: (count: number) => string
	readonly dropped: (count: number) => string
	/** The lines of a page, such as `12-14`. */
	readonly onPage: (page: number, lines: string) => string
	/** Documents that could not be read, with why. */
	readonly notRead: (documents: string) => string
	readonly unfinished: string
	readonly confidence: Readonly<Record<ClaimConfidence, string>>
}

/**
 * The brief as Markdown: what was found for each question with its confidence and its sources, and what is still open.
 *
 * @param unread documents that could not be read, each with why
 */
export function renderBrief(state: ResearchState, words: BriefWords, unread: readonly string[] = []): string {
	const sources: Citation[] = []
	const numberOf = (citation: Citation) => {
		const known = sources.findIndex((one) => one.path === citation.path && one.startLine === citation.startLine)
		return known >= 0 ? known + 1 : sources.push(citation)
	}
	const found = state.questions.flatMap(({ text, answer }) => [
		`### ${plain(text)}`,
		'',
		...(answer && answer.claims.length > 0
			? answer.claims.map((claim) => {
					const marks = claim.citations.map((citation) => `[${numberOf(citation)}]`).join('')
					return `- ${plain(claim.text)} ${marks} *(${words.confidence[claim.confidence]})*`
				})
			: [words.notFound]),
		'',
	])
	const answers = state.questions.flatMap(({ answer }) => (answer ? [answer] : []))
	const open = state.questions.flatMap(({ text, answer }) =>
		!answer ? [text] : answer.missing !== '' ? [answer.missing] : answer.claims.length === 0 ? [text] : [],
	)
	const dropped = answers.reduce((sum, answer) => sum + answer.dropped, 0)
	const unsupported = answers.reduce((sum, answer) => sum + answer.unsupported, 0)
	const remarks = [
		...(dropped > 0 ? [words.dropped(dropped)] : []),
		...(unsupported > 0 ? [words.notSupported(unsupported)] : []),
		...(unread.length > 0 ? [words.notRead(unread.map(plain).join('; '))] : []),
	]
	return [
		`# ${plain(state.topic)}`,
		'',
		...(state.isDone ? [] : [`*${words.unfinished}*`, '']),
		`## ${words.questions}`,
		'',
		...found,
		...(open.length > 0 ? [`## ${words.open}`, '', ...[...new Set(open)].map((text) => `- ${plain(text)}`), ''] : []),
		...(sources.length > 0
			? [`## ${words.sources}`, '', ...sources.map((source, at) => sourceLine(source, at, words)), '']
			: []),
		...remarks.flatMap((text) => [text, '']),
	].join('\n')
}

function sourceLine({ path, startLine, endLine, page, quote }: Citation, at: number, words: BriefWords): string {
	const first = startLine - (page?.startLine ?? 0) + 1
	const lines = endLine - startLine > 1 ? `${first}-${first + endLine - startLine - 1}` : `${first}`
	const shown = (quote.split('\n')[0] ?? '').replaceAll('`', "'").slice(0, 120)
	const place = page ? `\`${path}\`, ${words.onPage(page.number, lines)}` : `\`${path}:${lines}\``
	return `${at + 1}. ${place} — \`${shown}\``
}

/** On one line, and nothing that Markdown would follow or draw. */
function plain(text: string): string {
	return text.replace(/\s+/g, ' ').replace(/[<>[\]!|\\]/g, (mark) => `\\${mark}`)
}
