import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { DownloadOutcome, DownloadRequest } from '../../../../src/core/model/download/modelDownload.ts'
import type { TransferProgress } from '../../../../src/core/model/download/transferRate.ts'
import type { AllowedDestination } from '../../../../src/core/privacy/egressPolicy.ts'
import type { Network } from '../../../../src/core/privacy/network.ts'
import { readRecord } from '../../../../src/node/models/download/downloadRecord.ts'
import { HttpDownload, type HttpDownloadDeps } from '../../../../src/node/models/download/httpDownload.ts'
import { type DownloadDisk, realDisk } from '../../../../src/node/models/download/partFile.ts'
import { locate } from '../../../../src/node/models/download/remoteFile.ts'
import { GuardedNetwork } from '../../../../src/node/network/guardedNetwork.ts'
import { systemClock } from '../../../../src/node/systemClock.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { temporaryFolder } from '../../../engineFiles.ts'
import { FileServer, type FileServerOptions } from '../../../fakes/fileServer.ts'

// Real servers, sockets and files of this machine.

const cleanups: (() => unknown)[] = []
afterEach(() => {
	for (const cleanup of cleanups.splice(0).reverse()) cleanup()
})

const content = randomBytes(1_000_000)
const sha256 = createHash('sha256').update(content).digest('hex')
const pieceBytes = 100_000

async function serve(options: Partial<FileServerOptions> = {}, host?: string): Promise<FileServer> {
	const server = await FileServer.start({ content, etag: '"one"', ...options }, host)
	cleanups.push(() => server.stop())
	return server
}

interface Setup extends Partial<HttpDownloadDeps> {
	readonly allowed?: readonly AllowedDestination[]
}

function download(setup: Setup = {}): HttpDownload {
	const network = new GuardedNetwork({
		allowed: () => setup.allowed ?? [],
		proxy: () => undefined,
		onDecision: () => {},
	})
	cleanups.push(() => network.dispose())
	return new HttpDownload({
		network,
		accessToken: async () => undefined,
		clock: systemClock,
		pieceBytes,
		delayScale: 0.001,
		...setup,
	})
}

function target(): string {
	return join(temporaryFolder(), 'models', 'model.gguf')
}

const run = (
	with_: HttpDownload,
	request: DownloadRequest,
	onProgress: (progress: TransferProgress) => void = () => {},
): Promise<DownloadOutcome> => with_.download(request, onProgress, neverCancelled)

const filesBeside = (path: string) => readdirSync(join(path, '..')).sort()

