import { describe, expect, it } from 'vitest'
import type { RuleFile, SecurityRule } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const about = { ...taintRules[3]?.rules?.[0], severity: 'high' as const } as SecurityRule
const rules: RuleFile = {
	language: 'csharp',
	types: [
		{ path: 'Web.Page.Request', is: 'Web.Request' },
		{ path: 'Lib.Archive.Entries[]', is: 'Lib.Entry' },
	],
	sources: [
		{ label: 'request', fieldAnnotation: 'Web.Bound' },
		{ label: 'request', fieldOf: 'Web.Part', field: '[A-Z]\\w*Text|Text' },
		{ label: 'request', read: 'Web.Request.Query' },
		{ label: 'entry', read: 'Lib.Entry.Name' },
		{ label: 'message', read: 'Lib.Told.Text' },
	],
	entries: [
		{ base: 'Web.Page', isExported: true, otherParameters: 'remote' },
		{ annotation: 'Web.Operation', otherParameters: 'remote' },
		{ parameterType: 'Web.CallContext', otherParameters: 'remote' },
	],
	callbacks: [
		{ call: 'Lib.Line.Said', parameters: ['', 'Lib.Told'] },
		{ call: 'Web.Routes.Map', argument: 1, parameters: ['bound', 'bound', 'bound'] },
	],
	propagators: [
		{ call: 'System.Uri.TryCreate', from: [0], to: [2] },
		{ call: 'System.Text.RegularExpressions.Regex.Replace' },
	],
	rules: [
		{ ...about, id: 'csharp/run', kind: 'command', sinks: [{ call: 'Lib.Run' }] },
		{ ...about, id: 'csharp/go', kind: 'redirect', sinks: [{ call: 'Lib.Go' }] },
		{ ...about, id: 'csharp/ask', kind: 'url', sinks: [{ call: 'Lib.Ask' }] },
		{ ...about, id: 'csharp/slow', kind: 'regex', sinks: [{ regex: 'slow' }] },
		{
			...about,
			id: 'csharp/setting',
			sinks: [],
			finds: [{ assign: 'Lib.Options.Off', when: [{ value: true, is: true }] }],
		},
		{
			...about,
			id: 'csharp/unchecked',
			sinks: [],
			finds: [{ assign: '*.Check', when: [{ value: true, does: 'returnsTrue' }] }],
		},
	],
}
const analyze = testAnalyzer([rules])

async function rulesIn(code: string): Promise<readonly string[]> {
	const text = `using Web;\nusing System;\nusing System.Collections.Generic;\nusing System.Text.RegularExpressions;\n${code}\n`
	const [analyzed] = await analyze({ 'A.cs': text })
	return (analyzed?.findings ?? []).map((found) => found.ruleId)
}

const page = (body: string, members = '', more = '') =>
	rulesIn(`public class A : Page {\n${members}\npublic void F(string input) {\n${body}\n}\n}\n${more}`)

