import { availableParallelism } from 'node:os'

/**
 * How many threads to compute with: a core each, because two threads on one core wait for each other, and on larger
 * machines one core less, for the editor.
 *
 * @param mathCores cores that are worth computing on, as llama.cpp counts them.
 */
export function threadCount(mathCores: number, parallelism: number = availableParallelism()): number {
	const cores = Math.max(1, Math.min(mathCores, parallelism))
	return cores > 4 ? cores - 1 : cores
}
