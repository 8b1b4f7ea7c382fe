import { type ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import dns, { lookup as namedLookup } from 'node:dns'
import dnsPromises from 'node:dns/promises'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import inspector from 'node:inspector'
import net, { connect as namedConnect } from 'node:net'
import tls from 'node:tls'
import workerThreads from 'node:worker_threads'

// Run in a process of its own, locked or not: tries every door to a server of this machine, and says which of them opened.

const [mode = '', portText = '', childFile = ''] = process.argv.slice(2)
const port = Number(portText)
const url = `http://127.0.0.1:${port}/`
const asHandle = (value: unknown) => value as Record<string, unknown>

const heard = (source: { once(name: string, listener: (value: unknown) => void): unknown }, good: string) =>
	new Promise((resolve, reject) => {
		source.once(good, resolve)
		source.once('error', reject)
	})
const ended = (child: ChildProcess) => heard(child, 'spawn')

/** Resolves where it was opened. */
const doors: Readonly<Record<string, () => unknown>> = {
	http: () => heard(http.get(url), 'response'),
	'http without an agent': () => heard(http.get(url, { agent: false }), 'response'),
	https: () =>
		heard(
			https.get(`https://127.0.0.1:${port}/`, { rejectUnauthorized: false }).on('error', reachedAnyway),
			'response',
		),
	'net.connect': () => heard(net.connect(port, '127.0.0.1'), 'connect'),
	'net.connect, imported by name': () => heard(namedConnect(port, '127.0.0.1'), 'connect'),
	'net.Socket': () => heard(new net.Socket().connect(port, '127.0.0.1'), 'connect'),
	'net.Server': () => heard(net.createServer().listen(0, '127.0.0.1'), 'listening'),
	'http.Server': () => heard(http.createServer().listen(0, '127.0.0.1'), 'listening'),
	tls: () =>
		heard(
			tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', reachedAnyway),
			'secureConnect',
		),
	http2: () => heard(http2.connect(url), 'connect'),
	'dgram.send': () =>
		new Promise((resolve, reject) => {
			createSocket('udp4').send('x', port, '127.0.0.1', (error) => (error ? reject(error) : resolve(undefined)))
		}),
	'dgram.bind': () => heard(createSocket('udp4').bind(0, '127.0.0.1'), 'listening'),
	'dns.lookup': () => asked((done) => dns.lookup('localhost', done)),
	'dns.lookup, imported by name': () => asked((done) => namedLookup('localhost', done)),
	'dns.resolve4': () => asked((done) => dns.resolve4('localhost', done)),
	'dns.Resolver': () => asked((done) => new dns.Resolver().resolve4('localhost', done)),
	'dns.promises': () => dns.promises.lookup('localhost'),
	'dns/promises': () => dnsPromises.lookup('localhost'),
	'dns.promises.Resolver': () => withoutNameServer(() => new dns.promises.Resolver().resolve4('localhost')),
	fetch: () => fetch(url),
	WebSocket: () => {
		const { WebSocket } = globalThis as { WebSocket?: new (url: string) => EventTarget }
		if (!WebSocket && mode === 'open') return undefined
		return WebSocket && new WebSocket(`ws://127.0.0.1:${port}`)
	},
	spawn: () => ended(spawn(process.execPath, ['--version'])),
	exec: () => ended(exec('exit 0')),
	execFile: () => ended(execFile(process.execPath, ['--version'])),
	fork: () => ended(fork(childFile)),
	spawnSync: () => failing(spawnSync(process.execPath, ['--version']).error),
	execSync: () => execSync('exit 0'),
	execFileSync: () => execFileSync(process.execPath, ['--version']),
	'process.binding': () =>
		asHandle(process).binding && (process as unknown as { binding(name: string): unknown }).binding('tcp_wrap'),
	'a handle of Node': () => {
		// Of what the process writes to: the way to every pipe of this machine.
		const handle = asHandle(asHandle(process.stdout)._handle)
		const Pipe = handle.constructor as new (
			type: number,
		) => { listen(backlog: number): number; bind(name: string): number }
		const made = new Pipe(1)
		if (made.bind(`/tmp/alcove-door-${process.pid}`) !== 0) throw new Error('not bound')
		return made.listen(1)
	},
	'a thread': () => heard(new workerThreads.Worker('', { eval: true }), 'online'),
	'a thread of a file': () => heard(new workerThreads.Worker(childFile), 'online'),
	inspector: () => {
		inspector.open(0, '127.0.0.1')
		inspector.close()
	},
}

let isReached = false
/** The server speaks no TLS: that it was asked is enough. */
function reachedAnyway(error: NodeJS.ErrnoException): void {
	if (error.code !== 'EDENIED') isReached = true
}

function asked(ask: (done: (error: NodeJS.ErrnoException | null) => void) => void): Promise<void> {
	return withoutNameServer(
		() => new Promise((resolve, reject) => ask((error) => (error ? reject(error) : resolve(undefined)))),
	)
}

/** Asked in vain is asked. */
async function withoutNameServer(ask: () => Promise<unknown>): Promise<void> {
	await ask().catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'EDENIED') throw error
	})
}

function failing(error: Error | undefined): void {
	if (error) throw error
}

const outcomes: Record<string, string> = {}
for (const [name, open] of Object.entries(doors)) {
	isReached = false
	try {
		await open()
		outcomes[name] = 'open'
	} catch (error) {
		const { code, cause } = error as { code?: string; cause?: { code?: string } }
		outcomes[name] = isReached ? 'open' : code === 'EDENIED' || cause?.code === 'EDENIED' ? 'denied' : String(error)
	}
}
process.send?.(outcomes, () => process.exit())
