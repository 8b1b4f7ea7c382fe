import { type ChildProcess, fork } from 'node:child_process'
import {
	appendFileSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UsageReport } from '../../../../src/core/figures/usage.ts'
import { type ChainPlace, recordOf } from '../../../../src/core/privacy/ledger/ledgerChain.ts'
import type { LedgerEntry } from '../../../../src/core/privacy/ledger/ledgerEntry.ts'
import { LedgerFiles, type LedgerFilesDeps } from '../../../../src/node/privacy/ledgerFiles.ts'
import { ModelHashes } from '../../../../src/node/privacy/modelHashes.ts'
import { usageReader } from '../../../../src/node/privacy/usageReader.ts'
import { systemClock } from '../../../../src/node/systemClock.ts'
import { RecordingLogger } from '../../../fakes/recordingLogger.ts'

// Real files and real processes.

const here = fileURLToPath(new URL('.', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'alcove-ledger-'))
const writer = join(work, 'writer.mjs')
let folder = ''
let logger = new RecordingLogger()

beforeAll(() =>
	build({
		entryPoints: [join(here, 'ledgerWriter.ts')],
		outfile: writer,
		bundle: true,
		platform: 'node',
		format: 'esm',
		logLevel: 'warning',
	}),
)
beforeEach(() => {
	folder = mkdtempSync(join(work, 'ledger-'))
	logger = new RecordingLogger()
})
afterEach(() => expect(logger.events()).toEqual([]))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const open = (more: Partial<LedgerFilesDeps> = {}) =>
	new LedgerFiles({ folder, clock: systemClock, now: () => new Date(), retentionDays: () => 30, logger, ...more })

const entry = (what: string): LedgerEntry => ({
	time: '2026-01-01T00:00:00.000Z',
	kind: 'request',
	what,
	destination: 'this machine',
	isElsewhere: false,
	outcome: 'done',
})

async function write(ledger: LedgerFiles, ...whats: readonly string[]): Promise<void> {
	for (const what of whats) ledger.add(entry(what))
	await ledger.flush()
}

async function records(ledger = open()) {
	const found: LedgerEntry[] = []
	await ledger.read((_, text) =>
		found.push(...text.split('\n').flatMap((line) => (line === '' ? [] : (recordOf(line) ?? [])))),
	)
	return found
}

const whats = async () => (await records()).map(({ what }) => what)
const files = () => readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
const fileOf = (at: number) => join(folder, files().at(at) ?? '')

async function started(...args: readonly string[]): Promise<ChildProcess> {
	const child = fork(writer, [folder, ...args])
	await new Promise((resolve) => child.once('message', resolve))
	return child
}

const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()))

describe('the files of the ledger', () => {
	it('hold what was added, in its order, and verify', async () => {
		const ledger = open()
		await write(ledger, 'a', 'b')
		await write(ledger, 'c')
		await write(open(), 'd')
		expect(await whats()).toEqual(['a', 'b', 'c', 'd'])
		expect(await ledger.verify()).toMatchObject({ records: 4, first: 1, faults: [] })
		if (process.platform !== 'win32') expect(statSync(fileOf(0)).mode & 0o077).toBe(0)
	})

	it('are several when they grow, and verify as one', async () => {
		const ledger = open({ fileBytes: 500 })
		for (let at = 0; at < 12; at++) await write(ledger, `n${at}`)
		expect(files().length).toBeGreaterThan(2)
		expect(await ledger.verify()).toMatchObject({ records: 12, faults: [] })
		const second = fileOf(1)
		const text = readFileSync(second, 'utf8')
		writeFileSync(second, text.replace('done', 'Done'))
		expect((await ledger.verify()).faults).toMatchObject([{ kind: 'edited', file: files()[1], line: 1 }])
		writeFileSync(second, text)
		rmSync(second)
		expect((await ledger.verify()).faults).toMatchObject([{ kind: 'broken' }])
	})

	it('show that the newest records are gone, also after more was written', async () => {
		const ledger = open()
		await write(ledger, 'a', 'b', 'c')
		const lines = readFileSync(fileOf(0), 'utf8').split('\n')
		writeFileSync(fileOf(0), `${lines[0]}\n`)
		expect((await ledger.verify()).faults).toMatchObject([{ kind: 'endMissing', by: 'head', seq: 3 }])
		await write(open(), 'd')
		expect((await ledger.verify()).faults).toMatchObject([{ kind: 'broken', expected: 2, found: 4 }])
	})

	it('show that all of them are gone, by what is remembered elsewhere', async () => {
		let kept: ChainPlace | undefined
		const anchor = { get: () => kept, set: (place: ChainPlace) => (kept = place) }
		await write(open({ anchor }), 'a', 'b')
		for (const name of readdirSync(folder)) rmSync(join(folder, name))
		const ledger = open({ anchor })
		expect((await ledger.verify()).faults).toMatchObject([{ kind: 'endMissing', by: 'anchor', seq: 2 }])
		await write(ledger, 'c')
		expect(await whats()).toEqual(['filesMissing', 'c'])
		expect((await ledger.verify()).faults).toMatchObject([{ kind: 'startMissing', first: 3 }])
	})

	it('mend a record that a crash has torn, and say so', async () => {
		await write(open(), 'a')
		const { size } = statSync(fileOf(0))
		appendFileSync(fileOf(0), readFileSync(fileOf(0)).subarray(0, 90))
		expect((await open().verify()).faults).toMatchObject([{ kind: 'torn', line: 2 }])
		await write(open(), 'b')
		expect(await whats()).toEqual(['a', 'repaired', 'b'])
		expect((await open().verify()).faults).toEqual([])
		truncateSync(fileOf(0), size - 5)
		await write(open(), 'c')
		// That was no crash: the head says that the record was there.
		expect((await open().verify()).faults).not.toEqual([])
	})

	it('go when they are older than the setting says, with a note, and what is left verifies', async () => {
		const ledger = open({ fileBytes: 200 })
		await write(ledger, 'a')
		await write(ledger, 'b')
		const old = new Date(Date.now() - 40 * 86_400_000)
		for (const at of [0, 1]) utimesSync(fileOf(at), old, old)
		await write(ledger, 'c')
		expect(files()).toHaveLength(1)
		expect(await whats()).toEqual(['removed', 'c'])
		expect(await ledger.verify()).toMatchObject({ first: 3, faults: [] })
	})

	it('have the hash of a model, which is made once', async () => {
		const model = join(work, 'model.gguf')
		writeFileSync(model, 'weights')
		const hashes = new ModelHashes()
		const ledger = open({ hashOf: (file) => hashes.hashOf(file) })
		ledger.add({ ...entry('a'), model: { name: 'm', file: model } })
		ledger.add({ ...entry('b'), model: { name: 'm', file: join(work, 'none.gguf') } })
		await ledger.flush()
		const [first, second] = await records()
		expect(first?.model?.hash).toMatch(/^sampled:[0-9a-f]{64}$/)
		expect(second?.model).toEqual({ name: 'm', file: join(work, 'none.gguf') })
		writeFileSync(model, 'other weights')
		expect(await hashes.hashOf(model)).not.toBe(first?.model?.hash)
	})
})

