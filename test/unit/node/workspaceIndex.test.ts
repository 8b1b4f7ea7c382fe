import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'
import { type IndexProgress, WorkspaceIndex } from '../../../src/node/symbols/workspaceIndex.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'

const grammars = join(root, 'grammars')
const reader = new SymbolReader(new GrammarLibrary(grammars), grammars)
let folder: string
let storeFile: string

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'alcove-index-'))
	storeFile = join(folder, '..', `${folder.slice(folder.lastIndexOf('/') + 1)}-store`, 'symbols.bin')
})
afterEach(() => {
	rmSync(folder, { recursive: true, force: true })
	rmSync(dirname(storeFile), { recursive: true, force: true })
})

function write(path: string, text: string): void {
	mkdirSync(dirname(join(folder, path)), { recursive: true })
	writeFileSync(join(folder, path), text)
}

const rootsWith = (...globs: string[]) => [{ folder, name: '', excluded: globs.map((glob) => ({ glob })) }]

async function opened(excluded: string[] = []) {
	const reports: IndexProgress[] = []
	const index = new WorkspaceIndex({ reader, storeFile, report: (progress) => reports.push(progress) })
	await index.open(rootsWith(...excluded))
	return { index, reports, paths: () => [...index.table.paths()].sort() }
}

/** Reads files as ever, after what a test wants to have happened. */
function readerAfter(happen: (path: string) => Promise<void> | void): SymbolReader {
	const read = async (file: Parameters<SymbolReader['read']>[0]) => {
		await happen(file.path)
		return reader.read(file)
	}
	return { read } as unknown as SymbolReader
}

async function changed(index: WorkspaceIndex, ...paths: string[]): Promise<void> {
	await index.changed(paths.map((path) => join(folder, path)))
}

