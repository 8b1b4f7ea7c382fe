import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { summaryOf } from '../../../src/cli/bench/statistics.ts'
import { queryText } from '../../../src/core/retrieval/embeddingText.ts'
import { EmbeddedEngine } from '../../../src/node/engine/embeddedEngine.ts'
import type { RankedBy } from '../../../src/node/retrieval/chunkTable.ts'
import { SearchIndex } from '../../../src/node/retrieval/searchIndex.ts'
import { vectorFileOf } from '../../../src/node/retrieval/searchMessages.ts'
import { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { systemClock } from '../../../src/node/systemClock.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { writeSyntheticModel } from '../../synthetic/syntheticModel.ts'
import { askForDefinitions, type Question } from './questions.ts'
import type { RankedRow, RepositoryRetrieval, RetrievalResult } from './renderRetrieval.ts'

const shown = 50

/** @param folder with a checkout in each of its folders @param modelPath of an embedding model; default: random weights */
export async function measureRetrieval(deps: {
	readonly folder: string
	readonly grammarFolder: string
	readonly engineEntry: string
	readonly questions: number
	readonly modelPath: string | undefined
}): Promise<RetrievalResult> {
	const { folder, grammarFolder, engineEntry, questions, modelPath } = deps
	const work = mkdtempSync(join(tmpdir(), 'alcove-retrieval-'))
	const engine = new EmbeddedEngine({
		entryPath: engineEntry,
		options: { gpu: 'off', maxLoadedModels: 1, idleUnloadMs: 0, saveStates: false },
		clock: systemClock,
		logger: silentLogger,
	})
	try {
		const path = modelPath ?? randomModel(work)
		const model = engine.embedding({ origin: 'user', path, contextSize: 512 })
		const embed = async (texts: readonly string[]) => (await model.embed({ texts }, neverCancelled)).vectors
		const reader = new SymbolReader(new GrammarLibrary(grammarFolder), grammarFolder)
		const repositories: RepositoryRetrieval[] = []
		for (const name of readdirSync(folder).sort()) {
			const copy = join(work, name)
			const asked = await askForDefinitions(reader, join(folder, name), copy, questions)
			repositories.push({ name, ...(await measureOne({ reader, copy, asked, embed, modelPath: path })) })
			console.log(JSON.stringify(repositories.at(-1)))
		}
		return { repositories, isRandom: modelPath === undefined }
	} finally {
		engine.dispose()
		rmSync(work, { recursive: true, force: true })
	}
}

async function measureOne({
	reader,
	copy,
	asked,
	embed,
	modelPath,
}: {
	readonly reader: SymbolReader
	readonly copy: string
	readonly asked: Awaited<ReturnType<typeof askForDefinitions>>
	readonly embed: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>
	readonly modelPath: string
}): Promise<Omit<RepositoryRetrieval, 'name'>> {
	const make = () => new SearchIndex({ reader, embed, report: () => {} })
	const plain = { roots: [{ folder: copy, name: '', excluded: [] }], storeFile: `${copy}.bin` }
	const before = await used()
	const cold = make()
	const coldStart = performance.now()
	await cold.open(plain)
	const coldSeconds = (performance.now() - coldStart) / 1_000
	const memoryBytes = (await used()) - before
	await cold.save()
	const warm = make()
	const warmStart = performance.now()
	await warm.open(plain)
	const warmSeconds = (performance.now() - warmStart) / 1_000
	await warm.close()
	const words = await rankedBy(cold, asked.questions, 'words')
	const vectorStart = performance.now()
	await cold.open({ ...plain, embeddingModel: modelPath })
	const vectorSeconds = (performance.now() - vectorStart) / 1_000
	const vectors: Float32Array[] = []
	for (const { text } of asked.questions) {
		vectors.push(Float32Array.from((await embed([queryText(modelPath, text)]))[0] ?? []))
	}
	const byVectors = await rankedBy(cold, asked.questions, 'vectors', vectors)
	const both = await rankedBy(cold, asked.questions, 'both', vectors)
	const { chunks } = cold.size
	await cold.close()
	return {
		files: asked.files,
		lines: asked.lines,
		chunks,
		coldSeconds,
		warmSeconds,
		vectorSeconds,
		memoryBytes,
		storedBytes: statSync(plain.storeFile).size,
		vectorBytes: statSync(vectorFileOf(plain.storeFile)).size,
		rows: [words, byVectors, both],
	}
}

async function rankedBy(
	index: SearchIndex,
	questions: readonly Question[],
	by: RankedBy,
	vectors?: readonly Float32Array[],
): Promise<RankedRow> {
	const milliseconds: number[] = []
	let found = 0
	let reciprocals = 0
	for (const [at, question] of questions.entries()) {
		const start = performance.now()
		const hits = await index.search(question.text, { limit: shown, by, vector: vectors?.[at] })
		milliseconds.push(performance.now() - start)
		const rank = hits.findIndex((hit) => {
			return hit.path === question.path && hit.startLine < question.endLine && hit.endLine > question.startLine
		})
		if (rank >= 0 && rank < 5) found++
		if (rank >= 0) reciprocals += 1 / (rank + 1)
	}
	const count = Math.max(1, questions.length)
	return {
		by,
		questions: questions.length,
		recall: found / count,
		mrr: reciprocals / count,
		time: summaryOf(milliseconds),
	}
}

function randomModel(folder: string): string {
	const path = join(folder, 'random.gguf')
	const shape = { layers: 1, width: 64, heads: 2, kvHeads: 1, feedForward: 128, vocabulary: 4_096 }
	writeSyntheticModel(path, { ...shape, contextSize: 512, type: 'F16' })
	return path
}

async function used(): Promise<number> {
	for (let turn = 0; turn < 3; turn++) {
		globalThis.gc?.()
		await new Promise((resolve) => setTimeout(resolve, 200))
	}
	const { heapUsed, external } = process.memoryUsage()
	return heapUsed + external
}
