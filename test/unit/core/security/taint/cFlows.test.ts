import { describe, expect, it } from 'vitest'
import type { RuleFile, SecurityRule } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'

const rule = (id: string, rest: Partial<SecurityRule>): SecurityRule => ({
	id,
	title: id,
	message: 'It is wrong.',
	severity: 'high',
	confidence: 'high',
	cwe: [],
	owasp: [],
	fix: 'Do not.',
	description: 'It is wrong.',
	references: [],
	example: { bad: '', good: '' },
	...rest,
})

const rules: readonly RuleFile[] = [
	{
		language: 'c',
		entries: [{ name: 'main', parameters: ['', 'remote'] }],
		sources: [
			{ label: 'input', parameter: 'input' },
			{ label: 'network', call: 'recv', argument: 1 },
			{ label: 'network', call: 'recv', cleanFor: ['size'] },
			{ label: 'file', call: 'fread', argument: 0 },
		],
		guards: [
			{ call: 'strcmp', argument: 0, kinds: 'all', safeWhen: false, derived: true },
			{
				call: 'strncmp',
				argument: 0,
				kinds: ['command'],
				safeWhen: false,
				derived: true,
				when: [{ argument: 0, through: '^resolved$' }],
			},
			{ call: 'isalnum', argument: 0, kinds: 'all', derived: true, item: true },
			{ call: 'well_formed', argument: 0, kinds: ['command'] },
			{
				call: 'strchr',
				argument: 0,
				kinds: ['command'],
				safeWhen: false,
				derived: true,
				when: [{ argument: 1, is: 59 }],
			},
		],
		propagators: [
			{ call: ['recv', 'fread'], to: [] },
			{ call: ['strchr', 'strtok'], from: ['all'] },
			{ call: 'strtok_r', from: [0, 2], to: [2, 'result'] },
			{ call: 'resolved', from: [0], to: [1] },
			{ call: 'strcpy', from: [1], to: [0, 'result'] },
			{ call: '{std.string,string}.{append}', from: ['receiver', 'all'], to: ['receiver', 'result'] },
			{ call: 'std.stringstream.operator<<', from: ['all'], to: ['receiver'] },
		],
		rules: [
			rule('command', { kind: 'command', sinks: [{ call: 'system' }] }),
			rule('index', { kind: 'size', sinks: [{ index: '@array' }] }),
			rule('outOfBounds', { finds: [{ memory: 'outOfBounds' }] }),
			rule('useAfterFree', { finds: [{ memory: 'useAfterFree' }] }),
			rule('doubleFree', { finds: [{ memory: 'doubleFree' }] }),
			rule('freeOfOther', { finds: [{ memory: 'freeOfOther' }] }),
			rule('unasked', { finds: [{ memory: 'unasked' }] }),
			rule('dangling', { finds: [{ call: '@dangling' }, { memory: 'dangling' }] }),
			rule('otherwise', { finds: [{ memory: 'freeOtherwise' }] }),
			rule('owned', { finds: [{ memory: 'ownedTwice' }] }),
			rule('stale', { finds: [{ memory: 'stale' }] }),
			rule('moved', { finds: [{ memory: 'moved' }] }),
			rule('outlived', { finds: [{ call: '@outlived' }] }),
			rule('copies', { finds: [{ call: '@releasedByCopies' }] }),
			rule('leaves', { finds: [{ call: '@local' }] }),
			rule('unlimited', { kind: 'size', sinks: [{ call: '@unlimitedWrite' }] }),
			rule('uninitialized', { finds: [{ memory: 'uninitialized' }] }),
			rule('lost', { finds: [{ call: 'check', when: [{ ignored: true }] }] }),
			rule('failureAsYes', { finds: [{ call: '@failureAsYes' }] }),
			rule('freedBeforeStep', { finds: [{ call: '@freedBeforeStep' }] }),
			rule('endReached', { finds: [{ call: '@endReached' }] }),
			rule('beyondTail', { finds: [{ call: '@beyondTail' }] }),
			rule('filledByMessage', { finds: [{ call: '@filledByMessage' }] }),
			rule('stalledByMessage', { finds: [{ call: '@stalledByMessage' }] }),
			rule('copy', {
				finds: [
					{ call: 'memcpy', when: [{ argument: 2, exceeds: 0 }] },
					{ call: 'strcpy', when: [{ argument: 1, exceeds: 0 }] },
					{ call: 'sprintf', when: [{ argument: 1, formatted: true, exceeds: 0 }] },
					{ call: 'fread', when: [{ argument: 2, times: 1, exceeds: 0 }] },
					{ call: 'wmemset', when: [{ argument: 2, unit: 4, exceeds: 0 }] },
				],
			}),
			rule('measures', { finds: [{ call: 'strncpy', when: [{ argument: 2, measures: 1 }] }] }),
			rule('unbounded', { finds: [{ call: 'scanf', when: [{ argument: 0, unbounded: true }] }] }),
			rule('made', { finds: [{ call: 'printf', when: [{ argument: 0, form: 'made' }] }] }),
			rule('named', { finds: [{ name: '^des_' }] }),
			rule('flags', { finds: [{ call: 'parse', when: [{ argument: 0, path: 'RESOLVES' }] }] }),
			rule('option', { finds: [{ call: 'verify', when: [{ argument: 0, is: 0 }] }] }),
			rule('object', { finds: [{ call: 'lib.Parser' }] }),
		],
	},
]

