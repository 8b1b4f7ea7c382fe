import type { FileMarkers, FimTokens, TokenId } from './fimPrompt.ts'

/** What a model file says of its tokens. */
export interface TokenNames {
	/** Of every token, as it stands in the file. */
	readonly texts: readonly string[]
	/** What llama.cpp knows by the file's metadata, or else by the text of a token. */
	readonly infill: { readonly prefix: TokenId | null; readonly suffix: TokenId | null; readonly middle: TokenId | null }
	/** From the file's metadata. */
	readonly separator?: number | undefined
	readonly repository?: number | undefined
}

export interface PromptMarkers {
	readonly fim: FimTokens
	readonly files: FileMarkers | undefined
}

/**
 * Vocabularies of models that were trained to see the suffix first. All others with a middle token get the prefix first: that is how
 * Qwen2.5-Coder, StarCoder, Granite, CodeGemma and DeepSeek-Coder are documented (the last one calls its suffix token
 * `<｜fim▁hole｜>`), and the default of the two orders that CodeLlama knows.
 */
const suffixFirst = [
	// Seed-Coder: arXiv 2506.03524, the section on fill-in-the-middle training.
	{ prefix: '<[fim-prefix]>', suffix: '<[fim-suffix]>', middle: '<[fim-middle]>' },
	// Mistral: `encode_fim` in mistral-common. There is a token named [MIDDLE], which it does not use.
	{ prefix: '[PREFIX]', suffix: '[SUFFIX]', middle: undefined },
] as const
const separators = ['<|file_sep|>', '<file_sep>', '<|file_separator|>']
const repositories = ['<|repo_name|>', '<repo_name>', '<|fim_repo|>', '<fim-repo>', '<REPO>', '<reponame>']

/** Which tokens show a gap and several files, and in which order, by the names in the vocabulary alone. */
export function promptMarkersOf({ texts, infill, separator, repository }: TokenNames): PromptMarkers {
	const wanted = new Set([...separators, ...repositories, ...suffixFirst.flatMap((names) => Object.values(names))])
	const tokens = new Map<string | undefined, TokenId>()
	for (const [token, text] of texts.entries()) if (wanted.has(text) && !tokens.has(text)) tokens.set(text, token)
	const firstOf = (names: readonly string[]) =>
		names.map((name) => tokens.get(name)).find((token) => token !== undefined)
	const between = separator ?? firstOf(separators)
	const files: FileMarkers | undefined =
		between === undefined
			? undefined
			: {
					separator: between,
					repository: repository ?? firstOf(repositories),
					form: texts[between] === '<file_sep>' ? 'joined' : 'lines',
				}
	return { fim: fimTokensOf(texts, infill, tokens), files }
}

function fimTokensOf(
	texts: readonly string[],
	{ prefix, suffix, middle }: TokenNames['infill'],
	tokens: ReadonlyMap<string | undefined, TokenId>,
): FimTokens {
	const named = prefix === null ? undefined : texts[prefix]
	const isKnown = prefix !== null && suffix !== null
	for (const names of suffixFirst) {
		const [before, after] = [tokens.get(names.prefix), tokens.get(names.suffix)]
		// A vocabulary may hold the names of another family that the model was not trained with.
		if (before === undefined || after === undefined || (isKnown && named !== names.prefix)) continue
		return { order: 'suffixPrefixMiddle', prefix: before, suffix: after, middle: tokens.get(names.middle) }
	}
	if (!isKnown) return { order: 'none' }
	if (middle !== null) return { order: 'prefixSuffixMiddle', prefix, suffix, middle }
	return { order: 'suffixPrefixMiddle', prefix, suffix, middle: undefined }
}
