import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseFiles } from '../../../../src/node/security/chooseFiles.ts'
import { decodeText } from '../../../../src/node/security/decodeText.ts'
import { blockingDisk, patientDisk } from '../../../../src/node/security/disk.ts'
import { DiskProject, noState } from '../../../../src/node/security/diskProject.ts'
import { changedSince, diffOf } from '../../../../src/node/security/gitChanges.ts'
import { isGenerated, isMinified } from '../../../../src/node/security/writtenBy.ts'

let folder = ''
let root = ''
const write = (file: string, content: string | Uint8Array) => {
	const path = join(root, file)
	mkdirSync(dirname(path), { recursive: true })
	writeFileSync(path, content)
}

describe.each([
	['waits for the disk', patientDisk],
	['lets nothing else happen', blockingDisk],
])('a project that %s', (_, disk) => {
	const projectOf = () => new DiskProject(root, 10_000, disk)

	beforeAll(() => {
		folder = realpathSync(mkdtempSync(join(tmpdir(), 'project-')))
		root = join(folder, 'w')
		mkdirSync(root)
		writeFileSync(join(folder, 'secret.js'), 'secret')
	})
	afterAll(() => rmSync(folder, { recursive: true }))

	describe('the files of a project', () => {
		it('are read, or it is said why not', async () => {
			write('a.js', '\uFEFFx\r\n')
			write('latin.py', Uint8Array.of(0x23, 0xe9))
			write('wide.js', Buffer.from('\uFEFFab', 'utf16le'))
			write('image.js', Uint8Array.of(1, 0, 2))
			write('big.js', 'x'.repeat(10_001))
			write('small.min.js', 'a;'.repeat(2_000))
			mkdirSync(join(root, 'folder.js'))
			const project = projectOf()
			expect(await project.read('a.js')).toEqual({ text: 'x\r\n' })
			expect(await project.read('latin.py')).toEqual({ text: '#é' })
			expect(await project.read('wide.js')).toEqual({ text: 'ab' })
			expect(await project.read('image.js')).toEqual({ gap: 'binary' })
			expect(await project.read('big.js')).toEqual({ gap: 'tooLarge' })
			expect(await project.read('small.min.js')).toEqual({ gap: 'minified' })
			expect(await project.read('folder.js')).toBeUndefined()
			expect(await project.read('none.js')).toBeUndefined()
		})

		it('end at the root, whatever leads out of it', async () => {
			symlinkSync('../secret.js', join(root, 'link.js'))
			symlinkSync('..', join(root, 'up'))
			const project = projectOf()
			for (const path of [
				'../secret.js',
				'link.js',
				'up/secret.js',
				join(folder, 'secret.js'),
				'a/../../secret.js',
				'a\0.js',
			]) {
				expect(await project.read(path)).toBeUndefined()
			}
			expect(await project.list('up')).toEqual([])
			expect(await project.list('..')).toEqual([])
		})

		it('may be unreadable', async ({ skip }) => {
			skip(process.getuid?.() === 0, 'root reads every file')
			skip(process.platform === 'win32', 'files of Windows have no such modes')
			write('locked.js', 'x')
			chmodSync(join(root, 'locked.js'), 0)
			expect(await projectOf().read('locked.js')).toEqual({ gap: 'unreadable' })
		})

		it('may be a pipe, which nobody writes to', async ({ skip }) => {
			skip(process.platform === 'win32', 'Windows has no such files')
			execFileSync('mkfifo', [join(root, 'pipe.js')])
			expect(await projectOf().read('pipe.js')).toEqual({ gap: 'unreadable' })
		})

		it('have a state, which changes when they do', async () => {
			const stateOf = (file: string) => projectOf().stateOf(file)
			write('s/a.js', '1')
			const before = await Promise.all([stateOf('s/a.js'), stateOf('s/'), stateOf('s/b.js')])
			expect(before[2]).toBe(noState)
			write('s/a.js', '2')
			write('s/b.js', '')
			const after = await Promise.all([stateOf('s/a.js'), stateOf('s/'), stateOf('s/b.js')])
			for (const [at, state] of after.entries()) expect(state).not.toBe(before[at])
			write('s/a.js', '1')
			expect(await stateOf('s/a.js')).toBe(before[0])
		})

		it('may differ from what is on disk', async () => {
			const project = projectOf()
			write('u.js', 'saved')
			project.overlay([{ file: 'u.js', text: 'unsaved' }])
			expect(await project.read('u.js')).toEqual({ text: 'unsaved' })
			project.overlay([])
			expect(await project.read('u.js')).toEqual({ text: 'saved' })
		})
	})
})

