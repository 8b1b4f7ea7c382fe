import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import http2 from 'node:http2'
import inspector from 'node:inspector'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'
import workerThreads from 'node:worker_threads'

/** Thrown where code of a locked process tries to open a connection, look up a name, or start a program. */
export class DeniedError extends Error {
	readonly code = 'EDENIED'

	constructor(door: string) {
		super(`This process of Alcove may not use ${door}`)
		this.name = 'DeniedError'
	}
}

export interface Lock {
	/** Told of every attempt, also of those before somebody asked. */
	onDenied(listener: (door: string) => void): void
}

export interface LockOptions {
	/** Scripts that may be run in a process or thread of their own. They are locked, too: by what they load first. Default: none. */
	readonly scripts?: readonly RegExp[]
	/** Absolute path of a script that locks the process that loads it; given to every process that is started. */
	readonly preload?: string
}

type Members = Record<PropertyKey, unknown>

/**
 * Denies this process, or this thread, every way to another machine and to another program that JavaScript has. The channel to its parent
 * stays open. To be called before anything else is loaded; there is no way back.
 */
export function lockDown({ scripts = [], preload }: LockOptions = {}): Lock {
	const early: string[] = []
	let tell = (door: string): void => {
		early.push(door)
	}
	const refuse = (door: string): never => {
		tell(door)
		throw new DeniedError(door)
	}
	const mayRun = (script: unknown) => scripts.some((known) => known.test(String(script).replaceAll('\\', '/')))
	lockHandles(refuse)
	lockSockets(refuse)
	lockNames(refuse)
	lockPrograms(refuse, mayRun, preload)
	lockGlobals(refuse)
	// What ES modules have imported by name is the same as what was replaced.
	syncBuiltinESMExports()
	return {
		onDenied(listener) {
			tell = listener
			for (const door of early.splice(0)) listener(door)
		},
	}
}

type Refuse = (door: string) => never

/** Replaces members for good. */
function deny(owner: object, names: readonly string[], door: string, refuse: Refuse): void {
	for (const name of names) seal(owner, name, () => refuse(`${door}.${name}`))
}

function seal(owner: object, name: string, value: unknown): void {
	const known = Object.getOwnPropertyDescriptor(owner, name)
	if (known?.configurable === false && !known.writable) return
	Object.defineProperty(owner, name, {
		value,
		writable: false,
		configurable: false,
		enumerable: known?.enumerable ?? true,
	})
}

function lockSockets(refuse: Refuse): void {
	deny(net.Socket.prototype, ['connect'], 'net.Socket', refuse)
	deny(net.Server.prototype, ['listen'], 'net.Server', refuse)
	deny(net, ['connect', 'createConnection'], 'net', refuse)
	deny(tls, ['connect'], 'tls', refuse)
	deny(http2, ['connect'], 'http2', refuse)
	deny(dgram.Socket.prototype, ['bind', 'send', 'connect'], 'dgram.Socket', refuse)
	deny(inspector, ['open'], 'inspector', refuse)
}

function lockNames(refuse: Refuse): void {
	const asking = /^(lookup|lookupService|resolve\w*|reverse)$/
	const owners = { dns, 'dns.promises': dns.promises, Resolver: dns.Resolver.prototype }
	const all: Readonly<Record<string, object>> = { ...owners, 'promises.Resolver': dns.promises.Resolver.prototype }
	for (const [door, owner] of Object.entries(all)) {
		for (const name of namesOf(owner)) if (asking.test(name)) seal(owner, name, () => refuse(`${door}.${name}`))
	}
}

/** Its own and those that it inherits, but for those that all objects have. */
function namesOf(owner: object): string[] {
	const names: string[] = []
	for (let at: object | null = owner; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
		names.push(...Object.getOwnPropertyNames(at))
	return names
}

function lockPrograms(refuse: Refuse, mayRun: (script: unknown) => boolean, preload: string | undefined): void {
	deny(childProcess, ['spawnSync', 'execSync', 'execFileSync'], 'child_process', refuse)
	const { prototype } = childProcess.ChildProcess as unknown as { prototype: Members }
	const { spawn } = prototype
	seal(prototype, 'spawn', function (this: unknown, options: { file?: unknown; args?: unknown[] }) {
		const [own, ...args] = options.args ?? []
		const isOwn = options.file === process.execPath && args.some(mayRun)
		if (!isOwn || typeof spawn !== 'function') return refuse('child_process.spawn')
		const locked = preload === undefined ? args : ['--require', preload, ...args]
		return spawn.call(this, { ...options, args: [own, ...locked] })
	})
	const { Worker: Thread } = workerThreads
	seal(
		workerThreads,
		'Worker',
		class extends Thread {
			constructor(...given: ConstructorParameters<typeof Thread>) {
				const [script, options] = given
				if (options?.eval || !mayRun(script)) refuse('worker_threads.Worker')
				super(...given)
			}
		},
	)
}

function lockGlobals(refuse: Refuse): void {
	for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']) {
		seal(globalThis, name, function denied() {
			return refuse(name)
		})
	}
	deny(process, ['binding', '_linkedBinding', '_debugProcess'], 'process', refuse)
}

/** What is below the modules: whoever gets hold of a handle of Node's own gets no further with it. */
function lockHandles(refuse: Refuse): void {
	const binding: unknown = Reflect.get(process, 'binding')
	if (typeof binding !== 'function') return
	const doors: readonly (readonly [module: string, type: string, names: readonly string[]])[] = [
		['tcp_wrap', 'TCP', ['connect', 'connect6', 'bind', 'bind6', 'listen']],
		['pipe_wrap', 'Pipe', ['connect', 'bind', 'listen']],
		['udp_wrap', 'UDP', ['bind', 'bind6', 'connect', 'connect6', 'send', 'send6']],
	]
	for (const [module, type, names] of doors) {
		const prototype = prototypeIn(binding, module, type)
		if (prototype) deny(prototype, names, type, refuse)
	}
}

/** Undefined where this Node has none of that name: the modules are locked all the same. */
function prototypeIn(binding: object, module: string, type: string): object | undefined {
	try {
		const { [type]: found } = Reflect.apply(binding as CallableFunction, process, [module]) as Members
		return typeof found === 'function' ? found.prototype : undefined
	} catch {
		return undefined
	}
}