describe('of two programs of C# that differ in one place, only that is found which does harm', () => {
	it.each([
		['a field', 'private readonly Lib.Options o = new() { Off = true };'],
		['a result', 'Lib.Options Make() => new() { Off = true };'],
		['a result of a block', 'Lib.Options Make() { return new() { Off = true }; }'],
		['a result that comes later', 'async Task<Lib.Options> Make() { return new() { Off = true }; }'],
		['a property', 'Lib.Options Made { get { return new() { Off = true }; } }'],
	])('`new()` of the type that is wanted: %s', async (_, member) => {
		expect(await rulesIn(`class A { ${member} }`)).toEqual(['csharp/setting'])
		expect(await rulesIn(`class A { ${member.replace('true', 'false')} }`)).toEqual([])
		expect(await rulesIn(`class A { ${member.replace('Lib.Options', 'Lib.Others')} }`)).toEqual([])
	})

	it.each([
		['as they are', 'foreach (var e in archive.Entries)'],
		[
			'some, in another order',
			'foreach (var e in archive.Entries.Where(e => e.Size > 0).OrderBy(e => e.Size).ToList())',
		],
		['the first', 'var e = archive.Entries.Where(e => e.Size > 0).FirstOrDefault();'],
	])('items of a sequence: %s', async (_, items) => {
		const code = (field: string) =>
			rulesIn(`class A { void F(string path) { var archive = new Lib.Archive(path); ${items} Lib.Run(e.${field}); } }`)
		expect(await code('Name')).toEqual(['csharp/run'])
		expect(await code('Size')).toEqual([])
	})

	it.each([
		[
			'a copy with another value',
			'var one = new C("a", "b"); var other = one with { Name = input };',
			'other.Name',
			'one.Name',
		],
		['an item of a tuple by its name', 'var t = (name: input, kind: "b");', 't.name', 't.kind'],
		['an item of a tuple by its place', 'var t = (input, "b");', 't.Item1', 't.Item2'],
		['an item of a tuple of a method', 'var t = Two(input);', 't.First', 't.Second'],
		[
			'a query',
			'var q = from one in new[] { input } where one != "" select new { one, two = "b" }; var i = q.First();',
			'i.one',
			'i.two',
		],
	])('%s', async (_, made, bad, good) => {
		const members = 'static (string First, string Second) Two(string it) => (it, "b");'
		const more = 'public record C(string Name, string Kind);'
		expect(await page(`${made} Lib.Run(${bad});`, members, more)).toEqual(['csharp/run'])
		expect(await page(`${made} Lib.Run(${good});`, members, more)).toEqual([])
	})

	it.each([
		['given back', 'public C With(string it) { Name = it; return this; }'],
		['given back at once', 'public C Same => this; public C With(string it) { Name = it; return Same; }'],
		[
			'handed over',
			'public C With(string it) { Put(this, it); return this; } static void Put(C to, string it) { to.Name = it; }',
		],
	])('an object that is %s by itself', async (_, members) => {
		const more = `public class C { public string Name; ${members} }`
		expect(await page('Lib.Run(new C().With(input).Name);', '', more)).toEqual(['csharp/run'])
		expect(await page('Lib.Run(new C().With("a").Name);', '', more)).toEqual([])
	})

	it('fields of classes that extend one of a library, by their names', async () => {
		const part = (base: string, name: string) =>
			rulesIn(
				`public class A : ${base} { public string ${name} { get; set; } = ""; public void F() { Lib.Run(${name}); } }`,
			)
		expect(await part('Part', 'Text')).toEqual(['csharp/run'])
		expect(await part('Part', 'LongText')).toEqual(['csharp/run'])
		expect(await part('Part', 'Icon')).toEqual([])
		expect(await part('Other', 'Text')).toEqual([])
	})

	it('parts that a pattern takes out', async () => {
		expect(await page('if (input.Split(",") is [var first, ..]) Lib.Run(first);')).toEqual(['csharp/run'])
		const two = (name: string) => page(`if ((input, "b") is (var one, var other)) Lib.Run(${name});`)
		expect(await two('one')).toEqual(['csharp/run'])
		expect(await two('other')).toEqual([])
	})

	it('an event that tells of something', async () => {
		const code = (event: string) =>
			rulesIn(`class A { void F(Lib.Line line) { line.${event} += (_, told) => Lib.Run(told.Text); } }`)
		expect(await code('Said')).toEqual(['csharp/run'])
		expect(await code('Closed')).toEqual([])
	})

	it('a method that stands outside of the type', async () => {
		const more = (value: string) =>
			`static class M { public static string Line(this string it, int most = 9) => ${value}; public static string Line(this string it, int a, int b) => it; }`
		expect(await page('Lib.Run(input.Line());', '', more('it.Trim()'))).toEqual(['csharp/run'])
		expect(await page('Lib.Run(input.Line());', '', more('"none"'))).toEqual([])
	})

	it('what is read with `TryGetValue`', async () => {
		const map = 'static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal) { ["a"] = "b" };'
		const body = (other: string) => `if (!Known.TryGetValue(input, out var found)) { ${other} } Lib.Run(found);`
		expect(await page(body('found = input;'), map)).toEqual(['csharp/run'])
		expect(await page(body('return;'), map)).toEqual([])
		expect(await page('if (Known.TryGetValue(input, out _)) Lib.Run(input);', map)).toEqual([])
		expect(await page('Lib.Run(Known.GetValueOrDefault(input, "c"));', map)).toEqual([])
	})

	it.each([
		['it is not null', 'input is not null && Name.IsMatch(input)'],
		['it is null', '!(input is null || !Name.IsMatch(input))'],
		['its length, too', 'input.Length is > 2 and < 9 && Name.IsMatch(input)'],
	])('a condition behind a pattern: %s', async (_, test) => {
		const name = 'static readonly Regex Name = new(@"\\A[a-z]+\\z");'
		expect(await page(`if (${test}) Lib.Run(input);`, name)).toEqual([])
		expect(await page(`if (${test}) Lib.Run(input);`, name.replace('\\z', ''))).toEqual(['csharp/run'])
	})

	it('a property that the framework fills', async () => {
		const read = 'public void G() { Lib.Run(Name); }'
		expect(await page('', `[Bound] public string Name { get; set; } = ""; ${read}`)).toEqual(['csharp/run'])
		expect(await page('', `public string Name { get; set; } = ""; ${read}`)).toEqual([])
		expect(await page('', `[Bound] public int Name { get; set; } ${read}`)).toEqual([])
	})

	it('a method that reads the request of its own object', async () => {
		expect(
			await rulesIn('public class A : Page { string Own() => Request.Query; public void F() { Lib.Run(Own()); } }'),
		).toEqual(['csharp/run'])
		expect(
			await rulesIn('public class A : Page { string Own() => "ls"; public void F() { Lib.Run(Own()); } }'),
		).toEqual([])
	})

	it('a method of a contract', async () => {
		const service = (annotation: string) =>
			`interface IService { ${annotation} void F(string input); } class Service : IService { public void F(string input) { Lib.Run(input); } }`
		expect(await rulesIn(service('[Operation]'))).toEqual(['csharp/run'])
		expect(await rulesIn(service(''))).toEqual([])
	})

	it('a method with a parameter of the framework', async () => {
		const method = (type: string) => `class S { void F(Ask ask, ${type} context) { Lib.Run(ask.Name); } }`
		expect(await rulesIn(method('CallContext'))).toEqual(['csharp/run'])
		expect(await rulesIn(method('Context'))).toEqual([])
	})

	it('a handler, of which services are no data', async () => {
		const routes = (use: string) =>
			`class Store { string kept; public string Get() => kept; } record Ask(string Name);
			static class R { static void All(Routes routes) { routes.Map("/", Handle); } static void Handle(Store store, Ask ask, int id) { Own(${use}); } static void Own(object it) { Lib.Run(it); } }`
		expect(await rulesIn(routes('ask.Name'))).toEqual(['csharp/run'])
		expect(await rulesIn(routes('store.Get()'))).toEqual([])
		expect(await rulesIn(routes('id'))).toEqual([])
	})

	it('an address that was taken apart', async () => {
		const body = (test: string) => `if (Uri.TryCreate(input, UriKind.Absolute, out var uri)${test}) Lib.Ask(uri);`
		expect(await page(body(''))).toEqual(['csharp/ask'])
		expect(await page(body(' && uri.Host == "a.example.com"'))).toEqual([])
		expect(await page(body(' && uri.Host.Equals("a.example.com", StringComparison.OrdinalIgnoreCase)'))).toEqual([])
	})

	it('a way of the own site, whose first characters were looked at', async () => {
		const local = (test: string) => `string Local(string it) { if (${test}) return it; return "/"; }`
		const strict = "it[0] == '/' && (it.Length == 1 || (it[1] != '/' && it[1] != '\\\\'))"
		expect(await page('Lib.Go(Local(input));', local("it[0] == '/'"))).toEqual(['csharp/go'])
		expect(await page('Lib.Go(Local(input));', local(strict))).toEqual([])
	})

	it('an expression that takes long, without a limit of time', async () => {
		const name = (more: string) => `static readonly Regex Name = new("^([a-z]+)+$"${more});`
		expect(await page('Name.IsMatch(input);', name(''))).toEqual(['csharp/slow'])
		expect(await page('Name.IsMatch(input);', name(', RegexOptions.None, TimeSpan.FromSeconds(1)'))).toEqual([])
		expect(await page('Name.IsMatch(input);', name(', RegexOptions.NonBacktracking'))).toEqual([])
		expect(await page('Regex.IsMatch(input, "^([a-z]+)+$");')).toEqual(['csharp/slow'])
		expect(await page('Regex.IsMatch(input, "^[a-z]+$");')).toEqual([])
	})

	it('how long something is', async () => {
		expect(await page('Lib.Run("x" + input.Name);')).toEqual(['csharp/run'])
		expect(await page('Lib.Run("x" + input.Length);')).toEqual([])
	})

	it('a check that only says what it saw', async () => {
		const check = (result: string) =>
			`client.Check = (a, errors) => { if (errors != null) log.LogWarning("wrong {E}", errors); return ${result}; };`
		expect(await page(check('true'))).toEqual(['csharp/unchecked'])
		expect(await page(check('errors == null'))).toEqual([])
	})

	it('a handler that is added to an event is one, also beside others', async () => {
		const added = (handler: string) =>
			rulesIn(
				`class A { void F(Other it) { it.Check += ${handler}; } bool No(int a) => a > 1; bool Yes(int a) => true; }`,
			)
		expect(await added('(a) => true')).toEqual(['csharp/unchecked'])
		expect(await added('Yes')).toEqual(['csharp/unchecked'])
		expect(await added('(a) => a > 1')).toEqual([])
		expect(await added('No')).toEqual([])
	})

	it('a field is of its declared type, wherever the constructor took it from', async () => {
		const held = (type: string) =>
			rulesIn(`class A { private readonly ${type} o; A(Other it) { o = it.Options; } void F() { o.Off = true; } }`)
		expect(await held('Lib.Options')).toEqual(['csharp/setting'])
		expect(await held('Lib.Others')).toEqual([])
	})

	it('what is caught is of the type that is written there', async () => {
		const caught = (type: string) =>
			rulesIn(`class A { void F() { try { G(); } catch (${type} o) { o.Off = true; } } void G() { Lib.Do(); } }`)
		expect(await caught('Lib.Options')).toEqual(['csharp/setting'])
		expect(await caught('Lib.Others')).toEqual([])
	})

	it('the host of an address that a framework made, and what the library calls its protocols', async () => {
		const asked = (check: string) =>
			rulesIn(
				`public class A : Page {\nstatic readonly HashSet<string> Known = new() { "a.example.com" };\npublic void F(Uri page) {\n${check}\nLib.Ask(page);\n}\n}`,
			)
		expect(await asked('')).toEqual(['csharp/ask'])
		expect(await asked('if (!Known.Contains(page.Host)) return;')).toEqual([])
		expect(await asked('if (page.Scheme != Uri.UriSchemeHttps || page.Host != "a.example.com") return;')).toEqual([])
		expect(await asked('if (page.Scheme != Uri.UriSchemeHttps) return;')).toEqual(['csharp/ask'])
		expect(await asked('if (!Known.Contains(page.Query)) return;')).toEqual(['csharp/ask'])
	})
})
