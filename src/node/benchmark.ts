import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchmarkOutcome } from '../core/model/benchmarkOutcome.ts'
import type { ModelSpec } from '../core/model/engineControl.ts'
import type { CancellationToken } from '../shared/cancellation.ts'
import { messageOf } from '../shared/errors.ts'
import { runCliProcess } from './cliProcess.ts'

/**
 * Runs `alcove bench` for a model. Never rejects.
 *
 * @param cliPath of dist/cli.cjs
 */
export async function runBenchmark(
	cliPath: string,
	spec: ModelSpec,
	gpu: 'auto' | 'off',
	onStep: (step: string) => void,
	token: CancellationToken,
): Promise<BenchmarkOutcome> {
	let folder: string | undefined
	try {
		folder = await mkdtemp(join(tmpdir(), 'alcove-bench-'))
		const files = { markdown: join(folder, 'bench.md'), json: join(folder, 'bench.json') }
		const { path, draftPath, contextSize } = spec
		const model = ['--model', path, ...(draftPath === undefined ? [] : ['--draft', draftPath])]
		const limits = ['--context', String(contextSize), '--gpu', gpu]
		const outputs = ['--json', files.json, '--markdown', files.markdown]
		const { code, lastLine } = await runCliProcess(cliPath, ['bench', ...model, ...limits, ...outputs], onStep, token)
		if (token.isCancellationRequested) return { kind: 'cancelled' }
		if (code !== 0) return { kind: 'failed', why: lastLine.replace(/^alcove: /, '') || `exit code ${code}` }
		const [markdown, json] = await Promise.all([readFile(files.markdown, 'utf8'), readFile(files.json, 'utf8')])
		return { kind: 'done', markdown, json }
	} catch (error) {
		return { kind: 'failed', why: messageOf(error) }
	} finally {
		if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => {})
	}
}
