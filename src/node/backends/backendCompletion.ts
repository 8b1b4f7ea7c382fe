import { noFigures } from '../../core/model/figures.ts'
import type {
	CompletionAnswer,
	CompletionModel,
	CompletionPlace,
	CompletionRequest,
	WarmUpAnswer,
	WarmUpRequest,
} from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendModel } from './backendModel.ts'
import type { CompletionWire } from './dialect.ts'
import { type FittedPlace, fitPlace } from './fitPrompt.ts'
import type { OpenedBackend } from './openedBackend.ts'
import type { Outgoing } from './outgoing.ts'
import { type Draft, writeOnBackend } from './writeOnBackend.ts'

/** Fills in the middle with a model on a server. It cannot say how likely its answers were. */
export class BackendCompletion extends BackendModel implements CompletionModel {
	async complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		const draft: Draft = { text: '' }
		const out = this.outgoing()
		const asked = await this.ask(request, token, async (opened, ended) => {
			const { wire, fitted } = this.wireOf(request, opened, { terms: request, out })
			const sent = this.dialect.completion(opened.probed, wire, opened.model.contextSize)
			const promptText = [wire.prefix, wire.typed, wire.suffix, ...wire.pieces.map(({ text }) => text)].join('')
			const written = await writeOnBackend(
				{ http: this.http, clock: this.deps.clock },
				sent,
				{ terms: request, promptText, draft },
				onText,
				ended,
			)
			return { ...written, ...shownOf(request, fitted), ...out.told }
		})
		if (asked.kind === 'answered') return asked.answer
		const { reason, elapsedMs } = asked
		return {
			text: draft.text,
			stopReason: reason,
			stats: { ...noFigures, firstTokenMs: elapsedMs, totalMs: elapsedMs },
			...out.told,
		}
	}

	async warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer> {
		const { warmUp } = this.dialect
		const nothing = { promptTokens: 0, evaluatedTokens: 0 }
		// A server that can only write would write for nobody.
		if (!this.ready || !warmUp || this.ready.probed.gap.by !== 'server' || request.mode === 'plain')
			return { ...nothing, stopReason: 'cancelled' }
		const out = this.outgoing()
		const terms = { maxTokens: 1, stop: [] }
		const asked = await this.ask(request, token, (opened, ended) =>
			warmUp(this.http, opened.probed, this.wireOf(request, opened, { terms, out }).wire, ended),
		)
		if (asked.kind === 'overtaken') return { ...nothing, stopReason: asked.reason, ...out.told }
		return { promptTokens: asked.answer, evaluatedTokens: asked.answer, stopReason: 'done', ...out.told }
	}

	/** A server does not know who else it has to make wait. */
	announce(): void {}

	private wireOf(
		place: CompletionPlace,
		{ model }: OpenedBackend,
		{
			terms,
			out,
		}: { readonly terms: Pick<CompletionRequest, 'maxTokens' | 'stop' | 'temperature'>; readonly out: Outgoing },
	): { readonly wire: CompletionWire; readonly fitted: FittedPlace } {
		const fitted = fitPlace(place, model.contextSize, terms.maxTokens)
		// Together: who types a secret has it on both sides of the cursor.
		const [prefix = '', typed = '', suffix = ''] = out.parts([fitted.prefix, place.typed ?? '', fitted.suffix])
		const wire = {
			...{ prefix, suffix, typed },
			mode: place.mode ?? 'fill',
			pieces: fitted.pieces.map(({ path, text }) => ({ path, text: out.text(text) })).toReversed(),
			comment: place.context?.comment ?? '//',
			maxTokens: terms.maxTokens,
			stop: terms.stop,
			temperature: terms.temperature ?? 0,
		}
		return { wire, fitted }
	}
}

function shownOf({ context }: CompletionPlace, { pieces, pieceTokens, cut }: FittedPlace) {
	return {
		...(context && { context: { tokens: pieceTokens, pieces: [...pieces.keys()] } }),
		...(cut && { cut }),
	}
}
