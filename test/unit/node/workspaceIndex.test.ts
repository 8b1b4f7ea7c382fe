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

async function opened(excluded: string[] = []) {
	const reports: IndexProgress[] = []
	const index = new WorkspaceIndex({ reader, storeFile, report: (progress) => reports.push(progress) })
	const roots = [{ folder, name: '', excluded }]
	await index.open(roots)
	return { index, reports, roots, paths: () => [...index.table.paths()].sort() }
}

/** Resolves when what was told is taken in. */
async function changed(index: WorkspaceIndex, reports: IndexProgress[], ...paths: string[]): Promise<void> {
	const before = reports.length
	index.changed(paths.map((path) => join(folder, path)))
	while (reports.length === before) await new Promise((resolve) => setTimeout(resolve, 5))
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
		const { index, reports, paths } = await opened()
		write('a.ts', 'export const changed = 1\n')
		write('new/c.ts', 'export const c = 1\n')
		await changed(index, reports, 'a.ts', 'new')
		expect(index.table.knows('a')).toBe(false)
		expect(index.table.knows('changed')).toBe(true)
		expect(paths()).toEqual(['a.ts', 'new/c.ts', 'sub/b.ts'])
		renameSync(join(folder, 'sub'), join(folder, 'moved'))
		await changed(index, reports, 'sub', 'moved')
		expect(paths()).toEqual(['a.ts', 'moved/b.ts', 'new/c.ts'])
		rmSync(join(folder, 'a.ts'))
		await changed(index, reports, 'a.ts')
		expect(paths()).toEqual(['moved/b.ts', 'new/c.ts'])
		write('.gitignore', 'moved\n')
		await changed(index, reports, '.gitignore')
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
		const { index, reports } = await opened()
		expect(index.table.resolve('main.ts', imported)).toEqual(['lib/a.ts'])
		const go = { from: 'example.com/app/sub', name: undefined, alias: 'sub' }
		expect(index.table.resolve('main.go', go)).toEqual(['sub/b.go'])
		write('tsconfig.json', '{ "compilerOptions": { "paths": { "@other/*": ["./lib/*"] } } }')
		await changed(index, reports, 'tsconfig.json')
		expect(index.table.resolve('main.ts', imported)).toEqual([])
		expect(index.table.resolve('main.ts', { ...imported, from: '@other/a' })).toEqual(['lib/a.ts'])
		rmSync(join(folder, 'tsconfig.json'))
		await changed(index, reports, 'tsconfig.json')
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
		const counting = {
			read: (file: Parameters<SymbolReader['read']>[0]) => {
				read++
				return reader.read(file)
			},
		}
		const index = new WorkspaceIndex({ reader: counting as SymbolReader, storeFile, report: () => {} })
		await index.open([{ folder, name: '', excluded: [] }])
		expect(read).toBe(1)
		expect(index.table.knows('a')).toBe(true)
		expect(index.table.knows('b')).toBe(false)
		expect(index.table.knows('other')).toBe(true)
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
