import { bytesOf, type CatalogueFile, type CatalogueModel } from './catalogue/catalogue.ts'
import { largestDraftShare, leastForDraft } from './draftPairing.ts'
import type { ComputeMachine } from './engineControl.ts'
import type { InstalledModel, InstalledModels, ModelTraits } from './installedModel.ts'
import { type KnownSpeed, type LineTime, lineTimeOf, longestLineSeconds, type SpeedSample } from './lineTime.ts'
import { activeBillions, catalogueNeed, installedNeed, type MemoryBudget, memoryBudget } from './modelPlan.ts'

export type ModelRole = 'completion' | 'draft' | 'chat' | 'embedding'

/** A model that is there, or one that can be downloaded. */
export type Candidate =
	| { readonly kind: 'installed'; readonly model: InstalledModel; readonly traits: ModelTraits }
	| { readonly kind: 'catalogue'; readonly model: CatalogueModel; readonly file: CatalogueFile }

export interface Pick {
	readonly role: ModelRole
	readonly candidate: Candidate
	/** Bytes of memory that it takes; 0 where it is in memory for another role already. */
	readonly needBytes: number
	readonly reasons: readonly Reason[]
	/** Of the model for completions, where it can be told from what was measured on this machine. */
	readonly line?: LineTime
}

/** Why a model was chosen, for texts. */
export type Reason =
	| 'alreadyInstalled'
	| 'bestThatFits'
	/** The processor computes, so it had to be small. */
	| 'smallForProcessor'
	/** None is fast enough: it is the one that comes nearest. */
	| 'fastestThereIs'
	| 'sharedWithCompletion'
	| 'sameTokenizer'
	| 'nothingInstalled'

/** Why a role has no model. */
export type Gap = 'nothingFits' | 'noneKnown' | 'notWorthIt'

export interface ModelProposal {
	readonly budget: MemoryBudget
	readonly picks: readonly Pick[]
	readonly gaps: readonly { readonly role: ModelRole; readonly why: Gap }[]
	readonly needBytes: number
	/** That are still to be downloaded. */
	readonly downloadBytes: number
	/** One that would complete better and has room, and is too slow for who types. */
	readonly tooSlow?: TimedCandidate
	/** One to download that would complete better than what is here, and is fast enough. */
	readonly worthDownload?: TimedCandidate
}

export interface TimedCandidate {
	readonly candidate: Candidate
	readonly line: LineTime
}

export interface ChoiceInput {
	readonly machine: ComputeMachine
	/** Threads that can compute. */
	readonly cores: number
	readonly installed: InstalledModels
	readonly catalogue: readonly CatalogueModel[]
	/** Tokens. */
	readonly contextSize: number
	/** What is known of the speed of installed models, by path. */
	readonly speeds?: ReadonlyMap<string, KnownSpeed>
}

/**
 * Rules of thumb where nothing was measured, in billions of numbers that compute one token. A suggestion has to be there before one types on, and a processor
 * reads all of a model's numbers from memory for each token.
 */
const completionOnGpu = 9
const completionOnProcessor = 1.8
const completionOnFewCores = 0.8
const fewCores = 4
const chatOnProcessor = 4
const chatOnGpu = 40
/** So many times the numbers make a difference that is worth a download. */
const clearlyMore = 2
/** A smaller model's speed says nothing of larger ones. */
const leastForEstimate = 0.1
/** Of the memory, what the completion model may take: others want some too. */
const completionShare = 0.6
const embeddingShare = 0.2

/** Proposes a model for each role, so that all fit into memory side by side: installed ones first. */
export function chooseModels(input: ChoiceInput): ModelProposal {
	const budget = memoryBudget(input.machine)
	const all = candidatesOf(input)
	const chooser = new Chooser(budget, all, input)
	chooser.chooseCompletion()
	chooser.chooseEmbedding()
	chooser.chooseChat()
	chooser.chooseDraft()
	return chooser.proposal()
}

function candidatesOf({ installed, catalogue }: ChoiceInput): Candidate[] {
	const there = installed.models.flatMap((model): Candidate[] =>
		'traits' in model.about ? [{ kind: 'installed', model, traits: model.about.traits }] : [],
	)
	// Who is asked to choose does not agree to terms in somebody's name: those with restrictions are for the user to pick.
	const free = catalogue.filter(({ restriction, isGated }) => restriction === undefined && !isGated)
	const offered = free.flatMap((model): Candidate[] => model.files.map((file) => ({ kind: 'catalogue', model, file })))
	return [...there, ...offered]
}

class Chooser {
	private readonly picks: Pick[] = []
	private readonly gaps: { role: ModelRole; why: Gap }[] = []
	private tooSlow: TimedCandidate | undefined
	private worthDownload: TimedCandidate | undefined
	private readonly samples: readonly SpeedSample[]
	private readonly budget: MemoryBudget
	private readonly all: readonly Candidate[]
	private readonly input: ChoiceInput

	constructor(budget: MemoryBudget, all: readonly Candidate[], input: ChoiceInput) {
		this.budget = budget
		this.all = all
		this.input = input
		this.samples = samplesOf(all, input.speeds)
	}

