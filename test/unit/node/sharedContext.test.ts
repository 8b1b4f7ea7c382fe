import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import type { ContextChunk } from '../../../src/core/context/contextSource.ts'
import { ContextCollector } from '../../../src/node/symbols/contextCollector.ts'
import { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'
import { WorkspaceIndex } from '../../../src/node/symbols/workspaceIndex.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { ParsedDocuments } from '../../../src/node/syntax/parsedDocuments.ts'

const grammarFolder = join(root, 'grammars')
const grammars = new GrammarLibrary(grammarFolder)
const greeting =
	'export const greeting = "hello"\nexport function greet(name: string): string {\n\treturn greeting + name\n}\n'
const use = "import { greet, greeting } from './other'\n\nfunction use(name: string) {\n\tgreet\n}\n"

let folder: string
let documents: ParsedDocuments
let index: WorkspaceIndex
let collector: ContextCollector
const versions = new Map<string, number>()

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'alcove-shared-'))
	write('own.ts', use)
	documents = new ParsedDocuments(grammars)
	const reader = new SymbolReader(grammars, grammarFolder)
	index = new WorkspaceIndex({ reader, storeFile: join(folder, '.store'), report: () => {} })
	collector = new ContextCollector({ documents, index })
})
afterEach(async () => {
	collector.dispose()
	for (const [id] of documents.all()) documents.close(id)
	await index.close()
	rmSync(folder, { recursive: true, force: true })
})

function write(path: string, text: string): void {
	mkdirSync(dirname(join(folder, path)), { recursive: true })
	writeFileSync(join(folder, path), text)
}

const rootWith = (...globs: string[]) => ({ folder, name: '', excluded: globs.map((glob) => ({ glob })) })
const changed = (...paths: string[]) => index.changed(paths.map((path) => join(folder, path)))

async function open(path: string, text: string): Promise<void> {
	versions.set(path, 1)
	await documents.open({ documentId: path, languageId: 'typescript', version: 1, text, file: join(folder, path) })
	collector.opened(path)
}

async function close(path: string): Promise<void> {
	await collector.closed(path)
	documents.close(path)
}

/** Replaces the beginnings of lines, one after the other, in one change of the document. */
function edit(
	path: string,
	...edits: { readonly line: number; readonly removed?: number; readonly text: string }[]
): void {
	const document = documents.get(path)
	const before = versions.get(path) ?? 1
	const changes = edits.map(({ line, removed = 0, text }) => {
		const start = document?.indexOf(line, 0) ?? 0
		const startPoint = { row: line, column: 0 }
		return { start, end: start + removed, startPoint, endPoint: { row: line, column: removed }, text }
	})
	const change = { documentId: path, before, version: before + 1, changes }
	collector.changing(change)
	documents.change(change)
	versions.set(path, before + 1)
}

/** What is shown at the name that is used in the function of a document. */
async function shownIn(path = 'own.ts', line = 3): Promise<readonly ContextChunk[]> {
	const { chunks } = await collector.collect({
		documentId: path,
		version: versions.get(path) ?? 1,
		languageId: 'typescript',
		line,
		character: 6,
		shown: { startLine: line, endLine: line + 1 },
		budget: 2_000,
		charactersPerToken: 3,
		deadlineMs: 60_000,
	})
	return chunks
}

const from = (path: string, chunks: readonly ContextChunk[]) => chunks.filter((chunk) => chunk.path === path)

