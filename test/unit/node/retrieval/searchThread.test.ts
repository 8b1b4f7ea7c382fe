import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import type { EmbeddingModel } from '../../../../src/core/model/ports.ts'
import { SearchThread } from '../../../../src/node/retrieval/searchThread.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { bundlePdfThread } from '../../../fakes/pdfThread.ts'
import { RecordingLogger } from '../../../fakes/recordingLogger.ts'
import { lockedPdf, smallPdf } from '../../../fakes/smallPdf.ts'

let folder: string
let workspace: string
let search: SearchThread
let logger: RecordingLogger
let embeddings: string[][]
const library = join(root, 'node_modules', 'web-tree-sitter')

beforeAll(async () => {
	mkdirSync(join(root, 'out'), { recursive: true })
	folder = mkdtempSync(join(root, 'out', 'search-'))
	await build({
		entryPoints: [join(root, 'src/node/retrieval/searchWorker.ts')],
		outfile: join(folder, 'searchWorker.cjs'),
		bundle: true,
		platform: 'node',
		format: 'cjs',
		alias: { 'web-tree-sitter': join(library, 'web-tree-sitter.cjs') },
	})
	await bundlePdfThread(folder)
	// Dies at a question, with an index that is read.
	writeFileSync(
		join(folder, 'dying.cjs'),
		`require('node:worker_threads').parentPort.on('message', ({ kind }) => kind === 'search' && process.exit(1))
		require('./searchWorker.cjs')`,
	)
	writeFileSync(join(folder, 'broken.cjs'), 'throw new Error("a secret text")')
	workspace = join(folder, 'w')
	mkdirSync(workspace)
	writeFileSync(join(workspace, 'lid.ts'), 'export function openLid() {\n\treturn 1\n}\n')
})
beforeEach(() => {
	embeddings = []
})
afterEach(() => {
	search.dispose()
	rmSync(join(folder, 'store'), { recursive: true, force: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(entry = 'searchWorker.cjs') {
	logger = new RecordingLogger()
	const data = {
		grammarFolder: join(root, 'grammars'),
		runtime: join(library, 'web-tree-sitter.wasm'),
		pdfWorker: join(folder, 'pdfWorker.cjs'),
	}
	const embedding = async (path: string) => {
		if (path.endsWith('missing.gguf')) throw new Error('missing')
		const model: Pick<EmbeddingModel, 'embed'> = {
			embed: async ({ texts }) => {
				embeddings.push([...texts])
				const vectors = texts.map(() => [1, 0])
				return { vectors, stopReason: 'done', promptTokens: 1, queueMs: 0, totalMs: 0 }
			},
		}
		return model as EmbeddingModel
	}
	search = new SearchThread({ entryPath: join(folder, entry), data, embedding, logger })
}

const order = (more: { embeddingModel?: string } = {}) => ({
	roots: [{ folder: workspace, name: '', excluded: [] }],
	storeFile: join(folder, 'store', 'search.bin'),
	...more,
})

function ready(): Promise<void> {
	return new Promise((resolve) => {
		const subscription = search.onDidChangeState(({ kind }) => {
			if (kind !== 'ready') return
			subscription.dispose()
			resolve()
		})
	})
}

const names = async () => (await search.search('open lid', 3, neverCancelled)).map(({ name }) => name)

describe('the thread that searches', () => {
	it('starts with the first order, answers, and says how far it is', async () => {
		start()
		expect(search.state.kind).toBe('off')
		expect(await names()).toEqual([])
		const done = ready()
		search.index(order())
		expect(search.state.kind).toBe('building')
		await done
		expect(await names()).toEqual(['openLid'])
		expect(search.state).toEqual({ kind: 'ready', done: 1, total: 1 })
	})

	it('reads PDF files, and tells of those that cannot be read', async () => {
		const manual = join(workspace, 'manual.pdf')
		const locked = join(workspace, 'locked.pdf')
		writeFileSync(manual, smallPdf([['First page'], ['The lid opens upwards.']]))
		writeFileSync(locked, lockedPdf(['a secret']))
		start()
		const done = ready()
		search.index(order())
		await done
		const hits = await search.search('does it open upwards', 1, neverCancelled)
		expect(hits).toMatchObject([{ path: 'manual.pdf', page: { number: 2, startLine: 1 }, startLine: 1, endLine: 2 }])
		expect(search.state.unread).toEqual([{ path: 'locked.pdf', refused: 'encrypted' }])
		rmSync(manual)
		rmSync(locked)
	})

	it('answers nothing to a question that is cancelled', async () => {
		start()
		search.index(order())
		const source = new CancellationSource()
		const asked = search.search('open lid', 3, source.token)
		source.cancel()
		expect(await asked).toEqual([])
	})

	it('deletes what was kept when it is switched off, and when no thread runs', async () => {
		start()
		const done = ready()
		search.index(order())
		await done
		const { storeFile } = order()
		await expect.poll(() => existsSync(storeFile)).toBe(true)
		search.forget(storeFile)
		await expect.poll(() => existsSync(storeFile)).toBe(false)
		expect(search.state.kind).toBe('off')
		expect(await names()).toEqual([])
		search.dispose()
		mkdirSync(join(folder, 'store'), { recursive: true })
		writeFileSync(storeFile, 'x')
		start()
		search.forget(storeFile)
		await expect.poll(() => existsSync(storeFile)).toBe(false)
	})

	it('starts again after the thread is killed, and gives up where that happens again and again', async () => {
		start('dying.cjs')
		for (let crash = 1; crash <= 3; crash++) {
			const done = ready()
			if (crash === 1) search.index(order())
			await done
			expect(await names()).toEqual([])
		}
		expect(search.state.kind).toBe('off')
		expect(await names()).toEqual([])
	})

	it('says nothing of a text where the thread does not even start', async () => {
		start('broken.cjs')
		search.index(order())
		await expect.poll(() => search.state.kind).toBe('off')
		expect(JSON.stringify(logger.lines)).not.toContain('secret')
	})

	it('has vectors made by the model of the order, and answers by words where there is none', async () => {
		start()
		writeFileSync(join(folder, 'e5.gguf'), 'x')
		let done = ready()
		search.index(order({ embeddingModel: join(folder, 'e5.gguf') }))
		await done
		expect(embeddings.flat()).toEqual(['passage: lid.ts openLid\nexport function openLid() {\n\treturn 1\n}'])
		expect(await names()).toEqual(['openLid'])
		expect(embeddings.at(-1)).toEqual(['query: open lid'])
		done = ready()
		writeFileSync(join(folder, 'missing.gguf'), 'x')
		search.index(order({ embeddingModel: join(folder, 'missing.gguf') }))
		await done
		expect(await names()).toEqual(['openLid'])
	})
})
