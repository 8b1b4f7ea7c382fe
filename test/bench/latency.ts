import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, round, type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'
import type { ModelSpec } from '../../src/core/model/engineControl.ts'
import type { CompletionFigures } from '../../src/core/model/figures.ts'
import type { LoadedModel } from '../../src/core/model/modelState.ts'
import { defaultSettings } from '../../src/core/settings.ts'
import { starterModelFiles } from '../../src/node/modelFiles.ts'
import type { CodeThread } from '../../src/node/syntax/codeThread.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'
import { type OneModel, oneModel } from '../oneModel.ts'
import { codeThreadOf, indexed } from './codeThreadOf.ts'
import { type CodeWorkspace, makeCodeWorkspace } from './codeWorkspace.ts'
import {
	countOutcomes,
	countSources,
	type EvaluatedTokens,
	evaluatedOf,
	hostTimesOf,
	isAsked,
	isShown,
	type KnownTimes,
	knownTimesOf,
	modelMs,
	type Sources,
	share,
	withoutDebounce,
} from './keystrokeFigures.ts'
import type { Recording } from './recording.ts'
import { type Replay, replay } from './replay.ts'

export interface LatencyInput {
	/** Absolute path of the engine's script. */
	readonly engineEntry: string
	readonly root: string
	/** Of the packed extension. */
	readonly extensionRoot: string
	readonly files: ReadonlyMap<string, string>
	readonly recording: Recording
	readonly rounds: number
	/** Absolute path of a model to measure instead of the starter model. */
	readonly modelPath?: string | undefined
}

/** What a session was like with one choice of models. Times in milliseconds. */
export interface LatencyResult {
	readonly variant: string
	readonly model: Pick<LoadedModel, 'name' | 'quantization' | 'backend' | 'threads' | 'contextSize'>
	readonly draft: string
	/** Keystroke to ghost text, waiting on purpose included. */
	readonly shown: Summary | undefined
	/** The same without the waiting on purpose. */
	readonly shownWithoutDebounce: Summary | undefined
	/** Of those for which the model was asked: what the engine says the model itself took. */
	readonly modelTime: Summary | undefined
	/** Suggestions for which nothing was computed. */
	readonly known: KnownTimes
	/** What is neither debounce nor model, of both of these: core, messages, queue, postprocessing. */
	readonly overhead: Summary | undefined
	/** The same without the queue, which is in the engine. */
	readonly host: Summary | undefined
	/** Median of `shownWithoutDebounce` in each round: how far the rounds lie apart. */
	readonly medianOfRounds: readonly number[]
	readonly outcomes: Readonly<Record<string, number>>
	readonly sources: Sources
	readonly evaluated: EvaluatedTokens
	readonly tokens: {
		readonly reusedShare: number
		readonly generatedPerAnswer: number
		readonly draftAcceptance: number | undefined
	}
	readonly memory: {
		readonly engineAfterLoad: number | undefined
		readonly engineAfterSession: number | undefined
		/** Live objects of this process, after garbage collection. */
		readonly hostHeap: number
	}
}

interface Round extends Replay {
	readonly model: LoadedModel
	readonly memory: LatencyResult['memory']
}

/** @property right share of right answers, where they are not the model's own */
type Variant = readonly [name: string, spec: ModelSpec, right?: number]

/** Lines of the workspace around the files that are worked on. */
export const workspaceLines = 200_000

export interface LatencyMeasurement {
	/** Lines of code in the workspace that was indexed. */
	readonly workspaceLines: number
	readonly variants: readonly LatencyResult[]
	/** Absent where there is only one variant. */
	readonly comparison?: Comparison
}

/**
 * The first variant against the second, over the keystrokes whose suggestion was shown with both in the same round: those
 * that one of them was too slow for would spoil a comparison of all. Milliseconds without the debounce.
 */
export interface Comparison {
	readonly pairs: number
	/** Medians over all pairs. */
	readonly first: number
	readonly second: number
	/** Median of first minus second, for each round: below zero where the first is faster. */
	readonly differenceOfRounds: readonly number[]
}

/** Sessions of the variants take turns, so that a change of the machine's mood hits all of them. */
export async function measureLatency(input: LatencyInput): Promise<LatencyMeasurement> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-latency-'))
	const code = codeThreadOf(input.root, input.extensionRoot)
	try {
		const workspace = makeCodeWorkspace(input.root, join(folder, 'workspace'), workspaceLines)
		await indexed(code, workspace.folder, join(folder, 'symbols.bin'))
		return await measureIn({ ...input, workspace: { code, ...workspace } })
	} finally {
		code.dispose()
		rmSync(folder, { recursive: true, force: true })
	}
}

interface InputInWorkspace extends LatencyInput {
	readonly workspace: CodeWorkspace & { readonly code: CodeThread }
}

async function measureIn(input: InputInWorkspace): Promise<LatencyMeasurement> {
	const variants = variantsOf(input)
	const rounds = new Map<string, Round[]>(variants.map(([name]) => [name, []]))
	for (let round = 1; round <= input.rounds; round++) {
		// Every other round the other way round: the first one of a pair meets a cooler machine.
		for (const [name, spec, right] of round % 2 === 1 ? variants : [...variants].reverse()) {
			console.log(`  session ${round} of ${input.rounds}, ${name}`)
			rounds.get(name)?.push(await playRound(input, spec, right))
		}
	}
	const comparison = compare([...rounds.values()])
	return {
		workspaceLines: input.workspace.lines,
		variants: [...rounds].map(([name, played]) => resultOf(name, played)),
		...(comparison && { comparison }),
	}
}

