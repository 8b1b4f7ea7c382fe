import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Summary, summaryOf } from './statistics.ts'

/** Milliseconds of the extension host's own time, each time in a new process with an editor that does nothing. */
export interface ActivationResult {
	/** Reading and running the bundle. */
	readonly require: Summary | undefined
	/** The call of `activate`. */
	readonly activate: Summary | undefined
	readonly together: Summary | undefined
}

/** @param extensionRoot absolute path of a folder with package.json, media/ and dist/ */
export async function measureActivation(root: string, extensionRoot: string, times: number): Promise<ActivationResult> {
	const requires: number[] = []
	const activates: number[] = []
	const probe = join(root, 'test', 'bench', 'activationProbe.cjs')
	for (let time = 0; time < times; time++) {
		const { stdout } = await promisify(execFile)(process.execPath, [probe, extensionRoot])
		const { requireMs, activateMs } = JSON.parse(stdout)
		requires.push(requireMs)
		activates.push(activateMs)
	}
	return {
		require: summaryOf(requires),
		activate: summaryOf(activates),
		together: summaryOf(requires.map((ms, index) => ms + (activates[index] ?? 0))),
	}
}
