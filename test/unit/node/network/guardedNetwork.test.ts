import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { destinationFrom } from '../../../../src/core/privacy/destinationSettings.ts'
import { type AllowedDestination, isThisMachine } from '../../../../src/core/privacy/egressPolicy.ts'
import type { NetworkRequest } from '../../../../src/core/privacy/network.ts'
import { destinationOf, GuardedNetwork } from '../../../../src/node/network/guardedNetwork.ts'
import { CancellationSource } from '../../../../src/shared/cancellation.ts'

// Real servers and real sockets of this machine.

const cleanups: (() => unknown)[] = []
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
	const server: Server = createServer(handle)
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
	cleanups.push(() => {
		server.closeAllConnections()
		server.close()
	})
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function network(allowed: readonly AllowedDestination[] = [], proxy?: string) {
	const decisions: string[] = []
	const ends: string[] = []
	const guarded = new GuardedNetwork({
		allowed: () => allowed,
		proxy: () => proxy,
		onDecision: ({ purpose }, { host, port }, isAllowed) => decisions.push(`${purpose} ${host}:${port} ${isAllowed}`),
		onEnd: (_, { host }, { outcome, status, receivedBytes }) =>
			ends.push(`${host} ${outcome} ${status} ${receivedBytes}`),
	})
	cleanups.push(() => guarded.dispose())
	return { decisions, ends, send: (request: Partial<NetworkRequest>) => guarded.send({ ...get, ...request }) }
}

const get = { url: 'http://127.0.0.1/', method: 'GET', purpose: 'chat' } as const

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
	const all: Uint8Array[] = []
	for await (const piece of body) all.push(piece)
	return Buffer.concat(all).toString()
}

