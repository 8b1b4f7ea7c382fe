import type { Llama, LlamaGrammarEvaluationState } from 'node-llama-cpp'
import { EngineError } from '../../protocol/engineErrors.ts'
import type { TokenId } from '../llama/fimPrompt.ts'

/** Single tokens and a grammar. */
export interface GrammarBinding {
	canFollow(state: LlamaGrammarEvaluationState, token: TokenId): boolean
	/** Throws where the token cannot follow. */
	accept(state: LlamaGrammarEvaluationState, token: TokenId): void
}

type TokenCall = (state: unknown, token: TokenId) => unknown

/**
 * The library tests tokens against grammars only inside its own loop. What that calls is reached here, and nowhere else,
 * and looked at before it is used: another version may have it elsewhere.
 *
 * @throws EngineError `internal` where it is not there.
 */
export function grammarBinding(llama: Llama): GrammarBinding {
	const sampler = member(member(llama, '_bindings'), 'AddonSampler')
	const canFollow = callOf(sampler, 'canBeNextTokenForGrammarEvaluationState')
	const accept = callOf(sampler, 'acceptGrammarEvaluationStateToken')
	return {
		canFollow: (state, token) => canFollow(nativeState(state), token) === true,
		accept: (state, token) => void accept(nativeState(state), token),
	}
}

function nativeState(state: LlamaGrammarEvaluationState): unknown {
	// The binding does not look at what it is given.
	return member(state, '_state') ?? missing('_state')
}

function callOf(owner: unknown, name: string): TokenCall {
	const value = member(owner, name)
	if (typeof value !== 'function') return missing(name)
	return (state, token) => Reflect.apply(value, owner, [state, token])
}

function member(owner: unknown, name: string): unknown {
	const isObject = (typeof owner === 'object' && owner !== null) || typeof owner === 'function'
	return isObject ? Reflect.get(owner, name) : undefined
}

function missing(name: string): never {
	throw new EngineError({ code: 'internal', detail: `this version of node-llama-cpp has no ${name}` })
}
