import { Acceptance } from './acceptance.ts'
import type { Outlook } from './drafter.ts'
import type { VerifyCosts } from './verifyCosts.ts'

/** Which of the outlooks to follow, and how far. */
export interface DraftChoice {
	/** Place of the outlook in the list. */
	readonly index: number
	/** Tokens to draft, at least 1. */
	readonly length: number
	/** Drafting was not expected to pay, and is tried again. */
	readonly trial: boolean
}

/** What became of a draft. */
export interface DraftResult {
	readonly kind: string
	/** Tokens that were proposed, at least 1. */
	readonly drafted: number
	readonly accepted: number
}

/** Most tokens proposed at a time: with the one before them, as many as were measured. */
const longest = 15
/** Drafting has to promise at least this to be worth its risk. */
const leastGain = 1.05
/** Missed chances between two trials of what does not pay: at first, and at most. */
const firstTrial = 32
const lastTrial = 128
const trialLength = 2
/** Every so many drafts, one is this much longer: what lies behind the usual length would never be known. */
const stretchEvery = 16
const stretch = 2
/** Drafting steps after which the cost of a plain step is measured again, more than once: one may be held up. */
const plainEvery = 128
const plainSteps = 3

/** What is known of one kind of proposals. */
interface Experience {
	readonly acceptance: Acceptance
	drafts: number
	/** Steps in which it could have been proposed and was not. */
	missed: number
	trialAfter: number
}

/**
 * Decides what to draft, for one purpose, from how much of it was accepted and what drafting and verifying cost: the length
 * from which the most tokens a millisecond are to be expected.
 */
export class DraftPolicy {
	private readonly costs: VerifyCosts
	private readonly records = new Map<string, Experience>()
	private stepsSincePlain = 0
	private plainLeft = 0

	constructor(costs: VerifyCosts) {
		this.costs = costs
	}

	/**
	 * @param most tokens that may be drafted.
	 * @param expectedTokens that are still to come, over which the cost of preparation is spread.
	 * @returns undefined where a plain step is the best.
	 */
	choose(outlooks: readonly Outlook[], most: number, expectedTokens: number): DraftChoice | undefined {
		if (most < 1 || outlooks.length === 0) return undefined
		const { plain } = this.costs
		if (this.stepsSincePlain >= plainEvery) {
			this.stepsSincePlain = 0
			this.plainLeft = plainSteps
		}
		if (plain === undefined || this.plainLeft > 0) {
			this.plainLeft = Math.max(0, this.plainLeft - 1)
			return undefined
		}
		let chosen: DraftChoice | undefined
		let highest = leastGain
		for (const [index, outlook] of outlooks.entries()) {
			const record = this.recordOf(outlook)
			const best = this.best(outlook, record, Math.min(most, longest), expectedTokens)
			if (record.missed >= record.trialAfter) {
				chosen = { index, length: best.gain >= leastGain ? best.length : Math.min(trialLength, most), trial: true }
				break
			}
			if (best.gain < highest) continue
			highest = best.gain
			const further = record.drafts % stretchEvery === stretchEvery - 1 ? stretch : 0
			chosen = { index, length: Math.min(best.length + further, most, longest), trial: false }
		}
		for (const [index, outlook] of outlooks.entries()) if (index !== chosen?.index) this.recordOf(outlook).missed++
		if (chosen) this.startDraft(outlooks[chosen.index], chosen.trial)
		return chosen
	}

	observe({ kind, drafted, accepted }: DraftResult): void {
		this.records.get(kind)?.acceptance.observe(drafted, accepted)
	}

	private startDraft(outlook: Outlook | undefined, trial: boolean): void {
		this.stepsSincePlain++
		if (!outlook) return
		const record = this.recordOf(outlook)
		record.drafts++
		record.missed = 0
		record.trialAfter = trial ? Math.min(lastTrial, record.trialAfter * 2) : firstTrial
	}

	private recordOf({ kind, assumedAcceptance }: Outlook): Experience {
		let record = this.records.get(kind)
		if (!record) {
			record = { acceptance: new Acceptance(assumedAcceptance), drafts: 0, missed: 0, trialAfter: firstTrial }
			this.records.set(kind, record)
		}
		return record
	}

	/** The length with the most tokens a millisecond, and how many times faster than plain steps it is. */
	private best({ msPerToken, preparationMs }: Outlook, record: Experience, most: number, expectedTokens: number) {
		const plain = this.costs.plain ?? 0
		const preparationShare = preparationMs / Math.max(1, expectedTokens)
		let best = { length: 0, gain: 1 }
		let tokens = 1
		let allRight = 1
		for (let length = 1; length <= most; length++) {
			allRight *= record.acceptance.at(length - 1)
			tokens += allRight
			const ms = this.costs.estimate(length + 1) + length * msPerToken + preparationShare * tokens
			const gain = (tokens / ms) * plain
			if (gain > best.gain) best = { length, gain }
		}
		return best
	}
}
