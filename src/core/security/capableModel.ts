import type { LoadedModel } from '../model/modelState.ts'

/**
 * Parameters, as the model's file has them, below which no model is asked to judge a finding or to change code. Models of 1.5 billion and more tell
 * right from wrong findings better than chance when they are asked closed questions; what smaller ones say is worth nothing (the starter model
 * has 2.5 million: `test/bench/results/triage-starter.json`). Files of "1.5B" models hold between 1.5 and 1.8 billion.
 */
export const leastParameters = 1_400_000_000

export function isCapable(
	{ parameters, served }: Pick<LoadedModel, 'parameters' | 'served'>,
	least = leastParameters,
): boolean {
	// Servers of large models are those that do not tell their size.
	return parameters >= least || (served !== undefined && parameters === 0)
}

/** `2.5 million`, `7.6 billion`. */
export function parametersText(parameters: number): string {
	const [value, unit] = parameters >= 1e9 ? [parameters / 1e9, 'billion'] : [parameters / 1e6, 'million']
	return `${value < 100 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${unit}`
}
