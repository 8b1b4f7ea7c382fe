interface Family {
	/** In the name of a model. */
	readonly name: RegExp
	readonly before: string
	readonly between: string
	readonly after: string
	/** The suffix stands first. */
	readonly suffixFirst?: true
}

/**
 * Texts by which models of a family know a gap, for servers that take none as such (vLLM answers a `suffix` with 400). By the families'
 * own documents: Qwen2.5-Coder (arXiv 2409.12186), StarCoder2 (arXiv 2402.19173), Granite Code (arXiv 2405.04324), CodeGemma (its model card),
 * DeepSeek-Coder (arXiv 2401.14196), Codestral (mistral-common, `encode_fim`), Seed-Coder (arXiv 2506.03524).
 */
const families: readonly Family[] = [
	{
		name: /qwen|codegemma/i,
		...{ before: '<|fim_prefix|>', between: '<|fim_suffix|>', after: '<|fim_middle|>' },
	},
	{
		name: /starcoder|granite/i,
		...{ before: '<fim_prefix>', between: '<fim_suffix>', after: '<fim_middle>' },
	},
	{
		name: /deepseek.*coder/i,
		...{ before: '<｜fim▁begin｜>', between: '<｜fim▁hole｜>', after: '<｜fim▁end｜>' },
	},
	{
		name: /codestral/i,
		...{ before: '[SUFFIX]', between: '[PREFIX]', after: '', suffixFirst: true },
	},
	{
		name: /seed.?coder/i,
		...{ before: '<[fim-suffix]>', between: '<[fim-prefix]>', after: '<[fim-middle]>', suffixFirst: true },
	},
]

/** How a gap is written for a model with this name; undefined where its family is not known. */
export function gapText(model: string): ((prefix: string, suffix: string) => string) | undefined {
	const family = families.find(({ name }) => name.test(model))
	if (!family) return undefined
	const { before, between, after, suffixFirst } = family
	const markers = [before, between, after].filter((marker) => marker !== '')
	return (prefix, suffix) => {
		const [first, second] = suffixFirst ? [suffix, prefix] : [prefix, suffix]
		return `${before}${defused(first, markers)}${between}${defused(second, markers)}${after}`
	}
}

/** Source that spells a marker must not become one: it would end its own half. */
function defused(text: string, markers: readonly string[]): string {
	return markers.reduce((result, marker) => result.replaceAll(marker, `${marker.slice(0, 1)} ${marker.slice(1)}`), text)
}
