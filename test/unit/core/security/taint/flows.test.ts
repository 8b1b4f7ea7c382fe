import { describe, expect, it } from 'vitest'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const analyze = testAnalyzer(taintRules)

async function findings(file: string, code: string, more: Record<string, string> = {}) {
	const [analyzed] = await analyze({ [file]: code, ...more }, [file])
	return analyzed?.findings ?? []
}

const script = (body: string) => `const { exec } = require('child_process')\nconst lib = require('lib')\n${body}\n`

describe('data that reaches a sink in JavaScript', () => {
	it.each([
		['through a variable', 'function f(input) { const a = input; exec(a) }'],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
		['through a template', 'function f(input) { exec(`ls ${input}`) }'],
		['through concatenation', "function f(input) { let c = 'ls '; c += input; exec(c) }"],
		['through a helper', 'function f(input) { g(input) }\nfunction g(x) { exec(x) }'],
		['through what a helper returns', 'function f(input) { exec(g(input)) }\nfunction g(x) { return x.trim() }'],
		['through a field', 'function f(input) { const o = {}; o.a = input; exec(o.a) }'],
		['through destructuring', 'function f(input) { const { a, ...b } = { a: 1, c: input }; exec(b.c) }'],
		['through a list by its place', "function f(input) { const l = ['a', input]; exec(l[1]) }"],
		['through a map by its key', "function f(input) { const m = new Map(); m.set('k', input); exec(m.get('k')) }"],
		['through a closure', 'function f(input) { const run = () => exec(input); run() }'],
		['through a callback', 'function f(input) { [input].forEach((x) => exec(x)) }'],
		['through a promise', 'function f(input) { new Promise((ok) => ok(input)).then((x) => exec(x)) }'],
		[
			'through await',
			'async function f(input) { const x = await g(input); exec(x) }\nasync function g(x) { return x }',
		],
		[
			'through a class',
			'class A { constructor(x) { this.x = x }\nget() { return this.x } }\nfunction f(input) { exec(new A(input).get()) }',
		],
		[
			'through a base class',
			'class A { run(x) { exec(x) } }\nclass B extends A {}\nfunction f(input) { new B().run(input) }',
		],
		['through a getter', 'function f(input) { const o = { get a() { return input } }; exec(o.a) }'],
		['through spread arguments', 'function f(input) { g(...[1, input]) }\nfunction g(a, b) { exec(b) }'],
		['through a generator', 'function* g(x) { yield x }\nfunction f(input) { for (const x of g(input)) exec(x) }'],
		['through bind', 'function g(a, b) { exec(b) }\nfunction f(input) { g.bind(null, 1)(input) }'],
		['through an exception', 'function f(input) { try { throw input } catch (e) { exec(e) } }'],
		['through one of two branches', "function f(input, c) { let x = 'a'; if (c) x = input; exec(x) }"],
		['through a loop', "function f(input, n) { let x = 'a'; for (let i = 0; i < n; i++) { exec(x); x = input } }"],
		[
			'through another round of a loop',
			"function f(input, l) { let x = 'a'; for (const it of l) { exec(x); x = input } }",
		],
		[
			'through a third round',
			"function f(input, l) { let x = 'a', y = 'b'; for (const it of l) { exec(x); x = y; y = input } }",
		],
		[
			'through a field that another round fills',
			'function f(input, l) { const o = {}; for (const it of l) { if (o.x) exec(o.x); o.x = input } }',
		],
		['in a test', "describe('a', () => { const cwd = process.argv[2]; it('b', function (input) { exec(input) }) })"],
		['where a function is handed over', 'function f(input) { exec(input) }\nunknown(f)'],
		['where the sanitizer was for something else', "function f(input) { exec(input.replace('a', 'b')) }"],
	])('%s', async (_, code) => expect(await findings('a.js', script(code))).toHaveLength(1))
})

describe('data that does not reach a sink in JavaScript', () => {
	it.each([
		['a sanitizer is on its way', 'function f(input) { exec(lib.clean(input)) }'],
		['it is overwritten', "function f(input) { let x = input; x = 'ls'; exec(x) }"],
		['another field is used', "function f(input) { const o = { a: input, b: 'ls' }; exec(o.b) }"],
		['another item is used', "function f(input) { const l = [input, 'ls']; exec(l[1]) }"],
		[
			'another key is used',
			"function f(input) { const m = new Map(); m.set('a', input); m.set('b', 'ls'); exec(m.get('b')) }",
		],
		[
			'another object is used',
			'class A {}\nfunction f(input) { const a = new A(); const b = new A(); a.x = input; exec(b.x) }',
		],
		['the branch is dead', "function f(input) { let x = 'ls'; if (1 > 2) x = input; exec(x) }"],
		['the case is another', "function f(input) { let x = 'ls'; switch ('b') { case 'a': x = input }\nexec(x) }"],
		['the loop does not run', "function f(input) { let x = 'ls'; while (false) x = input; exec(x) }"],
		['it was compared with a constant', "function f(input) { if (input === 'ls') exec(input) }"],
		[
			'a list of what is allowed has it',
			"const ok = ['ls', 'pwd']\nfunction f(input) { if (!ok.includes(input)) return; exec(input) }",
		],
		['a strict pattern matches it', 'function f(input) { if (!/^[a-z]+$/.test(input)) return; exec(input) }'],
		[
			'a helper checked it',
			"function good(x) { return x === 'ls' }\nfunction f(input) { if (good(input)) exec(input) }",
		],
		[
			'a helper throws for others',
			"function check(x) { if (x !== 'ls') throw new Error() }\nfunction f(input) { check(input); exec(input) }",
		],
		['it is a number', "function f(input) { if (typeof input !== 'number') return; exec(input) }"],
		['the helper gives something else', "function g(x) { return 'ls' }\nfunction f(input) { exec(g(input)) }"],
		['a table gives what is run', "const t = { a: 'ls' }\nfunction f(input) { exec(t[input]) }"],
	])('where %s', async (_, code) => expect(await findings('a.js', script(code))).toEqual([]))
})

