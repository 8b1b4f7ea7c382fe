import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyzeScript = testAnalyzer(shippedRules('javascript'))
const analyzePython = testAnalyzer(shippedRules('python'))

async function script(check: string): Promise<readonly string[]> {
	const [analyzed] = await analyzeScript({
		'a.js': `const app = require('express')()
const config = require('./config')
app.get('/', async (req, res) => {
  const to = req.query.to
  if (!${check}) return res.end()
  res.redirect(to)
})
`,
	})
	return (analyzed?.findings ?? []).map(({ ruleId }) => ruleId)
}

async function python(list: string): Promise<readonly string[]> {
	const [analyzed] = await analyzePython({
		'a.py': `import os
from flask import redirect, request
ALLOWED = ${list}
def go():
    to = request.args["to"]
    if to not in ALLOWED:
        return "no"
    return redirect(to)
`,
	})
	return (analyzed?.findings ?? []).map(({ ruleId }) => ruleId)
}

describe('data that is in a list of the program', () => {
	it.each([
		'config.allowed.includes(to)',
		"process.env.HOSTS.split(',').includes(to)",
		"new Set((process.env.HOSTS ?? '').split(',')).has(to)",
		'config.allowed.has(to)',
		'(await load()).map((it) => it.url).includes(to)',
		'new Set(await load()).has(to)',
	])('is what the program allows: %s', async (check) => {
		expect(await script(check)).not.toContain('javascript/express-open-redirect')
	})

	it.each([
		"'https://example.org'.includes(to)",
		'[req.query.other].includes(to)',
		'to.includes(config.host)',
		'process.env.HOSTS.includes(to)',
	])('is any data where it is none of a list of the program: %s', async (check) => {
		expect(await script(check)).toContain('javascript/express-open-redirect')
	})

	it('is what the environment allows, item by item', async () => {
		expect(await python('os.environ.get("HOSTS", "").split(",")')).not.toContain('python/open-redirect')
		expect(await python('os.environ["HOSTS"]')).toContain('python/open-redirect')
	})
})
