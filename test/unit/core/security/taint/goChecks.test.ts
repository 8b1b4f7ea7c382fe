import { describe, expect, it } from 'vitest'
import type { RuleFile, SecurityRule, SinkKind } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const [base] = taintRules.find((it) => it.language === 'go')?.rules ?? []
const rule = (id: string, kind: SinkKind, call: string): SecurityRule => ({
	...(base as SecurityRule),
	id: `go/${id}`,
	kind,
	sinks: [{ call, arguments: ['all'] }],
})
const more: RuleFile = {
	language: 'go',
	sources: [{ label: 'input', call: 'lib.Decode', argument: 0 }],
	sanitizers: [{ call: 'lib.Parse', kinds: ['url'] }],
	guards: [{ call: 'lib.Parse', kinds: ['path'], safeWhen: false }],
	entries: [
		{
			base: ['*.Unimplemented*Server', '*.*.Unimplemented*Server'],
			name: '[A-Z]\\w*',
			parameterType: 'lib.Context',
			otherParameters: 'remote',
		},
	],
	propagators: [
		{ call: 'fmt.Sprintf', from: ['all'] },
		{ call: 'lib.Fill', from: [0], to: [1] },
		{ call: 'lib.Context.Value', to: [] },
	],
	rules: [
		rule('path', 'path', 'lib.Open'),
		rule('size', 'size', '$array'),
		rule('url', 'url', 'lib.Get'),
		{ ...rule('second', 'other', 'lib.Second'), sinks: [{ call: 'lib.Second', arguments: [1] }] },
	],
}
const analyze = testAnalyzer([...taintRules, more])

async function found(body: string): Promise<readonly string[]> {
	const imports = 'import ("fmt"; "lib"; "os"; "os/exec"; "path/filepath"; "regexp"; "strings"; "example.org/gen")'
	const [analyzed] = await analyze({ 'a.go': `package main\n\n${imports}\n\n${body}\n` }, ['a.go'])
	return (analyzed?.findings ?? []).map((it) => it.ruleId)
}

describe('a path of Go that begins with a folder', () => {
	const within = (folder: string, before = '') =>
		`func f(input, root string) { ${before}; p := filepath.Join(root, input); if !strings.HasPrefix(p, ${folder}) { return }; lib.Open(p) }`
	it.each([
		['"/srv/data/"'],
		['root + "/"'],
		['root + string(os.PathSeparator)'],
		['filepath.Clean(root) + string(filepath.Separator)'],
	])('lies in it: %s', async (folder) => {
		expect(await found(within(folder))).toEqual([])
	})

	it('lies in it, where the separator was added before', async () => {
		expect(await found(within('end', 'end := root; if !strings.HasSuffix(end, "/") { end += "/" }'))).toEqual([])
	})

	it.each([['"/srv/data"'], ['root'], ['filepath.Clean(root)']])('may lie beside it: %s', async (folder) => {
		expect(await found(within(folder))).toEqual(['go/path'])
	})
})

describe('a check of Go', () => {
	it('of a number that was cut off says nothing of the number', async () => {
		const body = (test: string) => `func f(input uint32) { if ${test} > 100 { return }; g(make([]byte, input)) }`
		expect(await found(body('int32(input)'))).toEqual(['go/size'])
		expect(await found(body('input'))).toEqual([])
	})

	it('of one field of what was decoded says nothing of the others', async () => {
		const body = (field: string) =>
			`type P struct{ name, kind string }\nvar strict = regexp.MustCompile("^[a-z]+$")\nfunc f() { var p P; lib.Decode(&p); if !strict.MatchString(p.name) { return }; exec.Command(p.${field}) }`
		expect(await found(body('kind'))).toEqual(['go/command'])
		expect(await found(body('name'))).toEqual([])
	})
})

describe('a text that fmt.Sprintf of Go makes', () => {
	it.each([
		['"https://shop.example/%s", input', []],
		['"%s/items/%s", base, input', []],
		['"https://%s/items", input', ['go/url']],
		['"%s%s", base, input', ['go/url']],
		['"%s://shop.example/", input', ['go/url']],
	])('is an address of a server that others choose or do not: %s', async (given, rules) => {
		expect(await found(`func f(input, base string) { lib.Get(fmt.Sprintf(${given})) }`)).toEqual(rules)
	})

	it.each([
		['fmt.Sprintf("--title=%s", input)', []],
		['"--title=" + input', []],
		['fmt.Sprintf("%s", input)', ['go/command']],
		['fmt.Sprintf("convert --title=%s", input)', ['go/command']],
	])('is the value of an option, or more: %s', async (given, rules) => {
		expect(await found(`func f(input string) { exec.Command(${given}) }`)).toEqual(rules)
	})
})

