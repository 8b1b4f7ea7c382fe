import { describe, expect, it } from 'vitest'
import type { FindRule, RuleFile, SecurityRule, SinkRule } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const [base] = taintRules.find((it) => it.language === 'go')?.rules ?? []
const { sinks: _sinks, kind: _kind, ...plain } = base as SecurityRule
const finds = (id: string, ...all: readonly FindRule[]): SecurityRule => ({ ...plain, id: `go/${id}`, finds: all })
const sinks = (id: string, kind: SecurityRule['kind'], ...all: readonly SinkRule[]): SecurityRule => ({
	...plain,
	id: `go/${id}`,
	...(kind === undefined ? {} : { kind }),
	sinks: all,
})
const more: RuleFile = {
	language: 'go',
	sources: [
		{ label: 'an error', call: ['lib.Open().@error.Error', 'lib.Check().Error'] },
		{ label: 'input', call: 'lib.Decode', argument: 0 },
		{ label: 'message', parameterType: 'queue.Delivery' },
	],
	propagators: [{ call: 'fmt.Sprintf', from: ['all'] }],
	sanitizers: [{ call: 'lib.Count', kinds: ['size', 'sign'] }],
	rules: [
		finds('literal', { call: 'lib.Server', when: [{ argument: 0, property: 'Timeout', missing: true }] }),
		finds('pointed', { call: 'lib.Box', when: [{ argument: 0, property: 'Open', is: true }] }),
		finds('constant', { call: 'lib.Seal', when: [{ argument: 0, constant: true }] }),
		finds('slow', { call: 'lib.Compile', when: [{ argument: 0, slow: true }] }),
		finds('declares', { call: 'lib.Save', when: [{ argument: 0, declares: '^Role$' }] }),
		finds('file', { call: 'lib.Lone', when: [{ file: 'lib\\.Other\\(', not: true }] }),
		finds('unlocked', { memory: 'unlocked' }),
		sinks('answer', 'html', { call: 'lib.Answer', arguments: [0] }),
		sinks('slice', 'size', { call: '@slice', arguments: [0, 1] }),
		sinks('bound', 'mass', { call: 'lib.Keep', arguments: [0], when: [{ argument: 0, bound: '^Role$' }] }),
		sinks('mail', 'header', { call: 'lib.Mail', arguments: [0] }),
	],
}
const analyze = testAnalyzer([...taintRules, more])

async function found(body: string): Promise<readonly string[]> {
	const imports = 'import ("fmt"; "lib"; "log"; "net/http"; "os"; "queue"; "k8s.io/utils/ptr"; "k8s.io/api/lib/v1")'
	const [analyzed] = await analyze({ 'a.go': `package main\n\n${imports}\n\n${body}\n` }, ['a.go'])
	return (analyzed?.findings ?? []).map((one) => one.ruleId).filter((one) => one !== base?.id)
}

describe('a literal of a library of Go', () => {
	it('is looked up as a call of its type', async () => {
		expect(await found('func f() { lib.Listen(&lib.Server{Name: "a"}) }')).toEqual(['go/literal'])
		expect(await found('func f() { lib.Listen(&lib.Server{Timeout: 1}) }')).toEqual([])
		expect(await found('func f() []lib.Server { return []lib.Server{{Name: "a"}} }')).toEqual(['go/literal'])
	})

	it('has the values that pointers are made of', async () => {
		expect(await found('func f() { lib.Use(lib.Box{Open: ptr.To(true)}) }')).toEqual(['go/pointed'])
		expect(await found('func f(open bool) { lib.Use(lib.Box{Open: ptr.To(open)}) }')).toEqual([])
	})
})

describe('an error of Go', () => {
	it('is named by the call that gave it', async () => {
		expect(await found('func f() { _, err := lib.Open(); lib.Answer(err.Error()) }')).toEqual(['go/answer'])
		expect(await found('func f() { if err := lib.Check(); err != nil { lib.Answer(err.Error()) } }')).toEqual([
			'go/answer',
		])
		expect(await found('func f() { _, err := lib.Other(); lib.Answer(err.Error()) }')).toEqual([])
	})
})

describe('room of Go', () => {
	it.each([
		['lib.Seal(make([]byte, 12))'],
		['a := make([]byte, lib.Size()); lib.Seal(a)'],
		['a := make([]byte, lib.Size()); copy(a, "text"); lib.Seal(a[:])'],
		['var a [12]byte; lib.Seal(a[:])'],
		['lib.Seal([]byte{1, 2, 3})'],
	])('is a constant until somebody writes into it: %s', async (body) => {
		expect(await found(`func f() { ${body} }`)).toEqual(['go/constant'])
	})

	it.each([
		['a := make([]byte, 12); lib.Fill(a); lib.Seal(a)'],
		['var a [12]byte; lib.Fill(a[:]); lib.Seal(a[:])'],
		['a := make([]byte, 12); lib.Fill(a[4:]); lib.Seal(a)'],
		['a := make([]byte, 12); a[0] = lib.Byte(); lib.Seal(a)'],
		['a := make([]byte, 12); copy(a, lib.Text()); lib.Seal(a)'],
		['a := make([]byte, 12); if lib.Asks() { lib.Fill(a) }; lib.Seal(a)'],
		['lib.Seal([]byte{})'],
	])('is none afterwards: %s', async (body) => {
		expect(await found(`func f() { ${body} }`)).toEqual([])
	})
})

