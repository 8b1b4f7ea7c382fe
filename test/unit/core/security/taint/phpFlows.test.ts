import { describe, expect, it } from 'vitest'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const analyze = testAnalyzer(taintRules)

async function findings(code: string, more: Record<string, string> = {}) {
	const [analyzed] = await analyze({ 'a.php': `<?php\n${code}\n`, ...more }, ['a.php'])
	return analyzed?.findings ?? []
}

describe('data that reaches a sink in PHP', () => {
	it.each([
		['through an array of options', 'function f($input) { $o = [CURLOPT_URL => $input]; system($o[CURLOPT_URL]); }'],
		['through a union of arrays', "function f($input) { $o = ['b' => 'ls'] + ['a' => $input]; system($o['a']); }"],
		[
			'through array_merge',
			"function f($input) { $o = array_merge(['a' => 'ls'], ['a' => $input]); system($o['a']); }",
		],
		[
			'past an expression without an end',
			"function f($input) { if (!preg_match('/^[a-z]+/', $input)) { return; } system($input); }",
		],
		[
			'past an expression whose ends are those of a line',
			"function f($input) { if (!preg_match('/^[a-z]+$/m', $input)) { return; } system($input); }",
		],
		[
			'past one of two alternatives that has an end',
			"function f($input) { if (!preg_match('/^[a-z]+|[0-9]+$/', $input)) { return; } system($input); }",
		],
		[
			'past an expression that is to match',
			"function f($input) { if (preg_match('/[^a-z]/', $input)) { system($input); } }",
		],
		[
			'past strpos that may be false',
			"function f($input) { if (strpos($input, 'a') == false) { return; } system($input); }",
		],
		[
			'past a keyed hash of something else',
			"function f($input, $other, $mac) { if (!hash_equals(hash_hmac('sha256', $other, 'k'), $mac)) { return; } system($input); }",
		],
		['through a group of a match', "function f($input) { preg_match('/a=(.*)/', $input, $m); system($m[1]); }"],
		[
			'through a named group beside one of numbers',
			"function f($input) { if (preg_match('/(?<id>\\d+);(?<rest>\\S+)/', $input, $m)) { system($m['id']); system($m['rest']); } }",
		],
		[
			'through groups of all matches',
			"function f($input) { preg_match_all('/(\\d+) (\\S+)/', $input, $m); foreach ($m[2] as $it) { system($it); } }",
		],
		[
			'through groups of one match after the other',
			"function f($input) { preg_match_all('/(\\d+) (\\S+)/', $input, $m, PREG_SET_ORDER); foreach ($m as $it) { system($it[2]); } }",
		],
		['through a pattern that is not known', 'function f($input, $re) { preg_match($re, $input, $m); system($m[1]); }'],
		[
			'into a variable that a call is the first to fill',
			"function fill(&$o, $it) { $o['a'] = $it; } function f($input) { fill($o, $input); system($o['a']); }",
		],
		['past a replacement that leaves more', "function f($input) { system(preg_replace('/[^a-z;]/', '', $input)); }"],
	])('%s', async (_, code) => expect(await findings(code)).toHaveLength(1))
})

describe('data that does not reach a sink in PHP', () => {
	it.each([
		[
			'it is another option',
			"function f($input) { $o = [CURLOPT_URL => $input, CURLOPT_PORT => 'ls']; system($o[CURLOPT_PORT]); }",
		],
		[
			'the group holds numbers only',
			"function f($input) { if (preg_match('/a=(\\d+)/', $input, $m)) { system($m[1]); } }",
		],
		[
			'the named group holds letters only',
			"function f($input) { preg_match('/(?:a|b)=(?<it>[a-z]+)(.*)/', $input, $m); system($m['it'] . $m[1]); }",
		],
		[
			'groups of all matches hold numbers only',
			"function f($input) { preg_match_all('/(\\d+) (\\S+)/', $input, $m); foreach ($m[1] as $it) { system($it); } }",
		],
		[
			'what a whole match admits is harmless',
			"function f($input) { if (preg_match('/^([a-z]+)-(.*)$/', $input, $m)) { system($m[1]); } }",
		],
		[
			'the left one of a union has the key',
			"function f($input) { $o = ['a' => 'ls'] + ['a' => $input]; system($o['a']); }",
		],
		[
			'array_merge overwrites it',
			"function f($input) { $o = array_merge(['a' => $input], ['a' => 'ls']); system($o['a']); }",
		],
		[
			'an expression names its characters',
			"function f($input) { if (!preg_match('#\\A[a-z/]+\\z#i', $input)) { return; } system($input); }",
		],
		[
			'the count of matches is compared',
			"function f($input) { if (preg_match('{^[[:alnum:]]+$}D', $input) < 1) { return; } system($input); }",
		],
		[
			'no other character is in it',
			"function f($input) { if (preg_match('/[^a-z]/', $input) === 1) { return; } system($input); }",
		],
		[
			'a function checks it',
			"function ok($x) { return preg_match('/^\\w+$/', $x) === 1; } function f($input) { if (ok($input)) { system($input); } }",
		],
		[
			'it was made with the key',
			"function f($input, $mac) { if (!hash_equals($mac, hash_hmac('sha256', $input, 'k'))) { return; } system($input); }",
		],
		[
			'a keyed hash is identical',
			"function f($input, $mac) { $own = hash_hmac('sha256', $input, 'k'); if ($own === $mac) { system($input); } }",
		],
		['other characters are taken out', "function f($input) { system(preg_replace('/[^a-z]/', '', $input)); }"],
		['strcmp says that it is a constant', "function f($input) { if (strcmp($input, 'ls') === 0) { system($input); } }"],
	])('%s', async (_, code) => expect(await findings(code)).toHaveLength(0))
})

