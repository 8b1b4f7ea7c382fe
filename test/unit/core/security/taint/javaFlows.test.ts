import { describe, expect, it } from 'vitest'
import type { RuleFile } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const about = { ...taintRules[3]?.rules?.[0], severity: 'high' as const } as NonNullable<RuleFile['rules']>[number]
const more: RuleFile = {
	language: 'java',
	sanitizers: [
		{ call: 'java.util.Base64.Encoder.encode', kinds: ['encoded'] },
		{ call: 'lib.Page.plain', kinds: ['command'], cleans: 'everything' },
		{ call: 'lib.Reader.limit', kinds: ['xml'], cleans: 'receiver' },
	],
	sources: [{ label: 'a reader as it is made', kind: 'unsafe', call: 'lib.Reader' }],
	propagators: [{ call: 'java.util.Base64.Decoder.decode', from: [0], to: ['result'], undoes: ['encoded'] }],
	types: [
		{ path: 'java.util.Base64.getEncoder()', is: 'java.util.Base64.Encoder' },
		{ path: 'java.util.Base64.getDecoder()', is: 'java.util.Base64.Decoder' },
	],
	rules: [
		{
			...about,
			id: 'java/redirect',
			kind: 'redirect',
			sinks: [{ call: 'lib.Page.go' }],
		},
		{
			...about,
			id: 'java/reader',
			kind: 'xml',
			sources: ['unsafe'],
			sinks: [{ call: 'lib.Reader.read', arguments: ['receiver'], when: [{ argument: 0, tainted: ['remote'] }] }],
		},
		{ ...about, id: 'java/disk', kind: 'path', sinks: [{ call: 'lib.Disk.read' }] },
		{ ...about, id: 'java/page', kind: 'html', sinks: [{ call: 'lib.Page.show' }] },
		{
			...about,
			id: 'java/objects',
			kind: 'deserialization',
			sinks: [{ call: 'java.io.ObjectInputStream.readObject', arguments: ['receiver'] }],
		},
		{
			...about,
			id: 'java/hash',
			sinks: [],
			finds: [{ call: 'lib.Hash.of', when: [{ argument: 0, matches: '^MD5$' }] }],
		},
	],
}
const analyze = testAnalyzer([...taintRules, more])

async function findingsOf(body: string, members = '', files: Record<string, string> = {}) {
	const head = 'package app;\nimport java.util.*;\nimport lib.*;\nimport javax.servlet.http.HttpServlet;\n'
	const text = `${head}public class A extends HttpServlet {\nvoid f(String input) throws Exception {\n${body}\n}\n${members}\n}\n`
	const [analyzed] = await analyze({ 'src/app/A.java': text, ...files }, ['src/app/A.java'])
	return analyzed?.findings ?? []
}

const rulesOf = async (...given: Parameters<typeof findingsOf>) =>
	(await findingsOf(...given)).map((found) => found.ruleId)

const run = (value: string) => `Runtime.getRuntime().exec(${value});`