describe('a slice of Go', () => {
	it('ends where somebody else says', async () => {
		expect(await found('func f(b []byte, input int) { lib.Use(b[2:2+input]) }')).toEqual(['go/slice'])
	})

	it.each([['if input > len(b) - 2 { return }'], ['n := lib.Count(input); if input > n { return }']])(
		'that was compared with what there is: %s',
		async (check) => {
			expect(await found(`func f(b []byte, input int) { ${check}; lib.Use(b[2:2+input]) }`)).toEqual([])
		},
	)
})

describe('a struct of Go', () => {
	const type = 'type member struct { Name, Role string }\n'
	it('has fields that others fill, though it begins with zeros', async () => {
		expect(await found(`${type}func f() { var m member; lib.Save(&m) }`)).toEqual(['go/declares'])
		expect(await found(`${type}func f() { m := member{Role: "guest"}; lib.Save(&m) }`)).toEqual([])
	})

	it('is what an assertion says', async () => {
		expect(await found(`${type}func f() { m := lib.Get().(member); lib.Decode(&m); lib.Keep(&m) }`)).toEqual([
			'go/bound',
		])
	})
})

describe('functions of Go that end the program', () => {
	it.each([['os.Exit(1)'], ['log.Fatal("no")']])('leave nothing behind them: %s', async (end) => {
		expect(await found(`func f(input string) { if input != "a" { ${end} }; lib.Answer(input) }`)).toEqual([])
		expect(await found(`func f(input string) { ${end}; lib.Answer(input) }`)).toEqual([])
	})
})

describe('headers of a mail in Go', () => {
	it.each([
		['"To: a\\r\\nSubject: " + input + "\\r\\n\\r\\nHello"'],
		['fmt.Sprintf("Subject: %s\\r\\n\\r\\nHello", input)'],
	])('are written by others: %s', async (text) => {
		expect(await found(`func f(input string) { lib.Mail(${text}) }`)).toEqual(['go/mail'])
	})

	it.each([
		['"Subject: a\\r\\n\\r\\n" + input + "\\r\\n" + input'],
		['fmt.Sprintf("Subject: a\\r\\n\\r\\n%s", input)'],
	])('end with an empty line: %s', async (text) => {
		expect(await found(`func f(input string) { lib.Mail(${text}) }`)).toEqual([])
	})
})

describe('a regular expression of a library of Go', () => {
	it('takes exponential time', async () => {
		expect(await found('func f() { lib.Compile(`^(a+)+$`) }')).toEqual(['go/slow'])
		expect(await found('func f() { lib.Compile(`^a+$`) }')).toEqual([])
	})
})

describe('what a channel of Go holds', () => {
	it('is of its type', async () => {
		expect(await found('func f(c <-chan queue.Delivery) { for it := range c { lib.Answer(it.Body) } }')).toEqual([
			'go/answer',
		])
	})
})

describe('a map of Go', () => {
	const type = 'type table struct { hits map[string]int }\n'
	it.each([
		['func (t *table) f(w http.ResponseWriter, r *http.Request) { t.hits["a"]++ }'],
		['func (t *table) f(w http.ResponseWriter, r *http.Request) { delete(t.hits, "a") }'],
		['func f() any { m := map[string]int{}; return func(w http.ResponseWriter, r *http.Request) { m["a"] = 1 } }'],
		['func f() { m := map[int]int{}; for i := range 9 { go func() { m[i] = i }() } }'],
		['func f() { var l []int; for i := range 9 { go func() { l = append(l, i) }() } }'],
	])('is changed by several at the same time: %s', async (body) => {
		expect(await found(type + body)).toEqual(['go/unlocked'])
	})

	it.each([
		['func (t *table) f(w http.ResponseWriter, r *http.Request) { lib.Lock(); t.hits["a"]++ }'],
		['func (t *table) f(name string) { t.hits[name]++ }'],
		['func f(w http.ResponseWriter, r *http.Request) { m := map[string]int{}; m["a"] = 1 }'],
		['func f() { m := map[int]int{}; go func() { m[1] = 1 }() }'],
		['func f() { for i := range 9 { m := map[int]int{}; go func() { m[i] = i }() } }'],
	])('is not: %s', async (body) => {
		expect(await found(type + body)).toEqual([])
	})
})

describe('what a file of Go says elsewhere', () => {
	it('counts, also far away', async () => {
		const between = '// …\n'.repeat(1_500)
		expect(await found(`func f() { lib.Lone() }\n${between}func g() { lib.Next() }`)).toEqual(['go/file'])
		expect(await found(`func f() { lib.Lone() }\n${between}func g() { lib.Other() }`)).toEqual([])
	})
})