const analyze = testAnalyzer(rules)

async function found(code: string, more: Record<string, string> = {}, file = 'a.cpp') {
	const [analyzed] = await analyze({ [file]: code, ...more }, [file])
	return (analyzed?.findings ?? []).map((it) => `${it.ruleId} ${it.range.startLine + 1}`)
}

describe('data that reaches a sink in C and C++', () => {
	it.each([
		['through a variable', 'void f(char *input) { char *a = input; system(a); }'],
		['through an array that a library fills', 'void f(int s) { char b[9]; recv(s, b, 9, 0); system(b); }'],
		['through a copy', 'void f(char *input) { char b[9]; strcpy(b, input); system(b); }'],
		['through a pointer into the array', 'void f(int s) { char b[9], *p = b + 2; recv(s, p, 7, 0); system(b); }'],
		[
			'through an address',
			'void put(char **to, char *x) { *to = x; }\nvoid f(char *input) { char *a; put(&a, input); system(a); }',
		],
		[
			'through a reference',
			'void put(char *&to, char *x) { to = x; }\nvoid f(char *input) { char *a; put(a, input); system(a); }',
		],
		[
			'through a field',
			'struct s { char *a; char *b; };\nvoid f(char *input) { s x, *p = &x; p->a = input; system(x.a); }',
		],
		[
			'through what a function returns',
			'char *same(char *x) { return x; }\nvoid f(char *input) { system(same(input)); }',
		],
		['through a cast', 'void f(void *input) { system((const char *) input); }'],
		['through an argument of main', 'int main(int argc, char **argv) { return system(argv[1]); }'],
		[
			'through a constructor',
			'struct A { char *x; A(char *y) : x(y) {} };\nvoid f(char *input) { A a(input); system(a.x); }',
		],
		[
			'through a method outside of its class',
			'class A { char *x; void set(char *y); void run(); };\nvoid A::set(char *y) { x = y; }\nvoid A::run() { system(x); }\nvoid f(char *input) { A *a = new A(); a->set(input); a->run(); }',
		],
		['through a lambda', 'void f(char *input) { auto run = [&]() { system(input); }; run(); }'],
		['through a text', 'void f(char *input) { std::string a("x"); a.append(input); system(a.c_str()); }'],
		['through a stream', 'void f(char *input) { std::stringstream a; a << "x" << input; system(a.str()); }'],
		[
			'through a function of a template',
			'template <typename T> T same(T x) { return x; }\nvoid f(char *input) { system(same(input)); }',
		],
		[
			'through a jump',
			'void f(char *input, int n) { char *a = "ls"; if (n) { a = input; goto end; } return; end: system(a); }',
		],
		[
			'through one of two branches of the preprocessor',
			'void f(char *input) {\n#ifdef A\nsystem("ls");\n#else\nsystem(input);\n#endif\n}',
		],
		[
			'through a pointer to a function',
			'void run(char *x) { system(x); }\nvoid f(char *input) { void (*g)(char *) = run; (*g)(input); }',
		],
		[
			'through the address of a variable behind a cast',
			'void get(void *to, char *x) { *(char **) to = x; }\nvoid f(char *input) { char *a; get((void *) &a, input); system(a); }',
		],
		['that begins as it should', 'void f(char *input) { if (strncmp(input, "ls ", 3) == 0) system(input); }'],
		['of which one character was looked at', "void f(char *input) { if (*input == 'l') system(input); }"],
		[
			'of which a loop left some out',
			'void f(char *input) { while (*input) { if (!isalnum(*input)) break; input++; } system(input); }',
		],
		[
			'of which another piece was compared',
			'void f(char *input) { char *rest, *a = strtok_r(input, " ", &rest), *b = strtok_r(0, " ", &rest); if (strcmp(a, "ls") == 0) system(b); }',
		],
		[
			'through a function of its own that is named as one of C++',
			'void forward(char *x) { system(x); }\nvoid f(char *input) { forward(input); }',
		],
		[
			'through an object that is made with a constant, too',
			'void f(char *input) { lib::Text a(input, lib::other); system(a); }',
		],
		['that is the next piece of a text', 'void f(char *input) { strtok(input, " "); system(strtok(0, " ")); }'],
		[
			'behind a character that was looked for',
			"void f(char *input) { char *a = strchr(input, ' '); if (a) system(a + 1); }",
		],
		[
			'behind an end that was written into the text',
			"void f(char *input) { char *a = strchr(input, ' '); if (a) { *a = '\\0'; system(a + 1); } }",
		],
		[
			'that a library did not find well formed',
			'void f(char *input) { if (well_formed(input) == 1) return; system(input); }',
		],
		['that was read in full', 'void f(int s) { char b[9]; if (recv(s, b, 9, 0) == 9) system(b); }'],
		[
			'through a function that escapes for something else',
			'void copy(char *to, char *x) { for (; *x; x++) if (*x == 60) strcpy(to, "&lt;"); else *to++ = *x; }\nvoid f(char *input) { char b[99]; copy(b, input); system(b); }',
		],
		['through a macro for a name', '#define RUN system\nvoid f(char *input) { RUN(input); }'],
	])('%s', async (_, code) => {
		const commands = (await found(code)).filter((it) => it.startsWith('command'))
		expect(commands.length).toBeGreaterThan(0)
	})

	it.each([
		['that was compared', 'void f(char *input) { if (strcmp(input, "ls") == 0) system(input); }'],
		['that a library found well formed', 'void f(char *input) { if (well_formed(input) != 1) return; system(input); }'],
		[
			'that a library gave more than 0 for',
			'void f(char *input) { if (well_formed(input) <= 0) return; system(input); }',
		],
		[
			'that was compared, with an early end',
			'void f(char *input) { if (strcmp(input, "ls") != 0) return; system(input); }',
		],
		[
			'of which a loop looked at each character',
			'int good(const char *x) { for (; *x; x++) if (!isalnum(*x) && *x != 45) return 0; return 1; }\nvoid f(char *input) { if (good(input)) system(input); }',
		],
		[
			'of which a loop looked at each character, by its place',
			'void f(int s) { char b[9]; recv(s, b, 9, 0); for (int i = 0; b[i]; i++) if (!isalnum(b[i])) return; system(b); }',
		],
		[
			'that begins as it should after it was resolved',
			'int inside(char *x, char *to) { resolved(x, to); return strncmp(to, "/srv/", 5) == 0 ? 0 : -1; }\nvoid f(char *input) { char b[99]; if (inside(input, b) != 0) return; system(b); }',
		],
		[
			'that a function quoted',
			"void quoted(char *to, char *x) { for (; *x; x++) if (*x == 39) { strcpy(to, \"'\\\\''\"); to += 4; } else *to++ = *x; }\nvoid f(char *input) { char b[99]; quoted(b, input); system(b); }",
		],
		[
			'without the character that was looked for',
			"void f(char *input) { if (strchr(input, ';') == NULL) system(input); }",
		],
		[
			'that a function has checked where it was called, behind another question',
			'int bad(char *x) { if (strcmp(x, "ls") != 0) return 1; return 0; }\nvoid f(char *input, int n) { if (n || bad(input)) return; system(input); }',
		],
		['that was overwritten', 'void f(char *input) { input = "ls"; system(input); }'],
		[
			'of another field',
			'struct s { char *a; char *b; };\nvoid f(char *input) { s x; x.a = input; x.b = "ls"; system(x.b); }',
		],
		['after a jump over it', 'void f(char *input) { goto end; system(input); end: return; }'],
		['behind the end of the program', 'void f(char *input) { if (input) { exit(1); system(input); } }'],
	])('not: %s', async (_, code) => expect(await found(code)).toEqual([]))

	it('does not take a check of one byte for one of its neighbour', async () => {
		const code =
			'void f(int s) { unsigned char b[9]; int a[3]; recv(s, b, 9, 0); unsigned char x = b[0], y = b[1]; if (x > 2) return; a[x] = 1;\na[y] = 1; }'
		expect((await found(code)).filter((it) => it.startsWith('index'))).toEqual(['index 2'])
	})

	it('goes into a file beside it that defines what a header of another name declares', async () => {
		const files = {
			'src/all.h': 'int run(const char *text);\nint halt(const char *text);\n',
			'src/runs.c':
				'#include "all.h"\nint run(const char *text)\n{\n\treturn system(text);\n}\nstatic int halt(const char *text) { return system(text); }\n',
			'src/other.c': '#include "all.h"\nint other(void) { return 0; }\n',
		}
		const main = '#include "all.h"\nvoid f(char *input) { run(input); halt(input); }'
		expect(await found(main, files, 'src/main.c')).toEqual(['command 4'])
	})

	it('goes through a room that a function gets with its size, of which nothing else is known', async () => {
		expect(
			await found(
				'void f(char *input) { char a[9], b[9], c[9];\nlookup(input, "x", a, sizeof(a));\nlookup(input, b, 9);\nescape(input, c, 9);\nsystem(a);\nsystem(b);\nsystem(c); }',
			),
		).toEqual(['command 5', 'command 6'])
	})

	it('does not take a check of one member of a structure for one of another', async () => {
		const code =
			'struct s { int x; int y; };\nvoid f(int n) { struct s b; int a[3]; recv(n, &b, 8, 0); if (b.x > 2 || b.x < 0) return; a[b.x] = 1;\na[b.y] = 1; }'
		expect((await found(code)).filter((it) => it.startsWith('index'))).toEqual(['index 3'])
	})

	it('is not what an index is that only says where something is written', async () => {
		expect(await found('void f(int input) { char a[9] = "ls"; a[input] = 0;\nsystem(a); }')).not.toContain('command 2')
	})

	it('goes into files that are included, and those that define what a header declares', async () => {
		const main = '#include "run.h"\nvoid f(char *input) { run(input); }'
		const more = {
			'run.h': 'void run(char *what);',
			'run.c': '#include "run.h"\nvoid run(char *what) { system(what); }',
		}
		const [analyzed] = await analyze({ 'a.c': main, ...more }, ['a.c'])
		expect(analyzed?.findings.map((it) => [it.file, it.path.map((step) => step.label)])).toEqual([
			['run.c', ['input', 'input', 'run', 'what', 'command']],
		])
	})

	it('reads a header of C++ as such, and behind macros that the compiler knows', async () => {
		const header =
			'namespace app {\nclass APP_EXPORT Runner {\n public:\n  Runner() : what_(0) {}\n  void run(char *input) { system(input); }\n private:\n  char *what_;\n};\n}\n'
		const [analyzed] = await analyze({ 'runner.h': header }, ['runner.h'])
		expect(analyzed?.findings.map((it) => [it.ruleId, it.range.startLine])).toEqual([['command', 4]])
		expect(analyzed?.gaps).toEqual([])
	})

	it('is an index', async () => {
		expect(await found('int a[4];\nint f(int input) {\nreturn a[input];\n}')).toEqual(['index 3'])
		expect(await found('int a[4];\nint f(int input) { return input >= 0 && input < 4 ? a[input] : 0; }')).toEqual([])
	})
})

