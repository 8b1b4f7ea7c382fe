import type { LlamaGrammarEvaluationState, LlamaModel } from 'node-llama-cpp'
import { EngineError } from '../../protocol/engineErrors.ts'
import { messageOf } from '../../shared/errors.ts'
import type { TokenId } from '../llama/fimPrompt.ts'
import type { Gate } from '../llama/gate.ts'
import type { TextStream } from '../llama/textStream.ts'
import type { Vocabulary } from '../llama/vocabulary.ts'
import { type GrammarBinding, grammarBinding } from './grammarBinding.ts'
import { JsonScanner } from './jsonScanner.ts'
import { checkSchema, type JsonSchema } from './jsonSchema.ts'

/** What the library's grammars end with, for its own loop to stop at. */
const trailer = ' "\\n\\n\\n\\n" [\\n]*'

/** The library's own would take 1e-7 for one. */
const integer = 'integer-number-rule ::= "-"? ("0" | [1-9] [0-9]{0,15})'

/**
 * A gate for answers of one schema.
 *
 * @param watched a property of the outermost object, see `JsonScanner`.
 * @throws EngineError `invalidRequest` where no grammar can be made of the schema.
 */
export async function jsonGate(
	schema: unknown,
	watched: string | undefined,
	{ model, vocabulary }: { readonly model: LlamaModel; readonly vocabulary: Vocabulary },
): Promise<JsonGate> {
	checkSchema(schema)
	const { LlamaGrammarEvaluationState } = await import('node-llama-cpp')
	const binding = grammarBinding(model.llama)
	const grammar = await grammarOf(schema, model)
	const state = new LlamaGrammarEvaluationState({ model, grammar })
	return new JsonGate({ binding, state, vocabulary, watched })
}

async function grammarOf(schema: JsonSchema, { llama }: LlamaModel) {
	try {
		// The library's type names the keywords one by one; they were looked at before.
		const whole = await llama.createGrammarForJsonSchema(schema as { readonly type: 'object' })
		const [root, ...rules] = whole.grammar.split('\n')
		if (!root?.endsWith(trailer)) throw new Error('the grammar does not end as it is known to')
		const lines = [
			root.slice(0, -trailer.length),
			...rules.map((rule) => (rule.startsWith('integer-') ? integer : rule)),
		]
		return await llama.createGrammar({ grammar: lines.join('\n') })
	} catch (error) {
		const detail = `no grammar can be made of the schema: ${messageOf(error).slice(0, 200)}`
		throw new EngineError({ code: 'invalidRequest', detail }, { cause: error })
	}
}

interface Parts {
	readonly binding: GrammarBinding
	readonly state: LlamaGrammarEvaluationState
	readonly vocabulary: Vocabulary
	readonly watched: string | undefined
}

/** Lets an answer be JSON of a schema, and ends it when it is whole. */
export class JsonGate implements Gate {
	readonly isOpen = false
	readonly scanner: JsonScanner
	private readonly parts: Parts
	private readonly stream: TextStream

	constructor(parts: Parts) {
		this.parts = parts
		this.scanner = new JsonScanner(parts.watched)
		this.stream = parts.vocabulary.textStream()
	}

	get isDone(): boolean {
		return this.scanner.isDone
	}

	/** An end token is allowed where the JSON may be whole, as a number may be. */
	allows(token: TokenId): boolean {
		return this.canFollow(this.parts.state, token)
	}

	accept(token: TokenId): void {
		if (this.parts.vocabulary.isEnd(token)) return
		this.parts.binding.accept(this.parts.state, token)
		this.scanner.push(this.stream.push(token))
	}

	fitting(tokens: readonly TokenId[]): number {
		const state = this.parts.state.clone()
		const end = tokens.findIndex((token) => {
			if (this.parts.vocabulary.isEnd(token) || !this.canFollow(state, token)) return true
			this.parts.binding.accept(state, token)
			return false
		})
		return end < 0 ? tokens.length : end
	}

	/** A special token that ends nothing is known to the grammar by its name, which may well stand in a text. */
	private canFollow(state: LlamaGrammarEvaluationState, token: TokenId): boolean {
		const { vocabulary, binding } = this.parts
		if (vocabulary.isEnd(token) && !vocabulary.isEndOfText(token)) return false
		return binding.canFollow(state, token)
	}
}