describe('data in other languages', () => {
	it.each([
		['python', 'a.py', 'import os\ndef f(data):\n  x = "ls %s" % data\n  os.system(x)\n', 1],
		[
			'python, in a class',
			'a.py',
			'import os\nclass A:\n  def __init__(self, x):\n    self.x = x\n  def run(self):\n    os.system(self.x)\ndef f(data):\n  A(data).run()\n',
			1,
		],
		[
			'python, checked',
			'a.py',
			"import os\ndef f(data):\n  if data not in ('a', 'b'):\n    return\n  os.system(data)\n",
			0,
		],
		[
			'python, in a comprehension',
			'a.py',
			'import os\ndef f(data):\n  for x in [y.strip() for y in [data]]:\n    os.system(x)\n',
			1,
		],
		['go', 'a.go', 'package a\nimport "os/exec"\nfunc f(input string) { x := "a" + input; exec.Command(x) }\n', 1],
		[
			'go, other field',
			'a.go',
			'package a\nimport "os/exec"\ntype T struct { a, b string }\nfunc f(input string) { t := T{a: input, b: "ls"}; exec.Command(t.b) }\n',
			0,
		],
		[
			'go, through a channel',
			'a.go',
			'package a\nimport "os/exec"\nfunc f(input string) { c := make(chan string); go func() { c <- input }(); exec.Command(<-c) }\n',
			1,
		],
		[
			'java',
			'A.java',
			'class A { void f(String input) throws Exception { StringBuilder b = new StringBuilder(); b.append(input); Runtime.getRuntime().exec(b.toString()); } }',
			1,
		],
		[
			'java, another key',
			'A.java',
			'import java.util.*;\nclass A { void f(String input) throws Exception { Map<String, String> m = new HashMap<>(); m.put("a", input); m.put("b", "ls"); Runtime.getRuntime().exec(m.get("b")); } }',
			0,
		],
	])('%s', async (_, file, code, count) => expect(await findings(file, code)).toHaveLength(count))
})

describe('data that goes through several files', () => {
	it('is followed through exports of both kinds', async () => {
		const main = "import { g } from './b.js'\nconst { h } = require('./c')\nexport function f(input) { g(h(input)) }\n"
		const found = await findings('a.js', main, {
			'b.js': script('export function g(x) { exec(x) }'),
			'c.js': 'module.exports = { h: (x) => x }',
		})
		expect(found.map(({ file }) => file)).toEqual(['b.js'])
		const path = found[0]?.path.map(({ file, role }) => `${file} ${role}`) ?? []
		expect(path[0]).toBe('a.js source')
		expect(path.at(-1)).toBe('b.js sink')
		expect(path.some((it) => it.startsWith('c.js'))).toBe(true)
	})

	it('is followed where a parameter of another file is the source itself', async () => {
		const found = await findings('a.js', script("const b = require('./b')\nb.g(lib.sent)"), {
			'b.js': script('exports.g = function (x) { exec(x) }'),
		})
		expect(found[0]?.path.map(({ file, role }) => `${file} ${role}`)[0]).toBe('a.js source')
	})

	it('is followed where files import each other in a circle', async () => {
		const found = await findings('a.js', "const b = require('./b')\nexports.f = function (input) { b.g(input) }\n", {
			'b.js': script("const a = require('./a')\nexports.g = function (x) { exec(x) }"),
		})
		expect(found).toHaveLength(1)
	})
})

describe('the way of a finding', () => {
	it('begins at the source, ends at the sink and names what is between', async () => {
		const [found] = await findings(
			'a.js',
			script('function f(input) {\n  const name = input\n  run(name)\n}\nfunction run(x) {\n  exec(x)\n}'),
		)
		expect(found?.path.map(({ role, range }) => `${role}:${range.startLine}`)).toEqual([
			'source:2',
			'step:3',
			'call:4',
			'step:6',
			'sink:7',
		])
	})
})
