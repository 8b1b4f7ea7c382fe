import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'

/** Milliseconds of the extension host's own time, each time in a new process with an editor that does nothing. */
export interface ActivationResult {
	/** Reading and running the bundle. */
	readonly require: Summary | undefined
	/** The call of `activate`. */
	readonly activate: Summary | undefined
	readonly together: Summary | undefined
	/** After activation, with a file in view: all that the host has to do until the model is ready. */
	readonly engineStart: Summary | undefined
}

interface Probed {
	readonly requireMs: number
	readonly activateMs: number
	readonly engineStartMs: number
}

/** @param extensionRoot absolute path of a folder with package.json, media/ and dist/ */
export async function measureActivation(root: string, extensionRoot: string, times: number): Promise<ActivationResult> {
	const probe = join(root, 'test', 'bench', 'activationProbe.cjs')
	const probed = async (...args: string[]): Promise<Probed[]> => {
		const all: Probed[] = []
		for (let time = 0; time < times; time++) {
			const { stdout } = await promisify(execFile)(process.execPath, [probe, extensionRoot, ...args], {
				timeout: 60_000,
			})
			all.push(JSON.parse(stdout))
		}
		return all
	}
	const bare = await probed()
	const withEditor = await probed('--with-editor')
	return {
		require: summaryOf(bare.map(({ requireMs }) => requireMs)),
		activate: summaryOf(bare.map(({ activateMs }) => activateMs)),
		together: summaryOf(bare.map(({ requireMs, activateMs }) => requireMs + activateMs)),
		engineStart: summaryOf(withEditor.map(({ engineStartMs }) => engineStartMs)),
	}
}
