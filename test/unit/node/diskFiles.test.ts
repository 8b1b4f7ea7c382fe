import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DiskFiles } from '../../../src/node/chat/diskFiles.ts'
import { PdfReader } from '../../../src/node/documents/pdfReader.ts'
import { bundlePdfThread } from '../../fakes/pdfThread.ts'
import { lockedPdf, smallPdf } from '../../fakes/smallPdf.ts'

let base = ''
const at = (...parts: string[]) => join(base, ...parts)

async function write(path: string, text: string | Uint8Array): Promise<void> {
	await mkdir(dirname(at(path)), { recursive: true })
	await writeFile(at(path), text)
}

beforeAll(async () => {
	base = await mkdtemp(join(tmpdir(), 'disk-files-'))
	await mkdir(at('work/.git'), { recursive: true })
	await write('work/.gitignore', 'built/\n*.log\n')
	await write('work/src/cart.ts', 'cart')
	await write('work/src/deep/list.ts', 'list')
	await write('work/built/out.js', 'out')
	await write('work/a.log', 'log')
	await write('work/hidden/x.ts', 'x')
	await write('work/.env', 'KEY=1')
	await write('work/node_modules/m/index.js', 'm')
	await write('work/pic.bin', new Uint8Array([1, 0, 2]))
	await write('work/huge.txt', '')
	await truncate(at('work/huge.txt'), 50_000_000)
	await write('outside/notes.md', 'notes')
	await write('outside/id_rsa', 'key')
	await symlink(at('outside/notes.md'), at('work/out.md'))
	await symlink(at('outside'), at('work/away'))
	await symlink(at('work/src/cart.ts'), at('work/inner.ts'))
	await symlink(at('work/.env'), at('work/settings.txt'))
	await symlink(at('work/nothing'), at('work/broken.ts'))
	await symlink(at('work'), at('linked'))
})

afterAll(() => rm(base, { recursive: true, force: true }))

const files = (folder = 'work') => new DiskFiles([{ folder: at(folder), excluded: [{ glob: '**/hidden' }] }])

describe('a PDF', () => {
	it('is text with the number of each page, or a clear word', async () => {
		await write('papers/manual.pdf', smallPdf([['Opening', 'Turn the lid.'], ['Closing']]))
		await write('papers/broken.pdf', 'no PDF')
		await write('papers/locked.pdf', lockedPdf(['a secret']))
		await write('papers/node_modules/hidden.pdf', smallPdf([['x']]))
		const pdf = new PdfReader(await bundlePdfThread(base))
		const read = (path: string) => new DiskFiles([{ folder: at('papers'), excluded: [] }], pdf).read(at(path))
		expect(await read('papers/manual.pdf')).toEqual({ text: '[Page 1]\nOpening\nTurn the lid.\n\n[Page 2]\nClosing' })
		expect(await read('papers/broken.pdf')).toEqual({ refused: 'damaged' })
		expect(await read('papers/locked.pdf')).toEqual({ refused: 'encrypted' })
		expect(await read('papers/node_modules/hidden.pdf')).toEqual({ refused: 'excluded' })
		pdf.dispose()
	})
})

describe('the text of a file', () => {
	it.each([
		['work/src/cart.ts', { text: 'cart' }],
		['work/inner.ts', { text: 'cart' }],
		['outside/notes.md', { text: 'notes' }],
		['work/built/out.js', { refused: 'excluded' }],
		['work/a.log', { refused: 'excluded' }],
		['work/hidden/x.ts', { refused: 'excluded' }],
		['work/node_modules/m/index.js', { refused: 'excluded' }],
		['work/.env', { refused: 'secret' }],
		['work/settings.txt', { refused: 'secret' }],
		['outside/id_rsa', { refused: 'secret' }],
		['work/out.md', { refused: 'link' }],
		['work/away/notes.md', { refused: 'link' }],
		['work/broken.ts', { refused: 'link' }],
		['work/pic.bin', { refused: 'binary' }],
		['work/huge.txt', { refused: 'tooLarge' }],
		['work/none.ts', { refused: 'missing' }],
		['work/src', { refused: 'notAFile' }],
		['work/src/../../outside/id_rsa', { refused: 'secret' }],
	])('of %s', async (path, expected) => {
		expect(await files().read(`${base}/${path}`)).toEqual(expected)
	})

	it('is found in a workspace that is opened by a link', async () => {
		expect(await files('linked').read(at('linked/src/cart.ts'))).toEqual({ text: 'cart' })
		expect(await files('linked').read(at('linked/out.md'))).toEqual({ refused: 'link' })
	})

	it('of a relative path is not looked for', async () => {
		expect(await files().read('src/cart.ts')).toEqual({ refused: 'missing' })
	})
})

describe('whether a file may be shown', () => {
	it('does not depend on what is in it', async () => {
		expect(await files().refusal(at('work/huge.txt'))).toBeUndefined()
		expect(await files().refusal(at('work/.env'))).toBe('secret')
		expect(await files().refusal(at('work/new.ts'))).toBe('missing')
	})
})

describe('what is below a folder', () => {
	const names = async (path: string, limit = 100) => {
		const found = await files().list(at(path), limit)
		if ('refused' in found) return found
		return [found.isWhole, ...found.files.map(({ file, bytes }) => `${file.slice(base.length + 1)} ${bytes}`)]
	}

	it('leaves out what is excluded and what links lead to', async () => {
		expect(await names('work')).toEqual([
			true,
			'work/.gitignore 13',
			'work/huge.txt 50000000',
			'work/pic.bin 3',
			'work/src/cart.ts 4',
			'work/src/deep/list.ts 4',
		])
	})

	it('ends at the limit', async () => {
		expect(await names('work/src', 1)).toEqual([false, 'work/src/cart.ts 4'])
	})

	it('is refused outside of the workspace', async () => {
		expect(await names('work/away')).toEqual({ refused: 'link' })
		expect(await names('outside')).toEqual({ refused: 'excluded' })
		expect(await names('work/node_modules')).toEqual({ refused: 'excluded' })
		expect(await names('work/none')).toEqual({ refused: 'missing' })
	})
})