describe('what rules look at in C and C++', () => {
	it.each([
		['a flag among others', 'void f() { int a = 1; a |= OTHER | RESOLVES; parse(a); }', ['flags 1']],
		['no flag that is not there', 'void f() { parse(OTHER | MORE); }', []],
		['what is always so', 'void f() { verify(0); }', ['option 1']],
		['no choice', 'void f(int isOff) { verify(isOff ? 0 : 1); }', []],
		[
			'that nobody asked for',
			'struct s { int n; };\nvoid f() { s *a = (s *) malloc(4);\na->n = 1; a->n = 2; free(a); }',
			['unasked 3'],
		],
		[
			'that was asked for by a function',
			'int *sure(int *x) { if (!x) exit(1); return x; }\nvoid f() { int *a = sure((int *) malloc(4)); *a = 1; free(a); }',
			[],
		],
		[
			'of a text that is gone',
			'void f(std::string x) { const char *a = (x + "b").c_str();\nconst char *b = x.c_str(); const char *c = x.name().c_str(); }',
			['dangling 1'],
		],
		['an object that is only declared', 'void f() { lib::Parser parser; }', ['object 1']],
	])('%s', async (_, code, wanted) => expect(await found(code)).toEqual(wanted))
})

describe('memory', () => {
	it.each([
		['behind the end', 'void f() { int a[3]; a[3] = 1; }', ['outOfBounds 1']],
		['of a size that the system defines', 'void f() { char a[PATH_MAX]; a[PATH_MAX] = 1; }', ['outOfBounds 1']],
		['before the beginning', 'int f() { int a[3] = {0}; return a[-1]; }', ['outOfBounds 1']],
		['at the end of a loop', 'void f() { int a[3]; for (int i = 0; i <= 3; i++) a[i] = 0; }', ['outOfBounds 1']],
		[
			'at the end of a long loop',
			'void f() { int a[300]; for (int i = 0; i <= 300; i++) a[i] = 0; }',
			['outOfBounds 1'],
		],
		['within a long loop', 'void f() { int a[300]; for (int i = 0; i < 300; i++) a[i] = 0; }', []],
		['of malloc', 'void f() { int *a = (int *) malloc(8); if (!a) return; a[1] = 0;\na[2] = 0; }', ['outOfBounds 2']],
		['of new', 'void f() { int *a = new int[2]; a[1] = 0;\na[2] = 0; }', ['outOfBounds 2']],
		['of a field', 'struct s { char a[4]; };\nvoid f(s *x) { s y; y.a[3] = 1;\ny.a[4] = 1; }', ['outOfBounds 3']],
		['through a pointer', 'int f() { int a[3] = {0}; int *p = a + 2; p--;\nreturn p[1] + p[2]; }', ['outOfBounds 2']],
		['through a pointer that is not known', 'int f(int n) { int a[3] = {0}; int *p = a + n; return p[7]; }', []],
		['of two dimensions', 'void f() { int a[2][3]; a[1][2] = 0;\na[1][3] = 0; }', ['outOfBounds 2']],
		[
			'with another type of pointer',
			'int f() { int a[1] = {0}; char *p = (char *) a;\nreturn p[3] + p[4]; }',
			['outOfBounds 2'],
		],
		[
			'with a number that a condition leaves',
			'int f(int n) { int a[3] = {0}; int i = n ? 9 : 2; if (i < 3) return a[i]; return 0; }',
			[],
		],
		[
			'behind as many as there is room for',
			'void f(int s) { char b[9]; int n = recv(s, b, 9, 0);\nb[n] = 0; }',
			['outOfBounds 2'],
		],
		['behind one less', 'void f(int s) { char b[9]; int n = recv(s, b, 8, 0); b[n] = 0; }', []],
		[
			'behind as many as there may be, which was looked at',
			'void f(int s) { char b[9]; int n = recv(s, b, 9, 0); if (n < 9) b[n] = 0; }',
			[],
		],
		[
			'with a field that a condition leaves',
			'struct s { char a[3]; int n; };\nvoid f(int m) { s x; x.n = m ? 0 : 2; if (x.n < 1) return; x.a[x.n - 1] = 0; }',
			[],
		],
		['that was freed', 'int f() { int *a = new int[2]; delete[] a;\nreturn a[0]; }', ['useAfterFree 2']],
		[
			'that was freed under another name',
			'int f() { int *a = (int *) malloc(8), *b = a; free(a);\nreturn *b; }',
			['useAfterFree 2'],
		],
		['that was freed on one way', 'int f(int n) { int *a = (int *) malloc(8); if (n) free(a); return a[0]; }', []],
		[
			'that was freed on one way, of an object that was handed over',
			'struct s { int n; };\nvoid f(struct s *a, int n) { if (n) free(a); a->n = 1; }',
			[],
		],
		[
			'that a function frees where it says so',
			'struct s { int n; };\nint g(struct s *a) { if (a->n) return 0; free(a); return -1; }\nvoid f(struct s *a) { if (g(a) < 0) return; a->n = 1; }',
			[],
		],
		[
			'that a function frees where it says so, and is used there',
			'struct s { int n; };\nint g(struct s *a) { if (a->n) return 0; free(a); return -1; }\nvoid f(struct s *a) { if (g(a) < 0)\na->n = 1; }',
			['useAfterFree 4'],
		],
		['that was freed and made anew', 'int f() { int *a = new int[2]; delete[] a; a = new int[2]; return a[0]; }', []],
		[
			'that was freed, of an object',
			'struct s { int n; };\nint f() { s *a = new s(); delete a;\nreturn a->n; }',
			['useAfterFree 3'],
		],
		['freed twice', 'void f(char *a) { free(a);\nfree(a); }', ['doubleFree 2']],
		['freed twice, with a zero in between', 'void f(char *a) { free(a); a = NULL; free(a); }', []],
		['freed that was not allocated', 'void f() { char a[3]; free(a); }', ['freeOfOther 1']],
		['read before it has a value', 'int f() { int n;\nreturn n; }', ['uninitialized 2']],
		['read after its address was taken', 'int f() { int n; get(&n); return n; }', []],
		['read after a macro', '#define SET(x) (x = 1)\nint f() { int n; SET(n); return n; }', []],
		['read after something that may take it by reference', 'int f() { int n; get(n); return n; }', []],
		['read after a macro that names it', '#define NEXT() (n = 1)\nint f() { int n; NEXT(); return n; }', []],
		['read by a function that is declared', 'void get(int x);\nvoid f() { int n;\nget(n); }', ['uninitialized 3']],
		['read in a later round', 'int f(int a) { int n; while (a--) { if (a > 3) n = 1; else return n; } return 0; }', []],
		[
			'freed, and given anew through its address',
			'int ask(char **x);\nvoid f() { char *a = (char *) malloc(4); free(a); ask(&a); a[0] = 1; free(a); }',
			[],
		],
		[
			'freed in a round before, of a list',
			'struct s { int n; s *next; };\ns *head;\nvoid f(int n) { s **at = &head, *a; while ((a = *at) != NULL) { if (a->n > n) { at = &a->next; continue; } *at = a->next; free(a); } }',
			[],
		],
		[
			'freed in a loop that a macro makes',
			'void f(void *all) { int *a = (int *) malloc(4); free(a); FOR_EACH_SAFE(all, a); a[0] = 1; }',
			[],
		],
		[
			'freed in the same round',
			'void f(int n) { while (n--) { int *a = (int *) malloc(4); free(a);\na[0] = 1; } }',
			['useAfterFree 2'],
		],
		[
			'freed by an earlier call',
			'int *kept;\nvoid drop() { if (kept[0]) free(kept); }\nvoid f() { kept = (int *) malloc(4); drop(); drop(); }',
			[],
		],
		[
			'freed by a function that is called',
			'void drop(int *x) { free(x); }\nint f() { int *a = (int *) malloc(4); drop(a);\nreturn a[0]; }',
			['useAfterFree 3'],
		],
		['read after both branches', 'int f(int a) { int n; if (a) n = 1; else n = 2; return n; }', []],
		['copied beyond the end', 'void f(char *x) { char a[4]; memcpy(a, x, 5); }', ['copy 1']],
		['copied up to the end', 'void f(char *x) { char a[4]; memcpy(a, x, sizeof(a)); }', []],
		['copied behind an offset', 'void f(char *x) { char a[4]; memcpy(a + 1, x, 4); }', ['copy 1']],
		['copied as a text', 'void f() { char a[4]; strcpy(a, "abc");\nstrcpy(a, "abcd"); }', ['copy 2']],
		['copied as a text of another array', 'void f() { char a[4], b[9] = "abcd"; strcpy(a, b); }', ['copy 1']],
		['formatted', 'void f(int n) { char a[12]; sprintf(a, "%d", n);\nsprintf(a, "%d.", n); }', ['copy 2']],
		[
			'formatted, of known values',
			'void f() { char a[4]; sprintf(a, "%d%s", 12, "x");\nsprintf(a, "%5s", "x"); }',
			['copy 2'],
		],
		['read in elements', 'void f(FILE *x) { int a[4]; fread(a, sizeof(int), 4, x);\nfread(a, 4, 5, x); }', ['copy 2']],
		['written in wide characters', 'void f() { wchar_t a[4]; wmemset(a, 0, 4);\nwmemset(a, 0, 5); }', ['copy 2']],
		[
			'of one of two pointers that has room',
			'void f(char *x, int n) { char a[4], b[8]; char *p = n ? a : b; memcpy(p, x, 6); }',
			[],
		],
	])('%s', async (_, code, expected) => {
		const names = /^(?:outOfBounds|useAfterFree|doubleFree|freeOfOther|uninitialized|copy) /
		expect((await found(code)).filter((it) => names.test(it))).toEqual(expected)
	})

	it('has conditions for what is written', async () => {
		expect(await found('void f(char *a, char *b) { strncpy(a, b, strlen(b) + 1); }')).toEqual(['measures 1'])
		expect(await found('void f(char *a, char *b) { strncpy(a, b, strlen(a)); }')).toEqual([])
		expect(await found('void f(char *a) { scanf("%d %s", &n, a); }')).toEqual(['unbounded 1'])
		expect(await found('void f(char *a) { scanf("%*s %8s %%s", a); }')).toEqual([])
		expect(await found('void f(char *a) { printf(get()); printf(a); printf("a"); }')).toEqual(['made 1'])
		expect(await found('void des_lock(char *x) {}\nvoid f(char *a) {\ndes_lock(a);\n}')).toEqual(['named 3'])
	})
})

