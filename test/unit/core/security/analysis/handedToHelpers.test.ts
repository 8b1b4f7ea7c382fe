import { describe, expect, it } from 'vitest'
import { distinctFindings } from '../../../../../src/core/security/findings/selectFindings.ts'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('javascript'))

/** The ways that the data takes, as `file:line` for each step, by the file whose analysis found them. */
async function waysIn(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, readonly string[]>>> {
	const analyzed = await analyze(files)
	return Object.fromEntries(
		analyzed.map(({ file, findings }) => [
			file,
			findings.map(({ path }) => path.map((step) => `${step.file}:${step.range.startLine + 1}`).join(' ')),
		]),
	)
}

const routes = (call: string) => `const express = require('express')
const { identify } = require('./identify')
const app = express()
app.get('/me', (request, response) => response.json(${call}))
`
const helper = (parameter: string) => `const { execSync } = require('child_process')
exports.identify = (${parameter}) => {
	const name = ${parameter}.headers['x-user']
	return execSync('id ' + name).toString()
}
`

describe('a request that is handed to a helper in another file', () => {
	it('is known there by the call', async () => {
		expect(await waysIn({ 'routes.js': routes('identify(request)'), 'identify.js': helper('message') })).toEqual({
			'routes.js': ['routes.js:4 identify.js:3 identify.js:3 identify.js:4'],
			'identify.js': [],
		})
	})

	it('is none where something else is handed over', async () => {
		const files = { 'routes.js': routes('identify({ headers: {} })'), 'identify.js': helper('message') }
		expect(await waysIn(files)).toEqual({ 'routes.js': [], 'identify.js': [] })
	})

	it('is told once, with the helper, where that tells what it is given', async () => {
		const asHandler = `${helper('message')}
require('express')().get('/', exports.identify)
`
		expect(await waysIn({ 'routes.js': routes('identify(request)'), 'identify.js': asHandler })).toEqual({
			'routes.js': [],
			'identify.js': ['identify.js:3 identify.js:3 identify.js:4'],
		})
	})

	it('is one finding, however many files hand it over', async () => {
		const files = {
			'a.js': routes('identify(request)'),
			'b.js': routes('identify(request)'),
			'identify.js': helper('message'),
		}
		const all = (await analyze(files)).flatMap(({ findings }) => findings)
		expect(all).toHaveLength(2)
		expect(distinctFindings(all).map(({ path }) => path[0]?.file)).toEqual(['a.js'])
	})

	it('goes through a helper of the helper', async () => {
		const files = {
			'routes.js': routes('identify(request)'),
			'identify.js': `const { run } = require('./run')
exports.identify = (message) => run(message)
`,
			'run.js': helper('it').replace('identify', 'run'),
		}
		expect(await waysIn(files)).toEqual({
			'routes.js': ['routes.js:4 run.js:3 run.js:3 run.js:4'],
			'identify.js': [],
			'run.js': [],
		})
	})
})
