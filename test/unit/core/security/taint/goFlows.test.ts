import { describe, expect, it } from 'vitest'
import type { RuleFile } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const decoder: RuleFile = { language: 'go', propagators: [{ call: 'lib.Unmarshal', from: [0], to: [1] }] }
const analyze = testAnalyzer([...taintRules, decoder])

async function findings(body: string) {
	const [analyzed] = await analyze({ 'a.go': `package main\n\nimport ("errors"; "lib"; "os/exec")\n\n${body}\n` }, [
		'a.go',
	])
	return analyzed?.findings ?? []
}

describe('data that reaches a sink in Go', () => {
	it.each([
		[
			'through a channel that a goroutine was waiting at',
			'func f(input string) { c := make(chan string); go run(c); c <- input }\nfunc run(c chan string) { exec.Command(<-c) }',
		],
		[
			'through a goroutine that answers before the function ends',
			'func f(input string) { in, out := make(chan string), make(chan string); go work(in, out); in <- input; exec.Command(<-out) }\nfunc work(in, out chan string) { out <- <-in }',
		],
		[
			'through a variable that a goroutine waits for',
			'func f(input string) { r := ""; go func() { for r == "" { }; exec.Command(r) }(); r = input }',
		],
		[
			'through a panic that is recovered from',
			'func f(input string) { defer func() { if r := recover(); r != nil { exec.Command(r.(string)) } }(); panic(input) }',
		],
		[
			'through a panic of a function that it calls',
			'func f(input string) { defer func() { r := recover(); exec.Command(r.(string)) }(); g(input) }\nfunc g(x string) { panic(x) }',
		],
		[
			'through a method that hides an embedded one',
			'type A struct{}\nfunc (A) run(x string) {}\ntype B struct{ A }\nfunc (B) run(x string) { exec.Command(x) }\nfunc f(input string) { B{}.run(input) }',
		],
		[
			'through an embedded text',
			'type A struct{ string }\nfunc f(input string) { var a A; a.string = input; exec.Command(a.string) }',
		],
		[
			'through a struct without a name',
			'func f(input string) { a := &struct{ update func() string }{update: func() string { return input }}; exec.Command(a.update()) }',
		],
		[
			'in a struct whose method changed its copy',
			'type P struct{ name string }\nfunc (p P) rename(n string) { p.name = n }\nfunc f(input string) { p := P{name: input}; p.rename("ls"); exec.Command(p.name) }',
		],
		[
			'through a loop over a channel',
			'func f(input string) { c := make(chan string); go func() { for x := range c { exec.Command(x) } }(); c <- input; close(c) }',
		],
		[
			'through a loop over a channel of which it is not known whether something was sent',
			'func f(input string, some bool) { c := make(chan string, 2); go run(c); g(c, input, some) }\nfunc g(c chan string, x string, some bool) { if some { return }; c <- x }\nfunc run(c chan string) { for x := range c { exec.Command(x) } }',
		],
		['through a conversion to fewer bits', 'func f(input []byte) { exec.Command(string(byte(input[0]))) }'],
		[
			'past a map that it is not in',
			'type A struct { known map[string]bool }\nfunc (a *A) f(input string) { if a.known[input] { return }; exec.Command(input) }',
		],
		[
			'of a map with keys of somebody else',
			'func f(input string) { known := map[string]bool{}; known[input] = true; if known[input] { exec.Command(input) } }',
		],
		[
			'through a loop over a function',
			'func each(x string) func(func(string) bool) { return func(yield func(string) bool) { yield(x) } }\nfunc f(input string) { for x := range each(input) { exec.Command(x) } }',
		],
		[
			'through a type of functions with a method',
			'type H func(string)\nfunc (h H) run(x string) { h(x) }\nfunc f(input string) { H(func(x string) { exec.Command(x) }).run(input) }',
		],
		[
			'through a type of texts with a method',
			'type N string\nfunc (n N) text() string { return string(n) }\nfunc f(input string) { exec.Command(N(input).text()) }',
		],
		[
			'through a method of a type with the object handed to it',
			'type A struct{}\nfunc (a *A) run(x string) { exec.Command(x) }\nfunc f(input string) { r := (*A).run; r(&A{}, input) }',
		],
		[
			'through a list that was made with a size',
			'func f(input string) { l := make([]string, 1); l[0] = input; exec.Command(l[0]) }',
		],
		[
			'through a struct of which a truth was decoded as well',
			'type P struct{ name string; isOn bool }\nfunc f(input string) { var p P; load(input, &p); if p.isOn { exec.Command(p.name) } }\nfunc load(x string, to any) { lib.Unmarshal(x, to) }',
		],
		[
			'through an interface that a type of the program has the methods of',
			'type R interface{ Find(x string); Close() }\ntype r struct{}\nfunc (r *r) Find(x string) { exec.Command(x) }\nfunc (r *r) Close() {}\ntype H struct{ repo R }\nfunc (h *H) f(input string) { h.repo.Find(input) }',
		],
		[
			'in a method of a struct that is filled by then',
			'type P struct{ isOn bool }\nfunc (p *P) f(input string) { if p.isOn { exec.Command(input) } }',
		],
		[
			'where only one way checks it and none replaces it',
			'func f(input string) { ok := map[string]bool{"ls": true}; if ok[input] { exec.Command("ls") }; exec.Command(input) }',
		],
		[
			'which a function turned away for another reason',
			'func f(input string) { if err := check(input); err != nil { return }; exec.Command(input) }\nfunc check(x string) error { if len(x) > 9 { return errors.New("long") }; return nil }',
		],
	])('%s', async (_, code) => expect(await findings(code)).toHaveLength(1))
})