describe('checks of a part in C', () => {
	const take = 'unsigned char b[64]; int at[9]; unsigned i; recv(s, b, 64, 0); i = b[1];'
	it.each([
		['another item of the array', `void f(int s) { ${take} if (b[0] > 9) return; at[i] = 1; }`],
		['another item in a switch', `void f(int s) { ${take} switch (b[0]) { case 1: at[i] = 1; } }`],
	])('say nothing of the rest: %s', async (_, code) => {
		expect(await found(code)).toEqual(['index 1'])
	})

	it.each([
		['the item itself', `void f(int s) { ${take} if (b[1] > 8) return; at[i] = 1; }`],
		['the variable that holds it', `void f(int s) { ${take} if (i > 8) return; at[i] = 1; }`],
	])('count for what was checked: %s', async (_, code) => {
		expect(await found(code)).toEqual([])
	})
})

describe('what a function says of memory with its result', () => {
	const fill = 'static int fill(char *p) { if (broken()) { free(p); return -1; } return 0; }\n'
	const begin = 'void f(void) { char *p = malloc(9); if (!p) return;'
	it.each([
		['in a condition', `${fill}${begin} if (fill(p) < 0) free(p); }`],
		['denied', `${fill}${begin} if (!fill(p)) return; free(p); }`],
		['in a variable', `${fill}${begin} int n = fill(p); if (n) free(p); }`],
		['compared later', `${fill}${begin} int n = fill(p); if (n == -1) free(p); }`],
	])('it is gone where it failed: %s', async (_, code) => {
		expect(await found(code)).toEqual(['doubleFree 2'])
	})

	it.each([
		['where it did not fail', `${fill}${begin} if (fill(p) < 0) return; free(p); }`],
		['where either may be so', `${fill}${begin} int n = fill(p); if (n < 5) free(p); }`],
		[
			'where it is not given back',
			`static int fill(char *p) { return broken() ? -1 : 0; }\n${begin} if (fill(p)) free(p); }`,
		],
	])('it is there: %s', async (_, code) => {
		expect(await found(code)).toEqual([])
	})
})

