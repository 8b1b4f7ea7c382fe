import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('javascript'))

async function found(left: string, used: string): Promise<readonly string[]> {
	const text = `const { exec } = require('child_process')
const app = require('express')()
app.use((req, res, next) => { ${left}; next() })
app.get('/', (req, res) => { exec('ls ' + ${used}); res.end() })
`
	const all = await analyze({ 'a.js': text })
	return all.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId))
}

describe('what a middleware leaves in a request', () => {
	it.each([
		['res.locals.folder = req.query.folder', 'res.locals.folder'],
		['req.folder = req.query.folder', 'req.folder'],
		['req.search = { folder: req.query.folder }', 'req.search.folder'],
	])('is there behind it: %s', async (left, used) => {
		expect(await found(left, used)).toEqual(['javascript/command-injection'])
	})

	it.each([
		['something else', 'req.folder = req.query.folder', 'req.place'],
		['a number', 'req.page = Number(req.query.page)', 'req.page'],
		['who it is', 'req.user = find(req.headers.authorization)', 'req.user.name'],
		['a constant', "req.folder = 'home'", 'req.folder'],
	])('is no data of the request where it is %s', async (_, left, used) => {
		expect((await found(left, used)).filter((it) => it === 'javascript/command-injection')).toEqual([])
	})
})
