import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnalysisReply } from '../../../../src/node/security/analysisMessages.ts'
import { forkAnalysis } from '../../../../src/node/security/analysisProcess.ts'

let folder = ''
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'process-'))
})
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 3 }))

/** Runs a script that gets one message, until it ends. */
function run(code: string): Promise<{ replies: AnalysisReply[]; isOutOfMemory: boolean; detail: string }> {
	const file = join(folder, `${Math.abs(code.length)}.cjs`)
	writeFileSync(file, `process.on('message', (message) => { ${code} })`)
	return new Promise((resolve) => {
		const replies: AnalysisReply[] = []
		const started = forkAnalysis(
			file,
			40,
		)({
			reply: (message) => replies.push(message),
			ended: (end) => resolve({ replies, ...end }),
		})
		started.send({ kind: 'forget', files: ['a'] })
	})
}

describe('a process that analyzes', () => {
	it('gets messages and answers, and its end is told', async () => {
		const { replies, isOutOfMemory, detail } = await run(
			"process.send({ kind: 'begin', file: message.files[0] }, () => process.exit(7))",
		)
		expect({ replies, isOutOfMemory, detail }).toEqual({
			replies: [{ kind: 'begin', file: 'a' }],
			isOutOfMemory: false,
			detail: 'it ended with 7',
		})
	})

	it('may not take more memory than it was given', async () => {
		expect(
			await run('const all = []; for (;;) all.push(Array.from({ length: 1e5 }, () => ({ message })))'),
		).toMatchObject({ isOutOfMemory: true })
	})

	it('is ended for good', async () => {
		writeFileSync(
			join(folder, 'busy.cjs'),
			"process.on('message', () => { process.send({ kind: 'begin', file: String(process.pid) }, () => { for (;;); }) })",
		)
		const pid = await new Promise<number>((resolve) => {
			const started = forkAnalysis(
				join(folder, 'busy.cjs'),
				40,
			)({
				reply: (message) => {
					started.kill()
					if (message.kind === 'begin') resolve(Number(message.file))
				},
				ended: () => expect.unreachable(),
			})
			started.send({ kind: 'forget' })
		})
		await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false)
	})
})

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0)
	} catch {
		return false
	}
}
