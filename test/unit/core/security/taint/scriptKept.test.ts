import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('javascript'))

async function found(text: string, file = 'a.js'): Promise<readonly string[]> {
	const all = await analyze({ [file]: text })
	return all.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId.replace('javascript/', '')))
}

const served = (more: string, handler: string) => `const fs = require('fs')
const net = require('net')
const path = require('path')
const app = require('express')()
const root = path.resolve('files')
${more}
app.get('/', async (req, res) => { ${handler} })
`

describe('what was checked', () => {
	const inside = 'if (!full.startsWith(root + path.sep)) continue'
	const each = (check: string, gives: string, before = '', after = '') =>
		`function${gives.startsWith('yield') ? '*' : ''} each(names) {
	${before}
	for (const name of names) { const full = path.resolve(root, name); ${check}; ${gives} }
	${after}
}`
	it.each([
		['what a generator gives', 'yield full', 'full', '', ''],
		['an object that a generator gives', 'yield { full }', '{ full }', '', ''],
		['an object in a list', 'all.push({ full })', '{ full }', 'const all = []', 'return all'],
	])('stays so in %s', async (_, gives, target, before, after) => {
		const handler = `for (const ${target} of each(req.query.names)) fs.createReadStream(full).pipe(res)`
		expect(await found(served(each(inside, gives, before, after), handler))).toEqual([])
		expect(await found(served(each('', gives, before, after), handler))).toContain('path-traversal')
	})

	it('stays so in a field of an object that others have a variable for', async () => {
		const send = (check: string) => `const relay = net.connect(25, 'mail.example.com')
async function send(mail) { ${check}; relay.write(\`RCPT TO:<\${mail.to}>\\r\\n\`) }`
		const handler = "const form = new URLSearchParams(req.query.form); await send({ to: form.get('to') ?? '' })"
		const check = "if (!/^[^\\s<>@]+@[^\\s<>@]+$/.test(mail.to)) throw new Error('no address')"
		expect(await found(served(send(check), handler))).toEqual([])
		expect(await found(served(send(check.replace('to)', 'from)')), handler))).toEqual(['line-protocol-injection'])
	})

	it.each([
		["path.relative(root, full).split(path.sep)[0] === '..'", []],
		["path.relative(root, full).split('/').at(0) === 'a'", ['path-traversal']],
		["full.split(path.sep)[0] === '..'", ['path-traversal']],
	])('is the first part of a way from the folder: %s', async (test, wanted) => {
		const handler = `const full = path.resolve(root, req.query.name)
	if (${test}) return res.end()
	fs.createReadStream(full).pipe(res)`
		expect(await found(served('', handler))).toEqual(wanted)
	})
})

describe('an address', () => {
	it.each([
		["url.searchParams.set('q', req.query.q)", []],
		["url.searchParams.append('q', req.query.q)", []],
		['url.host = req.query.q', ['http-client-ssrf']],
	])('of a setting, with %s', async (change, wanted) => {
		const handler = `const url = new URL('/search', process.env.CATALOG); ${change}; await fetch(url)`
		expect(await found(served('', handler))).toEqual(wanted)
	})

	it('is no other one where whoever asks looks at the address of the host itself', async () => {
		const by = (lookup: string) => `import { Agent, fetch } from 'undici'
import express from 'express'
const agent = new Agent({ connect: { ${lookup} } })
express().get('/', async (req, res) => { await fetch(req.query.url, { dispatcher: agent }) })
`
		expect(await found(by('timeout: 5 }, pipelining: 1, ...{'))).toEqual(['http-client-ssrf'])
		expect(
			await found(
				by('lookup(hostname, options, done) { resolved(hostname, (list) => done(null, list.filter(isOpen))) }'),
			),
		).toEqual([])
	})
})

describe('what a client that logs in tells those that listen to it', () => {
	it.each([
		["jobs.on('failed', (job, error) => { console.error(job.id, error.message) })", []],
		['console.error(process.env.QUEUE_PASSWORD)', ['secret-in-log']],
	])('%s', async (body, wanted) => {
		const code = `import { Worker } from 'bullmq'
const jobs = new Worker('mail', work, { connection: { password: process.env.QUEUE_PASSWORD } })
${body}
`
		expect(await found(code)).toEqual(wanted)
	})
})

describe('what a request leaves in the session', () => {
	const app = (kept: string, used: string) => `const app = require('express')()
app.get('/login', (req, res) => { req.session.pending = { next: ${kept} }; res.redirect('/start') })
app.get('/back', (req, res) => { res.redirect(${used}) })
`
	it.each([
		['String(req.query.next)', 'req.session.pending.next', ['express-open-redirect']],
		["req.query.next === '/a' ? '/a' : '/'", 'req.session.pending.next', []],
		['String(req.query.next)', "req.session.pending ? '/a' : '/'", []],
	])('%s, used as %s', async (kept, used, wanted) => {
		expect(await found(app(kept, used))).toEqual(wanted)
	})
})

