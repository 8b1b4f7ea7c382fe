import { candidatesAt } from '../../src/core/context/candidates.ts'
import { cursorCode } from '../../src/core/context/cursorCode.ts'
import { packChunks } from '../../src/core/context/packChunks.ts'
import type { Definition } from '../../src/core/context/symbols/fileSymbols.ts'
import type { SeededRandom } from './random.ts'
import type { Repository, SourceFile } from './repository.ts'

export const budgets = [512, 1024, 2048] as const
const charactersPerToken = 3
/** Characters before the cursor that the model is shown anyway. */
const shownCharacters = 6_000

/** A place in a file where the next name is defined in another file. */
export interface RecallPoint {
	readonly file: SourceFile
	readonly index: number
	readonly line: number
	readonly name: string
	readonly target: { readonly path: string; readonly definition: Definition }
}

/** For each budget the share of points whose definition is in what the method shows. */
export interface RecallRow {
	readonly method: string
	readonly recall: readonly number[]
	/** Milliseconds for one point, median and 99th percentile. */
	readonly ms: readonly [number, number]
}

/**
 * Points by chance: a name in code, outside of imports, that exactly one other file of the repository defines and its own file does
 * not. A name is written by hand once it is known, so one that only a single place defines is very likely meant; names that
 * several files define (and with them many methods) are left out, whatever the index makes of their imports.
 */
export function samplePoints({ files, table }: Repository, count: number, random: SeededRandom): RecallPoint[] {
	const perFile = files.flatMap((file) => {
		const own = new Set((table.get(file.path)?.definitions ?? []).map(({ name }) => name))
		return codeWords(file).flatMap(({ name, index, line }): RecallPoint[] => {
			if (own.has(name)) return []
			const defined = table.named(name)
			const [target] = defined
			const isUnique = target && new Set(defined.map(({ path }) => path)).size === 1 && target.path !== file.path
			return isUnique && isMeant(file, index, target) ? [{ file, index, line, name, target }] : []
		})
	})
	const chosen: RecallPoint[] = []
	const left = [...perFile]
	while (chosen.length < count && left.length > 0) {
		const at = Math.floor(random() * left.length)
		const [point] = left.splice(at, 1)
		if (point) chosen.push(point)
	}
	return chosen
}

/**
 * Whether a name can be the one that is defined there, read from the text alone. A member stands behind a dot, and its class is named
 * somewhere in the file; anything else stands for itself, or behind a module that is named like its file or folder, and is
 * not declared here again, such as a parameter.
 */
function isMeant({ text, path }: SourceFile, index: number, target: RecallPoint['target']): boolean {
	const { name, container, kind, exported } = target.definition
	const before = /([\p{L}_$][\p{L}\p{N}_$]*|[)\]}'"])?\s*(\.|->|::)$/u.exec(text.slice(Math.max(0, index - 80), index))
	const folderOf = (file: string) => file.slice(0, Math.max(0, file.lastIndexOf('/')))
	if (!exported && folderOf(path) !== folderOf(target.path)) return false
	const isMember = container !== undefined && kind !== 'class' && kind !== 'interface' && kind !== 'module'
	if (isMember) {
		const owner = container.slice(container.lastIndexOf('.') + 1)
		return before !== null && new RegExp(`\\b${owner}\\b`).test(text)
	}
	if (before) {
		const qualifier = before[1] ?? ''
		return (
			qualifier !== '' &&
			target.path
				.replace(/\.\w+$/, '')
				.split('/')
				.includes(qualifier)
		)
	}
	const declared = `(?:\\b(?:let|const|var|mut|def|fn|func|function|int|char|long|auto|for|size_t|String|string|bool)\\s+[*&]*|[(,]\\s*)${name}\\s*(?::|=[^=]|:=| [a-z\\[*])`
	return !new RegExp(declared).test(text) && !new RegExp(`\\b${name}\\s*(?::=|=[^=])`).test(text)
}

/** Names outside of comments, strings and imports, found without a parser: the index must not choose its own questions. */
function codeWords({ text, grammar }: SourceFile): { name: string; index: number; line: number }[] {
	const hash = grammar === 'python' || grammar === 'ruby' ? '#[^\\n]*|' : grammar === 'php' ? '#[^\\n]*|' : ''
	const token = new RegExp(
		`${hash}//[^\\n]*|/\\*[\\s\\S]*?\\*/|"""[\\s\\S]*?"""|'''[\\s\\S]*?'''|"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\`|[\\p{L}_][\\p{L}\\p{N}_]*|\\n`,
		'gu',
	)
	const importing = /^\s*(import|from|export .* from|use|using|require|package|namespace|#\s*include|module|pub use)\b/
	const words: { name: string; index: number; line: number }[] = []
	const lines = text.split('\n')
	let line = 0
	let inImport = false
	for (const found of text.matchAll(token)) {
		const [value] = found
		if (value === '\n') {
			line++
			const start = lines[line] ?? ''
			inImport = inImport ? !/[)}]\s*(from\b.*|;)?\s*$|;\s*$/.test(lines[line - 1] ?? '') : false
			if (importing.test(start)) inImport = true
			else if (inImport && /^\S/.test(start) && !/^[)}]/.test(start)) inImport = false
			continue
		}
		if (line === 0 && importing.test(lines[0] ?? '')) continue
		if (!inImport && value.length >= 3 && /^[\p{L}_]/u.test(value))
			words.push({ name: value, index: found.index, line })
		line += value.split('\n').length - 1
	}
	return words
}

interface Shown {
	/** In the order in which they are taken; each with what it costs. */
	readonly pieces: readonly {
		readonly path: string
		readonly startLine: number
		readonly endLine: number
		readonly cost: number
	}[]
}