it('follows a pointer to a variable through the copy that a function makes of it', async () => {
	const all =
		'static int all(int s, void *to, int n) { char *at = to; while (n > 0) { int m = recv(s, at, n, 0); at += m; n -= m; } return 0; }'
	expect(await found(`${all}\nvoid f(int s) { int t[9]; unsigned n; all(s, &n, 4); t[n] = 1; }`)).toEqual(['index 2'])
})

it('takes numbers in macros for what they are behind a cast', async () => {
	expect(await found('#define OFF ((int)0)\nvoid f(void) { verify(OFF); }')).toEqual(['option 2'])
})
describe('methods of classes that a header declares', () => {
	const header = `#include <string>
class EXAMPLE_EXPORT Tool {
public:
	void keep(char *text);
	void run();
	void runGiven(char *input);
private:
	char *kept_;
};`
	const source = `#include "tool.h"
void Tool::keep(char *text) { kept_ = text; }
void Tool::run() { system(kept_); }
void Tool::runGiven(char *input) {
	keep(input);
	run();
}`

	it('are analyzed where they are defined, and know its members', async () => {
		expect(await found(source, { 'tool.h': header }, 'tool.cpp')).toEqual(['command 3'])
	})

	it('are found beside the folder of headers', async () => {
		const files = { 'include/tool.h': header, 'src/tool.cpp': source }
		const main = '#include "tool.h"\nint main(int n, char **args) { Tool tool; tool.keep(args[1]); tool.run(); }'
		expect(await found(main, files, 'main.cpp')).toEqual(['command 3'])
	})
})