describe('what other documents show', () => {
	it.each([
		['.gitignore', 'other.ts\n', []],
		['files.exclude', '', ['**/{other,internal}.*']],
	])('is nothing of a document that is excluded by %s, whatever is done with it', async (_by, ignored, globs) => {
		write('.gitignore', ignored)
		write('other.ts', greeting)
		await index.open([rootWith(...globs)])
		await open('other.ts', greeting)
		await open('own.ts', use)
		expect(from('other.ts', await shownIn('own.ts'))).toEqual([])
		expect(from('other.ts', await shownIn('other.ts', 2)).map(({ kind }) => kind)).toContain('enclosing')
		edit('other.ts', { line: 2, text: '// secret\n' })
		expect(from('other.ts', await shownIn('other.ts', 3))).not.toEqual([])
		expect(from('other.ts', await shownIn())).toEqual([])
		await close('other.ts')
		expect(from('other.ts', await shownIn())).toEqual([])
		expect(index.table.get('other.ts')).toBeUndefined()
		expect(index.table.named('greeting')).toEqual([])
	})

	it('is everything of a new document once its file was found', async () => {
		await index.open([rootWith()])
		await open('other.ts', greeting)
		await open('own.ts', use)
		await shownIn()
		expect(from('other.ts', await shownIn())).toEqual([])
		write('other.ts', '')
		await changed('other.ts')
		expect(from('other.ts', await shownIn()).map(({ kind }) => kind)).toEqual(['imported', 'imported', 'similar'])
	})

	it.each(['.gitignore', 'files.exclude'])('is nothing any more once %s excludes it', async (by) => {
		write('other.ts', greeting)
		await index.open([rootWith()])
		await open('other.ts', greeting)
		await open('own.ts', use)
		edit('other.ts', { line: 2, text: 'const name2 = greet(name)\n' })
		const kinds = from('other.ts', await shownIn()).map(({ kind }) => kind)
		expect(kinds).toEqual(expect.arrayContaining(['imported', 'recentEdit']))
		if (by === 'files.exclude') await index.open([rootWith('other.ts')])
		else {
			write('.gitignore', 'other.ts\n')
			await changed('.gitignore')
		}
		expect(from('other.ts', await shownIn())).toEqual([])
		edit('other.ts', { line: 2, text: 'const name3 = 3\n' })
		await shownIn('other.ts', 2)
		expect(from('other.ts', await shownIn())).toEqual([])
		// What was edited meanwhile was not followed: nothing is told of the edits before it.
		await index.open([rootWith()])
		write('.gitignore', '')
		await changed('.gitignore')
		const again = from('other.ts', await shownIn()).map(({ kind }) => kind)
		expect(again).toContain('imported')
		expect(again).not.toContain('recentEdit')
	})

	it('is what the disk has once it was closed without being saved', async () => {
		write('other.ts', greeting)
		await index.open([rootWith()])
		await open('other.ts', greeting)
		await open('own.ts', use)
		edit('other.ts', { line: 1, text: 'export function unsaved(): void {}\n' })
		await shownIn()
		expect(index.table.knows('unsaved')).toBe(true)
		expect(from('other.ts', await shownIn()).map(({ kind }) => kind)).toContain('recentEdit')
		await close('other.ts')
		expect(index.table.knows('unsaved')).toBe(false)
		expect(index.table.knows('greet')).toBe(true)
		expect(from('other.ts', await shownIn()).map(({ kind }) => kind)).not.toContain('recentEdit')
	})

	it('has the edits of a document that was saved before it was closed, as long as nobody else changes the file', async () => {
		write('other.ts', greeting)
		await index.open([rootWith()])
		await open('other.ts', greeting)
		await open('own.ts', use)
		edit('other.ts', { line: 1, text: 'const saved = 1\n' })
		const text = documents.get('other.ts')?.text ?? ''
		write('other.ts', text)
		await close('other.ts')
		const edits = async () => from('other.ts', await shownIn()).filter(({ kind }) => kind === 'recentEdit')
		expect(await edits()).toMatchObject([{ text: '+const saved = 1' }])
		await open('other.ts', text)
		expect(await edits()).toHaveLength(1)
		await close('other.ts')
		await open('other.ts', `// by somebody else\n${text}`)
		expect(await edits()).toEqual([])
	})

	it('follows edits through changes of several places at once', async () => {
		const lines = Array.from({ length: 30 }, (_, line) => `const a${line} = ${line}\n`).join('')
		write('other.ts', lines)
		await index.open([rootWith()])
		await open('other.ts', lines)
		await open('own.ts', use)
		edit('other.ts', { line: 20, text: 'const first = 1\n' })
		edit('other.ts', { line: 10, removed: 5, text: 'let' }, { line: 2, text: 'const b = 1\nconst c = 1\n' })
		edit('other.ts', { line: 23, text: 'const second = 2\n' })
		const edits = from('other.ts', await shownIn()).filter(({ kind }) => kind === 'recentEdit')
		expect(edits.map(({ text }) => text)).toEqual(['+const first = 1\n+const second = 2'])
	})
})
