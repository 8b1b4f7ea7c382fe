import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { InstalledModel, ModelTraits } from '../../../../src/core/model/installedModel.ts'
import { memoryFor } from '../../../../src/core/model/installedModel.ts'
import { checkModelFile } from '../../../../src/engine/llama/checkModelFile.ts'
import { memoryNeeded } from '../../../../src/gguf/memoryNeed.ts'
import { writeRecord } from '../../../../src/node/models/download/downloadRecord.ts'
import { findFiles } from '../../../../src/node/models/findFiles.ts'
import { ModelFinder } from '../../../../src/node/models/modelFinder.ts'
import { lmStudioMoved, storePlaces } from '../../../../src/node/models/storePlaces.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { starter, temporaryFolder } from '../../../engineFiles.ts'
import { fimVocabulary, writeModelFile } from '../../../fakes/modelFile.ts'

/** A machine with nothing on it: a home folder in which tests put models. */
function machine() {
	const homeDir = temporaryFolder()
	const folders: string[] = []
	const downloadFolder = join(homeDir, 'alcove')
	const finder = new ModelFinder({
		machine: { platform: 'linux', homeDir, env: { OLLAMA_MODELS: join(homeDir, 'ollama') } },
		downloadFolder: () => downloadFolder,
		folders: () => folders,
	})
	return { homeDir, folders, downloadFolder, find: (token = neverCancelled) => finder.find(token) }
}

/** Puts a model into Ollama's store, as Ollama does. */
function pull(store: string, name: readonly string[], blob: string, licence?: string): void {
	mkdirSync(join(store, 'blobs'), { recursive: true })
	const layers: unknown[] = []
	const add = (mediaType: string, content: Buffer) => {
		const digest = createHash('sha256').update(content).digest('hex')
		writeFileSync(join(store, 'blobs', `sha256-${digest}`), content)
		layers.push({
			mediaType: `application/vnd.ollama.image.${mediaType}`,
			digest: `sha256:${digest}`,
			size: content.length,
		})
	}
	add('model', readFileSync(blob))
	if (licence !== undefined) add('license', Buffer.from(licence))
	const manifest = join(store, 'manifests', ...name)
	mkdirSync(join(manifest, '..'), { recursive: true })
	writeFileSync(manifest, JSON.stringify({ schemaVersion: 2, layers }))
}

const summary = ({ store, title, about }: InstalledModel) => [store, title, 'problem' in about ? about.problem : 'fine']

function traitsOf(models: readonly InstalledModel[], title: string): ModelTraits {
	const about = models.find((model) => model.title === title)?.about
	if (!about || 'problem' in about) throw new Error(`${title} is not there`)
	return about.traits
}