describe('functions of one name in C++', () => {
	it.each([
		[
			'the one that takes so many',
			'void run(char *a) { system(a); }\nvoid run(char *a, int b) { }\nvoid f(char *input) { run(input); }',
			['command 1'],
		],
		['not one that takes more', 'void run(char *a, int b) { system(a); }\nvoid f(char *input) { run(input); }', []],
		[
			'one whose last argument may be left out',
			'void run(char *a, int b = 1) { system(a); }\nvoid f(char *input) { run(input); }',
			['command 1'],
		],
	])('%s', async (_, code, expected) => {
		const [analyzed] = await analyze({ 'a.cpp': code })
		expect(analyzed?.findings.map((it) => `${it.ruleId} ${it.range.startLine + 1}`)).toEqual(expected)
	})

	it('give a variable its value by reference', async () => {
		const set = 'void set(int a, bool &done) { done = a > 1; }\nvoid set(bool &done) { done = true; }\n'
		const [analyzed] = await analyze({
			'a.cpp': `${set}int f() { bool done; set(1, done); bool more; set(more); return done || more; }`,
		})
		expect(analyzed?.findings).toEqual([])
	})
})

describe('what C++ does to memory', () => {
	it.each([
		['an array that is given back as one', 'void f() { int *a = new int[3];\ndelete a; }', ['otherwise 2']],
		['an array of pointers', 'void f(int n) { char **a = new char*[n];\ndelete[] a; }', []],
		[
			'an object that counts who uses it',
			'struct A { int n; void drop() { delete this; } };\nvoid f() { A *a = new A(); a->drop();\na->n = 1; }',
			[],
		],
		[
			'two owners',
			'void f() { int *a = new int(3); std::shared_ptr<int> b(a);\nstd::shared_ptr<int> c(a); }',
			['owned 2'],
		],
		['an array that an owner gives back as one', 'void f() {\nstd::unique_ptr<int> a(new int[3]); }', ['otherwise 2']],
		['an array that an owner gives back as one of many', 'void f() { std::unique_ptr<int[]> a(new int[3]); }', []],
		['an array whose owner is told how', 'void f() { std::shared_ptr<int> a(new int[3], drop); }', []],
		[
			'a pointer that was moved on all ways',
			'int f(std::unique_ptr<A> a, bool b) { if (b) g(std::move(a)); else h(std::move(a));\nreturn a->n; }',
			['moved 2'],
		],
		[
			'a pointer that was moved on one way',
			'int f(std::unique_ptr<A> a, bool b) { if (b) g(std::move(a));\nreturn a->n; }',
			[],
		],
		['a pointer that has a new value', 'int f(std::unique_ptr<A> a) { g(std::move(a)); a = h();\nreturn a->n; }', []],
		[
			'a lambda of a thread that is let go',
			'void f(int a) {\nstd::thread b([&] { g(a); }); b.detach(); }',
			['outlived 2'],
		],
		['a lambda of a thread that is waited for', 'void f(int a) {\nstd::thread b([&] { g(a); }); b.join(); }', []],
		[
			'a class whose copies free the same',
			'class A { public: explicit A(int n) : a_(new int[n]) {}\n~A() { delete[] a_; } private: int *a_; };\nstd::vector<A> all;',
			['copies 2'],
		],
		[
			'a class that forbids copies',
			'class A { public: A(const A &) = delete; ~A() { delete[] a_; } private: int *a_; };\nstd::vector<A> all;',
			[],
		],
		[
			'a view of a variable',
			'std::string_view f() { std::string a = g(); std::string_view b = a; b = b.substr(1);\nreturn b; }',
			['leaves 2'],
		],
		['an owner of this', 'struct A { void f() {\ng(std::shared_ptr<A>(this)); } };', ['owned 2']],
		['a reference after growth', 'void f(std::vector<int> &a) { int &b = a[0]; a.push_back(1);\nb = 2; }', ['stale 2']],
		[
			'a reference after growth of another one',
			'void f(std::vector<int> &a, std::vector<int> &c) { int &b = a[0]; c.push_back(1);\nb = 2; }',
			[],
		],
		[
			'a pointer into what a function gives',
			'std::string g() { return "a"; }\nvoid f() {\nconst char *a = g().c_str(); }',
			['dangling 3'],
		],
		[
			'a pointer into what a function refers to',
			'std::string s;\nconst std::string &g() { return s; }\nvoid f() {\nconst char *a = g().c_str(); }',
			[],
		],
		[
			'a pointer into a sum that is given back',
			'struct A { std::string s; const char *f() {\nreturn (s + "x").c_str(); } };',
			['dangling 2'],
		],
		[
			'a loop without a limit',
			'void f(char *input) { char a[8], *b = a; while (*input)\n*b++ = *input++; }',
			['unlimited 2'],
		],
		[
			'a loop with a limit',
			'void f(char *input) { char a[8], *b = a; while (*input && b < a + 7)\n*b++ = *input++; }',
			[],
		],
	])('%s', async (_, code, expected) => {
		const paths = await analyze({ 'a.cpp': code })
		const all = (paths[0]?.findings ?? []).map((it) => `${it.ruleId} ${it.range.startLine + 1}`)
		expect(all).toEqual(expected)
	})
})

