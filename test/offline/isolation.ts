import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { bundleTypeScript } from '../../scripts/lib/bundleTypeScript.mjs'
import { root } from '../../scripts/lib/root.mjs'
import { findCommand, run } from '../../scripts/lib/run.mjs'

/** Why a command cannot be shut off from the network and traced on this machine; undefined where it can. */
export function whyNotIsolated(): string | undefined {
	if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
	const missing = ['unshare', 'ip', 'strace'].filter((command) => !findCommand(command))
	if (missing.length > 0) return `${missing.join(', ')} not installed`
	const [command = '', ...args] = isolated(['strace', '-o', '/dev/null', 'true'])
	const tried = spawnSync(command, args, { encoding: 'utf8' })
	return tried.status === 0 ? undefined : `this user may not make a network namespace or trace: ${tried.stderr.trim()}`
}

/** The command in a network of its own, which has nothing but the loopback device. */
export function isolated(command: readonly string[]): string[] {
	const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user']
	return ['unshare', ...asRoot, '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command]
}

/**
 * Runs a TypeScript file of this folder in a process of its own that is shut off from the network, and answers the
 * object that it printed as its last line.
 *
 * @param launcher put before Node, e.g. a tracer
 */
export async function runIsolated<T>(script: string, input: unknown, launcher: readonly string[] = []): Promise<T> {
	const folder = join(root, 'out', 'test', 'offline')
	mkdirSync(folder, { recursive: true })
	const outfile = join(folder, script.replace(/\.ts$/, '.mjs'))
	await bundleTypeScript(join(root, 'test', 'offline', script), outfile)
	const [command = '', ...args] = isolated([...launcher, process.execPath, outfile, JSON.stringify(input)])
	const output = await run(command, args)
	return JSON.parse(output.trim().split('\n').at(-1) ?? '')
}
