import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url))

export const serveToken = 'a-token-of-enough-letters'

/** `alcove serve` itself, on a port that is free. */
export class ServedForTest {
	private readonly child: ChildProcess
	/** Resolves when it listens: `http://127.0.0.1:40000`. */
	readonly url: Promise<string>

	constructor(args: readonly string[]) {
		this.child = spawn(process.execPath, [program, 'serve', '--gpu', 'off', '--port', '0', ...args], {
			stdio: ['ignore', 'pipe', 'inherit'],
			env: { ...process.env, ALCOVE_TOKEN: serveToken },
		})
		let out = ''
		this.url = new Promise((resolve, reject) => {
			this.child.stdout?.on('data', (piece) => {
				out += piece
				if (out.includes('\n')) resolve(out.trim().replace(/\/v1$/, ''))
			})
			this.child.on('close', (code) => reject(new Error(`alcove serve ended with ${code}`)))
		})
	}

	stop(): void {
		this.child.kill('SIGKILL')
	}
}
