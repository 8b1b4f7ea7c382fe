import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedFunctions } from '../../../../../src/core/security/analysis/changedFunctions.ts'
import { KeptRecords } from '../../../../../src/core/security/analysis/keptRecords.ts'
import { lowerings } from '../../../../../src/core/security/analysis/lowerings.ts'
import { type LoadedFile, loadedFile } from '../../../../../src/core/security/analysis/program.ts'
import { createProjectAnalyzer } from '../../../../../src/core/security/analysis/projectAnalyzer.ts'
import type { AnalyzedFile } from '../../../../../src/core/security/analyzer.ts'
import type { FunctionIr } from '../../../../../src/core/security/ir/ir.ts'
import { indexRules } from '../../../../../src/core/security/rules/ruleIndex.ts'
import type { EntryRecord } from '../../../../../src/core/security/taint/entryRecords.ts'
import { neverCancelled } from '../../../../../src/shared/cancellation.ts'
import { testParser } from '../../../../parseForTest.ts'
import { taintRules } from '../taint/taintRules.ts'

const parser = testParser()

/** An analyzer of one file in the editor, beside another one that does not change. */
function editedFile(file: string, others: Readonly<Record<string, string>>) {
	let text = ''
	const analyzer = createProjectAnalyzer({
		rules: { ruleFiles: taintRules, off: [] },
		files: {
			read: async (name) => {
				const it = name === file ? text : others[name]
				return it === undefined ? undefined : { text: it }
			},
			list: async () => [file, ...Object.keys(others)].sort(),
		},
		parse: (grammar, it) => parser.parse(grammar, it),
		clock: { now: () => 0 },
		today: '2026-11-26',
	})
	return async (now: string): Promise<AnalyzedFile[]> => {
		text = now
		analyzer.forget([file])
		const found: AnalyzedFile[] = []
		await analyzer.analyze({ files: [file], isEdited: true, onFile: (it) => found.push(it) }, neverCancelled)
		return found
	}
}

/** What may stand in each place of a program, `_` for the place itself. */
interface Language {
	readonly file: string
	readonly others: Readonly<Record<string, string>>
	/** Lines with `BODY` where the body of a function goes. */
	readonly program: string
	readonly bodies: readonly string[]
}

const languages: readonly Language[] = [
	{
		file: 'a.js',
		others: {
			'b.js':
				"const { exec } = require('child_process')\nexports.go = (x) => exec(x)\nexports.same = (x) => x\nexports.take = (it) => exec(it.sent)\n",
		},
		program: `const { exec } = require('child_process')
const { go, same, take } = require('./b')
const lib = require('lib')
let last = 'none'
function first(input) {
	BODY
	return input
}
function second(x) {
	BODY
	return x
}
class Shop {
	constructor(name) {
		this.name = name
		BODY
	}
	open(input) {
		BODY
		return this.name
	}
	close(x) {
		BODY
	}
}
const third = (input) => {
	BODY
	return [input].map((one) => second(one))
}
const made = second('start')
describe('the shop', () => {
	const sent = lib.source
	it('opens', (input) => { BODY })
	it.each([1])('closes', (x) => { BODY })
})
unknown(first)
`,
		bodies: [
			'',
			'exec(first.name)',
			'exec(input); last = input',
			'if (last) exec(same(arguments[0]))',
			'go(second(last))',
			'take(last ? lib : 0)',
			'this.name = last; exec(this.name)',
			'this.name = input',
			'exec(this.name)',
			'const inner = () => exec(last); inner()',
			'last = arguments[0]',
			'return new Shop(last).open(last)',
			'class Local { run(input) { exec(input) } }\n\tnew Local().run(last)',
			'exec(third(last)[0])',
			"throw new Error('no')",
			'const { broken',
		],
	},
	{
		file: 'a.py',
		others: { 'b.py': 'import os\n\ndef go(x):\n    os.system(x)\n\ndef same(x):\n    return x\n' },
		program: `import os
from b import go, same
last = 'none'
def first(data):
    BODY
    return data
def second(x):
    BODY
    return x
class Shop:
    def __init__(self, name):
        self.name = name
        BODY
    def open(self, data):
        BODY
        return self.name
    def close(self, x):
        BODY
        os.system(self.name)
made = second('start')
`,
		bodies: [
			'pass',
			'os.system(first(last))',
			'if last: os.system(same(last))',
			'go(second(last))',
			'return Shop(last).open(last)',
			'os.system(data)',
			'os.system(self.name)',
			'self.name = data',
			'global last; last = data; go(last)',
			'[os.system(one) for one in (lambda data: [data])(last)]',
			'raise ValueError(',
		],
	},
	{
		file: 'A.java',
		others: {
			'B.java': 'class B { static void go(String x) throws Exception { Runtime.getRuntime().exec(x); } }\n',
		},
		program: `class A {
  private String name = "none";
  A(String input) {
    BODY
  }
  String first(String input) throws Exception {
    BODY
    return input;
  }
  String second(String x) throws Exception {
    BODY
    return name;
  }
  static void third(String input) throws Exception {
    BODY
  }
}
`,
		bodies: [
			'',
			'Runtime.getRuntime().exec(name);',
			'Runtime.getRuntime().exec(input);',
			'B.go(input); this.name = input;',
			'this.name = first(name);',
			'B.go(second(name));',
			'new A(name).first(name);',
			'Runnable run = () -> { B.go(name); }; run.run();',
			'if (name != null) { throw new Exception(); }',
			'String local = (',
		],
	},
]

