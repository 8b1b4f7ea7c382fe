import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Judge } from '../../../src/core/completion/confidence/confidence.ts'
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
import { type Answered, isExact, isUseful } from './answered.ts'
import { choosePositions } from './choosePositions.ts'
import { contextRows } from './contextRows.ts'
import { editedPositions } from './editedPositions.ts'
import { fitWeights } from './fitWeights.ts'
import type { HeldOutPosition } from './heldOutPosition.ts'
import type { MeasuredRepository, PositionsResult } from './renderPositions.ts'
import { learntRow, orderRows, ruleRows, silenceByLanguage } from './silenceRows.ts'
import { BenchWorkspace, CollectedOnce } from './workspace.ts'

const seed = 20_264
/** So many of the places are taken after edits of other files. */
const editedShare = 0.25

interface Variant {
	readonly name: string
	readonly tokens: number
	readonly left?: ContextKind
}

const tokens = defaultSettings['completion.contextTokens']
const all: Variant = { name: 'all', tokens }
/** With all that is shown of other files, with none of it, and without each kind. */
const variants: readonly Variant[] = [
	all,
	{ name: 'none', tokens: 0 },
	...contextKinds.map((left) => ({ name: `without ${left}`, tokens, left })),
]

interface Input {
	readonly engineEntry: string
	readonly root: string
	readonly extensionRoot: string
	readonly repositories: string
	readonly positions: number
	readonly modelPath?: string | undefined
	/** Fits weights to the development half and prints them; the held-out half is not looked at. */
	readonly fit: boolean
}

/** Asks at places of repositories where something was taken away, and compares with what stood there. */
export async function measurePositions(input: Input): Promise<PositionsResult> {
	const contextSize = defaultSettings['engine.contextSize']
	const { path } = input.modelPath ? { path: input.modelPath } : starterModelFiles(input.root)
	const model = oneModel({ origin: 'user', path, contextSize }, { entryPath: input.engineEntry })
	const half = input.fit ? 'dev' : 'heldout'
	try {
		const { name, quantization } = await ready(model)
		const answered: Answered[] = []
		const repositories: MeasuredRepository[] = []
		for (const checkout of checkoutsIn(input.repositories).filter((one) => one.half === half)) {
			const found = await inRepository(input, checkout, model)
			const places = found.filter(({ variant }) => variant === 'all')
			const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: checkout.root, encoding: 'utf8' })
			repositories.push({ name: basename(checkout.root), commit: commit.trim(), places: places.length })
			const shown = places.filter(({ text }) => text !== '')
			const counts = `${shown.length} shown, ${shown.filter(isUseful).length} useful, ${shown.filter(isExact).length} exact`
			console.log(`  ${half} ${basename(checkout.root)}: ${places.length} places, ${counts}`)
			const first = answered.length
			answered.push(...found.map((one) => ({ ...one, place: first + one.place })))
		}
		// To look into: it holds code of others, and stays where nothing is committed.
		writeFileSync(join(input.root, 'out', 'bench', `positions-${half}.json`), JSON.stringify(answered))
		if (input.fit) fitWeights(answered)
		const asShown = answered.filter(({ variant }) => variant === 'all')
		return {
			model: `${name} ${quantization}`,
			half,
			repositories,
			context: contextRows(answered),
			orders: orderRows(asShown),
			rules: ruleRows(asShown),
			learnt: learntRow(asShown),
			languages: silenceByLanguage(asShown),
		}
	} finally {
		model.dispose()
	}
}

async function inRepository(
	input: Input,
	{ half, root }: { readonly half: string; readonly root: string },
	model: CompletionModel,
): Promise<Answered[]> {
	const edited = editedPositions(root, Math.round(input.positions * editedShare), seed)
	const positions = [...(await choosePositions(root, input.positions - edited.length, seed)), ...edited]
	const workspace = await BenchWorkspace.of(root, input)
	const answered: Answered[] = []
	try {
		for (const [place, position] of positions.entries()) {
			const { path, languageId, kind, truth } = position
			const where = { place, repository: basename(root), half, path, languageId, kind, truth }
			const about = { ...where, isAfterEdits: position.edited !== undefined }
			const answers = await askAll(workspace, model, position, input.fit ? [all] : variants)
			answered.push(...answers.map((answer) => ({ ...about, ...answer })))
		}
	} finally {
		workspace.dispose()
	}
	return answered
}

type Answer = Pick<Answered, 'variant' | 'text' | 'kinds' | 'features'>

/** Leaving out what is not there changes nothing, and is not asked for. */
async function askAll(
	workspace: BenchWorkspace,
	model: CompletionModel,
	position: HeldOutPosition,
	asked: readonly Variant[],
): Promise<Answer[]> {
	const document = workspace.open(position)
	const collected = new CollectedOnce(workspace.code)
	const answers: Answer[] = []
	for (const { name, tokens: contextTokens, left } of asked) {
		const sent = await collected.kinds()
		const [full] = answers
		if (full && left && !sent.has(left)) {
			answers.push({ ...full, variant: name })
			continue
		}
		const judge = new RecordingJudge()
		const completer = new InlineCompleter({
			model,
			structure: workspace.code,
			context: collected.without(left),
			confidence: judge,
			clock: patient,
			logger: silentLogger,
		})
		const { line, character } = position
		const place = { document, position: { line, character }, explicit: false }
		const maxTokens = defaultSettings['completion.maxTokens']
		const outcome = await completer.complete({ ...place, contextTokens, silence: 'unsure', maxTokens }, neverCancelled)
		completer.dispose()
		const text = outcome.kind === 'suggestion' ? outcome.text : ''
		const kinds = contextTokens === 0 ? [] : [...(await collected.kinds())].filter((kind) => kind !== left)
		answers.push({ variant: name, text, kinds, features: text === '' ? undefined : judge.features })
	}
	return answers
}

/** Shows everything, and keeps what it was judged by. */
class RecordingJudge implements Judge {
	features: Features | undefined

	judge(_: object, judged: Parameters<Judge['judge']>[1]) {
		this.features = featuresOf(judged)
		return { probability: 1, isSilent: false }
	}

	asked(): void {}

	gone(): void {}

	hidden(): void {}

	accepted(): void {}
}

/** How long the completer waits for what the code at the cursor is, and for other files. */
const waits = new Set([15, 20])
/** Nothing is waited for on purpose, and nothing is too late. */
const patient: Clock = {
	now: () => systemClock.now(),
	after: (ms, callback) => systemClock.after(waits.has(ms) ? 5_000 : 0, callback),
}