describe('data that does not reach a sink in Go', () => {
	it.each([
		[
			'because a map of settings has it as a key',
			'type A struct { known map[string]bool }\nfunc (a *A) f(input string) { if !a.known[input] { return }; exec.Command(input) }',
		],
		[
			'because a map that is handed over has it',
			'func g(known map[string]int, x string) error { if _, ok := known[x]; !ok { return errors.New("no") }; return nil }\nfunc f(known map[string]int, input string) { if err := g(known, input); err != nil { return }; exec.Command(input) }',
		],
		[
			'because the helper that made the text checked what it is made of',
			'var known = map[string]bool{"a": true}\nfunc g(x string) (string, error) { if !known[x] { return "", errors.New("no") }; return "run-" + x, nil }\nfunc f(input string) { text, err := g(input); if err != nil { return }; exec.Command(text) }',
		],
		[
			'a deferred call has the argument from before',
			'func f(input string) { x := "ls"; defer run(x); x = input }\nfunc run(x string) { exec.Command(x) }',
		],
		[
			'a goroutine has the argument from before',
			'func f(input string) { x := "ls"; go run(x); x = input }\nfunc run(x string) { exec.Command(x) }',
		],
		[
			'a method changed its copy of the struct',
			'type P struct{ name string }\nfunc (p P) rename(n string) { p.name = n }\nfunc f(input string) { p := P{name: "ls"}; p.rename(input); exec.Command(p.name) }',
		],
		[
			'a method hides the embedded one that runs it',
			'type A struct{}\nfunc (A) run(x string) { exec.Command(x) }\ntype B struct{ A }\nfunc (B) run(x string) {}\nfunc f(input string) { B{}.run(input) }',
		],
		[
			'what the program hands over is its own',
			'func run() { exec.Command(f("ls")) }\nfunc f(input string) string { return input }',
		],
		[
			'a struct that was assigned is another one',
			'type P struct{ name string }\nfunc f(input string) { p := P{name: "ls"}; q := p; q.name = input; exec.Command(p.name) }',
		],
		[
			'an array that was assigned is another one',
			'func f(input string) { a := [1]string{"ls"}; b := a; b[0] = input; exec.Command(a[0]) }',
		],
		[
			'the type has not all methods of the interface',
			'type R interface{ Find(x string); Close() }\ntype r struct{}\nfunc (r *r) Find(x string) { exec.Command(x) }\ntype H struct{ repo R }\nfunc (h *H) f(input string) { h.repo.Find(input) }',
		],
		[
			'where it is not allowed, something else takes its place',
			'func f(input string) { ok := map[string]bool{"ls": true}; if !ok[input] { input = "ls" }; exec.Command(input) }',
		],
		[
			'a switch leaves nothing else',
			'func f(input string) { switch input { case "ls", "df": default: input = "ls" }; exec.Command(input) }',
		],
		[
			'a function gives an error for what is not allowed',
			'func f(input string) { if err := check(input); err != nil { return }; exec.Command(input) }\nfunc check(x string) error { ok := map[string]bool{"ls": true}; if !ok[x] { return errors.New("no") }; return nil }',
		],
		[
			'it is a key of what is allowed',
			'func f(input string) { allowed := map[string]bool{"ls": true}; if !allowed[input] { return }; exec.Command(input) }',
		],
		[
			'it was found among what is allowed',
			'func f(input string) { allowed := map[string]int{"ls": 1}; if _, ok := allowed[input]; ok { exec.Command(input) } }',
		],
	])('%s', async (_, code) => expect(await findings(code)).toEqual([]))

	it('but what a pointer leads to is the same', async () => {
		const code =
			'type P struct{ name string }\nfunc f(input string) { p := &P{name: "ls"}; q := p; q.name = input; exec.Command(p.name) }'
		expect(await findings(code)).toHaveLength(1)
	})
})