describe('a file that somebody edits', () => {
	for (const { file, others, program, bodies } of languages) {
		const places = program.split('BODY').length - 1
		const body = fc.constantFrom(...bodies)

		it(`has the findings that a new analysis has, after any edits: ${file}`, async () => {
			let flows = 0
			await fc.assert(
				fc.asyncProperty(
					fc.array(body, { minLength: places, maxLength: places }),
					fc.array(fc.record({ place: fc.nat(places - 1), body, above: fc.constantFrom('', '\n\n') }), {
						minLength: 1,
						maxLength: 6,
					}),
					async (given, edits) => {
						const now = [...given]
						const analyze = editedFile(file, others)
						await analyze(filled(program, now))
						for (const { place, body: next, above } of edits) {
							now[place] = next
							const text = above + filled(program, now)
							const found = await analyze(text)
							expect(found).toEqual(await editedFile(file, others)(text))
							flows += found.flatMap(({ findings }) => findings).length
						}
					},
				),
				{ numRuns: 40 },
			)
			expect(flows).toBeGreaterThan(0)
		})
	}
})

it.each([
	['terms', (count: number) => `const a = ${Array.from({ length: count }, (_, at) => `x${at}`).join(' + ')}\n`],
	['brackets', (count: number) => `const a = ${'('.repeat(count)}x${')'.repeat(count)}\n`],
	['functions', (count: number) => `const a = ${'() => '.repeat(count)}x\n`],
	['blocks', (count: number) => `function a() ${'{ if (x) '.repeat(count)}{}${' }'.repeat(count)}\n`],
])('a file that somebody edits may be nested as deep as it likes: %s', async (_what, nested) => {
	const analyze = editedFile('a.js', {})
	await analyze(nested(10_000))
	const text = `// Above.\n${nested(10_000)}`
	expect(await analyze(text)).toEqual(await editedFile('a.js', {})(text))
})

it('knows who listens in a function that was not edited', async () => {
	const text = (body: string) => `const { exec } = require('child_process')
const { EventEmitter } = require('events')
const bus = new EventEmitter()
function hear(x) { exec(x) }
function listen() { bus.on('job', hear) }
function tell(input) { ${body} }
listen
tell
`
	const analyze = editedFile('a.js', {})
	await analyze(text("bus.emit('job', input)"))
	const edited = text("bus.emit('job', input + 1)")
	const found = await analyze(edited)
	expect(found.flatMap((it) => it.findings)).toHaveLength(1)
	expect(found).toEqual(await editedFile('a.js', {})(edited))
})

function filled(program: string, bodies: readonly string[]): string {
	return program.split('BODY').reduce((text, part, at) => `${text}${bodies[at - 1] ?? ''}${part}`)
}

const rules = indexRules('javascript', taintRules)

async function load(text: string, grammar: 'javascript' | 'typescript' = 'javascript'): Promise<LoadedFile> {
	const code = await parser.parse(grammar, text)
	const lowering = lowerings[grammar]
	if (!code || !lowering) throw new Error('The grammar is not there')
	return loadedFile('a.js', code, lowering.lower(code), rules)
}

const program = `function outer(a) {
	const inner = (b) => { use(b) }
	return inner
}
class Shop {
	open(c) { return c }
}
use(outer)
`