describe('a download', () => {
	it('comes in ranges side by side, and is there under its name when its hash is right', async () => {
		const server = await serve()
		const path = target()
		const progress: TransferProgress[] = []
		const request = { url: `${server.url}/m.gguf`, path, sha256, bytes: content.length, licence: 'apache-2.0' }
		const outcome = await run(download(), request, (p) => progress.push(p))
		expect(outcome).toEqual({ kind: 'done', path, bytes: content.length, sha256, verifiedBy: 'catalogue' })
		expect(readFileSync(path).equals(content)).toBe(true)
		expect(filesBeside(path)).toEqual(['model.gguf', 'model.gguf.alcove.json'])
		expect(server.transfers.map(({ range }) => range?.[0]).sort((a = 0, b = 0) => a - b)).toEqual(
			Array.from({ length: 10 }, (_, i) => i * pieceBytes),
		)
		expect(progress.at(-1)).toMatchObject({ doneBytes: content.length, totalBytes: content.length })
		expect(await readRecord(path)).toMatchObject({ url: request.url, sha256, licence: 'apache-2.0' })
	})

	it('works with a server that takes no ranges', async () => {
		const server = await serve({ ranges: false })
		const path = target()
		const outcome = await run(download(), { url: server.url, path, sha256 })
		expect(outcome).toMatchObject({ kind: 'done', sha256 })
		expect(server.transfers.every(({ range }) => range === undefined || range[1] === 0)).toBe(true)
	})

	it('begins again with a server that takes no ranges when the connection is cut', async () => {
		let cuts = 0
		const server = await serve({
			ranges: false,
			cutAfter: ({ index }) => (index > 0 && cuts++ < 1 ? 300_000 : undefined),
		})
		const outcome = await run(download(), { url: server.url, path: target(), sha256 })
		expect(outcome).toMatchObject({ kind: 'done', sha256 })
		expect(cuts).toBeGreaterThan(1)
	})

	it('goes on after cuts where each piece ended', async () => {
		const server = await serve({
			cutAfter: ({ range }) => (range && range[1] - range[0] > 40_000 ? 40_000 : undefined),
		})
		const outcome = await run(download(), { url: server.url, path: target(), sha256 })
		expect(outcome).toMatchObject({ kind: 'done', sha256 })
		const starts = server.transfers.map(({ range }) => range?.[0] ?? 0)
		expect(starts.filter((start) => start % pieceBytes !== 0).length).toBeGreaterThanOrEqual(10)
	})

	it('gives up when nothing comes any more, and keeps what is there', async () => {
		const server = await serve({ cutAfter: ({ range }) => (range && range[0] >= 500_000 ? 0 : undefined) })
		const path = target()
		const outcome = await run(download(), { url: server.url, path, sha256 })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'network', failure: 'cut' } })
		expect(filesBeside(path)).toEqual(['model.gguf.part', 'model.gguf.part.json'])
	})

	it('stops when it is cancelled, and goes on after a restart with what is missing', async () => {
		const server = await serve()
		const path = target()
		const source = new CancellationSource()
		// One connection: what it has written when it ends is known.
		const first = download({ connections: 1 })
		server.change({
			before: ({ range }) => {
				if (range && range[0] >= 400_000) source.cancel()
				return false
			},
		})
		const paused = await first.download({ url: server.url, path, sha256 }, () => {}, source.token)
		expect(paused).toEqual({ kind: 'paused', doneBytes: 400_000, totalBytes: content.length })
		server.change({ before: () => false })
		const before = server.transfers.length
		expect(await run(download(), { url: server.url, path, sha256 })).toMatchObject({ kind: 'done', sha256 })
		const asked = server.transfers.slice(before).map(({ range }) => range?.[0] ?? 0)
		expect(Math.min(...asked)).toBe(400_000)
		expect(asked).toHaveLength(6)
	})

	it('says how long a file is before it begins, for one byte', async () => {
		const server = await serve()
		expect(await download().inspect(server.url, neverCancelled)).toEqual({ bytes: content.length })
		expect(server.transfers).toEqual([])
		const missing = await serve({
			before: (_, response) => {
				response.writeHead(404).end()
				return true
			},
		})
		expect(await download().inspect(missing.url, neverCancelled)).toEqual({ failure: { reason: 'notFound' } })
	})

	it('can be discarded', async () => {
		const server = await serve({ cutAfter: ({ range }) => (range && range[0] > 0 ? 0 : undefined) })
		const path = target()
		const stopped = download()
		await run(stopped, { url: server.url, path })
		await stopped.discard(path)
		expect(filesBeside(path)).toEqual([])
	})

	it('is not done twice', async () => {
		const server = await serve()
		const path = target()
		mkdirSync(join(path, '..'), { recursive: true })
		writeFileSync(path, 'mine')
		expect(await run(download(), { url: server.url, path })).toEqual({ kind: 'failed', failure: { reason: 'exists' } })
		expect(readFileSync(path, 'utf8')).toBe('mine')
		expect(server.seen).toEqual([])
	})

	it('leaves alone what another process downloads, and takes over from one that died', async () => {
		const server = await serve()
		const path = target()
		mkdirSync(join(path, '..'), { recursive: true })
		writeFileSync(`${path}.part.lock`, String(process.pid))
		expect(await run(download(), { url: server.url, path })).toEqual({ kind: 'failed', failure: { reason: 'busy' } })
		// Above what Linux gives out.
		writeFileSync(`${path}.part.lock`, String(2 ** 22 + 1))
		expect(await run(download(), { url: server.url, path })).toMatchObject({ kind: 'done' })
	})
})

