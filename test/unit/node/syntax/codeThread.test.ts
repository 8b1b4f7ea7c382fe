import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import { CodeThread } from '../../../../src/node/syntax/codeThread.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { RecordingLogger } from '../../../fakes/recordingLogger.ts'

let folder: string
let structure: CodeThread

beforeAll(async () => {
	mkdirSync(join(root, 'out'), { recursive: true })
	folder = mkdtempSync(join(root, 'out', 'syntax-'))
	const library = join(root, 'node_modules', 'web-tree-sitter')
	await build({
		entryPoints: [join(root, 'src/node/syntax/codeWorker.ts')],
		outfile: join(folder, 'codeWorker.cjs'),
		bundle: true,
		platform: 'node',
		format: 'cjs',
		alias: { 'web-tree-sitter': join(library, 'web-tree-sitter.cjs') },
	})
})
afterEach(() => structure.dispose())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(entry = 'codeWorker.cjs') {
	const logger = new RecordingLogger()
	const data = {
		grammarFolder: join(root, 'grammars'),
		runtime: join(root, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.wasm'),
	}
	structure = new CodeThread({ entryPath: join(folder, entry), data, logger })
	return { structure, logger }
}

const text = 'const a = 1\n// b\n'
const document = { documentId: 'a', languageId: 'typescript', version: 1, text }
const inComment = { documentId: 'a', version: 1, line: 1, character: 4 }

describe('the thread that parses', () => {
	it('answers what the code at a place is', async () => {
		start().structure.open(document)
		expect(await structure.placeOf(inComment, neverCancelled)).toMatchObject({ scope: 'comment' })
	})

	it('follows the changes of a document', async () => {
		start().structure.open(document)
		const startPoint = { row: 1, column: 0 }
		const endPoint = { row: 1, column: 3 }
		const changes = [{ start: 12, end: 15, startPoint, endPoint, text: 'f(' }]
		structure.change({ documentId: 'a', before: 1, version: 2, changes })
		const place = { ...inComment, version: 2, character: 2 }
		expect(await structure.placeOf(place, neverCancelled)).toMatchObject({ scope: 'code' })
		const insertion = { place, replaceEnd: 3, text: 'b)' }
		expect(await structure.checkInsertion(insertion, neverCancelled)).toMatchObject({ newErrors: 0 })
	})

	it('asks for a document again where a change was missed', async () => {
		start().structure.open(document)
		const lost = new Promise((resolve) => structure.onDidLose(resolve))
		structure.change({ documentId: 'a', before: 2, version: 3, changes: [] })
		expect(await lost).toBe('a')
		expect(await structure.placeOf({ ...inComment, version: 3 }, neverCancelled)).toBeUndefined()
		structure.open({ ...document, version: 3 })
		expect(await structure.placeOf({ ...inComment, version: 3 }, neverCancelled)).toMatchObject({ scope: 'comment' })
	})

	it('knows nothing of documents that it was not told of, that are too large or in no language of its own', async () => {
		start()
		expect(await structure.placeOf(inComment, neverCancelled)).toBeUndefined()
		structure.open({ ...document, text: 'x'.repeat(50_000_000) })
		expect(await structure.placeOf(inComment, neverCancelled)).toBeUndefined()
		expect(structure.takes({ languageId: 'typescript', lineCount: 60_000 })).toBe(false)
		expect(structure.takes({ languageId: 'plaintext', lineCount: 1 })).toBe(false)
		structure.open({ ...document, text: '\0\x01\uD800\uFFFF'.repeat(1_000) })
		expect(await structure.placeOf({ ...inComment, line: 0 }, neverCancelled)).toBeDefined()
	})

	it('ends a question that is cancelled', async () => {
		start().structure.open(document)
		const source = new CancellationSource()
		const answer = structure.placeOf(inComment, source.token)
		source.cancel()
		expect(await answer).toBeUndefined()
	})

	it('settles every question when it dies, asks for its documents again, and gives up after three times', async () => {
		const { logger } = start('missing.cjs')
		for (let crash = 0; crash < 3; crash++) {
			const lost = new Promise((resolve) => structure.onDidLose(resolve))
			structure.open(document)
			expect(await structure.placeOf(inComment, neverCancelled)).toBeUndefined()
			expect(await lost).toBe('a')
		}
		structure.open(document)
		expect(await structure.placeOf(inComment, neverCancelled)).toBeUndefined()
		expect(logger.events().filter((event) => event === 'syntax.threadFailed')).toHaveLength(3)
	})

	it('shows what other files of the workspace define, and forgets it when it is told to', async () => {
		const workspace = mkdtempSync(join(folder, 'workspace-'))
		const storeFile = join(workspace, '..', 'symbols.bin')
		writeFileSync(join(workspace, 'other.ts'), 'export function greet(name: string): string {\n\treturn name\n}\n')
		const own = "import { greet } from './other'\n\nconst a = "
		writeFileSync(join(workspace, 'own.ts'), own)
		start()
		const indexed = new Promise<void>((resolve) =>
			structure.onDidIndex(({ isWhole }) => {
				if (isWhole) resolve()
			}),
		)
		structure.index({ roots: [{ folder: workspace, name: '', excluded: [] }], storeFile })
		await indexed
		structure.open({ ...document, file: join(workspace, 'own.ts'), text: own })
		const request = {
			documentId: 'a',
			version: 1,
			languageId: 'typescript',
			line: 2,
			character: 10,
			shown: { startLine: 0, endLine: 3 },
			budget: 200,
			charactersPerToken: 3,
			deadlineMs: 60_000,
		}
		const { path, chunks, late, repository } = await structure.collect(request, neverCancelled)
		// The folder's name, and not where it is.
		expect(repository).toBe(basename(workspace))
		expect({ path, late }).toEqual({ path: 'own.ts', late: [] })
		expect(chunks).toMatchObject([{ path: 'other.ts', text: 'function greet(name: string): string' }])
		const hurried = structure.collect({ ...request, deadlineMs: 0 }, neverCancelled)
		// Where the thread has something else to do its answer comes all the same.
		expect(await hurried).toMatchObject({ path: 'own.ts', chunks: [], late: expect.arrayContaining(['imported']) })
		structure.forget(storeFile)
		expect((await structure.collect(request, neverCancelled)).chunks).toEqual([])
		expect(existsSync(storeFile)).toBe(false)
	})

	it('shows nothing of an open document that is excluded', async () => {
		const workspace = mkdtempSync(join(folder, 'excluded-'))
		const secret = 'export function greet(name: string): string {\n\treturn name\n}\n'
		const own = "import { greet } from './private'\n\nconst a = greet"
		writeFileSync(join(workspace, '.gitignore'), 'private.ts\n')
		writeFileSync(join(workspace, 'private.ts'), secret)
		writeFileSync(join(workspace, 'own.ts'), own)
		start()
		const indexed = new Promise<void>((resolve) => structure.onDidIndex(({ isWhole }) => isWhole && resolve()))
		structure.open({ ...document, documentId: 'private', file: join(workspace, 'private.ts'), text: secret })
		structure.index({
			roots: [{ folder: workspace, name: '', excluded: [] }],
			storeFile: join(workspace, 'symbols.bin'),
		})
		structure.open({ ...document, file: join(workspace, 'own.ts'), text: own })
		await indexed
		const question = { version: 1, languageId: 'typescript', shown: { startLine: 2, endLine: 3 }, deadlineMs: 60_000 }
		const room = { budget: 2_000, charactersPerToken: 3 }
		const inSecret = { ...question, ...room, documentId: 'private', line: 1, character: 1 }
		const inOwn = { ...question, ...room, documentId: 'a', line: 2, character: 15 }
		expect((await structure.collect(inSecret, neverCancelled)).chunks[0]).toMatchObject({ kind: 'enclosing' })
		expect((await structure.collect(inOwn, neverCancelled)).chunks).toEqual([])
		structure.close('private')
		expect((await structure.collect(inOwn, neverCancelled)).chunks).toEqual([])
	})

	it('deletes what an earlier window kept, without a thread that would have nothing to do', async () => {
		const storeFile = join(folder, 'earlier.bin')
		writeFileSync(storeFile, 'kept')
		const { logger } = start('missing.cjs')
		structure.forget(storeFile)
		await expect.poll(() => existsSync(storeFile)).toBe(false)
		expect(logger.events()).toEqual([])
	})

	it('says that the workspace is not read where the thread cannot do it', async () => {
		start('missing.cjs')
		const failed = new Promise<void>((resolve) => structure.onDidFailToIndex(resolve))
		structure.index({ roots: [], storeFile: join(folder, 'never.bin') })
		await failed
	})

	it('says what is new: what is typed elsewhere, what becomes known of the workspace, other rules', async () => {
		const workspace = mkdtempSync(join(folder, 'news-'))
		writeFileSync(join(workspace, 'other.ts'), 'export const one = 1\n')
		start().structure.open(document)
		structure.open({ ...document, documentId: 'b' })
		const newsOf = (documentId: string) => structure.newsOf(documentId)
		const before = { a: newsOf('a'), b: newsOf('b') }
		structure.change({ documentId: 'b', before: 1, version: 2, changes: [] })
		structure.change({ documentId: 'unknown', before: 1, version: 2, changes: [] })
		expect(newsOf('a')).toEqual({ ...before.a, known: before.a.known + 1 })
		expect(newsOf('b')).toEqual(before.b)
		const whole = () => new Promise<void>((resolve) => structure.onDidIndex(({ isWhole }) => isWhole && resolve()))
		const order = {
			roots: [{ folder: workspace, name: '', excluded: [] }],
			storeFile: join(workspace, 'symbols.bin'),
		}
		const first = whole()
		structure.index(order)
		await first
		const indexed = newsOf('a')
		expect(indexed.rules).not.toBe(before.a.rules)
		expect(indexed.known).toBeGreaterThan(before.a.known + 1)
		// Read once more, with nothing in it that was not there.
		const second = whole()
		structure.index({ ...order })
		await second
		expect(newsOf('a')).toEqual(indexed)
		structure.index({ ...order, roots: [{ folder: workspace, name: '', excluded: [{ glob: '**/other.ts' }] }] })
		expect(newsOf('a').rules).not.toBe(indexed.rules)
	})

	it('says which names of a text stand nowhere in the workspace, once it has read enough of it', async () => {
		const workspace = mkdtempSync(join(folder, 'names-'))
		for (let file = 0; file < 25; file++)
			writeFileSync(join(workspace, `file${file}.ts`), `use${file}(console, known)\n`)
		start().structure.open(document)
		const insertion = {
			place: { ...inComment, line: 2, character: 0 },
			replaceEnd: 0,
			text: 'console.log(known, strange)',
		}
		const before = await structure.checkInsertion(insertion, neverCancelled)
		expect(before?.newNames).toEqual(['console', 'log', 'known', 'strange'])
		expect(before?.unknownNames).toBeUndefined()
		const indexed = new Promise<void>((resolve) => structure.onDidIndex(({ isWhole }) => isWhole && resolve()))
		structure.index({
			roots: [{ folder: workspace, name: '', excluded: [] }],
			storeFile: join(workspace, 'symbols.bin'),
		})
		await indexed
		const after = await structure.checkInsertion(insertion, neverCancelled)
		expect(after?.unknownNames).toEqual(['strange'])
	})

	it('knows the names of the language without any index, where a file says itself where names are from', async () => {
		const text = "import { readFile } from 'node:fs/promises'\n\n"
		start().structure.open({ ...document, text })
		const insertion = {
			place: { ...inComment, line: 1, character: 0 },
			replaceEnd: 0,
			text: 'const total = structuredClone(strange.member, [1].flatMap(strenge))',
		}
		const check = await structure.checkInsertion(insertion, neverCancelled)
		expect(check?.unknownNames).toEqual(['strange', 'strenge'])
	})

	it('settles every question when it is disposed of', async () => {
		start().structure.open(document)
		const answer = structure.placeOf(inComment, neverCancelled)
		structure.dispose()
		expect(await answer).toBeUndefined()
	})
})