describe('of two programs of Java that differ in one place, only that is found which does harm', () => {
	it('a method of a class with a base that is not known', async () => {
		expect(await rulesOf(run('own(input)'), 'String own(String x) { return x; }')).toEqual(['java/command'])
		expect(await rulesOf(run('own(input)'), 'String own(String x) { return "ls"; }')).toEqual([])
	})

	it('a field of such a class', async () => {
		expect(await rulesOf(`this.a = input; ${run('this.a')}`, 'String a; String b;')).toEqual(['java/command'])
		expect(await rulesOf(`this.a = input; ${run('this.b')}`, 'String a; String b;')).toEqual([])
	})

	it.each([
		[
			'builders',
			'StringBuilder b = new StringBuilder("a"); b.append(input); %s',
			run('b.toString()'),
			`b.setLength(0); ${run('b.append("ls").toString()')}`,
		],
		[
			'texts that are replaced whole',
			'StringBuilder b = new StringBuilder(input); %s',
			`b.replace(0, 2, "x"); ${run('b.toString()')}`,
			`b.replace(0, b.length(), "x"); ${run('b.toString()')}`,
		],
		[
			'encodings',
			'byte[] e = Base64.getEncoder().encode(input.getBytes()); %s',
			run('new String(Base64.getDecoder().decode(e))'),
			run('new String(e)'),
		],
		[
			'constants of the language',
			'String a = "ls"; %s',
			`if (Math.max(3, 5) > 4) a = input; ${run('a')}`,
			`if (Math.max(3, 5) < 4) a = input; ${run('a')}`,
		],
		[
			'copies of arrays',
			'String[] a = { input, "ls" }; String[] b = Arrays.copyOf(a, 2); %s',
			run('b[0]'),
			run('b[1]'),
		],
		[
			'what was checked in a branch',
			'String a = "ls"; %s',
			`if (!"x".equals(input)) a = input; ${run('a')}`,
			`if ("x".equals(input) || "y".equals(input)) a = input; ${run('a')}`,
		],
		['addresses by what stands in front', '%s', 'Page.go("http://" + input);', 'Page.go("/home?a=" + input);'],
		['all that comes after a call', '%s', `${run('input')} Page.plain();`, `Page.plain(); ${run('input')}`],
	])('%s', async (_, frame, bad, good) => {
		expect(await rulesOf(frame.replace('%s', bad))).toHaveLength(1)
		expect(await rulesOf(frame.replace('%s', good))).toEqual([])
	})
})

it('a constant of an enum is no data, whatever its name came from', async () => {
	expect(await rulesOf(run('Color.valueOf(input).name()'), 'enum Color { RED }')).toEqual([])
})

it('a method goes before a field of its name', async () => {
	const pair = (body: string) =>
		rulesOf(body, 'static class B { String a = "x"; String b; B a(String v) { b = v; return this; } }')
	expect(await pair(run('new B().a(input).b'))).toEqual(['java/command'])
	expect(await pair(run('new B().a(input).a'))).toEqual([])
})

it('follows classes that are written with their package', async () => {
	const helper = (body: string) => ({
		'src/app/more/Help.java': `package app.more;\npublic class Help { public static String take(String a) { return ${body}; } }\n`,
	})
	expect(await rulesOf(run('app.more.Help.take(input)'), '', helper('a'))).toEqual(['java/command'])
	expect(await rulesOf(run('app.more.Help.take(input)'), '', helper('"ls"'))).toEqual([])
})

it('knows what a file of settings says, and else the value that stands beside it', async () => {
	const body =
		'Properties p = new Properties(); p.load(getClass().getClassLoader().getResourceAsStream("app.properties")); Hash.of(p.getProperty("alg", "SHA-512"));'
	const settings = testAnalyzer([
		...taintRules,
		{
			...more,
			types: [
				{ path: '*.getClass()', is: 'java.lang.Class' },
				{ path: 'java.lang.Class.getClassLoader()', is: 'java.lang.ClassLoader' },
			],
		},
	])
	const text = `package app;\nimport java.util.*;\nimport lib.*;\npublic class A {\nvoid f() throws Exception { ${body} }\n}\n`
	const found = async (files: Record<string, string>) => {
		const [analyzed] = await settings({ 'src/app/A.java': text, ...files }, ['src/app/A.java'])
		return { rules: analyzed?.findings.map((it) => it.ruleId), dependsOn: analyzed?.dependsOn }
	}
	const known = await found({ 'src/app.properties': '# which\nalg = MD5\n' })
	expect(known.rules).toEqual(['java/hash'])
	expect(known.dependsOn).toContain('src/app.properties')
	expect((await found({ 'src/app.properties': 'alg=SHA-256\n' })).rules).toEqual([])
	expect((await found({})).rules).toEqual([])
})