describe('what a function of C says by its text', () => {
	it.each([
		[
			'an answer that the next statement overwrites',
			'int f() { int a;\na = check();\na = g(); return a; }',
			['lost 2'],
		],
		['an answer that the next statement looks at', 'int f() { int a = check();\na = g(a); return a; }', []],
		['an answer that is asked for', 'int f() { int a = check();\nif (a) a = g(); return a; }', []],
		[
			'a verification that is asked for 0 only',
			'int f() { int a = X509_verify(b, c);\nreturn a != 0; }',
			['failureAsYes 1'],
		],
		['a verification that is asked for 1', 'int f() { int a = X509_verify(b, c);\nreturn a == 1; }', []],
		[
			'an item that is freed before the step',
			'struct A { struct A *next; int n; };\nvoid f(struct A *a) { for (struct A *b = a; b; b = b->next)\nif (b->n) free(b); }',
			['freedBeforeStep 2'],
		],
		[
			'an item that is freed where the loop ends',
			'struct A { struct A *next; int n; };\nvoid f(struct A *a) { for (struct A *b = a; b; b = b->next)\nif (b->n) { free(b); break; } }',
			[],
		],
		[
			'an item whose next one is kept',
			'struct A { struct A *next; int n; };\nvoid f(struct A *a) { struct A *c; for (struct A *b = a; b; b = c) {\nc = b->next; free(b); } }',
			[],
		],
		[
			'a loop to the end itself',
			'void f(int n) { char *a = new char[n]; for (int i = 0; i <= n; i++)\na[i] = 0; }',
			['endReached 2'],
		],
		[
			'a loop that stops before the end',
			'void f(int n) { char *a = new char[n]; for (int i = 0; i < n; i++)\na[i] = 0; }',
			[],
		],
		[
			'the rest of a structure from a later member',
			'struct A { int a; int b; };\nvoid f(struct A *c) {\nmemset(&c->b, 0, sizeof(struct A) - offsetof(struct A, a)); }',
			['beyondTail 3'],
		],
		[
			'the rest of a structure',
			'struct A { int a; int b; };\nvoid f(struct A *c) {\nmemset(&c->b, 0, sizeof(struct A) - offsetof(struct A, b)); }',
			[],
		],
		[
			'a length of a message that is compared with the message only',
			'struct A { char a[32]; };\nvoid f(struct A *c, const unsigned char *d, size_t n) { size_t m = d[0] << 8 | d[1]; if (m > n - 2) return;\nmemcpy(c->a, d + 2, m); }',
			['filledByMessage 3'],
		],
		[
			'a length of a message that is compared with the array',
			'struct A { char a[32]; };\nvoid f(struct A *c, const unsigned char *d, size_t n) { size_t m = d[0] << 8 | d[1]; if (m > n - 2 || m > 32) return;\nmemcpy(c->a, d + 2, m); }',
			[],
		],
		[
			'a step of a message that may be 0',
			'void f(const uint8_t *d, size_t n) { size_t i = 0; while (i + 1 < n) { uint8_t m = d[i + 1]; if (m > n - i) return;\ni += m; } }',
			['stalledByMessage 2'],
		],
		[
			'a step of a message that is asked for 0',
			'void f(const uint8_t *d, size_t n) { size_t i = 0; while (i + 1 < n) { uint8_t m = d[i + 1]; if (m < 2 || m > n - i) return;\ni += m; } }',
			[],
		],
	])('%s', async (_, code, expected) => {
		expect(await found(code)).toEqual(expected)
	})
})
