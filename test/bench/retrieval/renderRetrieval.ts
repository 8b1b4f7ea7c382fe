import type { Summary } from '../../../src/cli/bench/statistics.ts'
import type { RankedBy } from '../../../src/node/retrieval/chunkTable.ts'
import { megabytes, ms, share } from '../tables.ts'

export interface RankedRow {
	readonly by: RankedBy
	readonly questions: number
	/** Of the first five. */
	readonly recall: number
	/** The mean reciprocal rank, of the first fifty. */
	readonly mrr: number
	/** Milliseconds of a question, its vector not counted. */
	readonly time: Summary | undefined
}

export interface RepositoryRetrieval {
	readonly name: string
	readonly files: number
	readonly lines: number
	readonly chunks: number
	readonly coldSeconds: number
	readonly warmSeconds: number
	readonly vectorSeconds: number
	/** Of the heap and outside of it. */
	readonly memoryBytes: number
	readonly storedBytes: number
	readonly vectorBytes: number
	readonly rows: readonly RankedRow[]
}

export interface RetrievalResult {
	readonly repositories: readonly RepositoryRetrieval[]
	/** Whether the vectors are of a model with random weights. */
	readonly isRandom: boolean
}

const names: Readonly<Record<RankedBy, string>> = { words: 'words (BM25+)', vectors: 'vectors', both: 'fused' }

export function renderRetrieval(
	{ repositories, isRandom }: RetrievalResult,
	{ date, command, machine }: { readonly date: string; readonly command: string; readonly machine: string },
): string {
	return [
		'# What the chat finds in a workspace',
		'',
		`Made by \`${command}\` on ${date}, ${machine}.`,
		'',
		'A question is the first sentence of a docstring; the answer is the definition that it belongs to. The docstrings that are asked with are taken out of the copy',
		'that is indexed. Sentences of fewer than five words, and those that several definitions have, are not asked; code of tests is asked for nothing, but is in the index.',
		'Found is a piece that shares lines with the definition. MRR counts the first fifty.',
		'',
		...(isRandom
			? [
					'**The vectors here are of a model with random weights**: they show what vectors cost, and that fusing with a list that is worth nothing does harm. What',
					'they are worth is measured with `--model FILE.gguf`, an embedding model; there was none on this machine.',
					'',
				]
			: []),
		'| repository | ranked by | questions | recall@5 | MRR | p50, ms | p95, ms |',
		'|---|---|---:|---:|---:|---:|---:|',
		...repositories.flatMap(({ name, rows }) =>
			rows.map(({ by, questions, recall, mrr, time }) => {
				const times = time ? `${ms(time.p50)} | ${ms(time.p95)}` : '|'
				return `| ${name} | ${names[by]} | ${questions} | ${share(recall)} | ${mrr.toFixed(3)} | ${times} |`
			}),
		),
		'',
		'| repository | files | lines | pieces | read, s | per 100,000 lines, s | from what was kept, s | memory | kept on disk | vectors, s | vectors on disk |',
		'|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...repositories.map((one) => {
			const cells = [
				one.name,
				one.files,
				one.lines,
				one.chunks,
				one.coldSeconds.toFixed(1),
				((one.coldSeconds / one.lines) * 1e5).toFixed(1),
				one.warmSeconds.toFixed(1),
				megabytes(one.memoryBytes),
				megabytes(one.storedBytes),
				one.vectorSeconds.toFixed(1),
				megabytes(one.vectorBytes),
			]
			return `| ${cells.join(' | ')} |`
		}),
		'',
	].join('\n')
}