	chooseCompletion(): void {
		if (this.samples.length > 0) {
			this.chooseBySpeed()
			return
		}
		const isOnGpu = this.budget.place === 'gpu'
		const onProcessor = this.input.cores < fewCores ? completionOnFewCores : completionOnProcessor
		const largest = isOnGpu ? completionOnGpu : onProcessor
		const fits = (candidate: Candidate) => canFill(candidate) && billionsOf(candidate) <= largest
		this.choose('completion', fits, this.left * completionShare, isOnGpu ? [] : ['smallForProcessor'])
	}

	/** What was measured on this machine says which models are fast enough; where none is, the fastest has to do. */
	private chooseBySpeed(): void {
		const bytes = this.left * completionShare
		const isQuick = (candidate: Candidate) => (this.lineOf(candidate)?.seconds ?? Infinity) <= longestLineSeconds
		const quick = this.best('completion', (candidate) => canFill(candidate) && isQuick(candidate), bytes)
		const slow = this.best('completion', (candidate) => canFill(candidate) && !isQuick(candidate), bytes)
		const line = slow && this.lineOf(slow)
		if (!quick) {
			const seconds = (candidate: Candidate) => this.lineOf(candidate)?.seconds ?? Infinity
			const [fastest] = this.all
				.filter((candidate) => canFill(candidate) && this.need(candidate) <= bytes)
				.sort((a, b) => seconds(a) - seconds(b))
			if (fastest) this.add('completion', fastest, ['fastestThereIs'])
			else this.choose('completion', canFill, bytes, [])
			return
		}
		this.add('completion', quick, [])
		if (slow && line && isBetter(slow, quick)) this.tooSlow = { candidate: slow, line }
		this.lookForLarger(quick, isQuick, bytes)
	}

	/** What is here is chosen, and what it costs to be content with that is said. */
	private lookForLarger(chosen: Candidate, isQuick: (candidate: Candidate) => boolean, bytes: number): void {
		const isOffered = (candidate: Candidate) =>
			candidate.kind === 'catalogue' && billionsOf(candidate) >= billionsOf(chosen) * clearlyMore
		const fits = (candidate: Candidate) => isOffered(candidate) && canFill(candidate) && isQuick(candidate)
		const larger = chosen.kind === 'installed' ? this.best('completion', fits, bytes) : undefined
		const line = larger && this.lineOf(larger)
		if (larger && line) this.worthDownload = { candidate: larger, line }
	}

	chooseEmbedding(): void {
		this.choose('embedding', isEmbedding, this.left * embeddingShare, [])
	}

	chooseChat(): void {
		const largest = this.budget.place === 'gpu' ? chatOnGpu : chatOnProcessor
		const completion = this.pickOf('completion')
		const fits = (candidate: Candidate) => canChat(candidate) && billionsOf(candidate) <= largest
		const best = this.best('chat', fits, this.left)
		// Two models where one will do cost memory twice.
		if (completion && canChat(completion.candidate) && !(best && isClearlyBetter(best, completion.candidate))) {
			this.picks.push({
				role: 'chat',
				candidate: completion.candidate,
				needBytes: 0,
				reasons: ['sharedWithCompletion'],
			})
			return
		}
		this.choose('chat', fits, this.left, [])
	}

	chooseDraft(): void {
		const target = this.pickOf('completion')?.candidate
		if (!target || billionsOf(target) < leastForDraft) {
			this.gaps.push({ role: 'draft', why: 'notWorthIt' })
			return
		}
		const fits = (candidate: Candidate) =>
			isSameTokenizer(candidate, target) && billionsOf(candidate) <= billionsOf(target) * largestDraftShare
		// The smallest one: it is asked for every token.
		const [smallest] = this.all
			.filter((candidate) => fits(candidate) && this.need(candidate) <= this.left)
			.sort((a, b) => Number(b.kind === 'installed') - Number(a.kind === 'installed') || this.need(a) - this.need(b))
		if (smallest) this.add('draft', smallest, ['sameTokenizer'])
		else this.gaps.push({ role: 'draft', why: this.all.some(fits) ? 'nothingFits' : 'noneKnown' })
	}

	proposal(): ModelProposal {
		const downloads = new Set(
			this.picks.flatMap(({ candidate }) => (candidate.kind === 'catalogue' ? [candidate.file] : [])),
		)
		return {
			budget: this.budget,
			picks: this.picks,
			gaps: this.gaps,
			needBytes: this.picks.reduce((sum, { needBytes }) => sum + needBytes, 0),
			downloadBytes: [...downloads].reduce((sum, file) => sum + bytesOf(file), 0),
			...(this.tooSlow && { tooSlow: this.tooSlow }),
			...(this.worthDownload && { worthDownload: this.worthDownload }),
		}
	}

	private lineOf(candidate: Candidate): LineTime | undefined {
		const own = candidate.kind === 'installed' ? this.input.speeds?.get(candidate.model.path) : undefined
		return lineTimeOf(billionsOf(candidate), own, this.samples)
	}

