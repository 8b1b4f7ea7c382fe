import { execFileSync } from 'node:child_process'
import type { ContextChunk } from '../../../src/core/context/contextSource.ts'
import { estimateTokens } from '../../../src/core/context/estimateTokens.ts'
import { identifiersIn } from '../../../src/core/context/identifiers.ts'
import { jaccard, windowsOf } from '../../../src/core/context/similarWindows.ts'
import type { FileSymbols } from '../../../src/core/context/symbols/fileSymbols.ts'
import type { Point } from './points.ts'
import { type Random, seededRandom } from './random.ts'
import type { Repository } from './repository.ts'

/** What was opened before somebody came to a point: the files of the last commits that touched the file too, or those that it imports. */
export type History = 'commits' | 'imports'

export interface BaselineQuestion {
	readonly repository: Repository
	readonly point: Point
	/** Of the file up to the point. */
	readonly own: FileSymbols
	readonly before: readonly string[]
	readonly history: readonly string[]
	readonly budget: number
	readonly charactersPerToken: number
}

const ringChunks = 16
const chunkLines = 64

/**
 * After the description of llama.vscode: a ring of 16 chunks of 64 lines from the places that were visited, where one that looks
 * like another (more than half of its lines) takes its place; the newest are shown first. Each file was looked at at its top and in the middle
 * of two other places.
 */
export function ringBuffer({
	repository,
	point,
	history,
	budget,
	charactersPerToken,
}: BaselineQuestion): ContextChunk[] {
	const random = seededRandom(point.line * 7919 + point.character)
	const ring: ContextChunk[] = []
	for (const path of history.toReversed()) {
		const file = repository.files.get(path)
		if (!file) continue
		for (const start of visits(file.lines.length, random)) {
			const chunk = linesOf(repository, path, start, start + chunkLines)
			const lines = new Set(chunk.text.split('\n'))
			const alike = ring.findIndex(
				({ text }) => text.split('\n').filter((line) => lines.has(line)).length > chunkLines / 2,
			)
			if (alike >= 0) ring.splice(alike, 1)
			ring.push(chunk)
			if (ring.length > ringChunks) ring.shift()
		}
	}
	return fitted(ring.toReversed(), budget, charactersPerToken)
}

function visits(lineCount: number, random: Random): number[] {
	const last = Math.max(0, lineCount - chunkLines)
	return [0, Math.floor(random() * (last + 1)), Math.floor(random() * (last + 1))]
}

/**
 * After the description of Continue: the whole definitions of imported names that stand in the lines around the cursor, as a language server
 * gives them; then windows of the files that were opened lately, by how many names they share with the text before the cursor.
 */
export function importsAndWindows(question: BaselineQuestion): ContextChunk[] {
	const { repository, own, before, history, budget, charactersPerToken } = question
	const { table } = repository
	const around = new Set(identifiersIn(before.slice(-6).join('\n')))
	const chunks: ContextChunk[] = []
	for (const imported of own.imports) {
		if (imported.name === undefined || !around.has(imported.alias ?? imported.name)) continue
		for (const path of table.resolve(own.path, imported)) {
			for (const { path: at, definition } of table.exportedAs(path, imported.name)) {
				chunks.push(linesOf(repository, at, definition.startLine, definition.endLine))
			}
		}
	}
	const names = new Set(identifiersIn(before.slice(-60).join('\n')))
	const windows = history.flatMap((path) => {
		const lines = repository.files.get(path)?.lines ?? []
		return windowsOf({ path, lines, definitionLines: [] })
	})
	const ranked = windows
		.map((window) => ({ window, score: jaccard(names, window.names) }))
		.sort((a, b) => b.score - a.score)
		.map(({ window: { path, startLine, endLine } }) => linesOf(repository, path, startLine, endLine))
	return fitted([...chunks, ...ranked], budget, charactersPerToken)
}

/** The files of the last commits that touched a file, the latest first. */
export function filesOfCommits({ root, files }: Repository, path: string): string[] {
	const log = execFileSync('git', ['log', '-6', '--format=', '--name-only', '--full-diff', '--', path], {
		cwd: root,
		encoding: 'utf8',
		maxBuffer: 1 << 26,
	})
	const found = new Set(log.split('\n').filter((other) => other !== path && files.has(other)))
	return [...found].slice(0, 8)
}

export function importedFiles({ table }: Repository, own: FileSymbols): string[] {
	return [...new Set(own.imports.flatMap((imported) => table.resolve(own.path, imported).slice(0, 2)))].slice(0, 8)
}

function linesOf({ files }: Repository, path: string, startLine: number, endLine: number): ContextChunk {
	const lines = (files.get(path)?.lines ?? []).slice(startLine, endLine)
	return { kind: 'similar', path, startLine, endLine: startLine + lines.length, text: lines.join('\n') }
}

/** The last one is cut at its end where it does not fit. */
function fitted(chunks: readonly ContextChunk[], budget: number, charactersPerToken: number): ContextChunk[] {
	const taken: ContextChunk[] = []
	let left = budget
	for (const chunk of chunks) {
		const head = estimateTokens(`// ${chunk.path}`, charactersPerToken)
		const lines: string[] = []
		left -= head
		for (const line of chunk.text.split('\n')) {
			left -= estimateTokens(line, charactersPerToken)
			if (left < 0) break
			lines.push(line)
		}
		if (lines.length > 0) {
			taken.push({ ...chunk, endLine: chunk.startLine + lines.length, text: lines.join('\n') })
		}
		if (left <= 0) break
	}
	return taken
}