it('bytes with a zero are no text, others always are', () => {
	expect(decodeText(Uint8Array.of(65, 0))).toBeUndefined()
	expect(decodeText(Uint8Array.of(0xff, 0xfe, 65, 0))).toBe('A')
	expect(decodeText(Uint8Array.of(0xc3))).toBe('Ã')
})

it('tells what a program wrote', () => {
	const line = `${'var a=1;'.repeat(400)}\n`
	expect(isMinified('a.js', line)).toBe(true)
	expect(isMinified('a.py', line)).toBe(false)
	expect(isMinified('a.js', 'var a = 1\n'.repeat(400))).toBe(false)
	expect(isMinified('a.js', `${'var a = 1\n'.repeat(400)}${line}`)).toBe(false)
	expect(isMinified('a.js', line.repeat(9))).toBe(true)
	expect(isGenerated('// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a')).toBe(true)
	expect(isGenerated('/**\n * @generated\n */')).toBe(true)
	expect(isGenerated('# This file is automatically generated. Do not edit.')).toBe(true)
	expect(isGenerated('// Makes code that is generated, and says do not edit nothing')).toBe(false)
})

describe('the files that are chosen', () => {
	const choose = async (...paths: string[]) => (await chooseFiles({ root: join(root, 'p'), paths, exclude: [] })).files

	it('are those that git does not ignore', async () => {
		write('p/.gitignore', 'out/\n*.log.js\n')
		write('p/src/.gitignore', 'local.js\n!kept.log.js\n')
		for (const file of [
			'a.js',
			'out/b.js',
			'c.log.js',
			'src/d.ts',
			'src/local.js',
			'src/kept.log.js',
			'node_modules/x/e.js',
			'f.png',
			'.env',
			'g.key',
		])
			write(`p/${file}`, 'x')
		symlinkSync('..', join(root, 'p', 'src', 'loop'))
		expect(await choose()).toEqual(['.env', 'a.js', 'g.key', 'src/d.ts', 'src/kept.log.js'])
		expect(await choose('src')).toEqual(['src/d.ts', 'src/kept.log.js'])
	})

	it('are those that are named, whatever git says', async () => {
		expect(await choose('c.log.js', join(root, 'p', 'f.png'))).toEqual(['c.log.js', 'f.png'])
		expect(await choose('out')).toEqual(['out/b.js'])
	})

	it('are in the root, and there', async () => {
		const { files, missing } = await chooseFiles({
			root: join(root, 'p'),
			paths: ['nope', '../a.js', 'a.js'],
			exclude: [],
		})
		expect({ files, missing }).toEqual({ files: ['a.js'], missing: ['nope', '../a.js'] })
	})

	it('are not those that are excluded', async () => {
		const { files } = await chooseFiles({
			root: join(root, 'p'),
			paths: [],
			exclude: [{ glob: 'src/**' }, { glob: '**/*.key' }],
		})
		expect(files).toEqual(['.env', 'a.js'])
	})
})

describe('what changed', () => {
	const git = (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
			cwd: join(root, 'g'),
			stdio: 'pipe',
		})

	it('is what differs since a branch, and what is new', async () => {
		for (const file of ['a.js', 'b.js', 'gone.js', '.gitignore'])
			write(`g/${file}`, file === '.gitignore' ? 'out\n' : 'x')
		git('init', '-q', '-b', 'trunk')
		git('add', '.')
		git('commit', '-q', '-m', 'first')
		git('checkout', '-q', '-b', 'topic')
		write('g/a.js', 'changed')
		git('commit', '-q', '-a', '-m', 'second')
		git('checkout', '-q', 'trunk')
		write('g/b.js', 'changed on the other branch')
		git('commit', '-q', '-a', '-m', 'third')
		git('checkout', '-q', 'topic')
		write('g/sub/new ä.js', 'x')
		write('g/out/ignored.js', 'x')
		rmSync(join(root, 'g', 'gone.js'))
		const changed = await changedSince(join(root, 'g'), 'trunk')
		expect(changed.map((path) => path.slice(join(root, 'g').length + 1))).toEqual(['a.js', 'sub/new ä.js'])
		await expect(changedSince(join(root, 'g'), 'nope')).rejects.toThrow('git knows no commit nope')
		await expect(changedSince(join(root, 'g'), '--output=x')).rejects.toThrow('is no commit')
		await expect(changedSince(folder, 'trunk')).rejects.toThrow(/^git: /)
		const paths = (diff: string) => [...diff.matchAll(/^(?:---|\+\+\+) (.*)$/gm)].map((match) => match[1])
		expect(paths(await diffOf(join(root, 'g'), true))).toEqual([])
		expect(paths(await diffOf(join(root, 'g'), false))).toContain('a/gone.js')
		await expect(diffOf(folder, false)).rejects.toThrow(/^git: /)
	})
})
