import { round, type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'
import type { Suggestion } from '../../src/core/completion/outcome.ts'
import type { CompletionFigures } from '../../src/core/model/figures.ts'
import type { Keystroke, Replay } from './replay.ts'

export type Shown = Keystroke & { readonly outcome: Suggestion }
type Asked = Shown & { readonly outcome: { readonly figures: CompletionFigures } }
type Source = Suggestion['source']

export function isShown(keystroke: Keystroke): keystroke is Shown {
	return keystroke.outcome.kind === 'suggestion'
}

/** Whether the model was asked for this very keystroke. */
export function isAsked(keystroke: Shown): keystroke is Asked {
	return keystroke.outcome.source === 'model' && keystroke.outcome.figures !== undefined
}

export function withoutDebounce({ elapsedMs, debounceMs }: Keystroke): number {
	return elapsedMs - debounceMs
}

/** Prefill and decoding; waiting for another request is not the model's own time. */
export function modelMs({ totalMs, queueMs }: CompletionFigures): number {
	return totalMs - queueMs
}

/** Milliseconds of suggestions for which nothing was computed. */
export interface KnownTimes {
	/** The user typed along with what was on the screen. */
	readonly typedThrough: Summary | undefined
	/** An earlier answer, or one that was written ahead: the syntax is asked what it would do here. */
	readonly cache: Summary | undefined
	/** Shares that were there within 2 ms. */
	readonly within2Ms: { readonly typedThrough: number; readonly cache: number }
}

export function knownTimesOf(shown: readonly Shown[]): KnownTimes {
	const timesOf = (source: Source) =>
		shown.filter(({ outcome }) => outcome.source === source && outcome.figures === undefined).map(withoutDebounce)
	const [typedThrough, cache] = [timesOf('typedThrough'), timesOf('cache')]
	const within = (times: readonly number[]) => share(times.filter((ms) => ms < 2).length, times.length)
	return {
		typedThrough: summaryOf(typedThrough),
		cache: summaryOf(cache),
		within2Ms: { typedThrough: within(typedThrough), cache: within(cache) },
	}
}

/** What the host took for each suggestion: less the debounce, and less all that the engine says it took, waiting for its turn too. */
export function hostTimesOf(shown: readonly Shown[]): Summary | undefined {
	return summaryOf(
		shown.flatMap((one) => {
			if (isAsked(one)) return [withoutDebounce(one) - one.outcome.figures.totalMs]
			return one.outcome.figures === undefined ? [withoutDebounce(one)] : []
		}),
	)
}

/** Prompt tokens that had to be evaluated. */
export interface EvaluatedTokens {
	/** By all requests that were made between a key and the next; 0 where there was none. */
	readonly perKeystroke: Summary | undefined
	/** By each request, those too that were overtaken. */
	readonly perRequest: Summary | undefined
}

export function evaluatedOf(replays: readonly Replay[]): EvaluatedTokens {
	const cost = ({ promptTokens, reusedTokens }: CompletionFigures) => promptTokens - reusedTokens
	const perKeystroke = replays.flatMap(({ keystrokes, requests }) => {
		const sums = keystrokes.map(() => 0)
		for (const { keystroke, figures } of requests) sums[keystroke] = (sums[keystroke] ?? 0) + cost(figures)
		return sums
	})
	const all = replays.flatMap(({ requests }) => requests.map(({ figures }) => cost(figures)))
	return { perKeystroke: summaryOf(perKeystroke), perRequest: summaryOf(all) }
}

/** Keystrokes that got an answer, by where it came from. */
export type Sources = Readonly<Partial<Record<Source, number>>>

export function countSources(keystrokes: readonly Keystroke[]): Sources {
	const counts: Partial<Record<Source, number>> = {}
	for (const { outcome } of keystrokes) if (outcome.source) counts[outcome.source] = (counts[outcome.source] ?? 0) + 1
	return counts
}

/** Of the keystrokes that got an answer, the share of those for which nothing was computed. */
export function shareWithoutInference(sources: Sources): number {
	const all = Object.values(sources).reduce((sum, count) => sum + count, 0)
	return share(all - (sources.model ?? 0), all)
}

export function countOutcomes(keystrokes: readonly Keystroke[]): Record<string, number> {
	const counts = new Map<string, number>()
	for (const { outcome, overtakenIn } of keystrokes) {
		const reason = outcome.kind === 'none' ? outcome.reason : 'shown'
		const name = reason === 'cancelled' ? `cancelled in the ${overtakenIn ?? 'host'}` : reason
		counts.set(name, (counts.get(name) ?? 0) + 1)
	}
	return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a))
}

export function share(part: number, whole: number): number {
	return whole === 0 ? 0 : round(part / whole)
}
