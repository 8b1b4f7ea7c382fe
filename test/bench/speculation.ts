import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, round } from '../../src/cli/bench/statistics.ts'
import { type Answer, TimedEngine } from '../../src/cli/bench/timedEngine.ts'
import type { ModelSummary } from '../../src/protocol/engine.ts'
import { fillerIndex, fillerText, syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'

/** What calls of several tokens cost, and how far drafts can go with it. */
export interface CallCosts {
	readonly target: string
	readonly threads: number
	/** Milliseconds by tokens of a call, as the engine measured them at load. */
	readonly curve: readonly { readonly tokens: number; readonly ms: number }[]
	/** By the share of drafted tokens that are right, the speed-up of drafts of the best length that cost nothing to make. */
	readonly limits: readonly { readonly right: number; readonly speedUp: number }[]
}

export interface SpeculationResult {
	readonly rows: readonly SpeculationRow[]
	readonly costs: readonly CallCosts[]
}

/** One way of drafting, against plain decoding in the same engine process, right before or after each answer. */
export interface SpeculationRow {
	readonly target: string
	readonly variant: string
	/** Medians over the rounds. */
	readonly msPerToken: number
	readonly speedUp: number
	/** Lowest and highest speed-up of a round. */
	readonly range: readonly [number, number]
	/** Share of the drafted tokens that were right; absent where nothing was drafted. */
	readonly acceptance?: number
	readonly tokensPerStep: number
}

interface Variant {
	readonly name: string
	/** Nothing is drafted. */
	readonly isPlain?: true
	/** Share of tokens on which the draft model agrees with the target. */
	readonly draftAgreement?: number
	/** A prompt for an answer that begins with the filler token of this number. */
	readonly prompt: (first: number) => { readonly prefix: string; readonly reference?: string }
}

interface Compared {
	readonly answer: Answer
	readonly plain: Answer
}

const answerTokens = 256
const contextSize = 2_048
const targets = ['F16', 'Q8_0'] as const

const noMatch = () => ({ prefix: wordsFrom(8_000, 320) })
const variants: readonly Variant[] = [
	{ name: 'plain', isPlain: true, prompt: noMatch },
	{ name: 'draft model, 80 % agreement', draftAgreement: 0.8, prompt: noMatch },
	{ name: 'draft model, 90 % agreement', draftAgreement: 0.9, prompt: noMatch },
	{ name: 'draft model, useless', draftAgreement: 0, prompt: noMatch },
	{ name: 'n-gram, the answer is the prompt less a fifth', prompt: (first) => ({ prefix: promptLessFifth(first) }) },
	{ name: 'n-gram, a fifth of the answer is new', prompt: (first) => ({ prefix: answerWithNewFifth(first) }) },
	{
		name: 'n-gram, the same from a reference text',
		prompt: (first) => ({ ...noMatch(), reference: promptLessFifth(first) }),
	},
]

/**
 * Decoding with drafts against decoding without, on synthetic models whose answer is known: it runs through the filler
 * tokens one after the other. The variants take turns, each with a plain answer of its own engine: what two engines take
 * differs by more than a useless draft costs. The first answers of each are not counted.
 */
export async function measureSpeculation(engineEntry: string, rounds: number): Promise<SpeculationResult> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-speculation-'))
	try {
		const rows: SpeculationRow[] = []
		const costs: CallCosts[] = []
		for (const type of targets) {
			const measured = await measureTarget(engineEntry, folder, type, rounds)
			rows.push(...measured.rows)
			costs.push(measured.costs)
		}
		return { rows, costs }
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

async function measureTarget(
	engineEntry: string,
	folder: string,
	type: (typeof targets)[number],
	rounds: number,
): Promise<{ readonly rows: readonly SpeculationRow[]; readonly costs: CallCosts }> {
	const path = join(folder, `target-${type}.gguf`)
	writeSyntheticModel(path, { ...syntheticShapes['60M'], contextSize, type, words: true })
	const engines = new Map<number | undefined, TimedEngine>()
	let costs: CallCosts = { target: type, threads: 0, curve: [], limits: [] }
	try {
		for (const { draftAgreement } of variants) {
			if (engines.has(draftAgreement)) continue
			const draftPath = draftAgreement === undefined ? undefined : join(folder, `draft-${type}-${draftAgreement}.gguf`)
			if (draftPath !== undefined) {
				const draft = { ...syntheticShapes['8M'], contextSize, type, words: true, agreement: draftAgreement ?? 0 }
				writeSyntheticModel(draftPath, draft)
			}
			const { engine, summary } = await loadedEngine(engineEntry, path, draftPath)
			engines.set(draftAgreement, engine)
			if (draftAgreement === undefined) costs = callCosts(type, summary)
		}
		const first = await firstFiller(engines.get(undefined))
		const compared = variants.map((): Compared[] => [])
		for (let time = 0; time <= rounds; time++) {
			console.log(`  ${type}, round ${time} of ${rounds}`)
			for (const [i, variant] of variants.entries()) {
				const engine = engines.get(variant.draftAgreement)
				if (!engine) throw new Error('an engine is missing')
				const pair = await compare(engine, { variant, first, isReversed: time % 2 === 0 })
				if (time > 0) compared[i]?.push(pair)
			}
		}
		return { rows: variants.map(({ name }, i) => rowOf(type, name, compared[i] ?? [])), costs }
	} finally {
		for (const engine of engines.values()) engine.kill()
	}
}

/** Asks the same with and without drafts; the second does not always have the warmer processor. */
async function compare(
	engine: TimedEngine,
	{ variant, first, isReversed }: { readonly variant: Variant; readonly first: number; readonly isReversed: boolean },
): Promise<Compared> {
	const ask = async (drafts: boolean) => {
		const question = { ...variant.prompt(first), maxTokens: answerTokens, purpose: 'fix' as const }
		const answer = await engine.ask(drafts ? question : { ...question, drafts }).answer
		if (answer.stats.generatedTokens !== answerTokens) throw new Error('an answer is too short')
		if (!drafts && answer.stats.draftedTokens > 0) throw new Error('something was drafted: this is not plain decoding')
		return answer
	}
	if (variant.isPlain) {
		const answer = await ask(false)
		return { answer, plain: answer }
	}
	if (!isReversed) {
		const plain = await ask(false)
		return { plain, answer: await ask(true) }
	}
	const answer = await ask(true)
	return { answer, plain: await ask(false) }
}

function rowOf(target: string, variant: string, compared: readonly Compared[]): SpeculationRow {
	const answers = compared.map(({ answer }) => answer)
	const speedUps = compared.map(({ answer, plain }) => msPerToken(plain) / msPerToken(answer))
	const sum = (of: (stats: Answer['stats']) => number) => answers.reduce((total, { stats }) => total + of(stats), 0)
	const drafted = sum(({ draftedTokens }) => draftedTokens)
	return {
		target,
		variant,
		msPerToken: round(median(answers.map(msPerToken))),
		speedUp: round(median(speedUps)),
		range: [round(Math.min(...speedUps)), round(Math.max(...speedUps))],
		...(drafted > 0 && { acceptance: round(sum(({ acceptedTokens }) => acceptedTokens) / drafted) }),
		tokensPerStep: round(sum(({ generatedTokens }) => generatedTokens - 1) / sum(({ steps }) => steps)),
	}
}

function msPerToken({ stats }: Answer): number {
	return (stats.totalMs - stats.firstTokenMs) / (stats.generatedTokens - 1)
}

async function loadedEngine(entry: string, path: string, draftPath: string | undefined) {
	const engine = await TimedEngine.start(entry, 'off')
	const summary = await engine.load({ path, contextSize, ...(draftPath && { draftPath }) })
	const { draft } = summary
	if (draftPath && 'none' in draft) throw new Error(`the draft was refused: ${draft.detail}`)
	return { engine, summary }
}

function callCosts(target: string, { threads, verifyCurve }: Pick<ModelSummary, 'threads' | 'verifyCurve'>): CallCosts {
	const plain = verifyCurve.find(({ tokens }) => tokens === 1)?.ms ?? Number.NaN
	const limits = [0.8, 0.9].map((right) => {
		// Of a draft of n tokens and the one that follows: 1 + right + right² + … + rightⁿ.
		const speedUps = verifyCurve.map(({ tokens, ms }) => ((1 - right ** tokens) / (1 - right) / ms) * plain)
		return { right, speedUp: round(Math.max(...speedUps)) }
	})
	return { target, threads, curve: verifyCurve.map(({ tokens, ms }) => ({ tokens, ms: round(ms) })), limits }
}

/** What every answer begins with: it depends on the prompt's last token only, and that is the same for all. */
async function firstFiller(engine: TimedEngine | undefined): Promise<number> {
	const answer = await engine?.ask({ prefix: fillerText(0), maxTokens: 1, purpose: 'fix' }).answer
	return fillerIndex(answer?.text ?? '')
}

function wordsFrom(first: number, count: number): string {
	return Array.from({ length: count }, (_, i) => fillerText(first + i)).join('')
}

/** Of every 50 tokens, the last 10 are not in the answer. */
function promptLessFifth(first: number): string {
	let text = ''
	for (let done = 0; done < answerTokens; done += 40) text += wordsFrom(first + done, 40) + wordsFrom(8_000 + done, 10)
	return text
}

/** Of every 50 tokens of the answer, the last 10 are not in the prompt. */
function answerWithNewFifth(first: number): string {
	let text = ''
	for (let done = 0; done < answerTokens; done += 50) text += wordsFrom(first + done, 40)
	return text
}