/** Ours: what the extension shows, packed for each budget. */
export function ours({ table }: Repository, points: readonly RecallPoint[]): RecallRow {
	const times: number[] = []
	const hits = budgets.map(() => 0)
	for (const point of points) {
		const started = performance.now()
		const before = point.file.text.slice(0, point.index)
		const code = cursorCode(before)
		const symbols = table.get(point.file.path)
		const firstShown = point.line - before.slice(-shownCharacters).split('\n').length + 1
		const candidates = candidatesAt(table, {
			path: point.file.path,
			grammar: point.file.grammar,
			imports: symbols?.imports ?? [],
			code,
			enclosing: enclosing(symbols?.definitions ?? [], point.line),
			shown: { startLine: firstShown, endLine: point.line + 20 },
		})
		for (const [i, budget] of budgets.entries()) {
			const chunks = packChunks(candidates, { budget, charactersPerToken })
			const { path, definition } = point.target
			const isThere = chunks.some((chunk) => chunk.path === path && chunk.text.includes(definition.signature))
			if (isThere) hits[i] = (hits[i] ?? 0) + 1
		}
		times.push(performance.now() - started)
	}
	return rowOf('alcove', hits, points.length, times)
}

function enclosing(definitions: readonly Definition[], line: number): string[] {
	return definitions
		.filter(({ startLine, endLine }) => startLine <= line && line < endLine)
		.sort((a, b) => a.startLine - b.startLine)
		.map(({ name }) => name)
}

/**
 * As llama.vscode is described: a ring of 16 chunks of 64 lines from files that were opened or edited. The history is a kind one: the
 * files that this one imports were opened just now, each at the place where something is defined that this file could use.
 */
export function ringBuffer(repository: Repository, points: readonly RecallPoint[], random: SeededRandom): RecallRow {
	const { table, files } = repository
	const byPath = new Map(files.map((file) => [file.path, file]))
	return baseline('ring of visited chunks', points, ({ file }) => {
		const imported = importedFiles(repository, file.path)
		const opened = shuffled(imported.length > 0 ? imported : table.neighbours(file.path), random)
		const pieces = Array.from({ length: 16 }, (_, i) => opened[i % Math.max(1, opened.length)]).flatMap((path) => {
			const source = path === undefined ? undefined : byPath.get(path)
			if (!source) return []
			const lines = source.text.split('\n')
			const definitions = table.get(source.path)?.definitions ?? []
			const at = definitions[Math.floor(random() * definitions.length)]?.startLine ?? 0
			const startLine = Math.max(0, Math.min(at - 16, lines.length - 64))
			const chunk = lines.slice(startLine, startLine + 64)
			return [
				{
					path: source.path,
					startLine,
					endLine: startLine + chunk.length,
					cost: chunk.join('\n').length / charactersPerToken,
				},
			]
		})
		return { pieces }
	})
}

/**
 * As Continue is described: the definitions, in full, of the names that the file imports, in no order, and then files that were
 * opened of late; here the imported ones, from their beginning.
 */
export function importsAndOpenFiles(
	repository: Repository,
	points: readonly RecallPoint[],
	random: SeededRandom,
): RecallRow {
	const { table, files } = repository
	const byPath = new Map(files.map((file) => [file.path, file]))
	return baseline('imported definitions, open files', points, ({ file }) => {
		const imports = table.get(file.path)?.imports ?? []
		const definitions = imports.flatMap((imported) =>
			imported.name === undefined
				? []
				: table.resolve(file.path, imported).flatMap((path) => table.exportedAs(path, imported.name ?? '')),
		)
		const whole = shuffled(definitions, random).map(({ path, definition: { startLine, endLine } }) => {
			const text = byPath.get(path)?.text.split('\n').slice(startLine, endLine).join('\n') ?? ''
			return { path, startLine, endLine, cost: text.length / charactersPerToken }
		})
		const opened = shuffled(importedFiles(repository, file.path), random).flatMap((path) => {
			const text = byPath.get(path)?.text ?? ''
			return [{ path, startLine: 0, endLine: text.split('\n').length, cost: text.length / charactersPerToken }]
		})
		return { pieces: [...whole, ...opened] }
	})
}

function importedFiles({ table }: Repository, path: string): string[] {
	const imports = table.get(path)?.imports ?? []
	return [...new Set(imports.flatMap((imported) => table.resolve(path, imported)))].filter((other) => other !== path)
}

function baseline(method: string, points: readonly RecallPoint[], show: (point: RecallPoint) => Shown): RecallRow {
	const times: number[] = []
	const hits = budgets.map(() => 0)
	for (const point of points) {
		const started = performance.now()
		const { pieces } = show(point)
		times.push(performance.now() - started)
		const { path, definition } = point.target
		for (const [i, budget] of budgets.entries()) {
			let left: number = budget
			for (const piece of pieces) {
				if (left <= 0) break
				// The piece that does not fit is cut at its end.
				const share = Math.min(1, left / Math.max(1, piece.cost))
				const end = piece.startLine + (piece.endLine - piece.startLine) * share
				left -= piece.cost
				if (piece.path === path && definition.startLine >= piece.startLine && definition.startLine < end) {
					hits[i] = (hits[i] ?? 0) + 1
					break
				}
			}
		}
	}
	return rowOf(method, hits, points.length, times)
}

function rowOf(method: string, hits: readonly number[], count: number, times: number[]): RecallRow {
	times.sort((a, b) => a - b)
	const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
	return { method, recall: hits.map((hit) => hit / Math.max(1, count)), ms: [at(0.5), at(0.99)] }
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
	return items
		.map((item) => ({ item, at: random() }))
		.sort((a, b) => a.at - b.at)
		.map(({ item }) => item)
}