describe('models that are there already', () => {
	it('are found in every store, and used where they are', async () => {
		const { homeDir, folders, downloadFolder, find } = machine()
		const file = join(homeDir, 'blob')
		writeModelFile(file, { parameters: 96 })
		pull(
			join(homeDir, 'ollama'),
			['registry.ollama.ai', 'library', 'qwen2.5-coder', '7b'],
			file,
			'\n  Apache License\n',
		)
		writeModelFile(join(homeDir, '.lmstudio/models/owner/model-GGUF/model-Q4_K_M.gguf'))
		writeModelFile(join(homeDir, '.cache/llama.cpp/owner_model.gguf'))
		writeModelFile(join(homeDir, 'mine/deep/er/other.gguf'))
		folders.push(join(homeDir, 'mine'))
		writeModelFile(join(downloadFolder, 'downloaded.gguf'))
		await writeRecord(join(downloadFolder, 'downloaded.gguf'), {
			url: 'https://example.com',
			bytes: 1,
			sha256: '',
			verifiedBy: 'none',
		})
		// The Hugging Face cache keeps contents by their hash, and links to them by name.
		const repository = join(homeDir, '.cache/huggingface/hub/models--Qwen--Qwen2.5-Coder-GGUF')
		writeModelFile(join(repository, 'blobs/abc'), { parameters: 128 })
		for (const revision of ['one', 'two']) {
			mkdirSync(join(repository, 'snapshots', revision), { recursive: true })
			symlinkSync('../../blobs/abc', join(repository, 'snapshots', revision, 'q.gguf'))
		}
		const { models, cutShort } = await find()
		expect(models.map(summary)).toEqual([
			['alcove', 'downloaded', 'fine'],
			['ollama', 'qwen2.5-coder:7b', 'fine'],
			['lmStudio', 'owner/model-GGUF', 'fine'],
			['huggingFace', 'Qwen/Qwen2.5-Coder-GGUF', 'fine'],
			['llamaCpp', 'owner_model', 'fine'],
			['folder', 'other', 'fine'],
		])
		expect(models.map(({ isRemovable }) => isRemovable)).toEqual([true, false, false, false, false, false])
		expect(models[3]?.path).toBe(join(repository, 'snapshots/one/q.gguf'))
		expect(traitsOf(models, 'qwen2.5-coder:7b').licence).toBe('Apache License')
		expect(cutShort).toEqual([])
	})

	it('say what they are by their headers', async () => {
		const { homeDir, folders, find } = machine()
		folders.push(homeDir)
		const write = (name: string, model: Parameters<typeof writeModelFile>[1]) =>
			writeModelFile(join(homeDir, `${name}.gguf`), model)
		write('coder', {
			metadata: {
				'general.file_type': { u32: 15 },
				'general.license': { string: 'apache-2.0' },
				'tokenizer.chat_template': { string: '{{ messages }}' },
			},
		})
		write('plain', { architecture: 'llama', tokens: ['a', '<|fim_prefix|>x', '<|fim_suffix|>'] })
		write('vectors', { architecture: 'nomic-bert', tokens: fimVocabulary })
		write('pooled', { architecture: 'qwen3', metadata: { 'qwen3.pooling_type': { u32: 3 } } })
		write('starcoder', { tokens: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'] })
		write('codestral', { architecture: 'llama', tokens: ['[SUFFIX]', '[PREFIX]'] })
		const { models } = await find()
		expect(traitsOf(models, 'coder')).toMatchObject({
			architecture: 'qwen2',
			parameters: 64,
			quantization: 'Q4_K_M',
			contextSize: 4_096,
			hasFim: true,
			hasChatTemplate: true,
			isEmbedding: false,
			licence: 'apache-2.0',
		})
		expect(traitsOf(models, 'plain')).toMatchObject({ hasFim: false, hasChatTemplate: false, quantization: 'Q8_0' })
		expect(traitsOf(models, 'vectors')).toMatchObject({ isEmbedding: true, hasFim: false })
		expect(traitsOf(models, 'pooled')).toMatchObject({ isEmbedding: true })
		expect(traitsOf(models, 'starcoder').hasFim).toBe(true)
		expect(traitsOf(models, 'codestral').hasFim).toBe(true)
		// Those with the same tokens may draft for each other.
		const tokenizers = ['coder', 'pooled', 'plain', 'starcoder'].map((title) => traitsOf(models, title).tokenizer)
		expect(tokenizers[0]).toBe(tokenizers[1])
		expect(new Set(tokenizers).size).toBe(3)
	})

	it('take as much memory as the engine says: the starter model and its draft', async () => {
		const { folders, find } = machine()
		folders.push(join(starter.path, '..'))
		const { models } = await find()
		expect(models.map(summary)).toEqual([
			['folder', 'tiny-coder-draft.Q8_0', 'fine'],
			['folder', 'tiny-coder-target.Q8_0', 'fine'],
		])
		const [draft, target] = models.map(({ title }) => traitsOf(models, title))
		expect(draft?.tokenizer).toBe(target?.tokenizer)
		expect(target?.hasFim).toBe(true)
		const shape = { contextSize: 4_096, batchSize: 256, flashAttention: false, kvType: 'f16' } as const
		const needed = memoryNeeded(await checkModelFile(starter.path), shape)
		expect(target && memoryFor(target.memory, 4_096)).toBeCloseTo(needed, 0)
	})

	it('in several files are one, and incomplete where one of them is missing', async () => {
		const { homeDir, folders, find } = machine()
		folders.push(homeDir)
		const part = (n: number) => join(homeDir, `big-0000${n}-of-00002.gguf`)
		const bytes = writeModelFile(part(1)) + writeModelFile(part(2))
		const both = await find()
		expect(both.models.map(summary)).toEqual([['folder', 'big', 'fine']])
		expect(both.models[0]?.fileBytes).toBe(bytes)
		rmSync(part(1))
		expect((await find()).models.map(summary)).toEqual([['folder', 'big', 'incomplete']])
	})

	it('that are broken are listed with the reason', async () => {
		const { homeDir, folders, find } = machine()
		folders.push(homeDir)
		writeFileSync(join(homeDir, 'a.gguf'), 'no model')
		writeFileSync(join(homeDir, 'b.gguf'), '')
		writeModelFile(join(homeDir, 'c.gguf'))
		truncateSync(join(homeDir, 'c.gguf'), 400)
		symlinkSync(join(homeDir, 'nowhere'), join(homeDir, 'd.gguf'))
		mkdirSync(join(homeDir, 'e.gguf'))
		writeModelFile(join(homeDir, 'mmproj.gguf'), { metadata: { 'general.type': { string: 'mmproj' } } })
		const { models } = await find()
		expect(models.map(summary)).toEqual([
			['folder', 'a', 'notGguf'],
			['folder', 'b', 'notGguf'],
			['folder', 'c', 'incomplete'],
			['folder', 'd', 'missing'],
			['folder', 'e', 'notGguf'],
		])
	})

	it('of Ollama are left out where a manifest is broken, and missing where their blob is', async () => {
		const { homeDir, find } = machine()
		const store = join(homeDir, 'ollama')
		const file = join(homeDir, 'blob')
		writeModelFile(file)
		pull(store, ['registry.ollama.ai', 'library', 'one', 'latest'], file)
		pull(store, ['registry.ollama.ai', 'someone', 'same', 'latest'], file)
		pull(store, ['hf.co', 'owner', 'repository', 'Q4_K_M'], join(starter.draftPath))
		const write = (name: string, text: string) => {
			const path = join(store, 'manifests/registry.ollama.ai/library/broken', name)
			mkdirSync(join(path, '..'), { recursive: true })
			writeFileSync(path, text)
		}
		const layer = (digest: string) =>
			JSON.stringify({ layers: [{ mediaType: 'application/vnd.ollama.image.model', digest }] })
		write('json', '{')
		write('cloud', '{"layers":[]}')
		write('null', 'null')
		write('outside', layer('sha256:../../../../etc/passwd'))
		write('removed', layer(`sha256:${'0'.repeat(64)}`))
		expect((await find()).models.map(summary)).toEqual([
			['ollama', 'broken:removed', 'missing'],
			['ollama', 'hf.co/owner/repository:Q4_K_M', 'fine'],
			// Two names of one blob are one model.
			['ollama', 'one:latest', 'fine'],
		])
	})

	it('are read again when they have changed, and only then', async () => {
		const { homeDir, folders, find } = machine()
		folders.push(homeDir)
		const path = join(homeDir, 'a.gguf')
		writeModelFile(path, { parameters: 64 })
		const first = await find()
		expect((await find()).models[0]?.about).toStrictEqual(first.models[0]?.about)
		writeModelFile(`${path}.new`, { parameters: 640 })
		renameSync(`${path}.new`, path)
		expect(traitsOf((await find()).models, 'a').parameters).toBe(640)
	})

	it('are not looked for any more when the search is cancelled', async () => {
		const { homeDir, folders, find } = machine()
		folders.push(homeDir)
		writeModelFile(join(homeDir, 'a.gguf'))
		const source = new CancellationSource()
		source.cancel()
		expect(await find(source.token)).toEqual({ models: [], cutShort: [] })
	})

	it('are looked for up to a limit, and not in circles', async () => {
		const folder = temporaryFolder()
		mkdirSync(join(folder, 'below'))
		symlinkSync(folder, join(folder, 'below', 'circle'))
		for (let i = 0; i < 20; i++) writeFileSync(join(folder, `${i}.gguf`), '')
		const isGguf = (name: string) => name.endsWith('.gguf')
		const all = await findFiles(folder, isGguf)
		expect(all).toMatchObject({ isCutShort: false })
		expect(all.paths).toHaveLength(20)
		expect(await findFiles(folder, isGguf, neverCancelled, { entries: 5, depth: 8 })).toMatchObject({
			isCutShort: true,
		})
	})
})

describe('where stores are', () => {
	const places = (platform: NodeJS.Platform, homeDir: string, env: Record<string, string> = {}) =>
		Object.fromEntries(
			storePlaces({ platform, homeDir, env })
				.map(({ store, folder }) => [store, folder] as const)
				.reverse(),
		)

	it('on Linux', () => {
		expect(places('linux', '/home/me')).toEqual({
			ollama: '/home/me/.ollama/models',
			lmStudio: '/home/me/.lmstudio/models',
			huggingFace: '/home/me/.cache/huggingface/hub',
			llamaCpp: '/home/me/.cache/llama.cpp',
		})
		const folders = storePlaces({ platform: 'linux', homeDir: '/home/me', env: {} }).map(({ folder }) => folder)
		expect(folders).toContain('/usr/share/ollama/.ollama/models')
	})

	it('on macOS', () => {
		expect(places('darwin', '/Users/me')).toEqual({
			ollama: '/Users/me/.ollama/models',
			lmStudio: '/Users/me/.lmstudio/models',
			huggingFace: '/Users/me/.cache/huggingface/hub',
			llamaCpp: '/Users/me/Library/Caches/llama.cpp',
		})
	})

	it('on Windows', () => {
		const env = { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' }
		expect(places('win32', 'C:\\Users\\me', env)).toEqual({
			ollama: 'C:\\Users\\me\\.ollama\\models',
			lmStudio: 'C:\\Users\\me\\.lmstudio\\models',
			huggingFace: 'C:\\Users\\me\\.cache\\huggingface\\hub',
			llamaCpp: 'C:\\Users\\me\\AppData\\Local\\llama.cpp',
		})
	})

	it('is what the environment says', () => {
		const env = { OLLAMA_MODELS: '/o', HF_HOME: '/hf', LLAMA_CACHE: '/l', XDG_CACHE_HOME: '/cache' }
		expect(places('linux', '/home/me', env)).toMatchObject({ ollama: '/o', huggingFace: '/hf/hub', llamaCpp: '/l' })
		expect(places('linux', '/home/me', { ...env, HF_HUB_CACHE: '/hub' })).toMatchObject({ huggingFace: '/hub' })
		expect(places('linux', '/home/me', { XDG_CACHE_HOME: '/cache' })).toMatchObject({
			huggingFace: '/cache/huggingface/hub',
			llamaCpp: '/cache/llama.cpp',
		})
		expect(places('linux', '/home/me', { LLAMA_CACHE: 'relative' }).llamaCpp).toBeUndefined()
	})

	it('is where LM Studio says that its home was moved', () => {
		expect(lmStudioMoved('/data/lmstudio\n', 'linux')).toBe('/data/lmstudio/models')
		expect(lmStudioMoved('D:\\lmstudio', 'win32')).toBe('D:\\lmstudio\\models')
		expect(lmStudioMoved('nonsense', 'linux')).toBeUndefined()
	})
})
