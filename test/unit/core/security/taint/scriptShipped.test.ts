import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('javascript'))

async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
	const all = await analyze(files)
	return all.flatMap(({ findings }) => findings.map(({ ruleId, file }) => `${ruleId} in ${file}`))
}

describe('a type that is written where it is used', () => {
	const store = `import { exec } from 'node:child_process'
export class Store { find(name: string) { exec('grep ' + name) } }`
	const routes = (parameter: string, call: string) => ({
		'routes.ts': `import express from 'express'
import { Store } from './store'
type Named = { store: Store }
export function routes(${parameter}) {
	const app = express()
	app.get('/', (req, res) => { ${call}.find(String(req.query.name)) })
}`,
		'store.ts': store,
	})
	it.each([
		['an object', '{ store }: { store: Store }', 'store', true],
		['an object as a whole', 'deps: { store: Store; at: number }', 'deps.store', true],
		['another name for it', 'deps: Named', 'deps.store', true],
		['one that says nothing', 'deps: { at: number }', 'deps.store', false],
	])('%s', async (_, parameter, call, isFound) => {
		expect(await found(routes(parameter, call))).toEqual(isFound ? ['javascript/command-injection in store.ts'] : [])
	})
})

it('the default of a parameter is what it is where nobody hands anything over', async () => {
	const page = (value: string) => ({
		'a.js': `export function show(text = ${value}) { document.getElementById('a').innerHTML = text }`,
	})
	expect(await found(page('location.hash'))).toEqual(['javascript/dom-xss in a.js'])
	expect(await found(page("'a'"))).toEqual([])
})

it('a function that is an expression calls itself by its name', async () => {
	const files = (name: string) => ({
		'a.js': `const { exec } = require('child_process')
const run = function ${name}(all) { if (all.length > 1) own(all.slice(1)); else exec(all[0]) }
module.exports = (req, res) => { run(['ls', 'x']) }
require('express')().get('/', (req, res) => run([1, req.query.a]))`,
	})
	expect(await found(files('own'))).toEqual(['javascript/command-injection in a.js'])
})

describe('what programs hand to a library', () => {
	const files = (manifest: object) => ({
		'index.js': "exports.a = (it) => require('child_process').exec('ls ' + it)",
		'package.json': JSON.stringify(manifest),
	})
	it.each([
		[{ name: 'a', main: 'index.js' }, true],
		[{ name: 'a', main: 'index.js', private: true }, false],
		[{ name: 'a' }, false],
		[{ main: 'index.js' }, false],
	])('%j', async (manifest, isLibrary) => {
		const expected = isLibrary ? ['javascript/library-command-injection in index.js'] : []
		expect(await found(files(manifest))).toEqual(expected)
	})
})