	private get left(): number {
		return this.budget.bytes - this.picks.reduce((sum, { needBytes }) => sum + needBytes, 0)
	}

	private choose(
		role: ModelRole,
		fits: (candidate: Candidate) => boolean,
		bytes: number,
		reasons: readonly Reason[],
	): void {
		const best = this.best(role, fits, bytes)
		if (best) this.add(role, best, reasons)
		else this.gaps.push({ role, why: this.all.some(fits) ? 'nothingFits' : 'noneKnown' })
	}

	/** Of those that are there the best, else the best that can be had. */
	private best(role: ModelRole, fits: (candidate: Candidate) => boolean, bytes: number): Candidate | undefined {
		const fitting = this.all.filter((candidate) => fits(candidate) && this.need(candidate) <= bytes)
		const installed = fitting.filter(({ kind }) => kind === 'installed')
		const [best] = (installed.length > 0 ? installed : fitting).sort(
			(a, b) => worth(b, role) - worth(a, role) || this.need(b) - this.need(a),
		)
		return best
	}

	private add(role: ModelRole, candidate: Candidate, reasons: readonly Reason[]): void {
		const origin: Reason = candidate.kind === 'installed' ? 'alreadyInstalled' : 'nothingInstalled'
		const line = role === 'completion' ? this.lineOf(candidate) : undefined
		const needBytes = this.need(candidate)
		// The fastest is not chosen for being the best.
		const why: readonly Reason[] = reasons.includes('fastestThereIs') ? reasons : ['bestThatFits', ...reasons]
		this.picks.push({ role, candidate, needBytes, reasons: [origin, ...why], ...(line && { line }) })
	}

	private need(candidate: Candidate): number {
		if (candidate.kind === 'catalogue') return catalogueNeed(candidate.file)
		return installedNeed(candidate.model, this.input.contextSize)
	}

	private pickOf(role: ModelRole): Pick | undefined {
		return this.picks.find((pick) => pick.role === role)
	}
}

/** Installed models whose speed is known. */
function samplesOf(all: readonly Candidate[], speeds: ChoiceInput['speeds']): SpeedSample[] {
	return all.flatMap((candidate) => {
		const known = candidate.kind === 'installed' ? speeds?.get(candidate.model.path) : undefined
		if (candidate.kind !== 'installed' || !known) return []
		const billions = billionsOf(candidate)
		// One of millions says nothing of one of billions: what it takes is not its numbers.
		const tells = billions >= leastForEstimate && lineTimeOf(billions, known, []) !== undefined
		return !tells ? [] : [{ ...known, title: candidate.model.title, billions }]
	})
}

/** Models of two kinds have no order in common but their size. */
function isBetter(a: Candidate, b: Candidate): boolean {
	if (a.kind === b.kind) return worth(a, 'completion') > worth(b, 'completion')
	return billionsOf(a) > billionsOf(b)
}

function billionsOf(candidate: Candidate): number {
	return activeBillions(candidate.kind === 'installed' ? candidate.traits : candidate.model)
}

/** Names of models that were trained on code; others may know the tokens of a gap without ever having seen one. */
const coderName = /cod(e|er|estral|egemma|ellama)|devstral|mellum/i
const coderBonus = 1_000

/** Of what the catalogue knows its own order, of others their size. */
function worth(candidate: Candidate, role: ModelRole): number {
	if (candidate.kind === 'catalogue') return candidate.model.rank
	const isCoder = role === 'completion' && coderName.test(candidate.model.title)
	return billionsOf(candidate) + (isCoder ? coderBonus : 0)
}

/** From which difference a chat model of its own is worth its memory. */
const clearlyHigher = 50
const clearlyLarger = 1.5

function isClearlyBetter(a: Candidate, b: Candidate): boolean {
	if (a.kind === 'catalogue' && b.kind === 'catalogue') return a.model.rank >= b.model.rank + clearlyHigher
	return a.kind === 'installed' && b.kind === 'installed' && billionsOf(a) >= billionsOf(b) * clearlyLarger
}

function canFill(candidate: Candidate): boolean {
	if (candidate.kind === 'catalogue') return candidate.model.uses.includes('completion')
	return candidate.traits.hasFim && !candidate.traits.isEmbedding
}

function canChat(candidate: Candidate): boolean {
	if (candidate.kind === 'catalogue') return candidate.model.uses.includes('chat')
	return candidate.traits.hasChatTemplate && !candidate.traits.isEmbedding
}

function isEmbedding(candidate: Candidate): boolean {
	return candidate.kind === 'catalogue' ? candidate.model.uses.includes('embedding') : candidate.traits.isEmbedding
}

/** Nobody can tell of one that is not there whether it fits one that is. */
function isSameTokenizer(a: Candidate, b: Candidate): boolean {
	if (a.kind === 'installed' && b.kind === 'installed') {
		return a.traits.tokenizer === b.traits.tokenizer && !a.traits.isEmbedding
	}
	if (a.kind === 'catalogue' && b.kind === 'catalogue') {
		return a.model.tokenizer === b.model.tokenizer && a.model.uses.includes('draft')
	}
	return false
}