describe('what differs between two texts', () => {
	const changed = async (after: string): Promise<readonly (string | undefined)[] | undefined> => {
		const changes = changedFunctions(await load(program), await load(after))
		return changes && [...changes.changed].map(({ name }) => name)
	}

	it.each([
		['nothing but its places', `// Above.\n\n${program.replaceAll('\t', '    ')}`, []],
		['in a function', program.replace('return inner', 'return inner(a)'), ['outer']],
		['in a function of a function', program.replace('use(b)', 'use(b, 1)'), [undefined]],
		['in a method', program.replace('return c', 'return c + 1'), ['open']],
		['in several', program.replace('return c', 'return c + 1').replace('use(b)', 'use()'), [undefined, 'open']],
	])('is %s', async (_what, after, names) => {
		expect(await changed(after)).toEqual(names)
	})

	it('is within a function, where types without names stand behind it', async () => {
		const typed =
			'function f() { one() }\nfunction g({ shop }: { shop: Shop }, all: { shop: Shop }) { shop.open(all) }\n'
		const [before, after] = [typed, typed.replace('one()', 'one(1, 2)')]
		const changes = changedFunctions(await load(before, 'typescript'), await load(after, 'typescript'))
		expect(changes && [...changes.changed].map(({ name }) => name)).toEqual(['f'])
	})

	it.each([
		['at the top', program.replace('use(outer)', 'use(Shop)')],
		['in the parameters of a function', program.replace('outer(a)', 'outer(a, d)')],
		['in the name of a method', program.replace('open(c)', 'close(c)')],
		['a function more', `${program}function more() {}\n`],
		['which variable a name means', program.replace('use(outer)', 'use(outer)\nlet use')],
	])('is not within functions: %s', async (_what, after) => {
		expect(await changed(after)).toBeUndefined()
	})
})

describe('what is known of functions', () => {
	const record = (ran: readonly FunctionIr[], more: Partial<EntryRecord> = {}): EntryRecord => ({
		given: 0,
		spent: 0,
		sawTaint: false,
		ran: new Set(ran),
		reports: [],
		units: [],
		remembered: new Map(),
		used: new Map(),
		handed: new Map(),
		asked: new Map(),
		matched: new Map(),
		makesClasses: false,
		isShared: false,
		...more,
	})

	/** The functions at the top, by their names. */
	const functionsOf = ({ ir }: LoadedFile): ReadonlyMap<string, FunctionIr> =>
		new Map(ir.body.flatMap((it) => (it.kind === 'function' ? [[it.function.name ?? '', it.function] as const] : [])))

	const text = 'function a() { one() }\nfunction b() { a() }\nfunction c() { three() }\n'
	const edited = text.replace('one()', 'one(1)')

	async function kept(after: string, others = [new Map(), new Map()] as const, more: Partial<EntryRecord> = {}) {
		const records = new KeptRecords()
		const before = await load(text)
		const first = records.recordsFor({ loaded: before, others: others[0] })
		const [a, b, c] = [...functionsOf(before).values()] as [FunctionIr, FunctionIr, FunctionIr]
		first?.keep(a, record([a]))
		first?.keep(b, record([b, a], more))
		const place = { file: 'a.js', start: c.start, end: c.end }
		first?.keep(c, record([c], { reports: [{ kind: 'outOfBudget', place }] }))
		const now = await load(after)
		const second = records.recordsFor({ loaded: now, others: others[1] })
		const known = [...functionsOf(now)].filter(([, ir]) => second?.known(ir) !== undefined).map(([name]) => name)
		return { known, second, now }
	}

	it('holds for those that did not run what changed', async () => {
		expect((await kept(text)).known).toEqual(['a', 'b', 'c'])
		expect((await kept(edited)).known).toEqual(['c'])
	})

	it('moves with the text', async () => {
		const { second, now } = await kept(`\n${edited}`)
		const c = functionsOf(now).get('c')
		const [report] = (c && second?.known(c)?.reports) ?? []
		expect(now.text.slice(report?.place.start, report?.place.end)).toBe('function c() { three() }')
	})

	it('is nothing where another file changed, or what is asked of them', async () => {
		const other = await load('')
		const [was, is] = [new Map([['b.js', other]]), new Map([['b.js', await load('')]])]
		expect((await kept(edited, [was, was])).known).toEqual(['c'])
		expect((await kept(edited, [was, is])).known).toEqual([])
		expect((await kept(edited, [was, new Map()])).known).toEqual([])
	})

	it('is nothing where what changed made classes', async () => {
		expect((await kept(edited, undefined, { makesClasses: true })).known).toEqual([])
	})
})