describe('objects of Go', () => {
	it('have what the function that makes them put into them', async () => {
		const body = (kept: string) =>
			`type S struct{ tool *T }\ntype T struct{ name string }\nfunc NewS(input string) (*S, error) { return &S{tool: &T{name: ${kept}}}, nil }\nfunc (s *S) run() { exec.Command(s.tool.name) }`
		expect(await found(body('input'))).toEqual(['go/command'])
		expect(await found(body('"ls"'))).toEqual([])
	})

	it('may have other settings, and more in their maps, when their methods are called', async () => {
		const body =
			'type S struct{ on bool; seen map[string]string }\nfunc NewS() *S { return &S{on: false, seen: map[string]string{}} }\n'
		expect(await found(`${body}func (s *S) run(input string) { if s.on { exec.Command(input) } }`)).toEqual([
			'go/command',
		])
		expect(
			await found(`${body}func (s *S) run(input string) { if _, ok := s.seen["a"]; ok { exec.Command(input) } }`),
		).toEqual(['go/command'])
	})

	it('are filled through a slice of them', async () => {
		expect(
			await found('func f(input string) { var b [4]byte; lib.Fill(input, b[:]); exec.Command(string(b[:])) }'),
		).toEqual(['go/command'])
	})
})

it('a service of gRPC is called with what somebody sent, whether the code that it embeds is known or not', async () => {
	const service = (embeds: string) =>
		`type S struct{ ${embeds} }\nfunc (s *S) Run(ctx lib.Context, in *gen.Order) { exec.Command(in.Name) }\nfunc (s *S) run(name string) { exec.Command(name) }`
	expect(await found(service('gen.UnimplementedOrdersServer'))).toEqual(['go/command'])
	expect(await found(`type UnimplementedOrdersServer struct{}\n${service('UnimplementedOrdersServer')}`)).toEqual([
		'go/command',
	])
	expect(await found(service('gen.Orders'))).toEqual([])
})

describe('a parser', () => {
	it('says with its error whether the text is right', async () => {
		expect(
			await found('func f(input string) { if _, err := lib.Parse(input); err != nil { return }; lib.Open(input) }'),
		).toEqual([])
		expect(
			await found('func f(input string) { _, err := lib.Parse(input); if err == nil { lib.Open(input) } }'),
		).toEqual([])
		expect(
			await found('func f(input string) { _, err := lib.Parse(input); if err != nil { lib.Open(input) } }'),
		).toEqual(['go/path'])
	})

	it('says nothing of that with its other result, which is still data', async () => {
		expect(await found('func f(input string) { it, _ := lib.Parse(input); if it != nil { lib.Open(input) } }')).toEqual(
			['go/path'],
		)
		expect(await found('func f(input string) { it, _ := lib.Parse(input); lib.Open(it) }')).toEqual(['go/path'])
	})
})

describe('a list that more may be added to', () => {
	const list = (items: string, more: string) =>
		`func f(input string, more bool) { words := []string{${items}}; if more { words = append(words, ${more}) }; lib.Second(words...) }`
	it('keeps its front', async () => {
		expect(await found(list('"a", input', '"b"'))).toEqual(['go/second'])
		expect(await found(list('input, "a"', '"b"'))).toEqual([])
	})

	it('has anything behind that', async () => {
		expect(await found(list('"a"', 'input'))).toEqual(['go/second'])
		expect(await found(list('"a", "b"', 'input'))).toEqual([])
	})

	it('is handed on from any of its items on', async () => {
		expect(
			await found(
				'func f(input string, more bool) { words := []string{"a", input}; if more { words = append(words, "b") }; g(words[1:]...) }\nfunc g(words ...string) { lib.Second("x", words[0]) }',
			),
		).toEqual(['go/second'])
	})
})

describe('what a library fills', () => {
	it.each([
		['var n int; lib.Fill(&n); if n == 0 { return }'],
		['var n, most int; lib.Row(1).Fill(&n, &most); if n >= most { return }'],
		['var on bool; lib.Fill(&on); if !on { return }'],
		['var s S; lib.Fill(&s); if !s.on { return }'],
		['s := &S{}; lib.Fill(s); if s.n == 0 { return }'],
		['var all []S; lib.Fill(&all); if len(all) == 0 { return }'],
		['var known map[string]string; lib.Fill(&known); if _, ok := known["a"]; !ok { return }'],
	])('is not what it began with: %s', async (body) => {
		const type = 'type S struct{ on bool; n int }\n'
		expect(await found(`${type}func f(input string) { ${body}; exec.Command(input) }`)).toEqual(['go/command'])
	})

	it('is what it was where it is only shown', async () => {
		expect(
			await found(
				'type S struct{ on bool }\nfunc f(input string) { s := S{}; fmt.Println(&s); if !s.on { return }; exec.Command(input) }',
			),
		).toEqual([])
	})
})