describe('objects that are made of data of somebody else', () => {
	const bean = `package app;\npublic class Bean {
		private String name; private int count; private Level level; private Bean next;
		public String getName() { return name; }
		public int getCount() { return count; }
		public Level getLevel() { return level; }
		public Bean getNext() { return next; }
	}\n`
	const files = {
		'src/app/Bean.java': bean,
		'src/app/Level.java': 'package app;\npublic enum Level { LOW, HIGH }\n',
		'src/app/Plain.java':
			'package app;\n@lombok.Data\npublic class Plain { private String name; private Long count; }\n',
	}
	const inner = 'static class Inner { String name; int count; String getName() { return name; } } enum Kind { A, B }'
	const found = (type: string, value: string) =>
		findingsOf('', `${inner} void g(${type} input) throws Exception { ${run(value)} }`, files)

	it.each([
		['Bean', 'input.getName()'],
		['Bean', 'input.getNext().getName()'],
		['Plain', 'input.getName()'],
		['Inner', 'input.getName()'],
		['Inner', 'input.name'],
		['String', 'input'],
		['byte[]', 'new String(input)'],
	])('are followed through their methods: %s %s', async (type, value) =>
		expect(await found(type, value)).toMatchObject([{ ruleId: 'java/command', confidence: 'high' }]),
	)

	it.each([
		['Bean', 'input.getCount()'],
		['Bean', 'input.getNext().getCount()'],
		['Plain', 'input.getCount()'],
		['Inner', 'input.count'],
		['int', 'input'],
	])('are less sure where they are numbers: %s %s', async (type, value) =>
		expect(await found(type, value)).toMatchObject([{ ruleId: 'java/command', confidence: 'medium' }]),
	)

	it.each([
		['Bean', 'input.getLevel()'],
		['Kind', 'input'],
		['Level', 'input'],
	])('do no harm where they are one of an enumeration: %s %s', async (type, value) =>
		expect(await found(type, value)).toEqual([]),
	)
})

it.each([
	['replaced or allowed', 'if (!List.of("ls").contains(input)) input = "ls";', []],
	[
		'replaced where it is null, or not allowed',
		'if (input == null || !List.of("ls").contains(input)) input = "ls";',
		[],
	],
	['replaced where it is null', 'if (input == null) input = "ls";', ['java/command']],
	['looked at', 'if (List.of("ls").contains(input)) lib.Log.of("known");', ['java/command']],
])('data that is %s', async (_, check, expected) => {
	expect(await rulesOf(`${check} ${run('input')}`)).toEqual(expected)
})

it('what a handler makes safe for its own answer is safe for no other one', async () => {
	expect(await rulesOf(`lib.Server.on(() -> { Page.plain(); }); ${run('input')}`)).toEqual(['java/command'])
	expect(await rulesOf(`Page.plain(); ${run('input')}`)).toEqual([])
})

it.each([
	['java.util.concurrent.CompletableFuture.supplyAsync(() -> input).thenAccept(x -> { %s });', ['java/command']],
	['java.util.concurrent.CompletableFuture.supplyAsync(() -> "ls").thenAccept(x -> { %s });', []],
	['app.more.Maps.of(input).forEach((k, x) -> { %s });', ['java/command']],
])('a function is handed over for what it gives: %s', async (code, expected) => {
	const body = code.replace('%s', 'try { Runtime.getRuntime().exec(x); } catch (Exception e) { }')
	expect(await rulesOf(body)).toEqual(expected)
})

it('what is unsafe for certain data alone is found where that data comes from, in another file', async () => {
	const reading = {
		'src/app/Texts.java':
			'package app;\nimport lib.Reader;\nclass Texts { Object of(String text) { return new Reader().read(text); } }',
	}
	const found = await findingsOf('new Texts().of(input);', '', reading)
	expect(found.map(({ ruleId, file }) => [ruleId, file])).toEqual([['java/reader', 'src/app/Texts.java']])
	expect(found[0]?.path.map(({ label }) => label)).toEqual(expect.arrayContaining(['a reader as it is made', 'input']))
	expect(await rulesOf('new Texts().of("fixed");', '', reading)).toEqual([])
})

it('a service that a container makes has what its constructor leaves in its fields', async () => {
	const service = (settings: string) => ({
		'src/app/Texts.java': `package app;
import lib.Reader;
class Texts {
	private final Reader reader;
	Texts() { reader = new Reader(); ${settings} }
	Object of(String text) { return reader.read(text); }
}`,
	})
	const members = 'private final Texts texts; A(Texts texts) { this.texts = texts; }'
	expect(await rulesOf('texts.of(input);', members, service(''))).toEqual(['java/reader'])
	expect(await rulesOf('texts.of(input);', members, service('reader.limit();'))).toEqual([])
	expect(await rulesOf('texts.of("fixed");', members, service(''))).toEqual([])
})