describe('a request', () => {
	it('is sent as it stands, and answered', async () => {
		const seen: unknown[] = []
		const url = await serve((request, response) => {
			let body = ''
			request.on('data', (piece) => {
				body += piece
			})
			request.on('end', () => {
				seen.push({ method: request.method, url: request.url, names: Object.keys(request.headers).sort(), body })
				response.writeHead(200, { 'X-One': ['a', 'b'] }).end('yes')
			})
		})
		const { send, decisions, ends } = network()
		const headers = { 'content-type': 'text/plain' }
		const answer = await send({ url: `${url}/a?b=c`, method: 'POST', headers, body: 'hello' })
		expect(answer).toMatchObject({ status: 200, headers: { 'x-one': 'a, b' } })
		expect(await text(answer.body)).toBe('yes')
		const names = ['connection', 'content-length', 'content-type', 'host']
		expect(seen).toEqual([{ method: 'POST', url: '/a?b=c', names, body: 'hello' }])
		expect(decisions).toEqual([`chat 127.0.0.1:${new URL(url).port} true`])
		expect(ends).toEqual(['127.0.0.1 done 200 3'])
	})

	it('to localhost goes to this machine, whatever its tables say', async () => {
		const url = await serve((_, response) => response.end('here'))
		const { send } = network()
		expect(await text((await send({ url: url.replace('127.0.0.1', 'LocalHost') })).body)).toBe('here')
	})

	it('follows no redirect', async () => {
		let requests = 0
		const url = await serve((_, response) => {
			requests++
			response.writeHead(302, { location: 'https://example.com/' }).end()
		})
		const answer = await network().send({ url })
		expect(answer).toMatchObject({ status: 302, headers: { location: 'https://example.com/' } })
		expect(requests).toBe(1)
	})

	it('to a host that nobody allowed is refused and told of', async () => {
		const { send, decisions } = network([{ host: 'example.com', purposes: ['modelDownload'] }])
		const refused = { name: 'EgressRefusedError', reason: 'notAllowed', purpose: 'chat' }
		await expect(send({ url: 'https://Example.com./x' })).rejects.toMatchObject(refused)
		await expect(send({ url: 'http://134744072/' })).rejects.toMatchObject(refused)
		expect(decisions).toEqual(['chat example.com:443 false', 'chat 8.8.8.8:80 false'])
	})

	it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'http://user:secret@127.0.0.1/', 'nonsense', ''])(
		'to %s is no request',
		async (url) => {
			const { send, decisions } = network()
			const error = await send({ url }).catch((thrown: unknown) => thrown)
			expect(error).toMatchObject({ name: 'NetworkError', failure: 'badAddress' })
			expect(String(error)).not.toContain('secret')
			expect(decisions).toEqual([])
		},
	)

	it('that is cancelled ends at the server, too', async () => {
		let isClosed: () => void = () => {}
		const closed = new Promise<void>((resolve) => {
			isClosed = resolve
		})
		const url = await serve((request, response) => {
			request.socket.on('close', isClosed)
			response.write('one')
		})
		const source = new CancellationSource()
		const { body } = await network().send({ url, token: source.token })
		const reading = text(body)
		setTimeout(() => source.cancel(), 20)
		await expect(reading).rejects.toMatchObject({ name: 'CancelledError' })
		await closed
	})

	it('that is cancelled before its answer is cancelled', async () => {
		const url = await serve(() => {})
		const source = new CancellationSource()
		const { send, ends } = network()
		const answer = send({ url, token: source.token })
		setTimeout(() => source.cancel(), 20)
		await expect(answer).rejects.toMatchObject({ name: 'CancelledError' })
		await expect(send({ url, token: source.token })).rejects.toMatchObject({ name: 'CancelledError' })
		expect(ends).toEqual(['127.0.0.1 cancelled undefined 0', '127.0.0.1 cancelled undefined 0'])
	})

	it('ends at the server where nobody reads on', async () => {
		let isClosed: () => void = () => {}
		const closed = new Promise<void>((resolve) => {
			isClosed = resolve
		})
		const url = await serve((request, response) => {
			request.socket.on('close', isClosed)
			response.write('one')
		})
		for await (const _ of (await network().send({ url })).body) break
		await closed
	})

	it('says how it failed', async () => {
		const silent = await serve(() => {})
		const cut = await serve((_, response) => {
			response.writeHead(200, { 'content-length': '100' }).write('half')
			setTimeout(() => response.destroy(), 20)
		})
		const slow = await serve((_, response) => void response.write('half'))
		const { send } = network()
		await expect(send({ url: silent, headTimeoutMs: 50 })).rejects.toMatchObject({ failure: 'timeout' })
		await expect(send({ url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({ failure: 'unreachable' })
		await expect(text((await send({ url: cut })).body)).rejects.toMatchObject({ failure: 'cut' })
		await expect(text((await send({ url: slow, idleTimeoutMs: 50 })).body)).rejects.toMatchObject({
			failure: 'timeout',
		})
	})
})

describe('a proxy', () => {
	/** Tunnels to one server, whatever host is asked for. */
	async function proxyTo(port: number) {
		const asked: (string | undefined)[] = []
		const url = await serve(() => {})
		const proxy = createServer()
		proxy.on('connect', (request, socket) => {
			asked.push(request.url)
			const upstream = connect(port, '127.0.0.1', () => {
				socket.write('HTTP/1.1 200 OK\r\n\r\n')
				upstream.pipe(socket).pipe(upstream)
			})
			cleanups.push(() => upstream.destroy())
			socket.on('error', () => {})
			upstream.on('error', () => {})
		})
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
		cleanups.push(() => {
			proxy.closeAllConnections()
			proxy.close()
		})
		return { asked, url: url.replace(/\d+$/, String((proxy.address() as AddressInfo).port)) }
	}

	it('is used for other machines, and not for this one', async () => {
		const server = await serve((request, response) => response.end(request.headers.host))
		const { asked, url } = await proxyTo(Number(new URL(server).port))
		const near: AllowedDestination = { host: '10.9.8.7', port: 80, purposes: ['chat'] }
		const { send } = network([near], url)
		expect(await text((await send({ url: 'http://10.9.8.7/' })).body)).toBe('10.9.8.7')
		expect(asked).toEqual(['10.9.8.7:80'])
		await text((await send({ url: server })).body)
		expect(asked).toHaveLength(1)
	})
})

// One decides what is taken out of a prompt, the other where the prompt goes.
describe('an address as a person types it', () => {
	const tricks = ['127.0.0.1', 'localhost', '[::1]', '127.1', '0x7f000001', '2130706433', '127.0.0.1.', 'example.com']
	const signs = ['@', ':', '/', '\\', '#', '?', '%40', '.', ' ', '\t', '80', 'user', '\u2024', '\uff0e']
	const typed = fc
		.array(fc.constantFrom(...tricks, ...signs), { maxLength: 6 })
		.chain((parts) => fc.constantFrom('', 'http://', 'https://', 'HTTP:\\\\').map((scheme) => scheme + parts.join('')))

	it('is this machine only where the network would go to this machine', () => {
		fc.assert(
			fc.property(typed, (address) => {
				const host = destinationFrom(address)?.host
				if (host === undefined || !isThisMachine(host) || !URL.canParse(address)) return
				const reached = destinationOf(new URL(address))
				if (reached) expect(isThisMachine(reached.host)).toBe(true)
			}),
			{ numRuns: 20_000 },
		)
	})

	it.each(tricks)('%s: both say the same, or the first one asks for consent', (host) => {
		const address = `http://${host}:8080/v1`
		const said = destinationFrom(address)
		const reached = URL.canParse(address) ? destinationOf(new URL(address)) : undefined
		if (said && isThisMachine(said.host)) expect(reached && isThisMachine(reached.host)).toBe(true)
		else expect(host).toMatch(/^(127\.1|0x|2130|example)/)
	})
})
