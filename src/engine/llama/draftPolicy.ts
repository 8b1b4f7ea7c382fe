import type { Proposal } from './drafter.ts'

/** One step of decoding: what was drafted, what of it was right, and what it cost. */
export interface DraftStep {
	/** Absent for a plain step. */
	readonly proposal: Proposal | undefined
	readonly accepted: number
	/** Milliseconds of the target for the proposal and one more token. */
	readonly verifyMs: number
}

/** Where the decision is to be made. */
export interface DraftOccasion {
	/** Tokens that the drafter has to take in first. */
	readonly unseen: number
	/** Most tokens that a proposal may have, which may be 0 or less. */
	readonly most: number
}

/** Most tokens proposed at a time. */
const longest = 8
/** Drafting has to promise at least this to be worth its risk. */
const leastGain = 1.05
/** Shares of the old value that are kept with each new measurement. */
const acceptanceMemory = 0.9
const costMemory = 0.8
/** A step that took longer than this many times the usual was held up by something else. */
const outlier = 2
/** What is assumed of a step that was never measured, as shares of a plain step: hopeful, so that it is tried once. */
const assumedVerifyShare = 0.25
const assumedDraftShare = 0.2
const assumedAcceptance = 0.6
const assumedCatchUpShare = 0.02
/** Tokens of an answer, until some are known. */
const assumedLength = 24
/** A drafter that follows every step has a token or two to take in; more is a debt that drafting has to earn. */
const usualUnseen = 2
/** Plain steps between two tries while drafting does not pay: at first, and at most. */
const firstProbe = 32
const lastProbe = 256
const probeLength = 2
/** Drafting steps after which the cost of a plain step is measured again. */
const plainEvery = 64

/**
 * Decides how many tokens to draft next, from how many were accepted and what drafting and verifying cost. Expects each
 * drafted token to be right with the same probability, given that the ones before it were.
 */
export class DraftPolicy {
	private acceptedWeight = assumedAcceptance * 2
	private triedWeight = 2
	private draftMs: number | undefined
	/** Milliseconds of the drafter to take in one token. */
	private catchUpMs: number | undefined
	private answerLength = assumedLength
	/** Milliseconds of the target by the number of tokens in the step. */
	private readonly verifyMs = new Map<number, number>()
	private plainSteps = 0
	private stepsSincePlain = 0
	private probeAfter = firstProbe
	/** Then the next step tries again: one try says little against many failures before. */
	private probeWentWell = false

	/** Tokens to draft in the next step; 0 where drafting does not pay. */
	next({ unseen, most }: DraftOccasion): number {
		const plain = this.verifyMs.get(1)
		if (most < 1 || plain === undefined || this.stepsSincePlain >= plainEvery) return 0
		const { length, gain } = this.best(plain)
		const pays = gain >= leastGain
		if (pays && this.earns(plain, gain, unseen, most)) return Math.min(length, most)
		const tries = (this.probeWentWell && !pays) || this.plainSteps >= this.probeAfter
		return tries ? Math.min(probeLength, most) : 0
	}

	observe({ proposal, accepted, verifyMs }: DraftStep): void {
		const drafted = proposal?.tokens.length ?? 0
		this.verifyMs.set(drafted + 1, mix(this.verifyMs.get(drafted + 1), verifyMs))
		if (proposal === undefined || drafted === 0) {
			this.plainSteps++
			this.stepsSincePlain = 0
			this.probeWentWell = false
			return
		}
		if (proposal.unseen > usualUnseen) {
			this.catchUpMs = mix(this.catchUpMs, proposal.catchUpMs / (proposal.unseen - usualUnseen))
		}
		this.stepsSincePlain++
		this.probeWentWell = accepted === drafted
		this.draftMs = mix(this.draftMs, proposal.ms / drafted)
		this.acceptedWeight = this.acceptedWeight * acceptanceMemory + accepted
		this.triedWeight = this.triedWeight * acceptanceMemory + Math.min(accepted + 1, drafted)
		const pays = this.best(this.verifyMs.get(1) ?? verifyMs).gain >= leastGain
		if (pays) this.probeAfter = firstProbe
		else if (this.plainSteps >= this.probeAfter) this.probeAfter = Math.min(lastProbe, this.probeAfter * 2)
		this.plainSteps = 0
	}

	/** An answer ended by itself with that many tokens. */
	finished(tokens: number): void {
		this.answerLength = this.answerLength * acceptanceMemory + tokens * (1 - acceptanceMemory)
	}

	/** Whether an answer of the usual length wins more than taking in the prompt costs the drafter. */
	private earns(plainMs: number, gain: number, unseen: number, most: number): boolean {
		const saved = plainMs * (1 - 1 / gain) * Math.min(this.answerLength, most + 1)
		return saved > (this.catchUpMs ?? plainMs * assumedCatchUpShare) * Math.max(0, unseen - usualUnseen)
	}

	/** The length with the most tokens a millisecond, and how many times faster than a plain step it is. */
	private best(plainMs: number): { length: number; gain: number } {
		const acceptance = Math.min(0.99, this.acceptedWeight / this.triedWeight)
		const draftMs = this.draftMs ?? plainMs * assumedDraftShare
		let best = { length: 0, gain: 1 }
		let expected = 1
		for (let length = 1; length <= longest; length++) {
			expected += acceptance ** length
			const gain = (expected / (this.verifyEstimate(length + 1, plainMs) + length * draftMs)) * plainMs
			if (gain > best.gain) best = { length, gain }
		}
		return best
	}

	/** Between two measured sizes a straight line; beyond them the line from the plain step goes on. */
	private verifyEstimate(tokens: number, plainMs: number): number {
		const measured = this.verifyMs.get(tokens)
		if (measured !== undefined) return measured
		let below: readonly [number, number] = [1, plainMs]
		let above: readonly [number, number] | undefined
		for (const [size, ms] of this.verifyMs) {
			if (size < tokens && size > below[0]) below = [size, ms]
			if (size > tokens && (above === undefined || size < above[0])) above = [size, ms]
		}
		const slope = above ? (above[1] - below[1]) / (above[0] - below[0]) : slopeFrom(plainMs, below)
		return Math.max(plainMs, below[1] + slope * (tokens - below[0]))
	}
}

function slopeFrom(plainMs: number, [size, ms]: readonly [number, number]): number {
	return size > 1 ? (ms - plainMs) / (size - 1) : plainMs * assumedVerifyShare
}

function mix(old: number | undefined, measured: number): number {
	if (old === undefined) return measured
	return old * costMemory + Math.min(measured, old * outlier) * (1 - costMemory)
}