it('two windows and a third that is here write at once, and nothing is lost or out of order', async () => {
	const children = await Promise.all(['one', 'two'].map((name) => started(name, '200')))
	const over = Promise.all(children.map(ended))
	for (const child of children) child.send('go')
	const ledger = open({ fileBytes: 20_000 })
	for (let at = 0; at < 40; at++) {
		await write(ledger, 'here')
		await wait(10)
	}
	await over
	const all = await whats()
	expect(all.filter((what) => what === 'one')).toHaveLength(200)
	expect(all.filter((what) => what === 'two')).toHaveLength(200)
	expect(all.filter((what) => what === 'here')).toHaveLength(40)
	expect(all).toHaveLength(440)
	// They did write at once: each changed places with another one.
	expect(all.filter((what, at) => what !== all[at - 1]).length).toBeGreaterThan(10)
	expect(files().length).toBeGreaterThan(3)
	expect(await ledger.verify()).toMatchObject({ records: 440, faults: [] })
})

it('windows that are killed in the middle of their work leave a ledger that verifies', async () => {
	for (let round = 0; round < 6; round++) {
		const child = await started(`round ${round}`, '100000')
		let said = 0
		await new Promise<void>((resolve) => {
			child.on('message', (count) => {
				said = Number(count)
				if (said >= 15 + 5 * round) {
					child.kill('SIGKILL')
					resolve()
				}
			})
			child.send('go')
		})
		await ended(child)
		const ledger = open({ fileBytes: 20_000 })
		await write(ledger, `after ${round}`)
		const all = await whats()
		// What a window said to be on the disk is.
		expect(all.filter((what) => what === `round ${round}`).length).toBeGreaterThanOrEqual(said)
		expect((await ledger.verify()).faults).toEqual([])
	}
})

describe('the sums of a ledger', () => {
	const day = (time: string) => time.slice(0, 10)
	const counted = (usage: () => Promise<UsageReport>) => usage().then(({ all }) => all.requests)

	it('are those of all its files, however often they were read before', async () => {
		const ledger = open({ fileBytes: 900 })
		const bytes: number[] = []
		const usage = usageReader(
			(take, from) =>
				ledger.read((name, text) => {
					bytes.push(text.length)
					take(name, text)
				}, from),
			day,
		)
		for (let round = 1; round <= 5; round++) {
			await write(ledger, 'complete', 'chat', 'embed')
			expect(await counted(usage)).toBe(3 * round)
			expect(await counted(usage)).toBe(3 * round)
		}
		expect(files().length).toBeGreaterThan(2)
		// What was read once is not read again.
		const size = files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
		expect(bytes.reduce((sum, length) => sum + length, 0)).toBe(size)
	})

	it('count each record once where two ask at the same time, and none that is not whole yet', async () => {
		const ledger = open()
		const usage = usageReader((take, from) => ledger.read(take, from), day)
		await write(ledger, 'complete')
		expect(await Promise.all([counted(usage), counted(usage)])).toEqual([1, 1])
		const whole = readFileSync(fileOf(-1), 'utf8')
		await write(ledger, 'chat')
		const more = readFileSync(fileOf(-1), 'utf8').slice(whole.length)
		const head = readFileSync(join(folder, 'head.json'))
		truncateSync(fileOf(-1), whole.length + 20)
		expect(await counted(usage)).toBe(1)
		appendFileSync(fileOf(-1), more.slice(20))
		writeFileSync(join(folder, 'head.json'), head)
		expect(await counted(usage)).toBe(2)
	})
})