describe('what is wrong with a file', () => {
	it.each([
		['from the catalogue', { sha256: 'a'.repeat(64) }, {}],
		[
			'from the server, which is asked where the catalogue says nothing',
			{},
			{ 'x-linked-etag': `"${'a'.repeat(64)}"` },
		],
	])('a hash %s that differs: nothing is left', async (_, wanted, headers) => {
		const server = await serve({ headers })
		const path = target()
		const outcome = await run(download(), { url: server.url, path, ...wanted })
		const failure = { reason: 'wrongHash', expected: 'a'.repeat(64), actual: sha256 }
		expect(outcome).toEqual({ kind: 'failed', failure })
		expect(filesBeside(path)).toEqual([])
	})

	it('a hash of the server that is not the catalogue’s: nothing is fetched', async () => {
		const server = await serve({ headers: { 'x-linked-etag': `"${'b'.repeat(64)}"` } })
		const outcome = await run(download(), { url: server.url, path: target(), sha256 })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'wrongHash', actual: 'b'.repeat(64) } })
		expect(server.transfers).toEqual([])
	})

	it('the server’s own word is taken where there is no other, and said to be that', async () => {
		const server = await serve({ headers: { 'x-linked-etag': `"${sha256}"`, 'x-linked-size': String(content.length) } })
		expect(await run(download(), { url: server.url, path: target() })).toMatchObject({ verifiedBy: 'server' })
		const silent = await serve()
		expect(await run(download(), { url: silent.url, path: target() })).toMatchObject({ verifiedBy: 'none', sha256 })
	})

	it('another length than the catalogue’s', async () => {
		const server = await serve()
		const outcome = await run(download(), { url: server.url, path: target(), bytes: 5 })
		const failure = { reason: 'wrongLength', expected: 5, actual: content.length }
		expect(outcome).toEqual({ kind: 'failed', failure })
	})

	it('more bytes than a range has', async () => {
		const server = await serve({
			before: ({ range }, response) => {
				if (!range || range[1] === 0) return false
				response.writeHead(206, { etag: '"one"', 'content-range': `bytes ${range.join('-')}/${content.length}` })
				response.end(content)
				return true
			},
		})
		const outcome = await run(download(), { url: server.url, path: target() })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'badAnswer' } })
	})

	it('another range than was asked for', async () => {
		const server = await serve({
			before: ({ range }, response) => {
				if (!range || range[1] === 0) return false
				response.writeHead(206, { etag: '"one"', 'content-range': `bytes 0-9/${content.length}` })
				response.end(content.subarray(0, 10))
				return true
			},
		})
		const outcome = await run(download(), { url: server.url, path: target() })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'badAnswer' } })
	})

	it.each([
		['no length', { 'transfer-encoding': 'chunked' }],
		['packed bytes', { 'content-encoding': 'gzip', 'content-length': '10' }],
	])('%s', async (_, headers) => {
		const server = await serve({
			before: (_request, response) => {
				response.writeHead(200, headers).end(Buffer.alloc(10))
				return true
			},
		})
		const outcome = await run(download(), { url: server.url, path: target() })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'badAnswer' } })
	})
})

describe('a file that changes', () => {
	const other = randomBytes(1_000_000)

	it('between two sessions is begun anew', async () => {
		const server = await serve({ cutAfter: ({ range }) => (range && range[0] >= 500_000 ? 0 : undefined) })
		const path = target()
		await run(download(), { url: server.url, path })
		server.change({ content: other, etag: '"two"', cutAfter: () => undefined })
		expect(await run(download(), { url: server.url, path })).toMatchObject({ kind: 'done' })
		expect(readFileSync(path).equals(other)).toBe(true)
	})

	it('while it is fetched is begun anew', async () => {
		const server = await serve()
		server.change({
			before: ({ range }) => {
				if (range && range[0] === 500_000) server.change({ content: other, etag: '"two"', before: () => false })
				return false
			},
		})
		const path = target()
		expect(await run(download({ connections: 2 }), { url: server.url, path })).toMatchObject({ kind: 'done' })
		expect(readFileSync(path).equals(other)).toBe(true)
	})

	it('without a word of the server is not continued: nobody could tell', async () => {
		const silent = {
			content,
			cutAfter: ({ range }: { range: readonly number[] | undefined }) => ((range?.[0] ?? 0) >= 500_000 ? 0 : undefined),
		}
		const server = await FileServer.start(silent)
		cleanups.push(() => server.stop())
		const path = target()
		await run(download(), { url: server.url, path })
		server.change({ content: other, cutAfter: () => undefined })
		expect(await run(download(), { url: server.url, path })).toMatchObject({ kind: 'done' })
		expect(readFileSync(path).equals(other)).toBe(true)
	})

	it('a state that is damaged counts as none', async () => {
		const server = await serve({ cutAfter: ({ range }) => (range && range[0] >= 500_000 ? 0 : undefined) })
		const path = target()
		await run(download(), { url: server.url, path })
		const state = JSON.parse(readFileSync(`${path}.part.json`, 'utf8'))
		state.pieces[0].done = 5_000_000
		writeFileSync(`${path}.part.json`, JSON.stringify(state))
		server.change({ cutAfter: () => undefined })
		const before = server.transfers.length
		expect(await run(download(), { url: server.url, path, sha256 })).toMatchObject({ kind: 'done', sha256 })
		expect(server.transfers.length - before).toBe(10)
	})
})

