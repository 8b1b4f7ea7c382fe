import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import type { SearchIndexState } from '../../../../src/core/chat/chatPorts.ts'
import { PdfReader } from '../../../../src/node/documents/pdfReader.ts'
import { SearchIndex } from '../../../../src/node/retrieval/searchIndex.ts'
import { vectorFileOf } from '../../../../src/node/retrieval/searchMessages.ts'
import { SymbolReader } from '../../../../src/node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../../../src/node/syntax/grammarLibrary.ts'
import { bundlePdfThread } from '../../../fakes/pdfThread.ts'
import { smallPdf } from '../../../fakes/smallPdf.ts'

const grammarFolder = join(root, 'grammars')
const reader = new SymbolReader(new GrammarLibrary(grammarFolder), grammarFolder)

let folder: string
let pdf: PdfReader
const bundles = mkdtempSync(join(tmpdir(), 'alcove-bundle-'))
let states: SearchIndexState[]
let embedded: string[]
let indexes: SearchIndex[]

beforeAll(async () => {
	pdf = new PdfReader(await bundlePdfThread(bundles))
})
afterAll(() => {
	pdf.dispose()
	rmSync(bundles, { recursive: true, force: true })
})
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'alcove-search-'))
	states = []
	embedded = []
	indexes = []
	put('src/lid.ts', '/** Lifts the lid gently. */\nexport function openLid() {\n\treturn 1\n}\n')
	put('src/tray.ts', 'export function washTray() {\n\treturn 2\n}\n')
	put('docs/guide.md', '# Guide\n\n## Watering tomatoes\n\nTwice a day in summer.\n')
})
afterEach(async () => {
	for (const index of indexes) await index.close()
	rmSync(folder, { recursive: true, force: true })
})

function put(path: string, text: string): string {
	const file = join(folder, 'w', path)
	mkdirSync(dirname(file), { recursive: true })
	writeFileSync(file, text)
	return file
}

function make() {
	const index = new SearchIndex({
		reader,
		pdf,
		report: (state) => states.push(state),
		embed: async (texts) => {
			embedded.push(...texts)
			return texts.map((text) => (/tomato/.test(text) ? [1, 0] : [0, 1]))
		},
	})
	indexes.push(index)
	return index
}

function order(change: { excluded?: { glob: string }[]; embeddingModel?: string } = {}) {
	const { excluded = [], ...rest } = change
	return {
		roots: [{ folder: join(folder, 'w'), name: '', excluded }],
		storeFile: join(folder, 'store', 'search.bin'),
		...rest,
	}
}

async function opened(...args: Parameters<typeof order>) {
	const index = make()
	await index.open(order(...args))
	return index
}

const found = async (index: SearchIndex, question: string) =>
	(await index.search(question, { limit: 5 })).map(({ path, name }) => (name === undefined ? path : `${path} ${name}`))

