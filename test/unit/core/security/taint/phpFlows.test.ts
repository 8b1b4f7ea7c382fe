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