describe('checks of Java that look alike', () => {
	it('a path lies in a folder where it was normalized', async () => {
		const read = (test: string) =>
			`java.nio.file.Path p = folder.resolve(input); if (!${test}) return; new Disk().read(p);`
		const members = 'java.nio.file.Path folder;'
		expect(await rulesOf(read('p.startsWith(folder)'), members)).toEqual(['java/disk'])
		expect(await rulesOf(read('p.toAbsolutePath().startsWith(folder)'), members)).toEqual(['java/disk'])
	})

	it('a test of one item that equals the data, not of one that it begins with', async () => {
		const any = (test: string) => `if (!known.stream().anyMatch(${test})) return; ${run('input')}`
		for (const members of ['List<String> known;', 'static final List<String> known = List.of("a", "b");']) {
			expect(await rulesOf(any('it -> it.equals(input)'), members)).toEqual([])
			expect(await rulesOf(any('input::equals'), members)).toEqual([])
			expect(await rulesOf(any('it -> input.startsWith(it)'), members)).toEqual(['java/command'])
			expect(await rulesOf(any('input::endsWith'), members)).toEqual(['java/command'])
			expect(await rulesOf(`if (known.stream().noneMatch(input::equals)) return; ${run('input')}`, members)).toEqual([])
			const chosen = `String one = known.stream().filter(input::equals).findFirst().orElseThrow(() -> new Error(input));`
			expect(await rulesOf(`${chosen} ${run('one')}`, members)).toEqual([])
		}
	})

	it('what is nothing needs no check', async () => {
		const check = (test: string) => `if (${test}) throw new Error(); if (input != null) { ${run('input')} }`
		expect(await rulesOf(check('input != null && !input.matches("[a-z]+")'))).toEqual([])
		expect(await rulesOf(check('input == null && !input.matches("[a-z]+")'))).toEqual(['java/command'])
	})

	it('signs of markup that are written otherwise, one by one', async () => {
		const own = (signs: string) => `static String own(String x) { StringBuilder out = new StringBuilder();
for (int i = 0; i < x.length(); i++) { char c = x.charAt(i); switch (c) { ${signs} default -> out.append(c); } } return out.toString(); }`
		const show = 'new Page().show(own(input));'
		expect(await rulesOf(show, own(`case '<' -> out.append("&lt;"); case '"' -> out.append("&quot;");`))).toEqual([])
		expect(await rulesOf(show, own(`case '>' -> out.append("&gt;");`))).toEqual(['java/page'])
	})
})

it('a component of a record is read as a text, and a number is none', async () => {
	const members = 'record Wish(String name, int size) { String shown() { return name.strip(); } }'
	const wish = 'Wish wish = new Wish(input, Integer.parseInt("3"));'
	expect(await rulesOf(`${wish} ${run('wish.shown()')}`, members)).toEqual(['java/command'])
	expect(await rulesOf(`${wish} ${run('wish.name().trim()')}`, members)).toEqual(['java/command'])
	expect(await rulesOf(`${wish} ${run('"" + wish.size()')}`, members)).toEqual([])
})

it('a stream of the program that comes from one of the library', async () => {
	const stream = (body: string) => `static final Set<String> names = Set.of("a");
static class Own extends java.io.ObjectInputStream {
Own(java.io.InputStream in) throws Exception { super(in); }
protected Class<?> resolveClass(java.io.ObjectStreamClass it) throws Exception { ${body} } }`
	const read =
		'java.io.ObjectInputStream in = new Own(new java.io.ByteArrayInputStream(input.getBytes())); in.readObject();'
	expect(await rulesOf(read, stream('return super.resolveClass(it);'))).toEqual(['java/objects'])
	const refusing = (test: string) => stream(`if (${test}) throw new Exception(); return super.resolveClass(it);`)
	expect(await rulesOf(read, refusing('names.contains(it.getName())'))).toEqual(['java/objects'])
	expect(await rulesOf(read, refusing('!names.contains(it.getName())'))).toEqual([])
})