describe('the search index', () => {
	it('finds definitions and sections by the words of a question, with their text and lines', async () => {
		const index = await opened()
		const [hit] = await index.search('Where is the lid lifted?', { limit: 3 })
		expect(hit).toMatchObject({ path: 'src/lid.ts', name: 'openLid', startLine: 0, endLine: 4 })
		expect(hit?.text).toContain('return 1')
		expect(await found(index, 'when do I water tomatoes')).toEqual(['docs/guide.md Guide / Watering tomatoes'])
		expect(await found(index, 'the of a')).toEqual([])
		expect(states.at(-1)).toEqual({ kind: 'ready', done: 3, total: 3 })
	})

	it('leaves out what is ignored, excluded or looks secret, and masks keys', async () => {
		put('.gitignore', 'build/\n')
		put('build/out.ts', 'export function generatedOutput() {}\n')
		put('.env', 'GENERATED=1\n')
		put('gen/a.ts', 'export function excludedOutput() {}\n')
		const token = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`
		put('src/key.ts', `export function sendMail() {\n\tconst apiToken = '${token}'\n}\n`)
		const index = await opened({ excluded: [{ glob: 'gen' }] })
		expect(await found(index, 'generated excluded output')).toEqual([])
		const [mail] = await index.search('send mail', { limit: 1 })
		expect(mail?.path).toBe('src/key.ts')
		expect(mail?.text).not.toContain(token.slice(8))
		await index.save()
		expect(readFileSync(order().storeFile).includes('c3D4')).toBe(false)
	})

	it('finds what PDF files say by their pages, and says which of them it could not read', async () => {
		const pages = [
			['Pruning roses', 'Cut above a bud in spring.'],
			['Com-', 'posting leaves', 'Turn the heap monthly.'],
		]
		const manual = put('docs/manual.pdf', '')
		writeFileSync(manual, smallPdf(pages))
		put('docs/broken.pdf', 'no PDF')
		const index = await opened()
		expect(await index.search('when are roses pruned', { limit: 1 })).toMatchObject([
			{ path: 'docs/manual.pdf', startLine: 0, endLine: 2, page: { number: 1, startLine: 0 } },
		])
		// A word that is divided at the end of a line is one.
		expect(await index.search('compost leaves', { limit: 1 })).toMatchObject([
			{
				startLine: 2,
				endLine: 5,
				page: { number: 2, startLine: 2 },
				text: 'Com-\nposting leaves\nTurn the heap monthly.',
			},
		])
		const unread = [{ path: 'docs/broken.pdf', refused: 'damaged' }]
		expect(index.state).toEqual({ kind: 'ready', done: 5, total: 5, unread })
		await index.close()
		// Also after a restart, from what was kept.
		const again = await opened()
		expect(again.state.unread).toEqual(unread)
		writeFileSync(manual, smallPdf([['Sharpening shears']]))
		await again.changed([manual])
		expect(await found(again, 'roses')).toEqual([])
		expect(await found(again, 'shears')).toEqual(['docs/manual.pdf'])
		rmSync(join(folder, 'w', 'docs/broken.pdf'))
		await again.changed([join(folder, 'w', 'docs/broken.pdf')])
		expect(again.state.unread).toBeUndefined()
	})

	it('follows changes, renames and deletes of files and folders', async () => {
		const index = await opened()
		const changed = put('src/tray.ts', 'export function polishSpoon() {\n\treturn 2\n}\n')
		await index.changed([changed])
		expect(await found(index, 'polish spoon')).toEqual(['src/tray.ts polishSpoon'])
		expect(await found(index, 'wash')).toEqual([])
		const moved = join(folder, 'w', 'kitchen')
		renameSync(join(folder, 'w', 'src'), moved)
		await index.changed([join(folder, 'w', 'src'), moved])
		expect(await found(index, 'polish spoon')).toEqual(['kitchen/tray.ts polishSpoon'])
		rmSync(moved, { recursive: true })
		await index.changed([moved])
		expect(await found(index, 'polish spoon')).toEqual([])
		expect(index.size.files).toBe(1)
	})

	it('never shows what a file does not have any more, though nobody told of the change', async () => {
		const index = await opened()
		put('src/lid.ts', 'export function closeDrawer() {\n\treturn 123\n}\n')
		expect(await found(index, 'lifts the lid')).not.toContain('src/lid.ts openLid')
		expect(await found(index, 'close drawer')).toEqual(['src/lid.ts closeDrawer'])
		rmSync(join(folder, 'w', 'src/lid.ts'))
		expect(await found(index, 'close drawer')).toEqual([])
	})

	it('takes new rules of what is ignored', async () => {
		const index = await opened()
		await index.changed([put('.gitignore', 'docs\n')])
		expect(await found(index, 'tomatoes')).toEqual([])
	})

	it('reads nothing again that it has on disk, also where another branch changed the times alone', async () => {
		await (await opened()).close()
		let reads = 0
		const counting: Pick<SymbolReader, 'read'> = {
			read: (...args) => {
				reads++
				return reader.read(...args)
			},
		}
		const later = new Date(Date.now() + 60_000)
		utimesSync(join(folder, 'w', 'src/lid.ts'), later, later)
		const second = new SearchIndex({
			reader: counting as SymbolReader,
			report: () => {},
			embed: async () => [],
		})
		indexes.push(second)
		await second.open(order())
		expect(reads).toBe(0)
		expect(await found(second, 'lift lid')).toEqual(['src/lid.ts openLid'])
		put('src/lid.ts', 'export function closeDrawer() {}\n')
		await second.open(order())
		expect(reads).toBe(1)
	})

	it('reads everything again where what was kept is damaged', async () => {
		await (await opened()).close()
		const { storeFile } = order()
		const bytes = readFileSync(storeFile)
		expect(statSync(storeFile).mode & 0o077).toBe(0)
		for (const at of [0, 40, bytes.length - 3]) {
			const damaged = Buffer.from(bytes)
			damaged[at] = (damaged[at] ?? 0) ^ 0xff
			writeFileSync(storeFile, damaged)
			const index = await opened()
			expect(await found(index, 'lift lid')).toEqual(['src/lid.ts openLid'])
			await index.close()
		}
	})

	it('stands still while it is paused, and answers with what it has', async () => {
		const index = make()
		index.pause(true)
		const opening = index.open(order())
		await new Promise((resolve) => setTimeout(resolve, 60))
		expect(states.at(-1)?.kind).toBe('paused')
		expect(await found(index, 'lift lid')).toEqual([])
		index.pause(false)
		await opening
		expect(states.at(-1)?.kind).toBe('ready')
		expect(await found(index, 'lift lid')).toEqual(['src/lid.ts openLid'])
	})

	it('fuses words and vectors, keeps vectors on disk, and makes only those that are missing', async () => {
		const model = put('../model.gguf', 'not a model')
		const index = await opened({ embeddingModel: model })
		expect(embedded.length).toBe(4)
		const hits = await index.search('vegetables lid', { limit: 2, vector: Float32Array.from([1, 0]) })
		expect(hits.map(({ path }) => path).toSorted()).toEqual(['docs/guide.md', 'src/lid.ts'])
		await index.close()
		expect(statSync(vectorFileOf(order().storeFile)).size).toBeGreaterThan(32)
		embedded = []
		renameSync(join(folder, 'w', 'docs/guide.md'), join(folder, 'w', 'docs/other.md'))
		put('src/new.ts', 'export function brandNew() {\n\treturn 5\n}\n')
		const again = await opened({ embeddingModel: model })
		expect(embedded.length).toBe(1)
		expect(embedded[0]).toContain('brandNew')
		const [first] = await again.search('nothing else', { limit: 1, vector: Float32Array.from([1, 0]) })
		expect(first?.path).toBe('docs/other.md')
	})
})