describe('packages of a Go program', () => {
	const sink = (name: string) => `package ${name}\n\nimport "os/exec"\n\nfunc Run(x string) { exec.Command(x) }\n`
	const user = (path: string, name: string) =>
		`package main\n\nimport "${path}"\n\nfunc f(input string) { ${name}.Run(input) }\n`
	const found = async (files: Record<string, string>) =>
		(await analyze(files, ['svc/cmd/a.go'])).flatMap((it) => it.findings.map(({ file }) => file))

	it('are found by the module path of go.mod', async () => {
		const files = {
			'svc/go.mod': 'module example.org/svc\n\ngo 1.22\n',
			'svc/cmd/a.go': user('example.org/svc/run', 'run'),
			'svc/run/run.go': sink('run'),
		}
		expect(await found(files)).toEqual(['svc/run/run.go'])
	})

	it('are found where go.mod says that a module lies', async () => {
		const files = {
			'svc/go.mod': 'module example.org/svc\n\nreplace example.org/other => ../other\n',
			'svc/cmd/a.go': user('example.org/other/run', 'run'),
			'other/run/run.go': sink('run'),
		}
		expect(await found(files)).toEqual(['other/run/run.go'])
	})

	it('are found by the end of their path without go.mod, and used by the name that they say', async () => {
		const files = { 'svc/cmd/a.go': user('example.org/svc/run', 'other'), 'svc/run/run.go': sink('other') }
		expect(await found(files)).toEqual(['svc/run/run.go'])
	})

	it('are not folders that only look like one of a library', async () => {
		const files = {
			'svc/go.mod': 'module example.org/svc\n',
			'svc/cmd/a.go': user('example.org/lib/run', 'run'),
			'svc/run/run.go': sink('run'),
		}
		expect(await found(files)).toEqual([])
		expect(await found({ 'svc/cmd/a.go': user('net/run', 'run'), 'svc/run/run.go': sink('run') })).toEqual([])
	})
})

it.each([
	['type P struct{ name string; count int }\n', 'P'],
	['', 'struct{ name string; count int }'],
])('a number that was decoded is less sure: %s%s', async (declared, type) => {
	const body = (field: string) =>
		`${declared}func f(input string) { var p ${type}; lib.Unmarshal(input, &p); exec.Command(p.${field}) }`
	expect(await findings(body('name'))).toMatchObject([{ confidence: 'high' }])
	expect(await findings(body('count'))).toMatchObject([{ confidence: 'medium' }])
})
