import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Definition } from '../../../src/core/context/symbols/fileSymbols.ts'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import type { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'
import { IncludedFiles } from '../../../src/node/symbols/workspaceFiles.ts'
import { seededRandom } from '../recall/random.ts'

/** A docstring, and the definition that it was taken from. */
export interface Question {
	readonly text: string
	readonly path: string
	/** From 0, the end exclusive. */
	readonly startLine: number
	readonly endLine: number
}

const testPath = /(^|[/._-])(tests?|spec|examples?|fixtures?|snapshots?|benchmarks?)([/._-]|$)/i
const leastWords = 5
const comment = /^\s*(\/\*|\*|\/\/|#)/

/**
 * Copies a checkout, takes the comments of some definitions out of the copy, and asks for these definitions with the first sentence of what
 * was taken out. Lines stay where they are.
 */
export async function askForDefinitions(
	reader: SymbolReader,
	checkout: string,
	copy: string,
	count: number,
): Promise<{ readonly questions: readonly Question[]; readonly lines: number; readonly files: number }> {
	cpSync(checkout, copy, { recursive: true, filter: (path) => !/[\\/]\.git$/.test(path) })
	const all: { readonly path: string; readonly definition: Definition }[] = []
	let lines = 0
	let files = 0
	for await (const path of new IncludedFiles({ folder: copy, name: '', excluded: [] }).below()) {
		const grammar = grammarOfPath(path)
		const text = readFileSync(join(copy, path), 'utf8')
		files++
		lines += text.split('\n').length
		if (!grammar || testPath.test(path)) continue
		const symbols = await reader.read({ path, grammar, text })
		for (const definition of symbols?.definitions ?? []) {
			if (definition.kind === 'field' || definition.doc.split(/\s+/).length < leastWords) continue
			all.push({ path, definition })
		}
	}
	// One sentence that several definitions have asks for none of them.
	const times = new Map<string, number>()
	for (const { definition } of all) times.set(definition.doc, (times.get(definition.doc) ?? 0) + 1)
	const random = seededRandom(7)
	const chosen = all
		.filter(({ definition }) => times.get(definition.doc) === 1)
		.map((one) => ({ one, at: random() }))
		.sort((a, b) => a.at - b.at)
		.slice(0, count)
		.map(({ one }) => one)
	for (const { path, definition } of chosen) blank(join(copy, path), definition)
	const questions = chosen.map(({ path, definition: { doc, startLine, endLine } }) => {
		return { text: doc, path, startLine, endLine }
	})
	return { questions, lines, files }
}

/** The comment above it, and the docstring below its head. */
function blank(file: string, { startLine, endLine }: Definition): void {
	const lines = readFileSync(file, 'utf8').split('\n')
	for (let at = startLine - 1; at >= 0 && /^\s*(@|export\b|$)/.test(lines[at] ?? '') && startLine - at < 4; at--) {
		if (comment.test(lines[at - 1] ?? '')) blankUp(lines, at - 1)
	}
	blankUp(lines, startLine - 1)
	let until: string | undefined
	for (let at = startLine; at < Math.min(endLine, startLine + 120); at++) {
		const line = lines[at] ?? ''
		const open = until === undefined ? /^\s*[rRuU]?("""|''')/.exec(line) : undefined
		if (open) until = open[1]
		if (until === undefined) continue
		lines[at] = ''
		if ((open ? line.slice(open[0].length) : line).includes(until)) break
	}
	writeFileSync(file, lines.join('\n'))
}

function blankUp(lines: string[], from: number): void {
	for (let at = from; at >= 0 && comment.test(lines[at] ?? ''); at--) lines[at] = ''
}