describe('files of PHP', () => {
	it('keeps where data comes from when a variable is handed to another file', async () => {
		const found = await findings("require 'b.php';\n$all = $_GET;\nrun($all);", {
			'b.php': "<?php\nfunction run($all) { system($all['x']); }\n",
		})
		expect(found).toHaveLength(1)
		expect(found[0]?.path[0]).toMatchObject({ file: 'a.php', range: { startLine: 2 } })
	})

	it.each([["require 'lib/tools.php';\nuse Own\\Tools;"], ["use Own\\Tools;\nrequire 'lib/tools.php';"]])(
		'finds a class in a file that was included: %j',
		async (head) => {
			const more = {
				'lib/tools.php': '<?php\nnamespace Own;\nclass Tools { static function run($x) { system($x); } }\n',
			}
			expect(await findings(`${head}\nTools::run($_GET['x']);`, more)).toHaveLength(1)
		},
	)
})

describe('what PHP keeps apart', () => {
	it('a method from a field of the same name', async () => {
		const code = `class Q { private $page = 1; private $line = ''; function line($x) { $this->line = $x; return $this; } function page($n) { $this->page = $n; return $this; } function go() { system($this->line); } }
function f($input) { (new Q())->line($input)->page(2)->go(); }`
		expect(await findings(code)).toHaveLength(1)
	})

	it('a part that was checked from one that was not, of what may be an empty array', async () => {
		const code = (part: string) =>
			`function f($input) { $d = json_decode($input, true) ?? []; if (!in_array($d['a'], ['x', 'y'], true)) { return; } system($d['${part}']); }`
		expect(await findings(code('b'))).toHaveLength(1)
		expect(await findings(code('a'))).toEqual([])
	})

	it('a key that was checked from one that was not', async () => {
		const code = (test: string) =>
			`function f($input) { $all = []; foreach ($input as $k => $v) { if (${test}) { $all[$k] = 'x'; } } foreach ($all as $k => $v) { system($k); } }`
		expect(await findings(code("in_array($k, ['a', 'b'], true)"))).toEqual([])
		expect(await findings(code('$v'))).toHaveLength(1)
	})
})

describe('jobs of Laravel', () => {
	const job = `use Illuminate\\Contracts\\Queue\\ShouldQueue;
class Shrink implements ShouldQueue { function __construct(private $file) {} function handle() { system($this->file); } }
class Shown { function __construct(private $file) {} function handle() { system($this->file); } }`

	it.each(['Shrink::dispatch($input);', 'dispatch(new Shrink($input));', 'Shrink::dispatchIf(true, $input);'])(
		'%s',
		async (call) => {
			expect(await findings(`${job}\nfunction f($input) { ${call} }`)).toHaveLength(1)
		},
	)

	it('other classes with such a method are none', async () => {
		expect(await findings(`${job}\nfunction f($input) { Shown::dispatch($input); }`)).toEqual([])
	})
})

it('a class is found in the folders of a project that stands in a folder of the workspace', async () => {
	const more = {
		'shop/public/start.php': '<?php\nuse Shop\\Tool;\nfunction f($input) { (new Tool())->go($input); }',
		'shop/src/Tool.php': '<?php\nnamespace Shop;\nclass Tool { function go($x) { system($x); } }',
	}
	const [analyzed] = await analyze(more, ['shop/public/start.php'])
	expect(analyzed?.findings).toHaveLength(1)
})
