import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { EngineDriver, refusalOf, useEngines } from './engineDriver.ts'
import { entry, languageModel, type RawHeader, rawHeader } from './rawGguf.ts'

const folder = temporaryFolder()
const good = readFileSync(starter.draftPath)
let files = 0

function fileOf(content: string | Buffer): string {
	const path = join(folder, `model-${++files}.gguf`)
	writeFileSync(path, content)
	return path
}

/** A file that says it has `bytes` bytes and takes hardly any. */
function sparseFile(head: Buffer, bytes: number): string {
	const path = fileOf(head)
	truncateSync(path, bytes)
	return path
}

function changed(change: (bytes: Buffer) => void): Buffer {
	const bytes = Buffer.from(good)
	change(bytes)
	return bytes
}

/** The embedded draft model with every occurrence of a text replaced by another of the same length. */
function replaced(from: string, to: string): Buffer {
	return Buffer.from(good.toString('latin1').replaceAll(from, to), 'latin1')
}

describe('a model file', () => {
	let engine: EngineDriver

	beforeAll(async () => {
		engine = new EngineDriver()
		await engine.initialize()
	})
	afterAll(() => engine.kill())

	const load = (path: string, contextSize = 512) => engine.load({ path, contextSize })
	/** The refusal, after a look at whether the engine still works. */
	const refused = async (path: string, contextSize?: number) => {
		const refusal = await refusalOf(load(path, contextSize))
		expect(refusal.file).toBe(path)
		expect(refusal.detail).not.toBe('')
		const { rssBytes } = await engine.request('ping', {})
		expect(rssBytes).toBeLessThan(1_000_000_000)
		return refusal
	}

	it('that is missing', async () => {
		expect(await refused(join(folder, 'nothing.gguf'))).toMatchObject({ code: 'modelMissing', detail: 'ENOENT' })
	})

	it('in a folder that is a file', async () => {
		expect(await refused(join(fileOf('x'), 'model.gguf'))).toMatchObject({ code: 'modelMissing' })
	})

	it('that is a folder', async () => {
		const path = join(folder, 'folder.gguf')
		mkdirSync(path)
		expect(await refused(path)).toMatchObject({ code: 'modelUnreadable', detail: 'it is a folder' })
	})

	it.skipIf(process.platform === 'win32')('that is a device', async () => {
		expect(await refused('/dev/zero')).toMatchObject({ code: 'modelUnreadable' })
	})

	it.each([
		['empty', ''],
		['a text', 'This is not a model.\n'.repeat(1_000)],
		['shorter than the magic', 'GG'],
		['of another kind', Buffer.concat([Buffer.from('GGML'), good.subarray(4)])],
		['zeros', Buffer.alloc(100_000)],
	])('that is %s', async (_what, content) => {
		expect(await refused(fileOf(content))).toMatchObject({ code: 'modelNotGguf' })
	})

	it.each([4, 8, 20, 24, 100, 5_000, 70_000, 122_900, 126_000, 130_000, 300_000, good.length - 1])(
		'that was cut after %i bytes',
		async (length) => {
			expect(await refused(fileOf(good.subarray(0, length)))).toMatchObject({ code: 'modelTruncated' })
		},
	)

	it.each<[string, RawHeader, string]>([
		['2^40 tensors', { tensorCount: 2n ** 40n }, 'modelCorrupt'],
		['2^63 metadata entries', { metadataCount: 2n ** 63n }, 'modelCorrupt'],
		['a million metadata entries and no room for them', { metadataCount: 1_000_000n }, 'modelCorrupt'],
		['a text of 2^50 bytes', { metadata: [entry.endlessText('a', 2n ** 50n)] }, 'modelCorrupt'],
		['an array of 2^61 numbers', { metadata: [entry.emptyArray('a', 4, 2n ** 61n)] }, 'modelCorrupt'],
		['an array of 2^31 texts', { metadata: [entry.emptyArray('a', 8, 2n ** 31n)] }, 'modelCorrupt'],
		['an array of arrays', { metadata: [entry.emptyArray('a', 9, 1n)] }, 'modelCorrupt'],
		['a value of no known type', { metadata: [entry.raw('a', 77, Buffer.alloc(8))] }, 'modelCorrupt'],
		['an entry without a name', { metadata: [entry.u32('', 1)] }, 'modelCorrupt'],
		['an entry twice', { metadata: [entry.u32('a', 1), entry.u32('a', 1)] }, 'modelCorrupt'],
		['an alignment of 3', { metadata: [entry.u32('general.alignment', 3)] }, 'modelCorrupt'],
		['no architecture', { metadata: languageModel().slice(1) }, 'modelCorrupt'],
		['version 99', { version: 99 }, 'modelUnsupported'],
		['version 1', { version: 1 }, 'modelUnsupported'],
		['version 2^31', { version: 2 ** 31 }, 'modelCorrupt'],
		['big-endian numbers', { version: 3 * 2 ** 24 }, 'modelUnsupported'],
		['no tensors', { metadata: languageModel() }, 'modelUnsupported'],
		[
			'no vocabulary',
			{ metadata: languageModel().slice(0, -1), tensors: [{ name: 'a', shape: [1n] }] },
			'modelUnsupported',
		],
		['five dimensions', { tensors: [{ name: 'a', shape: [1n, 1n, 1n, 1n, 1n] }] }, 'modelCorrupt'],
		['2^64 elements', { tensors: [{ name: 'a', shape: [2n ** 32n, 2n ** 32n] }] }, 'modelCorrupt'],
		['a tensor of type 200', { tensors: [{ name: 'a', shape: [32n], type: 200 }] }, 'modelCorrupt'],
		['an odd offset', { tensors: [{ name: 'a', shape: [32n], offset: 7n }] }, 'modelCorrupt'],
		['an endless offset', { tensors: [{ name: 'a', shape: [32n], offset: 2n ** 62n }] }, 'modelCorrupt'],
		['600 layers', { metadata: languageModel({ layers: 600 }), tensors: [{ name: 'a', shape: [1n] }] }, 'modelCorrupt'],
	])('with %s', async (_what, header, code) => {
		const path = fileOf(Buffer.concat([rawHeader(header), Buffer.alloc(4_096)]))
		expect(await refused(path)).toMatchObject({ code })
	})

	it('of gigabytes of nothing', async () => {
		const path = sparseFile(Buffer.alloc(0), 8 * 2 ** 30)
		expect(await refused(path)).toMatchObject({ code: 'modelNotGguf' })
	})

	it('of gigabytes of empty texts', async () => {
		const head = rawHeader({ metadata: [entry.emptyArray('a', 8, 2n ** 25n)] })
		expect(await refused(sparseFile(head, 8 * 2 ** 30))).toMatchObject({ code: 'modelCorrupt' })
	})

	it('with weights for which there is no memory', async () => {
		const tensors = [{ name: 'token_embd.weight', shape: [64n, 2n ** 34n] }]
		const head = rawHeader({ metadata: languageModel(), tensors })
		const refusal = await refused(sparseFile(head, head.length + 32 + 2 * 64 * 2 ** 34))
		expect(refusal).toMatchObject({ code: 'modelTooLarge' })
		expect(refusal.neededBytes).toBeGreaterThan(2 ** 40)
		expect(refusal.availableBytes).toBeGreaterThan(0)
		expect(refusal.availableBytes).toBeLessThan(refusal.neededBytes ?? 0)
	})

	it('with a context for which there is no memory', async () => {
		const metadata = languageModel({ layers: 512, width: 16_384, contextLength: 1_048_576 })
		const path = fileOf(
			Buffer.concat([rawHeader({ metadata, tensors: [{ name: 'a', shape: [1n] }] }), Buffer.alloc(64)]),
		)
		const refusal = await refused(path, 1_048_576)
		expect(refusal).toMatchObject({ code: 'modelTooLarge' })
		// Keys and values that are kept as small as can be: 34 bytes for 32 numbers.
		expect(refusal.neededBytes).toBeGreaterThan(512 * 16_384 * 2 * (34 / 32) * 1_048_576)
	})

	it('of an architecture that llama.cpp does not know', async () => {
		const refusal = await refused(
			fileOf(replaced('qwen2.', 'qwenX.').fill('qwenX', good.indexOf('qwen2'), good.indexOf('qwen2') + 5)),
		)
		expect(refusal.code).toBe('modelUnsupported')
		expect(refusal.detail).toContain('architecture')
	})

	it('that is no model', async () => {
		const adapter = [entry.string('general.type', 'adapter'), ...languageModel()]
		const path = fileOf(
			Buffer.concat([rawHeader({ metadata: adapter, tensors: [{ name: 'a', shape: [1n] }] }), Buffer.alloc(64)]),
		)
		expect(await refused(path)).toMatchObject({ code: 'modelUnsupported', detail: expect.stringContaining('adapter') })
	})

	it('that lacks a tensor', async () => {
		const refusal = await refused(fileOf(replaced('blk.1.ffn_up.weight', 'blk.1.ffn_xx.weight')))
		expect(refusal.code).toBe('modelCorrupt')
		expect(refusal.detail).toContain('blk.1.ffn_up.weight')
	})

	it('whose numbers would end llama.cpp', async () => {
		for (const [key, value] of [
			['qwen2.attention.head_count', 0],
			['qwen2.attention.head_count_kv', 0],
			['qwen2.attention.head_count_kv', 255],
			['qwen2.feed_forward_length', 7],
			['qwen2.embedding_length', 31],
			['qwen2.block_count', 1_000],
		] as const) {
			// With the type behind it, so that one name is not taken for the beginning of another.
			const at = good.indexOf(`${key}\u0004\0\0\0`) + key.length + 4
			expect(at).toBeGreaterThan(key.length + 4)
			expect(await refused(fileOf(changed((bytes) => bytes.writeUInt32LE(value, at))))).toMatchObject({
				code: 'modelCorrupt',
			})
		}
	})

	it('with any byte of its header changed is loaded or refused, and never ends the process', async () => {
		const codes = new Map<string, number>()
		const vocabulary = good.indexOf('tokenizer.ggml.tokens') + 60
		let state = 20
		const random = (below: number) => {
			state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
			return Math.floor((state / 2 ** 32) * below)
		}
		for (let i = 0; i < 150; i++) {
			const head = random(2) === 0
			const at = head ? random(vocabulary) : 122_853 + random(3_900)
			const path = fileOf(changed((bytes) => bytes.writeUInt8([0, 255, random(256)][random(3)] ?? 0, at)))
			const outcome = await load(path, 256).then(
				() => 'loaded',
				(error) => (error as { data: { code: string } }).data.code,
			)
			codes.set(outcome, (codes.get(outcome) ?? 0) + 1)
		}
		expect([...codes.keys()].filter((code) => !/^(loaded|model[A-Z]\w+)$/.test(code))).toEqual([])
		expect(codes.size).toBeGreaterThan(2)
		expect((await engine.request('ping', {})).rssBytes).toBeLessThan(1_000_000_000)
	})

	it('that is sound is loaded after all these', async () => {
		expect(await load(starter.path)).toMatchObject({ name: 'tiny-coder-target' })
		expect((await engine.complete({ prefix: 'const a = ', maxTokens: 4 })).stats.promptTokens).toBeGreaterThan(0)
	})

	it('in parts is looked at part by part', async () => {
		const part = (n: number) => join(folder, `split-0000${n}-of-00002.gguf`)
		writeFileSync(part(1), good)
		expect(await refusalOf(load(part(1)))).toMatchObject({ code: 'modelMissing', file: part(2) })
		writeFileSync(part(2), good.subarray(0, 1_000))
		expect(await refusalOf(load(part(1)))).toMatchObject({ code: 'modelTruncated', file: part(2) })
	})
})

describe('a model file without permission', () => {
	const engines = useEngines()
	const isRoot = process.getuid?.() === 0
	// A folder of its own, which anybody may look into: only the file is closed, not the way to it.
	const open = mkdtempSync(join(tmpdir(), 'alcove-permission-'))
	afterAll(() => rmSync(open, { recursive: true }))

	it.skipIf(process.platform === 'win32')('is refused', async () => {
		// Root may read everything: then the engine runs as somebody else.
		const engine = await engines.initialized(isRoot ? { uid: 65_534, gid: 65_534 } : {})
		chmodSync(open, 0o755)
		const path = join(open, 'closed.gguf')
		writeFileSync(path, good, { mode: 0 })
		const refusal = await refusalOf(engine.load({ path, contextSize: 512 }))
		expect(refusal).toMatchObject({ code: 'modelUnreadable', file: path, detail: 'EACCES' })
		chmodSync(path, 0o644)
		expect(await engine.load({ path, contextSize: 512 })).toMatchObject({ path })
	})
})
