import type { Purpose } from '../../protocol/engine.ts'
import type { TokenId } from '../llama/fimPrompt.ts'
import type { Turn } from '../llama/turn.ts'
import type { Drafter, DrafterName } from './drafter.ts'
import { DraftPolicy } from './draftPolicy.ts'
import { ngramDrafter } from './ngramDrafter.ts'
import { ReferenceText } from './referenceText.ts'
import type { VerifyCosts } from './verifyCosts.ts'

/** Tokens proposed to the target; none is a plain step. */
export interface Draft {
	readonly drafter: DrafterName | undefined
	readonly kind: string
	readonly tokens: readonly TokenId[]
}

/** Drafts for one request. */
export interface Speculator {
	/** @param most tokens that a draft may have. */
	draft(tokens: readonly TokenId[], most: number, turn: Turn): Promise<Draft>
	/** Called while the target computes: work that need not wait. Never throws. */
	meanwhile(): void
	/** @param ms that the target took for the draft and the token before it. */
	observe(draft: Draft, accepted: number, ms: number): void
	end(generatedTokens: number): void
}

export const noDraft: Draft = { drafter: undefined, kind: '', tokens: [] }

interface Deps {
	readonly costs: VerifyCosts
	readonly tokenize: (text: string) => readonly TokenId[]
}

/** What is known of one purpose's requests. */
interface Experience {
	readonly policy: DraftPolicy
	/** Tokens of an answer, on average. */
	answerLength: number
}

const assumedAnswerLength = 48
const answerMemory = 0.8

/** What a loaded model has learned about drafts, over all requests. */
export class Speculation {
	private readonly deps: Deps
	private readonly experience = new Map<Purpose, Experience>()
	/** The last one: while somebody works in a file it is the same for many requests. */
	private reference: ReferenceText | undefined

	constructor(deps: Deps) {
		this.deps = deps
	}

	/** @param model the draft model, where there is one. */
	begin(purpose: Purpose, reference: string | undefined, model: Drafter | undefined): Speculator {
		const { costs } = this.deps
		const experience = this.experienceWith(purpose)
		const text = this.referenceFor(reference)
		const drafters = [ngramDrafter(text), ...(model ? [model] : [])]
		let prompt: number | undefined
		return {
			async draft(tokens, most, turn) {
				prompt ??= tokens.length
				const available = drafters.flatMap((drafter) => {
					const outlook = drafter.outlook(tokens)
					return outlook ? [{ drafter, outlook }] : []
				})
				const rest = Math.min(most + 1, Math.max(experience.answerLength - (tokens.length - prompt), 8))
				const choice = experience.policy.choose(
					available.map(({ outlook }) => outlook),
					most,
					rest,
				)
				const chosen = choice && available[choice.index]
				if (!chosen) return noDraft
				const { drafter, outlook } = chosen
				const proposed = await drafter.propose(tokens, { count: choice.length, trial: choice.trial }, turn)
				if (proposed.length === 0) return noDraft
				return { drafter: drafter.name, kind: outlook.kind, tokens: proposed }
			},
			meanwhile: () => text?.advance(),
			observe({ kind, tokens }, accepted, ms) {
				costs.observe(tokens.length + 1, ms)
				if (tokens.length > 0) experience.policy.observe({ kind, drafted: tokens.length, accepted })
			},
			end(generatedTokens) {
				experience.answerLength = experience.answerLength * answerMemory + generatedTokens * (1 - answerMemory)
			},
		}
	}

	private experienceWith(purpose: Purpose): Experience {
		let experience = this.experience.get(purpose)
		if (!experience) {
			experience = { policy: new DraftPolicy(this.deps.costs), answerLength: assumedAnswerLength }
			this.experience.set(purpose, experience)
		}
		return experience
	}

	private referenceFor(text: string | undefined): ReferenceText | undefined {
		if (text === undefined) return undefined
		if (this.reference?.text !== text) this.reference = new ReferenceText(text, this.deps.tokenize)
		return this.reference
	}
}