describe('the index of a workspace', () => {
	it('knows what its files define', async () => {
		write('src/a.ts', '/** Adds. */\nexport function add(a: number, b: number): number {\n\treturn a + b\n}\n')
		write('b.py', 'class B:\n    def c(self):\n        pass\n')
		const { index, reports } = await opened()
		expect(index.table.named('add')[0]).toMatchObject({
			path: 'src/a.ts',
			definition: { signature: 'export function add(a: number, b: number): number', doc: 'Adds.', exported: true },
		})
		expect(index.table.named('c')[0]?.definition).toMatchObject({ kind: 'method', container: 'B' })
		expect(reports.at(-1)).toEqual({ files: 2, definitions: 3, isWhole: true })
	})

	it('leaves out what is excluded, secret, too large, binary or packed', async () => {
		write('.gitignore', 'out/\n*.gen.ts\n')
		write('sub/.gitignore', '/own.ts\n!kept.gen.ts\n')
		write('.git/info/exclude', 'excluded.ts\n')
		for (const path of ['a.ts', 'out/b.ts', 'c.gen.ts', 'sub/own.ts', 'sub/kept.gen.ts', 'sub/deep/own.ts']) {
			write(path, 'export const a = 1\n')
		}
		for (const path of ['excluded.ts', 'node_modules/d.ts', 'hidden/e.ts', 'secrets.json', '.env.ts', 'readme.txt']) {
			write(path, 'export const a = 1\n')
		}
		write('binary.ts', 'export const a = 1\0\n')
		write('packed.js', `var a=1;${'function f(){return 1};'.repeat(1_000)}\n`)
		write('large.ts', 'export const a = 1\n'.repeat(50_000))
		const { paths } = await opened(['hidden'])
		expect(paths()).toEqual(['a.ts', 'sub/deep/own.ts', 'sub/kept.gen.ts'])
	})

	it('leaves out what the repository excludes of which a folder is opened, unless that is excluded itself', async () => {
		write('.git/info/exclude', 'sub/excluded.ts\n')
		write('.gitignore', 'private.ts\n/sub/own/a.ts\nout/\n')
		write('sub/.gitignore', '!own/private.ts\n')
		for (const path of ['excluded.ts', 'private.ts', 'own/a.ts', 'own/b.ts', 'own/private.ts', 'a.ts']) {
			write(`sub/${path}`, 'export const a = 1\n')
		}
		write('out/a.ts', 'export const a = 1\n')
		const pathsIn = async (name: string) => {
			const index = new WorkspaceIndex({ reader, storeFile: join(storeFile, name), report: () => {} })
			await index.open([{ folder: join(folder, name), name: '', excluded: [] }])
			return [...index.table.paths()].sort()
		}
		expect(await pathsIn('sub')).toEqual(['a.ts', 'own/b.ts', 'own/private.ts'])
		expect(await pathsIn('sub/own')).toEqual(['b.ts', 'private.ts'])
		expect(await pathsIn('out')).toEqual(['a.ts'])
	})

	it('goes round no circle of links, and past folders that it may not read', async () => {
		write('a/b.ts', 'export const b = 1\n')
		symlinkSync(folder, join(folder, 'a', 'loop'))
		write('locked/c.ts', 'export const c = 1\n')
		chmodSync(join(folder, 'locked'), 0)
		const { paths } = await opened()
		chmodSync(join(folder, 'locked'), 0o700)
		expect(paths()).toContain('a/b.ts')
		expect(paths().filter((path) => path.includes('loop'))).toEqual([])
	})

	it('follows files and folders that are made, changed, renamed and deleted', async () => {
		write('a.ts', 'export const a = 1\n')
		write('sub/b.ts', 'export const b = 1\n')
		const { index, paths } = await opened()
		write('a.ts', 'export const changed = 1\n')
		write('new/c.ts', 'export const c = 1\n')
		await changed(index, 'a.ts', 'new')
		expect(index.table.knows('a')).toBe(false)
		expect(index.table.knows('changed')).toBe(true)
		expect(paths()).toEqual(['a.ts', 'new/c.ts', 'sub/b.ts'])
		renameSync(join(folder, 'sub'), join(folder, 'moved'))
		await changed(index, 'sub', 'moved')
		expect(paths()).toEqual(['a.ts', 'moved/b.ts', 'new/c.ts'])
		rmSync(join(folder, 'a.ts'))
		await changed(index, 'a.ts')
		expect(paths()).toEqual(['moved/b.ts', 'new/c.ts'])
		write('.gitignore', 'moved\n')
		await changed(index, '.gitignore')
		expect(paths()).toEqual(['new/c.ts'])
	})

	it('knows what project files say of imports, keeps it, and follows it', async () => {
		const imported = { from: '@lib/a', name: 'a', alias: 'a' }
		write('main.ts', "import { a } from '@lib/a'\n")
		write('lib/a.ts', 'export const a = 1\n')
		write('tsconfig.json', '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"], } } } // ours')
		write('go.mod', 'module example.com/app\n')
		write('sub/b.go', 'package sub\n')
		await opened()
		const { index } = await opened()
		expect(index.table.resolve('main.ts', imported)).toEqual(['lib/a.ts'])
		const go = { from: 'example.com/app/sub', name: undefined, alias: 'sub' }
		expect(index.table.resolve('main.go', go)).toEqual(['sub/b.go'])
		write('tsconfig.json', '{ "compilerOptions": { "paths": { "@other/*": ["./lib/*"] } } }')
		await changed(index, 'tsconfig.json')
		expect(index.table.resolve('main.ts', imported)).toEqual([])
		expect(index.table.resolve('main.ts', { ...imported, from: '@other/a' })).toEqual(['lib/a.ts'])
		rmSync(join(folder, 'tsconfig.json'))
		await changed(index, 'tsconfig.json')
		expect(index.table.resolve('main.ts', { ...imported, from: '@other/a' })).toEqual([])
		rmSync(join(folder, 'go.mod'))
		const again = await opened()
		expect([...again.index.table.projectPaths()]).toEqual([])
	})

	it('knows the namespace of a file in which it has a block', async () => {
		write('a.cs', 'namespace Acme.Parts\n{\n\tpublic class Part { }\n}\n')
		const { index } = await opened()
		const using = { from: 'Acme.Parts', name: undefined, alias: undefined }
		expect(index.table.resolve('b.cs', using)).toEqual(['a.cs'])
	})

	it('reads only what changed since the last time', async () => {
		write('a.ts', 'export const a = 1\n')
		write('b.ts', 'export const b = 1\n')
		await opened()
		write('b.ts', 'export const other = 12\n')
		let read = 0
		const counting = readerAfter(() => {
			read++
		})
		const index = new WorkspaceIndex({ reader: counting, storeFile, report: () => {} })
		await index.open(rootsWith())
		expect(read).toBe(1)
		expect(index.table.knows('a')).toBe(true)
		expect(index.table.knows('b')).toBe(false)
		expect(index.table.knows('other')).toBe(true)
	})

	it('shows nothing that was kept and is excluded now, not even before it has looked at the files', async () => {
		write('a/private.ts', 'export const secret = 1\n')
		write('b.ts', 'export const b = 1\n')
		write('c.ts', 'export const c = 1\n')
		await opened()
		write('b.ts', 'export const changed = 12\n')
		write('.gitignore', 'private.ts\n')
		const seen: (boolean | string)[][] = []
		const looking = readerAfter(() => {
			seen.push([index.has('a/private.ts'), index.table.knows('secret'), index.has('c.ts'), index.table.knows('c')])
		})
		const index = new WorkspaceIndex({ reader: looking, storeFile, report: () => {} })
		await index.open(rootsWith())
		expect(seen).toEqual([[false, false, true, true]])
		await index.close()
		expect((await opened()).index.table.knows('secret')).toBe(false)
	})

	it('goes on knowing what it knew while everything is looked at again, also where that is done twice', async () => {
		for (const name of ['a', 'b', 'c']) write(`${name}.ts`, `export const ${name} = 1\n`)
		const read: string[] = []
		let again: Promise<void> | undefined
		const reports: boolean[] = []
		const looking = readerAfter((path) => {
			read.push(path)
			if (path === 'b.ts') again ??= index.open(rootsWith('x'))
		})
		const index = new WorkspaceIndex({
			reader: looking,
			storeFile,
			report: ({ isWhole }) => reports.push(isWhole),
		})
		await index.open(rootsWith())
		// The second build began while b was read: a is known, b is read again.
		expect(index.has('a.ts')).toBe(true)
		await again
		expect(read).toEqual(['a.ts', 'b.ts', 'b.ts', 'c.ts'])
		expect(reports).toEqual([true])
		write('c.ts', 'export const changed = 12\n')
		const opening = index.open(rootsWith('b.ts'))
		expect(['a.ts', 'b.ts', 'c.ts'].map((path) => index.has(path))).toEqual([true, true, true])
		await opening
		expect(['a.ts', 'b.ts', 'c.ts'].map((path) => index.has(path))).toEqual([true, false, true])
	})

	it('is not whole before all is read, whatever else is told meanwhile, and keeps what is made meanwhile', async () => {
		write('a.ts', 'export const a = 1\n')
		write('b.ts', 'export const b = 1\n')
		const reports: boolean[] = []
		let before: readonly boolean[] = []
		const looking = readerAfter(async (path) => {
			if (path !== 'b.ts') return
			write('0.ts', 'export const made = 1\n')
			await changed(index, '0.ts', 'a.ts')
			before = [...reports]
		})
		const index = new WorkspaceIndex({
			reader: looking,
			storeFile,
			report: ({ isWhole }) => reports.push(isWhole),
		})
		await index.open(rootsWith())
		expect(before).toEqual([false])
		expect(reports).toEqual([false, true])
		expect(index.table.knows('made')).toBe(true)
	})

	it('takes in what is told only by the rules that hold for all of the workspace', async () => {
		write('.gitignore', 'out/\n')
		write('out/.gitignore', '!*\n')
		write('a.ts', 'export const a = 1\n')
		mkdirSync(dirname(storeFile), { recursive: true })
		writeFileSync(join(dirname(storeFile), 'outside.ts'), 'export const outside = 1\n')
		const { index, paths } = await opened(['hidden'])
		for (const path of ['out/b.ts', 'secrets/c.ts', 'hidden/d.ts', 'node_modules/e.ts'])
			write(path, 'export const b = 1\n')
		symlinkSync(dirname(storeFile), join(folder, 'link'))
		symlinkSync(join(dirname(storeFile), 'outside.ts'), join(folder, 'file.ts'))
		const files = ['out/b.ts', 'secrets/c.ts', 'hidden/d.ts', 'node_modules/e.ts', 'link/outside.ts', 'file.ts']
		await changed(index, ...files)
		await changed(index, 'out', 'secrets', 'hidden', 'node_modules', 'link')
		expect(paths()).toEqual(['a.ts'])
		expect(index.has('secrets/c.ts')).toBe(false)
	})

	it('leaves out what braces and conditions in globs of the editor exclude, and follows the conditions', async () => {
		for (const path of ['private/a.ts', 'x/internal/b.ts', 'c.gen.ts', 'd.ts', 'd.js', 'e.js']) {
			write(path, `export const a = 1\n`)
		}
		const index = new WorkspaceIndex({ reader, storeFile, report: () => {} })
		const excluded = [
			{ glob: '**/{private,internal}/**' },
			{ glob: '**/*.{gen,secret}.ts' },
			{ glob: '**/*.js', when: '$(basename).ts' },
		]
		await index.open([{ folder, name: '', excluded }])
		const paths = () => [...index.table.paths()].sort()
		expect(paths()).toEqual(['d.ts', 'e.js'])
		write('e.ts', 'export const a = 1\n')
		rmSync(join(folder, 'd.ts'))
		await changed(index, 'e.ts', 'd.ts')
		expect(paths()).toEqual(['d.js', 'e.ts'])
	})

	it('goes through what it knows once, and reads each rule once, where thousands of files change', async () => {
		const many = Array.from({ length: 600 }, (_, at) => `src/${at % 3}/f${at}`)
		for (const path of many) write(`${path}.ts`, `export const f${path.slice(7)} = 1\n`)
		const { index } = await opened()
		for (const path of many.slice(0, 300)) rmSync(join(folder, `${path}.ts`))
		// Of what is gone nobody knows whether it was a folder.
		const gone = many.map((path) => `${path}.txt`)
		let asked = 0
		const { files } = index as unknown as { files: Map<string, unknown> }
		const keys = files.keys.bind(files)
		files.keys = () => {
			asked++
			return keys()
		}
		let turns = 0
		let isDone = false
		const ask = () => {
			turns++
			if (!isDone) setImmediate(ask)
		}
		setImmediate(ask)
		await changed(index, ...gone, ...many.slice(0, 300).map((path) => `${path}.ts`))
		isDone = true
		expect(asked).toBe(1)
		expect(turns).toBeGreaterThan(5)
		expect(index.table.size.files).toBe(300)
	})

	it('begins anew where what was kept is damaged', async () => {
		write('a.ts', 'export const a = 1\n')
		await opened()
		const kept = readFileSync(storeFile)
		for (const damaged of [kept.subarray(0, 40), Buffer.from('not an index'), Buffer.alloc(0), flipped(kept)]) {
			writeFileSync(storeFile, damaged)
			const { index } = await opened()
			expect(index.table.knows('a')).toBe(true)
		}
	})

	it('names the files of several roots by the names of these', async () => {
		write('one/a.ts', 'export const a = 1\n')
		write('two/a.ts', 'export const b = 1\n')
		const index = new WorkspaceIndex({ reader, storeFile, report: () => {} })
		const rootOf = (name: string) => ({ folder: join(folder, name), name, excluded: [] })
		await index.open([rootOf('one'), rootOf('two')])
		expect([...index.table.paths()].sort()).toEqual(['one/a.ts', 'two/a.ts'])
		expect(index.pathOf(join(folder, 'two', 'a.ts'))).toBe('two/a.ts')
		expect(index.pathOf(join(folder, 'three', 'a.ts'))).toBeUndefined()
	})
})

function flipped(bytes: Buffer): Buffer {
	const copy = Buffer.from(bytes)
	const middle = Math.floor(copy.length / 2)
	copy.writeUInt8(copy.readUInt8(middle) ^ 1, middle)
	return copy
}
