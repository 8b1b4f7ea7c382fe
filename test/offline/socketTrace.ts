/** A process of a trace, by the command that it ran last. */
export interface TracedProcess {
	readonly pid: number
	command: string
}

/** An attempt to send something to an internet address that is not this machine's own. */
export interface OutsideContact {
	readonly process: TracedProcess
	readonly call: string
	readonly address: string
	readonly port: number
}

export interface SocketTrace {
	readonly processes: readonly TracedProcess[]
	readonly outside: readonly OutsideContact[]
	/** Calls that named an address of any kind, so that an empty list of contacts can be told from an empty trace. */
	readonly addressedCalls: number
}

/** The calls to trace: those that name an address, and those by which a call is attributed to a process. */
const tracedCalls = 'connect,sendto,sendmsg,sendmmsg,clone,clone3,fork,vfork,execve'

/** The command to put before another one so that its socket calls are written to `file`, with those of its children. */
export function tracer(file: string): string[] {
	return [
		'strace',
		'-f',
		'--seccomp-bpf',
		'-qq',
		'-s',
		'400',
		'-e',
		`trace=${tracedCalls}`,
		'-e',
		'signal=none',
		'-o',
		file,
	]
}

/** Reads what `tracer` wrote. */
export function readSocketTrace(text: string): SocketTrace {
	const processOf = new Map<number, TracedProcess>()
	const processes: TracedProcess[] = []
	const outside: OutsideContact[] = []
	const begun = new Map<number, string>()
	let addressedCalls = 0

	const start = (pid: number, command: string): TracedProcess => {
		const process = { pid, command }
		processes.push(process)
		processOf.set(pid, process)
		return process
	}

	for (const line of text.split('\n')) {
		const [, thread, rest] = /^(\d+)\s+(.*)$/.exec(line) ?? []
		if (thread === undefined || rest === undefined) continue
		const id = Number(thread)
		if (rest.endsWith('<unfinished ...>')) {
			begun.set(id, rest.slice(0, -'<unfinished ...>'.length))
			continue
		}
		const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
		const call = resumed ? `${begun.get(id) ?? ''}${resumed[1]}` : rest
		const process = processOf.get(id) ?? start(id, '')
		const name = /^\w+/.exec(call)?.[0] ?? ''
		const result = Number(/ = (-?\d+)[^=]*$/.exec(call)?.[1] ?? Number.NaN)
		if (name === 'execve') {
			if (result === 0) process.command = commandOf(call)
		} else if (/^(clone3?|v?fork)$/.test(name)) {
			if (!(result > 0)) continue
			// Its first calls may have been written before the call that made it.
			const early = processOf.get(result)
			if (early?.command === '') early.command = process.command
			// A new thread acts for its process; a new process runs the same command until it runs another.
			if (call.includes('CLONE_THREAD')) processOf.set(result, process)
			else if (!early) start(result, process.command)
		} else {
			for (const { address, port } of addressesIn(call)) {
				addressedCalls++
				if (!isOwnMachine(address)) outside.push({ process, call: name, address, port })
			}
			if (call.includes('AF_UNIX')) addressedCalls++
		}
	}
	return { processes, outside, addressedCalls }
}

/** `execve("/usr/bin/node", ["node", "a.js"], …` to `node a.js`. */
function commandOf(call: string): string {
	const list = /^execve\("[^"]*", \[(.*?)\](?:, 0x|, \[|, NULL)/.exec(call)?.[1] ?? ''
	return [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join(' ')
}

function addressesIn(call: string): { address: string; port: number }[] {
	const v4 = [...call.matchAll(/sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/g)]
	const v6 = [...call.matchAll(/sin6_port=htons\((\d+)\),.*?inet_pton\(AF_INET6, "([^"]+)"/g)]
	return [...v4, ...v6].map(([, port, address]) => ({ address: address ?? '', port: Number(port) }))
}

function isOwnMachine(address: string): boolean {
	return /^127\./.test(address) || address === '::1' || /^::ffff:127\./.test(address)
}
