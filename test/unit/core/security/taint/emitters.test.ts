import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('javascript'))

async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
	const all = await analyze(files)
	return all.flatMap(({ findings }) => findings.map(({ ruleId, path = [] }) => `${ruleId} in ${path.at(-1)?.file}`))
}

const routes = (event: string) => `const bus = require('./bus')
require('./worker')
const app = require('express')()
app.post('/', (req, res) => { bus.emit('${event}', { folder: req.body.folder }); res.end() })
`
const worker = `const bus = require('./bus')
const { exec } = require('child_process')
bus.on('list', ({ folder }) => exec('ls ' + folder))
`

describe('an event that one part of a program tells another', () => {
	it.each([
		['of Node.js', "const { EventEmitter } = require('events')\nmodule.exports = new EventEmitter()"],
		['that is the default', "const Events = require('events')\nmodule.exports = new Events()"],
		['of a library', "const mitt = require('mitt')\nmodule.exports = mitt()"],
		[
			'that a class extends',
			"const Events = require('node:events')\nmodule.exports = new (class Bus extends Events {})()",
		],
	])('brings what it was told with, by an emitter %s', async (_, bus) => {
		const files = { 'bus.js': bus, 'worker.js': worker, 'routes.js': routes('list') }
		expect(await found(files)).toContain('javascript/command-injection in worker.js')
	})

	it('brings nothing to who waits for another', async () => {
		const bus = "const { EventEmitter } = require('events')\nmodule.exports = new EventEmitter()"
		expect(await found({ 'bus.js': bus, 'worker.js': worker, 'routes.js': routes('show') })).toEqual([])
	})

	it('brings nothing by something that is no emitter', async () => {
		const bus = "module.exports = require('./unknown')"
		expect(await found({ 'bus.js': bus, 'worker.js': worker, 'routes.js': routes('list') })).toEqual([])
	})
})
