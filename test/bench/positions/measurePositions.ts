import { basename } from 'node:path'
import type { Judge } from '../../../src/core/completion/confidence/confidence.ts'
import { ConfidenceModel } from '../../../src/core/completion/confidence/confidenceModel.ts'
import { type Features, featuresOf } from '../../../src/core/completion/confidence/features.ts'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import { type ContextKind, contextKinds } from '../../../src/core/context/contextSource.ts'
import type { CompletionModel } from '../../../src/core/model/ports.ts'
import { defaultSettings } from '../../../src/core/settings.ts'
import { starterModelFiles } from '../../../src/node/modelFiles.ts'
import { systemClock } from '../../../src/node/systemClock.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import type { Clock } from '../../../src/shared/clock.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { oneModel } from '../../oneModel.ts'
import { ready } from '../latency.ts'
import { checkoutsIn } from '../recall/measureRecall.ts'
import { choosePositions, type HeldOutPosition } from './choosePositions.ts'
import { fitWeights } from './fitWeights.ts'
import { type Answered, contextRows, type PositionsResult, silenceRows } from './renderPositions.ts'
import { BenchWorkspace, without } from './workspace.ts'

const seed = 20_264

/** What is measured of the context: with all of it, with none, and without each kind. */
const variants: readonly (readonly [name: string, tokens: number, left?: ContextKind])[] = [
	['all', defaultSettings['completion.contextTokens']],
	['none', 0],
	...contextKinds.map((kind) => [`without ${kind}`, defaultSettings['completion.contextTokens'], kind] as const),
]

interface Input {
	readonly engineEntry: string
	readonly root: string
	readonly extensionRoot: string
	readonly grammarFolder: string
	readonly repositories: string
	readonly positions: number
	readonly modelPath?: string | undefined
	/** Prints weights fitted to the development half, instead of measuring the context. */
	readonly fit: boolean
}

/** Asks at places of repositories whose line was taken away, and compares with what stood there. */
export async function measurePositions(input: Input): Promise<PositionsResult> {
	const contextSize = defaultSettings['engine.contextSize']
	const { path } = input.modelPath ? { path: input.modelPath } : starterModelFiles(input.root)
	const model = oneModel({ origin: 'user', path, contextSize }, { entryPath: input.engineEntry })
	try {
		const { name, quantization } = await ready(model)
		const answered: Answered[] = []
		for (const { half, root } of checkoutsIn(input.repositories)) {
			const found = await inRepository(input, root, half, model)
			answered.push(...found)
			const shown = found.filter(({ variant, text }) => variant === 'all' && text !== '')
			console.log(`  ${half} ${basename(root)}: ${shown.length} shown, ${shown.filter(isExact).length} exact`)
		}
		if (input.fit) console.log(`Fitted weights: ${JSON.stringify(fitWeights(answered.filter(isOf('dev'))))}`)
		return {
			model: `${name} ${quantization}`,
			repositories: new Set(answered.map(({ repository }) => repository)).size,
			context: contextRows(answered),
			silence: silenceRows(answered.filter(isOf('heldout')).filter(({ variant }) => variant === 'all')),
		}
	} finally {
		model.dispose()
	}
}

async function inRepository(input: Input, root: string, half: string, model: CompletionModel): Promise<Answered[]> {
	const positions = await choosePositions(root, input.positions, seed)
	const workspace = new BenchWorkspace(root, input.extensionRoot, input.grammarFolder)
	const answered: Answered[] = []
	try {
		await workspace.index()
		for (const position of positions) {
			for (const [variant, tokens, left] of input.fit ? variants.slice(0, 1) : variants) {
				const { code } = workspace
				const judge = new RecordingJudge()
				const completer = new InlineCompleter({
					model,
					structure: code,
					context: without(code, left),
					confidence: judge,
					clock: patient,
					logger: silentLogger,
				})
				const one = await ask(completer, workspace, position, tokens)
				completer.dispose()
				const { text, kinds } = one
				const { path, truth, isWholeLine, languageId } = position
				const features = text === '' ? undefined : judge.features
				const probability = features && base.probability(features)
				const where = { repository: basename(root), half, path, languageId, isWholeLine, truth }
				answered.push({ ...where, variant, text, kinds, features, probability })
			}
		}
	} finally {
		workspace.dispose()
	}
	return answered
}

async function ask(
	completer: InlineCompleter,
	workspace: BenchWorkspace,
	{ ...position }: HeldOutPosition,
	contextTokens: number,
): Promise<{ readonly text: string; readonly kinds: number }> {
	const document = workspace.open(position)
	const { line, character } = position
	const request = {
		document,
		position: { line, character },
		explicit: false,
		contextTokens,
		silence: 'unsure',
	} as const
	const maxTokens = defaultSettings['completion.maxTokens']
	const outcome = await completer.complete({ ...request, maxTokens }, neverCancelled)
	const kinds = outcome.asked?.prompt.context?.pieces.length ?? 0
	return { text: outcome.kind === 'suggestion' ? outcome.text : '', kinds }
}

const base = new ConfidenceModel(undefined)

/** Shows everything, and keeps what it was judged by. */
class RecordingJudge implements Judge {
	features: Features | undefined

	judge(_: object, judged: Parameters<Judge['judge']>[1]) {
		this.features = featuresOf(judged)
		return { probability: base.probability(this.features), isSilent: false }
	}

	gone(): void {}

	accepted(): void {}
}

/** Nothing is waited for on purpose, and nothing is too late. */
const patient: Clock = {
	now: () => systemClock.now(),
	after: (ms, callback) => systemClock.after(ms === 15 ? 5_000 : 0, callback),
}

function isOf(half: string) {
	return (one: Answered) => one.half === half
}

function isExact({ text, truth }: Answered): boolean {
	return text.split('\n', 1)[0]?.trim() === truth.trim()
}