describe('a redirect', () => {
	const redirectTo = (location: string) => (_: unknown, response: import('node:http').ServerResponse) => {
		response.writeHead(302, { location, 'x-linked-etag': `"${sha256}"`, 'x-linked-size': String(content.length) }).end()
		return true
	}

	it('to another host is refused unless the user allowed that host', async () => {
		const server = await serve({ before: redirectTo('https://files.example.com/secret?signature=1') })
		const outcome = await run(download(), { url: server.url, path: target() })
		const failure = { reason: 'refused', host: 'files.example.com', port: 443, why: 'notAllowed', isRedirect: true }
		expect(outcome).toEqual({ kind: 'failed', failure })
	})

	it.each(['http://127.0.0.1:8080/admin', 'http://localhost/x', 'http://[::1]/x', 'http://0x7f.1/x'])(
		'of another machine to this one is refused: %s',
		async (location) => {
			const asked: string[] = []
			const network: Network = {
				async send({ url }) {
					asked.push(url)
					return { status: 302, headers: { location }, body: (async function* () {})() }
				},
			}
			const deps = { network, accessToken: async () => undefined }
			const locating = locate(deps, 'https://models.example.com/a.gguf', neverCancelled)
			const failure = { reason: 'badAnswer', detail: 'a redirect to this machine' }
			await expect(locating).rejects.toMatchObject({ failure })
			expect(asked).toEqual(['https://models.example.com/a.gguf'])
		},
	)

	it('is followed to another host of this machine, which never sees the token', async () => {
		const files = await serve({}, '127.0.0.2')
		const server = await serve({ before: redirectTo(`${files.url}/file`) })
		const asked: string[] = []
		const accessToken = async (host: string) => {
			asked.push(host)
			return 'hf_secret'
		}
		const path = target()
		const outcome = await run(download({ accessToken }), { url: `${server.url}/m.gguf`, path })
		expect(outcome).toMatchObject({ kind: 'done', verifiedBy: 'server' })
		expect(new Set(asked)).toEqual(new Set(['127.0.0.1']))
		expect(server.seen.every(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true)
		expect(files.seen.length).toBeGreaterThan(10)
		expect(files.seen.every(({ authorization }) => authorization === undefined)).toBe(true)
		const kept = readFileSync(`${path}.alcove.json`, 'utf8')
		expect(kept).not.toContain('hf_secret')
		expect(kept).not.toContain(files.url)
	})

	it('to an address that runs out is asked for again', async () => {
		const uses = new Map<string, number>()
		const files = await serve(
			{
				before: ({ path }, response) => {
					const used = (uses.get(path) ?? 0) + 1
					uses.set(path, used)
					if (used <= 4) return false
					response.writeHead(403).end()
					return true
				},
			},
			'127.0.0.2',
		)
		let tickets = 0
		const server = await serve({
			before: (seen, response) => redirectTo(`${files.url}/file?ticket=${tickets++}`)(seen, response),
		})
		const outcome = await run(download({ connections: 2 }), { url: server.url, path: target() })
		expect(outcome).toMatchObject({ kind: 'done', sha256 })
		expect(tickets).toBeGreaterThan(2)
	})

	it('in a circle ends', async () => {
		const server = await serve({ before: redirectTo('/again') })
		const outcome = await run(download(), { url: server.url, path: target() })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'badAnswer' } })
		expect(server.seen).toHaveLength(6)
	})
})

