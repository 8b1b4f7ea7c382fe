import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PdfReader } from '../../../../src/node/documents/pdfReader.ts'
import { bundlePdfThread } from '../../../fakes/pdfThread.ts'
import { lockedPdf, smallPdf, swollenPdf } from '../../../fakes/smallPdf.ts'

let folder: string
let thread: string
let readers: PdfReader[] = []

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'alcove-pdf-'))
	thread = await bundlePdfThread(folder)
})
afterEach(() => {
	for (const reader of readers) reader.dispose()
	readers = []
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function make(limits: ConstructorParameters<typeof PdfReader>[1] = {}, entry = thread): PdfReader {
	const reader = new PdfReader(entry, limits)
	readers.push(reader)
	return reader
}

function put(name: string, bytes: Buffer | string): string {
	const file = join(folder, name)
	writeFileSync(file, bytes)
	return file
}

describe('PdfReader', () => {
	it('reads the lines of each page', async () => {
		const file = put('manual.pdf', smallPdf([['Opening (the lid)', 'It turns by 90 degrees.'], ['Closing']]))
		expect(await make().read(file)).toEqual({
			lines: ['Opening (the lid)', 'It turns by 90 degrees.', 'Closing'],
			pages: [0, 2],
			isCut: false,
		})
	})

	it('says why there is no text, and goes on with the next file', async () => {
		const reader = make({ largest: 5_000 })
		const whole = smallPdf([['Some words']])
		const files = [
			put('cut.pdf', whole.subarray(0, 150)),
			put('none.pdf', 'no PDF at all'),
			put('empty.pdf', ''),
			put('noise.pdf', Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7_919) % 251))),
			put('locked.pdf', lockedPdf(['a secret'])),
			put('scan.pdf', smallPdf([[]])),
			put('large.pdf', Buffer.concat([whole, Buffer.alloc(6_000)])),
			join(folder, 'missing.pdf'),
			put('fine.pdf', whole),
		]
		expect(await Promise.all(files.map((file) => reader.read(file)))).toEqual([
			{ refused: 'damaged' },
			{ refused: 'damaged' },
			{ refused: 'damaged' },
			{ refused: 'damaged' },
			{ refused: 'encrypted' },
			{ refused: 'noText' },
			{ refused: 'tooLarge' },
			{ refused: 'missing' },
			{ lines: ['Some words'], pages: [0], isCut: false },
		])
	})

	it('ends a document that unpacks to more than there may be, and goes on with the next one', async () => {
		const reader = make({ megabytes: 150 })
		const swollen = reader.read(put('swollen.pdf', swollenPdf(600_000_000)))
		const fine = reader.read(put('fine.pdf', smallPdf([['Some words']])))
		expect(await swollen).toEqual({ refused: 'tooMuch' })
		expect(await fine).toMatchObject({ lines: ['Some words'] })
	})

	it('ends one that takes too long, and one whose process dies', async () => {
		const file = put('fine.pdf', smallPdf([['Some words']]))
		const stuck = put('stuck.cjs', "process.on('message', () => { for (;;); })")
		expect(await make({ longest: 50 }, stuck).read(file)).toEqual({ refused: 'tooMuch' })
		const dying = put('dying.cjs', "process.on('message', () => process.exit(1))")
		expect(await make({}, dying).read(file)).toEqual({ refused: 'tooMuch' })
		const broken = put('broken.cjs', 'throw new Error("x")')
		expect(await make({}, broken).read(file)).toEqual({ refused: 'tooMuch' })
	})

	it('reads a file again when it has changed', async () => {
		const reader = make()
		const file = put('changing.pdf', smallPdf([['First']]))
		expect(await reader.read(file)).toMatchObject({ lines: ['First'] })
		put('changing.pdf', smallPdf([['Second one']]))
		expect(await reader.read(file)).toMatchObject({ lines: ['Second one'] })
	})

	it('has nothing to open a connection or to run text as code with', () => {
		const bundle = readFileSync(thread, 'utf8')
		expect(bundle).not.toMatch(/(?<![.\w])fetch\(\w+\)(?!\s*\{)/)
		expect(bundle).not.toMatch(/new XMLHttpRequest|new Function\(|(?<![.\w])eval\(/)
	})
})
