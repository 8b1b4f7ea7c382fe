import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runVitest } from '../../scripts/lib/runVitest.mjs'

// A folder inside the repository, so that `vitest` is found from it.
const out = fileURLToPath(new URL('../../out', import.meta.url))
let folder: string

beforeEach(() => {
	mkdirSync(out, { recursive: true })
	folder = mkdtempSync(join(out, 'runner-'))
	writeFileSync(
		join(folder, 'vitest.config.mjs'),
		`export default { test: { projects: [{ test: { name: 'made', include: ['*.test.mjs'] } }] } }`,
	)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, body: string): void {
	writeFileSync(join(folder, `${name}.test.mjs`), `import { describe, expect, it } from 'vitest'\n${body}`)
}

const run = () => runVitest('made', { cwd: folder, print: () => {} })

it('counts tests that pass, fail and are skipped, with the reason of each skip', async () => {
	write(
		'mixed',
		`it('passes', () => {})
		it('fails', () => { expect(1).toBe(2) })
		it('skips', (test) => { test.skip('no browser') })
		describe.skip('group', () => { it('inside', () => {}) })`,
	)
	expect(await run()).toEqual({
		passed: 1,
		failed: ['mixed.test.mjs > fails: expected 1 to be 2 // Object.is equality'],
		retried: [],
		skipped: [
			{ name: 'mixed.test.mjs > skips', reason: 'no browser' },
			{ name: 'mixed.test.mjs > group > inside', reason: 'no reason given (skip)' },
		],
	})
})

it('names what passed only when it was tried again, and fails what never does', async () => {
	write(
		'again',
		`let tries = 0
		it('fails once', { retry: 1 }, () => { if (tries++ === 0) throw new Error('not yet') })
		it('fails always', { retry: 1 }, () => { throw new Error('never') })`,
	)
	expect(await run()).toEqual({
		passed: 1,
		failed: ['again.test.mjs > fails always: never'],
		retried: ['again.test.mjs > fails once: not yet'],
		skipped: [],
	})
})

it.each([
	['a file that cannot be loaded', `import './missing.mjs'`, /broken\.test\.mjs \(outside its tests\)/],
	[
		'a hook that throws',
		`import { afterAll } from 'vitest'\nafterAll(() => { throw new Error('x') })`,
		/outside its tests/,
	],
	[
		'an error that belongs to no test',
		`it('waits', () => { setTimeout(() => { throw new Error('loose') }); return new Promise((done) => setTimeout(done, 20)) })`,
		/unhandled error: loose/,
	],
	['a worker that dies', `it('dies', () => { process.kill(process.pid, 'SIGKILL') })`, /./],
])('counts %s as a failure', async (_, body, message) => {
	write('good', `it('passes', () => {})`)
	write('broken', `${body}\nit('is here too', () => {})`)
	const { failed, passed } = await run()
	expect(failed.join('\n')).toMatch(message)
	expect(passed).toBeGreaterThanOrEqual(1)
})

it('counts a run without tests as a failure', async () => {
	expect(await run()).toEqual({ passed: 0, failed: ['no tests were found'], retried: [], skipped: [] })
})

it('counts a run that never starts as a failure', async () => {
	writeFileSync(join(folder, 'vitest.config.mjs'), 'throw new Error("no")')
	expect((await run()).failed).toEqual(['vitest ended with exit code 1 without a report'])
})
