import type { EvaluatedTokens, KnownTimes, Sources } from './keystrokeFigures.ts'
import type { LatencyMeasurement, LatencyResult } from './latency.ts'
import { megabytes, ms, share, table } from './tables.ts'

interface PlayedSession {
	readonly keystrokes: number
	readonly seconds: number
	readonly rounds: number
}

export function renderLatency(measured: LatencyMeasurement, session: PlayedSession): string[] {
	const { variants, comparison, workspaceLines } = measured
	if (!isCurrent(measured)) return ['Measured by an older benchmark, which counted otherwise: measure again.']
	const parts = [
		[
			`A recorded session of ${session.keystrokes} keystrokes in ${Math.round(session.seconds)} s, played ${session.rounds} times with each variant in turn, in a workspace of ${workspaceLines} lines, with syntax, index, context, a language server and confidence. The times are those of suggestions that were shown; a slow answer is more often overtaken by the next key, so look at what was cancelled in the model, too.`,
			'The debounce is only what is waited on purpose: where the syntax or the context is waited for, that counts as the host’s time. Aims: in the host at most 3 ms (p50) and 15 ms (p99), typed along or remembered in under 2 ms.',
		].join('\n'),
	]
	for (const variant of variants) parts.push(...renderVariant(variant))
	const [first, second] = variants
	if (comparison && first && second) {
		parts.push(
			`**Compared**, over the ${comparison.pairs} keystrokes that had a suggestion with both in the same round, without the debounce: median ${ms(comparison.first)} (${first.variant}) and ${ms(comparison.second)} (${second.variant}). Median of the differences, round by round: ${comparison.differenceOfRounds.map(ms).join(', ')}; below zero, the first is faster.`,
		)
	}
	return parts
}

/** Of results that were kept before typed along and remembered were told apart nothing can be shown in this form. */
function isCurrent({ variants }: LatencyMeasurement): boolean {
	return variants.every((variant) => 'known' in variant)
}

function renderVariant(variant: LatencyResult): [string, string, string] {
	const { model, memory, tokens } = variant
	return [
		`**${variant.variant}** (${model.name}, ${model.quantization}, ${model.backend}, ${model.threads} threads, draft: ${variant.draft})`,
		table([
			['keystroke to ghost text', variant.shown],
			['without the debounce', variant.shownWithoutDebounce],
			['of those that were asked, the model', variant.modelTime],
			['everything but the model', variant.overhead],
			['of that, in the host', variant.host],
			['typed along', variant.known.typedThrough],
			['remembered', variant.known.cache],
		]),
		[
			`- Medians without the debounce, round by round: ${variant.medianOfRounds.map(ms).join(', ')}.`,
			`- ${within2Ms(variant.known)}.`,
			`- Outcomes: ${outcomesText(variant.outcomes)}.`,
			`- Answers: ${sourcesText(variant.sources)}.`,
			`- Prompt tokens that had to be evaluated: ${evaluatedText(variant.evaluated)}.`,
			`- ${share(tokens.reusedShare)} of the prompt's tokens were in the cache; ${tokens.generatedPerAnswer} tokens an answer; ${tokens.draftAcceptance === undefined ? 'nothing was drafted' : `${share(tokens.draftAcceptance)} of the drafted tokens were taken`}.`,
			`- Memory: engine ${megabytes(memory.engineAfterLoad)} after loading, ${megabytes(memory.engineAfterSession)} after the session; heap of the host ${megabytes(memory.hostHeap)}.`,
		].join('\n'),
	]
}

function within2Ms({ within2Ms: { typedThrough, cache } }: KnownTimes): string {
	return `Within 2 ms: ${share(typedThrough)} of what was typed along, ${share(cache)} of what was remembered`
}

function outcomesText(outcomes: Readonly<Record<string, number>>): string {
	return Object.entries(outcomes)
		.map(([name, count]) => `${name} ${count}`)
		.join(', ')
}

function sourcesText(sources: Sources): string {
	const all = Object.values(sources).reduce((sum, count) => sum + count, 0)
	const named = {
		model: 'asked for',
		inFlight: 'under way already',
		typedThrough: 'typed along',
		cache: 'remembered',
	} as const
	return (Object.keys(named) as (keyof typeof named)[])
		.map((source) => `${named[source]} ${share((sources[source] ?? 0) / Math.max(1, all))}`)
		.join(', ')
}

function evaluatedText({ perKeystroke, perRequest }: EvaluatedTokens): string {
	if (!perKeystroke || !perRequest) return 'none'
	return `per keystroke median ${perKeystroke.p50}, 90 % at most ${perKeystroke.p90}; per request median ${perRequest.p50}, 90 % at most ${perRequest.p90}, 95 % at most ${perRequest.p95}`
}