describe('a server that does not answer with the file', () => {
	const status = (code: number, times: number, headers: Record<string, string> = {}) => {
		let left = times
		return (_: unknown, response: import('node:http').ServerResponse) => {
			if (left-- <= 0) return false
			response.writeHead(code, headers).end()
			return true
		}
	}

	it.each([
		['429 with Retry-After', 429, { 'retry-after': '0' }],
		['500', 500, {}],
		['503', 503, {}],
	])('is asked again after %s', async (_, code, headers) => {
		const server = await serve({ before: status(code, 3, headers) })
		expect(await run(download(), { url: server.url, path: target() })).toMatchObject({ kind: 'done' })
	})

	it('is not asked for ever', async () => {
		const server = await serve({ before: status(503, 1_000) })
		const outcome = await run(download(), { url: server.url, path: target() })
		expect(outcome).toEqual({ kind: 'failed', failure: { reason: 'status', status: 503 } })
		expect(server.seen).toHaveLength(6)
	})

	it.each([
		[401, { reason: 'needsToken', host: '127.0.0.1', hadToken: false }],
		[403, { reason: 'needsToken', host: '127.0.0.1', hadToken: false }],
		[404, { reason: 'notFound' }],
		[418, { reason: 'status', status: 418 }],
	])('with %i is asked once', async (code, failure) => {
		const server = await serve({ before: status(code, 1_000) })
		const outcome = await run(download(), { url: server.url, path: target() })
		expect(outcome).toEqual({ kind: 'failed', failure })
		expect(server.seen).toHaveLength(1)
	})
})

describe('the disk', () => {
	it('is looked at before the first byte', async () => {
		const server = await serve()
		const disk: DownloadDisk = { ...realDisk, freeBytes: async () => 900_000 }
		const outcome = await run(download({ disk }), { url: server.url, path: target() })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'diskFull', freeBytes: 900_000 } })
		expect(server.transfers).toEqual([])
	})

	const folder = temporaryFolder()
	const hasSmallDisk = canMount(folder)

	// Needs the right to mount; the same error by a port is below.
	it.skipIf(!hasSmallDisk)('that fills up ends it, and it goes on when there is room', async () => {
		cleanups.push(() => execFileSync('umount', [folder]))
		const server = await serve()
		const disk: DownloadDisk = { ...realDisk, freeBytes: async () => 2 ** 40 }
		const path = join(folder, 'model.gguf')
		const outcome = await run(download({ disk, connections: 1 }), { url: server.url, path })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'diskFull' } })
		execFileSync('mount', ['-o', 'remount,size=4m', folder])
		const before = server.transfers.length
		expect(await run(download({ disk }), { url: server.url, path })).toMatchObject({ kind: 'done', sha256 })
		expect(server.transfers.length - before).toBeLessThan(10)
	})

	it.each([
		['ENOSPC', { reason: 'diskFull', neededBytes: 500_000, freeBytes: 2 ** 40 }],
		['EROFS', { reason: 'notWritable', code: 'EROFS' }],
	])('that says %s in the middle ends it', async (code, failure) => {
		const server = await serve()
		const disk: DownloadDisk = {
			freeBytes: async () => 2 ** 40,
			openPart: async (path) => {
				const real = await realDisk.openPart(path)
				return {
					read: (buffer, position) => real.read(buffer, position),
					sync: () => real.sync(),
					close: () => real.close(),
					write: async (bytes, position) => {
						if (position >= 500_000) throw Object.assign(new Error('no'), { code })
						await real.write(bytes, position)
					},
				}
			},
		}
		const outcome = await run(download({ disk, connections: 1 }), { url: server.url, path: target() })
		expect(outcome).toEqual({ kind: 'failed', failure })
	})

	it('that may not be written to is said', async () => {
		const server = await serve()
		const file = join(temporaryFolder(), 'file')
		writeFileSync(file, '')
		const outcome = await run(download(), { url: server.url, path: join(file, 'model.gguf') })
		expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'notWritable' } })
	})
})

function canMount(folder: string): boolean {
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' })
		return true
	} catch {
		return false
	}
}
