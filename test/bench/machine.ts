import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeHardware, type Hardware } from '../../src/cli/bench/hardware.ts'

/** Where the numbers come from. */
export interface Machine extends Hardware {
	readonly alcove: string
	readonly nodeLlamaCpp: string
	/** Short hash, with `+` where files have been changed since. */
	readonly commit: string
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
