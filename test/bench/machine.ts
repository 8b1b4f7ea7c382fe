import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** Where the numbers come from. */
export interface Machine {
	readonly processor: string
	readonly cores: number
	readonly memoryGb: number
	readonly system: string
	readonly node: string
	/** Mean number of busy processes over the last minute, before the benchmark: the quieter, the better. */
	readonly load: number
	readonly alcove: string
	readonly nodeLlamaCpp: string
	/** Short hash, with `+` where files have been changed since. */
	readonly commit: string
}

export function describeMachine(root: string): Machine {
	const version = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version
	return {
		processor: cpus()[0]?.model.trim() ?? 'unknown',
		cores: cpus().length,
		memoryGb: Math.round(totalmem() / 2 ** 30),
		system: `${platform()} ${arch()} ${release()}`,
		node: process.versions.node,
		load: Number((loadavg()[0] ?? 0).toFixed(2)),
		alcove: version('.'),
		nodeLlamaCpp: version('node_modules/node-llama-cpp'),
		commit: commitOf(root),
	}
}

function commitOf(root: string): string {
	const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
	try {
		const changed = git('status', '--porcelain', '--', 'src', 'package-lock.json', 'scripts/build.mjs') !== ''
		return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '')
	} catch {
		return 'unknown'
	}
}
