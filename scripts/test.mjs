// Runs every check and every test: node scripts/test.mjs [--only biome,typecheck,unit,...]
// Installs what is missing first, so that a fresh clone needs Node and npm only. The last line is the count.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensureDependencies } from './lib/dependencies.mjs'
import { StepError } from './lib/progress.mjs'
import { relay } from './lib/relay.mjs'

/** @typedef {import('./lib/countReporter.mjs').VitestOutcome} Outcome */

const root = fileURLToPath(new URL('..', import.meta.url))

/** Each is one test, but the type check, which is one for each layer. */
const checks = {
	biome: () => command('node_modules/@biomejs/biome/bin/biome', ['check', '.']),
	typecheck: checkTypes,
	knip: () => command('node_modules/knip/bin/knip.js', ['--no-progress']),
	notices: () => command('scripts/notices.mjs', ['--check']),
}

/**
 * @param {string} script relative to the repository
 * @param {string[]} args
 * @returns {Promise<Outcome>}
 */
async function command(script, args) {
	const { code, reason } = await relay(process.execPath, [join(root, script), ...args], { cwd: root })
	return { passed: code === 0 ? 1 : 0, failed: code === 0 ? [] : [reason], retried: [], skipped: [] }
}

/** @returns {Promise<Outcome>} */
async function checkTypes() {
	const { typecheck } = await import('./typecheck.mjs')
	/** @type {Outcome} */
	const outcome = { passed: 0, failed: [], retried: [], skipped: [] }
	await typecheck(({ layer, ok, output, seconds }) => {
		console.log(`${ok ? 'ok  ' : 'FAIL'} ${layer} (${seconds.toFixed(1)} s)`)
		if (ok) outcome.passed++
		else {
			outcome.failed.push(layer)
			console.log(output)
		}
	})
	return outcome
}

/** Node 20 cannot import a .ts file, so the names of the test projects are read from its text, in its order. */
function testProjects() {
	const text = readFileSync(join(root, 'vitest.config.ts'), 'utf8')
	const names = [...text.matchAll(/\bproject\('(\w+)'/g)].flatMap(([, name]) => name ?? [])
	if (names.length === 0) throw new Error('vitest.config.ts names no projects')
	return names
}

/** @param {string | undefined} only */
function chosenSteps(only) {
	const all = [...Object.keys(checks), ...testProjects()]
	if (only === undefined) return all
	const wanted = only.split(',').map((name) => name.trim())
	const unknown = wanted.filter((name) => !all.includes(name))
	if (unknown.length > 0) throw new StepError(`There is no ${unknown.join(', ')}.`, `Choose from ${all.join(', ')}.`)
	return all.filter((name) => wanted.includes(name))
}

/**
 * @param {string} name
 * @returns {Promise<Outcome>}
 */
async function runStep(name) {
	try {
		const check = checks[/** @type {keyof typeof checks} */ (name)]
		if (check) return await check()
		const { runVitest } = await import('./lib/runVitest.mjs')
		return await runVitest(name)
	} catch (error) {
		console.log(error)
		return { passed: 0, failed: [error instanceof Error ? error.message : String(error)], retried: [], skipped: [] }
	}
}

/** @param {Outcome} outcome */
function counts({ passed, failed, skipped }) {
	return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`
}

async function main() {
	const { values } = parseArgs({ options: { only: { type: 'string' } } })
	const steps = chosenSteps(values.only)
	await ensureDependencies()
	/** @type {{ name: string, outcome: Outcome, seconds: number }[]} */
	const results = []
	for (const name of steps) {
		console.log(`\n=== ${name}`)
		const start = performance.now()
		const outcome = await runStep(name)
		const seconds = (performance.now() - start) / 1000
		results.push({ name, outcome, seconds })
		console.log(`=== ${name}: ${counts(outcome)} (${seconds.toFixed(1)} s)`)
	}
	return results
}

/** @type {Outcome} */
const total = { passed: 0, failed: [], retried: [], skipped: [] }
try {
	const results = await main()
	console.log('\nSummary')
	for (const { name, outcome, seconds } of results) {
		console.log(`  ${name.padEnd(14)}${counts(outcome).padEnd(40)}${seconds.toFixed(1)} s`)
		total.passed += outcome.passed
		total.failed.push(...outcome.failed.map((text) => `${name}: ${text}`))
		total.retried.push(...outcome.retried.map((text) => `${name}: ${text}`))
		total.skipped.push(...outcome.skipped.map((test) => ({ ...test, name: `${name}: ${test.name}` })))
	}
	for (const { name, reason } of total.skipped) console.log(`  skipped  ${name}: ${reason}`)
	for (const text of total.retried) console.log(`  passed when tried again  ${text}`)
	for (const text of total.failed) console.log(`  failed   ${text}`)
} catch (error) {
	if (error instanceof StepError) console.log(`${error.message}\nWhat to do: ${error.advice}`)
	else console.log(error)
	total.failed.push('the tests could not be started')
}
if (total.failed.length > 0) process.exitCode = 1
console.log(`\n${counts(total)}`)
