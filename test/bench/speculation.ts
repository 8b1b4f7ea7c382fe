import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, round } from '../../src/cli/bench/statistics.ts'
import { type Answer, TimedEngine } from '../../src/cli/bench/timedEngine.ts'
import { fillerIndex, fillerText, syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'

/** One way of drafting, against plain decoding of the same model in the same rounds. */
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
	/** Share of tokens on which the draft model agrees with the target. */
	readonly draftAgreement?: number
	/** A prompt for an answer that begins with the filler token of this number. */
	readonly prompt: (first: number) => { readonly prefix: string; readonly reference?: string }
}

const answerTokens = 256
const contextSize = 2_048
const targets = ['F16', 'Q8_0'] as const

const noMatch = () => ({ prefix: wordsFrom(8_000, 320) })
const variants: readonly Variant[] = [
	{ name: 'plain', prompt: noMatch },
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
 * tokens one after the other. The variants take turns; the first answer of each is not counted.
 */
export async function measureSpeculation(engineEntry: string, rounds: number): Promise<SpeculationRow[]> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-speculation-'))
	try {
		const rows: SpeculationRow[] = []
		for (const type of targets) rows.push(...(await measureTarget(engineEntry, folder, type, rounds)))
		return rows
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

async function measureTarget(
	engineEntry: string,
	folder: string,
	type: (typeof targets)[number],
	rounds: number,
): Promise<SpeculationRow[]> {
	const path = join(folder, `target-${type}.gguf`)
	writeSyntheticModel(path, { ...syntheticShapes['60M'], contextSize, type, words: true })
	const engines = new Map<number | undefined, TimedEngine>()
	try {
		for (const { draftAgreement } of variants) {
			if (engines.has(draftAgreement)) continue
			const draftPath = draftAgreement === undefined ? undefined : join(folder, `draft-${type}-${draftAgreement}.gguf`)
			if (draftPath !== undefined) {
				const draft = { ...syntheticShapes['8M'], contextSize, type, words: true, agreement: draftAgreement ?? 0 }
				writeSyntheticModel(draftPath, draft)
			}
			engines.set(draftAgreement, await loadedEngine(engineEntry, path, draftPath))
		}
		const first = await firstFiller(engines.get(undefined))
		const answers = variants.map((): Answer[] => [])
		for (let time = 0; time <= rounds; time++) {
			console.log(`  ${type}, round ${time} of ${rounds}`)
			for (const [i, variant] of variants.entries()) {
				const answer = await engines
					.get(variant.draftAgreement)
					?.ask({ ...variant.prompt(first), maxTokens: answerTokens, purpose: 'fix' }).answer
				if (!answer || answer.stats.generatedTokens !== answerTokens) throw new Error('an answer is too short')
				if (time > 0) answers[i]?.push(answer)
			}
		}
		return variants.map(({ name }, i) => rowOf(type, name, answers[i] ?? [], answers[0] ?? []))
	} finally {
		for (const engine of engines.values()) engine.kill()
	}
}

function rowOf(target: string, variant: string, answers: readonly Answer[], plain: readonly Answer[]): SpeculationRow {
	const times = answers.map(msPerToken)
	const speedUps = plain.map((answer, i) => msPerToken(answer) / (times[i] ?? Number.NaN))
	const sum = (of: (stats: Answer['stats']) => number) => answers.reduce((total, { stats }) => total + of(stats), 0)
	const drafted = sum(({ draftedTokens }) => draftedTokens)
	return {
		target,
		variant,
		msPerToken: round(median(times)),
		speedUp: round(median(speedUps)),
		range: [round(Math.min(...speedUps)), round(Math.max(...speedUps))],
		...(drafted > 0 && { acceptance: round(sum(({ acceptedTokens }) => acceptedTokens) / drafted) }),
		tokensPerStep: round(sum(({ generatedTokens }) => generatedTokens - 1) / sum(({ steps }) => steps)),
	}
}

function msPerToken({ stats }: Answer): number {
	return (stats.totalMs - stats.firstTokenMs) / (stats.generatedTokens - 1)
}

async function loadedEngine(entry: string, path: string, draftPath: string | undefined): Promise<TimedEngine> {
	const engine = await TimedEngine.start(entry, 'off')
	const { draft } = await engine.load({ path, contextSize, ...(draftPath && { draftPath }) })
	if (draftPath && 'none' in draft) throw new Error(`the draft was refused: ${draft.detail}`)
	return engine
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