function compare([first, second]: readonly Round[][]): Comparison | undefined {
	if (!first || !second) return undefined
	const rounds = first.map(({ keystrokes }, round) =>
		keystrokes.flatMap((one, index) => {
			const other = second[round]?.keystrokes[index]
			return other && isShown(one) && isShown(other) ? [[withoutDebounce(one), withoutDebounce(other)] as const] : []
		}),
	)
	const pairs = rounds.flat()
	return {
		pairs: pairs.length,
		first: round(median(pairs.map(([ms]) => ms))),
		second: round(median(pairs.map(([, ms]) => ms))),
		differenceOfRounds: rounds.map((each) => round(median(each.map(([one, other]) => one - other)))),
	}
}

function variantsOf({ root, modelPath }: LatencyInput): Variant[] {
	const common = { contextSize: defaultSettings['engine.contextSize'] }
	if (modelPath) return [['own model', { origin: 'user', path: modelPath, ...common }]]
	const { path, draftPath } = starterModelFiles(root)
	return [
		['starter model with its draft model', { origin: 'starter', path, draftPath, ...common }],
		['starter model alone', { origin: 'starter', path, ...common }],
		['an oracle that takes the starter model’s time and is right in 30 %', { origin: 'starter', path, ...common }, 0.3],
		['an oracle that is right in 60 %', { origin: 'starter', path, ...common }, 0.6],
	]
}

async function playRound(
	{ engineEntry, files, recording, workspace }: InputInWorkspace,
	spec: ModelSpec,
	right: number | undefined,
): Promise<Round> {
	const model = oneModel(spec, {
		entryPath: engineEntry,
		options: { ...cpuOptions, gpu: defaultSettings['engine.gpu'] },
		// The resident memory comes with the heart-beat; a machine that is busy has as long as it has with the usual one.
		timing: { beatMs: 500, handshakeBeats: 60, missedBeats: 30 },
	})
	try {
		const loaded = await ready(model)
		const engineAfterLoad = await residentBytes(model)
		const replayed = await replay({ model, files, recording, workspace, right })
		const engineAfterSession = await residentBytes(model)
		collectGarbage()
		const hostHeap = process.memoryUsage().heapUsed
		return { ...replayed, model: loaded, memory: { engineAfterLoad, engineAfterSession, hostHeap } }
	} finally {
		model.dispose()
	}
}

export function ready(model: OneModel): Promise<LoadedModel> {
	return new Promise((resolve, reject) => {
		const look = () => {
			const { state } = model
			if (state.kind === 'ready') resolve(state.model)
			else if (state.kind === 'failed') reject(new Error(`${state.problem.code}: ${state.problem.detail}`))
		}
		model.onDidChangeState(look)
		model.prepare()
		look()
	})
}

/** From a heart-beat that was sent after the call. */
async function residentBytes(model: OneModel): Promise<number | undefined> {
	await new Promise((resolve) => setTimeout(resolve, 1_500))
	return model.engine.diagnostics().rssBytes
}

function collectGarbage(): void {
	if (!globalThis.gc) throw new Error('Start the benchmark with --expose-gc')
	globalThis.gc()
}

function resultOf(variant: string, rounds: readonly Round[]): LatencyResult {
	const first = rounds[0]
	if (!first) throw new Error('No session was played')
	const { name, quantization, backend, threads, contextSize, draft } = first.model
	const all = rounds.flatMap(({ keystrokes }) => keystrokes)
	const shown = all.filter(isShown)
	const asked = shown.filter(isAsked)
	const answered = all.flatMap(({ outcome }) => (outcome.figures ? [outcome.figures] : []))
	return {
		variant,
		model: { name, quantization, backend, threads, contextSize },
		draft: 'name' in draft ? draft.name : draft.none,
		shown: summaryOf(shown.map(({ elapsedMs }) => elapsedMs)),
		shownWithoutDebounce: summaryOf(shown.map(withoutDebounce)),
		modelTime: summaryOf(asked.map(({ outcome }) => modelMs(outcome.figures))),
		overhead: summaryOf([
			...asked.map((keystroke) => withoutDebounce(keystroke) - modelMs(keystroke.outcome.figures)),
			...shown.filter(({ outcome }) => outcome.figures === undefined).map(withoutDebounce),
		]),
		host: hostTimesOf(shown),
		known: knownTimesOf(shown),
		medianOfRounds: rounds.map(({ keystrokes }) => round(median(keystrokes.filter(isShown).map(withoutDebounce)))),
		outcomes: countOutcomes(all),
		sources: countSources(all),
		evaluated: evaluatedOf(rounds),
		tokens: tokensOf(answered),
		memory: {
			engineAfterLoad: medianOrNone(rounds.map(({ memory }) => memory.engineAfterLoad)),
			engineAfterSession: medianOrNone(rounds.map(({ memory }) => memory.engineAfterSession)),
			hostHeap: median(rounds.map(({ memory }) => memory.hostHeap)),
		},
	}
}

function tokensOf(figures: readonly CompletionFigures[]): LatencyResult['tokens'] {
	const sum = (key: 'reusedTokens' | 'promptTokens' | 'generatedTokens' | 'draftedTokens' | 'acceptedTokens') =>
		figures.reduce((total, each) => total + each[key], 0)
	return {
		reusedShare: share(sum('reusedTokens'), sum('promptTokens')),
		generatedPerAnswer: share(sum('generatedTokens'), figures.length),
		draftAcceptance: sum('draftedTokens') === 0 ? undefined : share(sum('acceptedTokens'), sum('draftedTokens')),
	}
}

function medianOrNone(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined)
	return known.length === 0 ? undefined : median(known)
}

/** Where the engine's script lies in a folder made by the build. */
export function engineEntryIn(dist: string): string {
	return join(dist, 'engine', 'main.cjs')
}
