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
		['one that says nothing', 'deps: { at: number }', 'deps.shelf', false],
	])('%s', async (_, parameter, call, isFound) => {
		expect(await found(routes(parameter, call))).toEqual(isFound ? ['javascript/command-injection in store.ts'] : [])
	})
})

describe('a service that is only known by its type', () => {
	const files = (service: string) => ({
		'letters.ts': `import nunjucks from 'nunjucks'
import { Store } from './store'
${service}`,
		'routes.ts': `import { Router } from 'express'
import { Letters } from './letters'
export function routes(letters: Letters) {
	const router = Router()
	router.get('/', (req, res) => { letters.show(String(req.query.name)) })
	return router
}`,
		'store.ts': `import { exec } from 'node:child_process'
export class Store { find(name: string) { exec('grep ' + name) } }`,
	})
	const show = (call: string) => `show(name: string) { return this.${call} }`
	const template = ['javascript/template-injection in letters.ts']
	const command = ['javascript/command-injection in store.ts']
	const render = show("env.renderString('a' + name)")
	it.each([
		['a field begins with', `export class Letters { env = new nunjucks.Environment()\n${render} }`, template],
		[
			'a constructor makes',
			`export class Letters { constructor() { this.env = new nunjucks.Environment() }\n${render} }`,
			template,
		],
		[
			'a base begins with',
			`class Base { env = new nunjucks.Environment() }\nexport class Letters extends Base { ${render} }`,
			template,
		],
		['the program has', `export class Letters { #store = new Store()\n${show('#store.find(name)')} }`, command],
		['is set elsewhere', `export class Letters { env\n use(env) { this.env = env }\n${render} }`, []],
		['has another value', `export class Letters { on = false\n${show('on && new Store().find(name)')} }`, command],
	])('has what %s', async (_, service, expected) => {
		expect(await found(files(service))).toEqual(expected)
	})
})

describe('what the type of a function says of its parameters', () => {
	const store = `import { exec } from 'node:child_process'
export class Store { find(name: string) { exec('grep ' + name) } }`
	it.each([
		['FastifyPluginAsync<{ store: Store }>', true],
		['FastifyPluginCallback<{ store: Store }>', true],
		['FastifyPluginAsync<{ store: Other }>', false],
		['(app: FastifyInstance, options: { store: Store }) => Promise<void>', true],
	])('%s', async (type, isFound) => {
		const files = {
			'routes.ts': `import type { FastifyInstance, FastifyPluginAsync, FastifyPluginCallback } from 'fastify'
import { Store } from './store'
export const routes: ${type} = async (app, { store: shelf }) => {
	app.get('/', async (request) => shelf.find(String(request.query.name)))
}`,
			'store.ts': store,
		}
		expect(await found(files)).toEqual(isFound ? ['javascript/command-injection in store.ts'] : [])
	})
	it.each([
		[
			"import type { RequestHandler } from 'express'",
			'RequestHandler',
			'(one, two) => { two.send(one.query.a) }',
			true,
		],
		["import type { NextApiHandler } from 'next'", 'NextApiHandler', '(one, two) => { two.send(one.query.a) }', true],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
		["import type { Middleware } from 'koa'", 'Middleware', '(one) => { one.body = `<p>${one.query.a}` }', true],
		["import type { Other } from 'other'", 'Other', '(one, two) => { two.send(one.query.a) }', false],
	])('%s', async (line, type, value, isFound) => {
		expect(await found({ 'a.ts': `${line}\nexport const a: ${type} = ${value}` })).toHaveLength(isFound ? 1 : 0)
	})
})

describe('a text that is escaped for what stands between tags', () => {
	const page = (quote: string) => `\`<p title=${quote}\${escaped(req.query.a)}${quote}></p>\``
	const all = 'text.replace(/[&<>"\']/g, (sign) => signs[sign])'
	const some = 'String(text).replace(/[&<>]/g, (sign) => signs[sign])'
	const each = "text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')"
	it.each([
		['between tags', some, '`<p>` + escaped(req.query.a)', false],
		['in an attribute', some, page('"'), true],
		['in an attribute that is added', some, '\'<p id="a" title="\' + escaped(req.query.a) + \'"></p>\'', true],
		['in an attribute, with quotes', all, page('"'), false],
		['one by one', each, page('"'), true],
		['one by one, with quotes', `${each}.replace(/"/g, '&quot;')`, page('"'), false],
		['with the other quotes', `${each}.replace(/"/g, '&quot;')`, page("'"), true],
		['by what may stay', "text.replace(/[^a-z ]/g, '')", page('"'), false],
	])('%s', async (_, escaping, shown, isFound) => {
		const code = `const signs = {}
const escaped = (text) => ${escaping}
require('express')().get('/', (req, res) => { res.send(${shown}) })`
		expect(await found({ 'a.js': code })).toEqual(isFound ? ['javascript/express-reflected-xss in a.js'] : [])
	})
})

describe('a word that a program may take for an option', () => {
	it.each([
		['', true],
		["if (!a.startsWith('https://')) throw new Error('no')", false],
		["if (!a.startsWith('release/')) throw new Error('no')", false],
		["if (a.startsWith('-')) throw new Error('no')", false],
		["if (a.startsWith('x')) throw new Error('no')", true],
	])('behind %s', async (check, isFound) => {
		const code = `const { execFile } = require('child_process')
require('express')().get('/', (req, res) => { const a = req.query.a; ${check}; execFile('git', ['fetch', '--no-tags', a]) })`
		expect(await found({ 'a.js': code })).toEqual(isFound ? ['javascript/argument-injection in a.js'] : [])
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
		[{ name: 'a', version: '1.0.0' }, true],
		[{ name: 'a' }, false],
		[{ main: 'index.js' }, false],
	])('%j', async (manifest, isLibrary) => {
		const expected = isLibrary ? ['javascript/library-command-injection in index.js'] : []
		expect(await found(files(manifest))).toEqual(expected)
	})

	it.each([
		["export { a } from './a.js'", true],
		["module.exports = require('./a.js')", true],
		["import { a } from './a.js'\na('x')", false],
		["export const app = require('express')()\napp.listen(1)", false],
	])('is known by the first file, where there is no package.json: %s', async (index, isLibrary) => {
		const expected = isLibrary ? ['javascript/library-command-injection in src/a.js'] : []
		const a = "exports.a = (it) => require('child_process').exec('ls ' + it)"
		expect(await found({ 'src/a.js': a, 'src/index.js': index })).toEqual(expected)
	})

	it.each([
		['what it hands on', "const { exec } = require('child_process')\nexports.a = require('./lib/a')", true],
		['that it is started', "require('express')().listen(80)\nexports.a = require('./lib/a')", false],
		['that a cloud calls it', "exports.handler = require('./lib/a')", false],
	])('an index of which no manifest says what it is tells %s', async (_, index, isLibrary) => {
		const files = {
			'index.js': index,
			'lib/a.js': "module.exports = (it) => require('child_process').exec('ls ' + it)",
		}
		const expected = isLibrary ? ['javascript/library-command-injection in lib/a.js'] : []
		expect(await found(files)).toEqual(expected)
	})
})
