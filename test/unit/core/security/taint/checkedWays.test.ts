import { describe, expect, it } from 'vitest'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const analyze = testAnalyzer(taintRules)

async function count(file: string, code: string): Promise<number> {
	const [analyzed] = await analyze({ [file]: `${code}\n` }, [file])
	return analyzed?.findings.length ?? -1
}

const script = (body: string) => `const cp = require('child_process')\n${body}`
const python = (body: string) => `import os, re, sys\n${body}`

describe('a check on one of several ways', () => {
	it.each([
		[
			'holds where something fixed stands in on the other one',
			"function f(input) { let x = input; if (!['a', 'b'].includes(x)) x = 'a'; cp.exec(x) }",
			0,
		],
		[
			'does not hold where the other one leaves the data as it is',
			"function f(input) { let x = input; if (!['a', 'b'].includes(x)) log(x); cp.exec(x) }",
			1,
		],
		[
			'does not hold where it is the way around',
			"function f(input) { let x = input; if (['a', 'b'].includes(x)) x = 'a'; cp.exec(x) }",
			1,
		],
		['ends with the process', "function f(input) { if (input !== 'a') process.exit(1); cp.exec(input) }", 0],
		['goes on without an end', "function f(input) { if (input !== 'a') process.emit('x'); cp.exec(input) }", 1],
	])('%s (JavaScript)', async (_, code, wanted) => expect(await count('a.js', script(code))).toBe(wanted))

	it.each([
		[
			'holds where something fixed stands in on the other one',
			"def f(data):\n    if data not in ('a', 'b'):\n        data = 'a'\n    os.system(data)",
			0,
		],
		[
			'is one where its result is compared with None',
			"def f(data):\n    if re.fullmatch('[a-z]+', data) is None:\n        return\n    os.system(data)",
			0,
		],
		[
			'is none where the comparison is the other way around',
			"def f(data):\n    if re.fullmatch('[a-z]+', data) is not None:\n        return\n    os.system(data)",
			1,
		],
		['ends with the process', "def f(data):\n    if data != 'a':\n        sys.exit(1)\n    os.system(data)", 0],
	])('%s (Python)', async (_, code, wanted) => expect(await count('a.py', python(code))).toBe(wanted))
})

describe('data in JavaScript', () => {
	it.each([
		['is called by way of bind', 'const run = cp.exec.bind(cp)\nfunction f(input) { run(input) }', 1],
		['is called by way of call', 'function f(input) { cp.exec.call(cp, input) }', 1],
		['is called by way of apply', 'function f(input) { cp.exec.apply(cp, [input]) }', 1],
		['may overwrite what is there', "function f(input) { const o = { a: 'ls', ...input }; cp.exec(o.a) }", 1],
		['is overwritten by what comes after', "function f(input) { const o = { ...input, a: 'ls' }; cp.exec(o.a) }", 0],
		[
			'may be assigned to what is there',
			"function f(input) { const o = { a: 'ls' }; Object.assign(o, input); cp.exec(o.a) }",
			1,
		],
	])('%s', async (_, code, wanted) => expect(await count('a.js', script(code))).toBe(wanted))
})
