import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('javascript'))

async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
	const all = await analyze(files)
	return all.flatMap(({ findings }) => findings.map(({ ruleId, path = [] }) => `${ruleId} in ${path.at(-1)?.file}`))
}

const routes = (name: string) => `const express = require('express')
module.exports = ({ ${name} }) => {
	const router = express.Router()
	router.get('/:term', async (req, res) => { res.json(await ${name}.lookUp(req.params.term)) })
	return router
}
`
const service = (name: string) => `const { exec } = require('child_process')
class ${name} { lookUp(term) { return exec('grep ' + term) } }
module.exports = { ${name} }
`

describe('a service that is handed over without a word of what it is', () => {
	it.each([
		['beside the file', { 'api/routes.js': routes('letters'), 'api/letters.js': service('Letters') }, 'api/letters.js'],
		[
			'in a folder of services, by another spelling',
			{ 'api/routes.js': routes('letterBox'), 'services/letter-box.service.js': service('LetterBoxService') },
			'services/letter-box.service.js',
		],
		[
			'in a folder that has its name',
			{ 'src/http/routes.js': routes('letters'), 'src/letters/client.js': service('Letters') },
			'src/letters/client.js',
		],
	])('is looked for %s', async (_, files, file) => {
		expect(await found(files)).toContain(`javascript/command-injection in ${file}`)
	})

	it.each([
		['of another name', { 'api/routes.js': routes('letters'), 'api/parcels.js': service('Parcels') }],
		[
			'without that method',
			{ 'api/routes.js': routes('letters'), 'api/letters.js': service('Letters').replace('lookUp', 'find') },
		],
		['of a test', { 'api/routes.js': routes('letters'), 'api/letters.test.js': service('Letters') }],
	])('is not one %s', async (_, files) => {
		expect(await found(files)).not.toContain(`javascript/command-injection in ${Object.keys(files).at(-1)}`)
	})
})
