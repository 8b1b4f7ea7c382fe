import type { CancellationToken } from '../../shared/cancellation.ts'
import type { CompletionModel, CompletionRequest, WrittenAnswer } from './ports.ts'

/** Tokens a second, measured on this machine. */
export interface ModelSpeed {
	readonly promptRate: number
	/** Without drafts; undefined where the model had nothing to say. */
	readonly decodeRate: number | undefined
	/** With them; undefined where they were not measured. */
	readonly draftedRate?: number | undefined
}

/** Characters of the prompt by which the length of the other one is chosen. */
const trialLength = 400
const longestPrompt = 12_000
/** Milliseconds for each of what is measured: with the trial, about two seconds. */
const shareMs = 600
const answerTokens = 64

/**
 * Measures a model for about two seconds, not counting its load.
 *
 * @param mark that no earlier measurement had: its text is new to the engine then
 * @returns undefined where it was cancelled
 * @throws ModelUnavailableError
 */
export async function measureSpeed(
	model: Pick<CompletionModel, 'complete'>,
	options: { readonly mark: number; readonly withDrafts: boolean },
	token: CancellationToken,
): Promise<ModelSpeed | undefined> {
	const { mark, withDrafts } = options
	const ask = (request: Pick<CompletionRequest, 'prefix' | 'maxTokens'> & Partial<CompletionRequest>) =>
		model.complete({ suffix: '', mode: 'plain', stop: [], purpose: 'chat', drafts: false, ...request }, () => {}, token)
	const trial = await ask({ prefix: codeLike(mark, trialLength), maxTokens: 1 })
	const length = Math.floor(trialLength * Math.max(1, shareMs / Math.max(1, trial.stats.prefillMs)))
	const prefix = codeLike(mark + 1, Math.min(longestPrompt, length))
	const read = await ask({ prefix, maxTokens: 1 })
	const promptTokens = read.stats.promptTokens - read.stats.reusedTokens
	const promptRate = rateOf(promptTokens, read.stats.prefillMs) ?? 0
	const terms = { maxTokens: answerTokens, deadlineMs: shareMs }
	const written = await ask({ prefix, ...terms })
	const drafted = withDrafts ? await ask({ prefix: `${prefix}\n`, drafts: true, ...terms }) : undefined
	if (token.isCancellationRequested) return undefined
	return { promptRate, decodeRate: decodeRate(written), ...(drafted && { draftedRate: decodeRate(drafted) }) }
}

function decodeRate({ stats }: WrittenAnswer): number | undefined {
	const { generatedTokens, totalMs, firstTokenMs, pausedMs } = stats
	return generatedTokens < 2 ? undefined : rateOf(generatedTokens - 1, totalMs - firstTokenMs - pausedMs)
}

function rateOf(tokens: number, ms: number): number | undefined {
	return ms > 0 ? (tokens / ms) * 1_000 : undefined
}

/** Text that reads like code, and says something else for every mark from its first word on. */
function codeLike(mark: number, length: number): string {
	const lines: string[] = []
	for (let line = 0, done = 0; done < length; line++) {
		const text = `const value${mark + line} = combine(list[${line}], ${(mark * 31 + line * 7) % 997}) // step ${line}`
		lines.push(text)
		done += text.length + 1
	}
	return lines.join('\n').slice(0, length)
}
