import { fork, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { lockDown } from '../../../src/lockdown/lockdown.ts'

// A process that is locked, starts a thread and a process that it may start, and says what became of their attempts.

const [port = '', preload = ''] = process.argv.slice(2)

function attempt(open: () => unknown): string {
	try {
		open()
		return 'open'
	} catch (error) {
		return String((error as NodeJS.ErrnoException).code)
	}
}

if (!isMainThread) {
	lockDown()
	parentPort?.postMessage(attempt(() => connect(Number(port), '127.0.0.1')))
} else if (port === 'child') {
	process.send?.(attempt(() => connect(1, '127.0.0.1')))
	process.disconnect()
} else void main()

async function main(): Promise<void> {
	const lock = lockDown({ scripts: [/\/lockedThread\.cjs$/], preload })
	attempt(() => fetch(`http://127.0.0.1:${port}`))
	const told: string[] = []
	// What happened before somebody listens is told, too.
	lock.onDenied((door) => told.push(door))
	attempt(() => connect(Number(port), '127.0.0.1'))
	attempt(() => spawn(process.execPath, ['--version']))
	const thread = new Worker(__filename, { argv: [port] })
	const fromThread = await new Promise((resolve) => thread.once('message', resolve))
	const child = fork(__filename, ['child'])
	const fromProcess = await new Promise((resolve) => child.once('message', resolve))
	process.send?.({ told, thread: fromThread, process: fromProcess })
}
