// Runs the tests of one vitest project in a process of its own and answers what happened to each.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { relay } from './relay.mjs'

/** @typedef {import('./countReporter.mjs').VitestOutcome} VitestOutcome */

const root = fileURLToPath(new URL('../..', import.meta.url))
const reporter = fileURLToPath(new URL('countReporter.mjs', import.meta.url))

/** Longer than any project takes on a slow machine. */
const limitMs = 45 * 60_000

/**
 * @param {string} project name in vitest.config.ts
 * @param {{ cwd?: string, print?: (chunk: Buffer) => void }} [options] `cwd`: the folder with vitest.config.ts
 * @returns {Promise<VitestOutcome>} a run that crashed or found no tests has failed
 */
export async function runVitest(project, { cwd = root, print } = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-tests-'))
	const file = join(folder, 'report.json')
	try {
		const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
		const args = [vitest, 'run', '--project', project, '--reporter=default', `--reporter=${reporter}`]
		const env = { ...process.env, ALCOVE_TEST_REPORT: file }
		const { code, reason } = await relay(process.execPath, args, { cwd, env, limitMs, ...(print ? { print } : {}) })
		return judge(readReport(file), code, reason)
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

/**
 * @param {VitestOutcome | undefined} report
 * @param {number | undefined} code
 * @param {string} reason
 * @returns {VitestOutcome}
 */
function judge(report, code, reason) {
	if (!report) return { passed: 0, failed: [`vitest ${reason} without a report`], retried: [], skipped: [] }
	const failed = [...report.failed]
	if (failed.length === 0) {
		if (report.passed + report.skipped.length === 0) failed.push('no tests were found')
		else if (code !== 0) failed.push(`vitest ${reason} though no test had failed`)
	}
	return { ...report, failed }
}

/**
 * @param {string} file
 * @returns {VitestOutcome | undefined}
 */
function readReport(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'))
	} catch {
		return undefined
	}
}
