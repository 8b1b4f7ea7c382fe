import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { uncommittedFiles } from '../../../../src/node/security/gitChanges.ts'

let root = ''
const git = (...args: string[]) =>
	execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], { cwd: root })
const write = (name: string, text = 'a\n') => writeFileSync(join(root, name), text)
const changed = async (folder = '.') =>
	(await uncommittedFiles(join(root, folder)))?.map((path) => path.slice(root.length + 1).replaceAll('\\', '/'))

beforeEach(() => {
	root = realpathSync(mkdtempSync(join(tmpdir(), 'changes-')))
	mkdirSync(join(root, 'app'))
})
afterEach(() => rmSync(root, { recursive: true, maxRetries: 3 }))

describe('files that were not committed', () => {
	it('are not asked for where there is no repository', async () => {
		expect(await changed()).toBeUndefined()
	})

	it('are all of them before the first commit, but for those that git ignores', async () => {
		git('init', '-q')
		for (const name of ['a.js', 'app/b.js', 'ignored.js']) write(name)
		write('.gitignore', 'ignored.js\n')
		git('add', 'a.js')
		expect(await changed()).toEqual(['.gitignore', 'a.js', 'app/b.js'])
	})

	it('are changed, staged and new ones, without deleted and committed ones', async () => {
		git('init', '-q')
		for (const name of ['same.js', 'changed.js', 'deleted.js', 'app/changed.js']) write(name)
		git('add', '.')
		git('commit', '-q', '-m', 'Start')
		expect(await changed()).toEqual([])
		for (const name of ['changed.js', 'app/changed.js']) write(name, 'b\n')
		for (const name of ['staged.js', 'app/new name.js']) write(name)
		git('add', 'staged.js')
		rmSync(join(root, 'deleted.js'))
		expect(await changed()).toEqual(['app/changed.js', 'app/new name.js', 'changed.js', 'staged.js'])
		expect(await changed('app')).toEqual(['app/changed.js', 'app/new name.js'])
	})
})
