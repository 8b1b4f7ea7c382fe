import type { ChatMessage, JsonForm } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { BackendHttp } from './backendHttp.ts'

/** What a server says of the model that is to be used. */
export interface ProbedModel {
	/** As the server wants it named in requests. */
	readonly id: string
	/** Tokens of prompt and answer together; undefined where it does not say. */
	readonly contextSize?: number
	readonly parameters?: number
	readonly quantization?: string
	readonly architecture?: string
	readonly fileBytes?: number
	/** How a gap is shown to it. `none`: it cannot fill one, and sees the text before it only. */
	readonly gap: GapForm
	readonly countsTokens: boolean
}

/** `server`: the server knows how. `text`: the prompt holds the markers that models of this family know. */
export type GapForm =
	| { readonly by: 'server' }
	| { readonly by: 'text'; readonly show: (prefix: string, suffix: string) => string }
	| { readonly by: 'none' }

export interface CompletionWire {
	readonly prefix: string
	readonly suffix: string
	readonly typed: string
	readonly mode: 'fill' | 'plain'
	/** Those of most worth last, next to the text. */
	readonly pieces: readonly { readonly path: string; readonly text: string }[]
	/** Begins a comment. */
	readonly comment: string
	readonly maxTokens: number
	readonly stop: readonly string[]
	readonly temperature: number
}

export interface ChatWire {
	readonly messages: readonly ChatMessage[]
	readonly json: JsonForm | undefined
	readonly maxTokens: number
	readonly stop: readonly string[]
	readonly temperature: number
}

export interface WireRequest {
	readonly path: string
	readonly body: unknown
	readonly form: 'events' | 'lines'
	/** Of a value of the stream. @throws BackendError where it is none */
	readonly read: (value: unknown) => WireEvent
}

/** What one value of a stream says. */
export interface WireEvent {
	readonly text?: string
	/** Why the answer is over. `stop`: at its own end or at a stop text, the server does not say which. */
	readonly end?: 'stop' | 'endOfText' | 'stopText' | 'length'
	readonly promptTokens?: number
	readonly reusedTokens?: number
	readonly generatedTokens?: number
}

export interface VectorAnswer {
	readonly vectors: readonly (readonly number[])[]
	readonly promptTokens: number | undefined
}

/** How one kind of server is talked to. */
export interface Dialect {
	/** What is there. @throws BackendError */
	probe(
		http: BackendHttp,
		wanted: { readonly model: string | undefined; readonly use: 'completion' | 'chat' | 'embedding' },
		token: CancellationToken,
	): Promise<ProbedModel>
	/** Names of the models that there are. */
	list(http: BackendHttp, token: CancellationToken): Promise<readonly string[]>
	completion(model: ProbedModel, wire: CompletionWire, contextSize: number): WireRequest
	chat(model: ProbedModel, wire: ChatWire, contextSize: number): WireRequest
	embed(
		http: BackendHttp,
		model: ProbedModel,
		texts: readonly string[],
		token: CancellationToken,
	): Promise<VectorAnswer>
	/** Has the server read a prompt that is expected soon; absent where it cannot without writing. @returns its tokens */
	warmUp?(http: BackendHttp, model: ProbedModel, wire: CompletionWire, token: CancellationToken): Promise<number>
	/** Undefined where the server does not count. */
	count?(http: BackendHttp, texts: readonly string[], token: CancellationToken): Promise<readonly number[]>
}
