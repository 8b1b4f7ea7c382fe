import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DiskFiles } from '../../../src/node/chat/diskFiles.ts'
import { KeptOutFiles } from '../../../src/node/chat/keptOutFiles.ts'
import { IncludedFiles } from '../../../src/node/symbols/workspaceFiles.ts'

let base = ''
const at = (path: string) => join(base, path)

async function write(path: string, text = 'x'): Promise<void> {
	await mkdir(dirname(at(path)), { recursive: true })
	await writeFile(at(path), text)
}

beforeAll(async () => {
	base = await mkdtemp(join(tmpdir(), 'alcoveignore-'))
	await mkdir(at('.git'))
	// Above the folder that is open, too.
	await write('.alcoveignore', '*.private.ts\n')
	await write('work/.alcoveignore', 'customers/\n*.sql\n!public.sql\n')
	await write('work/deep/.alcoveignore', 'only.ts\n')
	// What is kept out is not brought back by rules of another kind.
	await write('work/.gitignore', 'built/\n!customers/\n!data.sql\n')
	const all = ['a.ts', 'a.private.ts', 'customers/list.ts', 'data.sql', 'public.sql', 'deep/only.ts', 'deep/other.ts']
	for (const path of [...all, 'built/out.ts', 'only.ts']) await write(`work/${path}`)
	await symlink(at('work/data.sql'), at('work/link.ts'))
})
afterAll(() => rm(base, { recursive: true, force: true }))

const root = () => ({ folder: at('work'), name: '', excluded: [] })
const kept = ['a.private.ts', 'customers/list.ts', 'data.sql', 'deep/only.ts']
const open = ['a.ts', 'public.sql', 'deep/other.ts', 'only.ts']

describe('.alcoveignore', () => {
	it('keeps files out of what is read of a workspace: index, search and analysis', async () => {
		const found: string[] = []
		for await (const path of new IncludedFiles(root()).below()) found.push(path)
		expect(found.filter((path) => !path.includes('ignore')).sort()).toEqual([...open].sort())
		for (const path of kept) expect(await new IncludedFiles(root()).has(path), path).toBe(false)
	})

	it('keeps files out of the chat, by whatever name', async () => {
		const files = new DiskFiles([root()])
		for (const path of [...kept, 'link.ts'])
			expect(await files.read(at(`work/${path}`)), path).toEqual({ refused: 'excluded' })
		expect(await files.read(at('work/a.ts'))).toEqual({ text: 'x' })
	})

	it('keeps completions out of its files, and not out of those that only git ignores', async () => {
		const files = new KeptOutFiles([root()])
		for (const path of [...kept, 'link.ts']) expect(await files.isKeptOut(at(`work/${path}`)), path).toBe(true)
		for (const path of [...open, 'built/out.ts', 'not/there/yet.ts', 'only.ts'])
			expect(await files.isKeptOut(at(`work/${path}`)), path).toBe(false)
		expect(await files.isKeptOut(at('elsewhere.sql'))).toBe(false)
	})
})
