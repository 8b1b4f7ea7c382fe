import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { describeHardware, type Hardware } from '../../src/cli/bench/hardware.ts'
import { median, round } from '../../src/cli/bench/statistics.ts'

/** Where the numbers come from. */
export interface Machine extends Hardware {
	readonly alcove: string
	readonly nodeLlamaCpp: string
	/** Short hash, with `+` where files have been changed since. */
	readonly commit: string
}

/**
 * Mean number of processes that computed or wanted to, over a minute: before a measurement, and while it ran. The benchmark
 * itself is one of them. A machine that is quiet at the start need not stay so. Always 0 on Windows, which does not count.
 */
export interface Load {
	readonly before: number
	readonly median: number
	readonly max: number
}

/** Begins to look at the load; call the answer at the end. */
export function watchLoad(): () => Load {
	const now = () => loadavg()[0] ?? 0
	const before = now()
	const samples: number[] = []
	const timer = setInterval(() => samples.push(now()), 5_000)
	// A benchmark that fails shall end.
	timer.unref()
	return () => {
		clearInterval(timer)
		samples.push(now())
		return { before: round(before, 2), median: round(median(samples), 2), max: round(Math.max(...samples), 2) }
	}
}

export function describeMachine(root: string): Machine {
	const version = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version
	return {
		...describeHardware(),
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