describe('what a language model wrote', () => {
	it.each([
		[
			'a call of a tool',
			`import OpenAI from 'openai'
const client = new OpenAI()
const tools = { sum: (text) => new Function(\`return \${JSON.parse(text).sum}\`)() }
export async function answer(messages) {
	const { choices } = await client.chat.completions.create({ model: 'm', messages })
	for (const call of choices[0].message.tool_calls) tools[call.function.name](call.function.arguments)
}`,
			['code-injection'],
		],
		[
			'a statement',
			`import Anthropic from '@anthropic-ai/sdk'
import { Pool } from 'pg'
const pool = new Pool()
export async function ask(messages) {
	const answer = await new Anthropic().messages.create({ model: 'm', messages })
	return pool.query(answer.content[0].text)
}`,
			['sql-injection'],
		],
		[
			'arguments of a tool of the framework',
			`import { tool } from 'ai'
import { exec } from 'node:child_process'
export const ping = tool({ description: 'asks a host', execute: async ({ host }) => exec('ping -c 1 ' + host) })`,
			['command-injection'],
		],
		[
			'arguments of a tool of a server',
			`import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { execSync } from 'node:child_process'
const server = new McpServer({ name: 'hosts', version: '1' })
server.tool('ping', { host: text() }, async ({ host }) => ({ content: [execSync('ping -c 1 ' + host)] }))`,
			['command-injection'],
		],
		[
			'a text that is only kept',
			`import OpenAI from 'openai'
import { writeFile } from 'node:fs/promises'
export async function keep(input) {
	const answer = await new OpenAI().responses.create({ model: 'm', input })
	await writeFile('answer.txt', answer.output_text)
	console.log(answer.output_text)
}`,
			[],
		],
	])('%s', async (_, code, wanted) => {
		expect(await found(code)).toEqual(wanted)
	})
})

describe('what others hand to code of a page', () => {
	it('is in what another part of an extension answers', async () => {
		const show = (way: string) => `chrome.runtime.sendMessage({ url: location.href }, (info) => {
	document.getElementById('card').${way} = info.title
})`
		expect(await found(show('innerHTML'))).toEqual(['dom-stored-xss'])
		expect(await found(show('textContent'))).toEqual([])
	})

	it('is what a pipe of Angular is asked to show', async () => {
		const pipe = (way: string) => `import { Pipe, inject, SecurityContext } from '@angular/core'
import { DomSanitizer } from '@angular/platform-browser'
@Pipe({ name: 'rich' })
export class Rich {
	private readonly dom = inject(DomSanitizer)
	transform(text: string) { return this.dom.${way} }
}`
		expect(await found(pipe('bypassSecurityTrustHtml(text)'), 'a.ts')).toEqual(['dom-stored-xss'])
		expect(await found(pipe('sanitize(SecurityContext.HTML, text)'), 'a.ts')).toEqual([])
	})
})

describe('a case that goes on into the next one', () => {
	const by = (subject: string, end: string, last = 'break') => `export function f(user, all) {
	switch (${subject}) {
		case 'a': all.add('read'); break
		case 'b': all.add('write'); ${end}
		case 'c': all.add('drop'); ${last}
		default: throw new Error('other')
	}
	return all
}`
	it.each([
		['user.role', '', ['rights-of-next-case']],
		['user.colour', '', []],
		['user.role', 'break;', []],
		['user.role', "if (user.isOld) { break } else { throw new Error('new') }", []],
		['user.role', 'process.exit(1)', []],
		['user.role', '// falls through\n', []],
	])('of a switch over %s: %s', async (subject, end, wanted) => {
		expect(await found(by(subject, end))).toEqual(wanted)
	})

	it('is one of several that do, which is meant', async () => {
		expect(await found(by('user.role', '', ''))).toEqual([])
	})
})

describe('what comes with a form', () => {
	const run = (more: string) => `import express from 'express'
import { exec } from 'node:child_process'
import { readFile } from 'node:fs/promises'
${more}
`
	it.each([
		[
			'the name of a file that a parser reads',
			`import busboy from 'busboy'
express().post('/', (req, res) => {
	const form = busboy({ headers: req.headers })
	form.on('file', (field, stream, info) => { exec('touch ' + info.filename) })
	req.pipe(form)
})`,
			['command-injection'],
		],
		[
			'a field',
			`import formidable from 'formidable'
express().post('/', (req, res) => { formidable({}).parse(req, (error, fields) => { exec('touch ' + fields.name) }) })`,
			['command-injection'],
		],
		[
			'the name of a part',
			`import multiparty from 'multiparty'
express().post('/', (req, res) => {
	const form = new multiparty.Form()
	form.on('part', (part) => { exec('touch ' + part.filename) })
	form.parse(req)
})`,
			['command-injection'],
		],
		[
			'the path that the parser itself chose',
			`import formidable from 'formidable'
express().post('/', (req, res) => { formidable({}).parse(req, async (error, fields, files) => { res.json((await readFile(files.photo.filepath)).length) }) })`,
			[],
		],
	])('%s', async (_, code, wanted) => {
		expect(await found(run(code))).toEqual(wanted)
	})
})

describe('functions that were made to give promises', () => {
	it.each([
		["require('util.promisify')(cp.exec)", ''],
		["require('@gar/promisify')(cp)", '.exec'],
		["require('@google-cloud/promisify').promisifyAll(cp)", '.exec'],
		["require('thenify-all')(cp, {}, ['exec'])", '.exec'],
	])('%s', async (made, name) => {
		const code = `const cp = require('child_process')
const run = ${made}
require('express')().get('/', (req, res) => { run${name}('ls ' + req.query.folder) })
`
		expect(await found(code)).toEqual(['command-injection'])
	})
})
