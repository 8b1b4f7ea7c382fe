import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('php'))

async function rulesOf(code: string, file = 'a.php'): Promise<readonly string[]> {
	const [analyzed] = await analyze({ [file]: code }, [file])
	expect(analyzed?.gaps).toEqual([])
	return analyzed?.findings.map((it) => it.ruleId) ?? []
}

describe('what a table gives for a key that is not known', () => {
	it.each([
		["$t = ['a' => 'x.php']; include $t[$_GET['a']] ?? $_GET['a'];", ['php/file-inclusion']],
		["$t = ['a' => 'x.php']; include $t[$_GET['a']] ?? 'y.php';", []],
		["$t = ['a' => 'x.php']; $k = 'a'; include $t[$k] ?? $_GET['a'];", []],
	])('%s', async (code, ids) => expect(await rulesOf(`<?php ${code}`)).toEqual(ids))
})

describe('texts that name what is made or called', () => {
	it.each([
		['new $_GET[0]();', ['php/object-injection']],
		["$f = $_GET['f']; $f(1);", ['php/callback-injection']],
		["$o->{$_GET['m']}();", ['php/callback-injection']],
		["$c = 'App\\\\' . $_GET['c']; new $c();", []],
		['$c = "App{$_GET[\'c\']}"; $c();', []],
		["if (in_array($_GET['f'], ['trim', 'ltrim'], true)) { $_GET['f'](1); }", []],
	])('%s', async (code, ids) => expect(await rulesOf(`<?php ${code}`)).toEqual(ids))
})

describe('escaping for quotes that are not there', () => {
	const of = async (query: string) =>
		(await rulesOf(`<?php $d = new mysqli('h'); $v = $d->real_escape_string($_GET['v']); $d->query(${query});`)).length
	it.each([
		"'SELECT 1 FROM t WHERE a = ' . $v",
		"'SELECT 1 FROM t WHERE a IN (' . $v . ')'",
		'"SELECT 1 FROM t WHERE b = \'x\' ORDER BY $v"',
		'"SELECT 1 FROM t WHERE b = \'" . $v . "\' LIMIT " . $v',
	])('%s', async (query) => expect(await of(query)).toBe(1))
	it.each([
		'"SELECT 1 FROM t WHERE a = \'" . $v . "\'"',
		'"SELECT 1 FROM t WHERE a LIKE \'%a=$v%\' AND b = 1"',
		"\"SELECT 1 FROM t WHERE a IN ('$v', '$v')\"",
	])('right: %s', async (query) => expect(await of(query)).toBe(0))
})

describe('answers that are taken for yes or no', () => {
	it.each([
		['if (openssl_verify($a, $b, $c)) { f(); }', 1],
		['$ok = openssl_verify($a, $b, $c); if (!$ok) { exit; }', 1],
		['$r = $x && openssl_verify($a, $b, $c) ? 1 : 2;', 1],
		['if (openssl_verify($a, $b, $c) === 1) { f(); }', 0],
		['if (1 !== openssl_verify($a, $b, $c)) { exit; }', 0],
	])('%s', async (code, count) => {
		const found = (await rulesOf(`<?php ${code}`)).filter((it) => it === 'php/verify-taken-for-truth')
		expect(found.length > 0 ? 1 : 0).toBe(count)
	})
})

describe('a redirect that the program goes on after', () => {
	const id = 'php/goes-on-after-redirect'
	it.each([
		["if (!$_SESSION['u']) { header('Location: /in'); } f();", true],
		["if ($_SESSION['u']) { f(); } else { header('Location: /in'); http_response_code(302); } g();", true],
		["if (!$_SESSION['u']) { header('Location: /in'); exit; } f();", false],
		["if (!$_SESSION['u']) { header('Location: /in'); leave(); } f();", false],
		["if (!$_SESSION['u']) { header('Location: /in'); return; } f();", false],
		["f(); if (!$_SESSION['u']) { header('Location: /in'); }", false],
	])('%s', async (code, isFound) => expect((await rulesOf(`<?php ${code}`)).includes(id)).toBe(isFound))
})

describe('an address whose scheme was looked at', () => {
	const page = (test: string) =>
		`<?php $u = $_GET['u']; if (${test}) { exit; } ?><a href="<?= htmlspecialchars($u) ?>">x</a>`
	it.each([
		["!preg_match('~^https?://~i', $u)", 0],
		["!filter_var($u, FILTER_VALIDATE_URL) || !preg_match('~\\Ahttps?://~i', $u)", 0],
		["!preg_match('~^(?:https|mailto):~', $u)", 0],
		["!str_starts_with($u, 'https://')", 0],
		["!preg_match('~^[a-z]+://~i', $u)", 1],
		["!preg_match('~^(?:https|javascript):~i', $u)", 1],
		['!filter_var($u, FILTER_VALIDATE_URL)', 1],
	])('%s', async (test, count) => expect(await rulesOf(page(test))).toHaveLength(count))
})

describe('what a template of Blade writes', () => {
	it.each([
		["<p>{!! request('q') !!}</p>", 1],
		["@php\n  $q = request('q');\n@endphp\n<p>{!! '<b>' . $q !!}</p>", 1],
		["<p>{{ request('q') }} {!! e(request('q')) !!} {{-- {!! request('q') !!} --}}</p>", 0],
	])('%s', async (code, count) => expect(await rulesOf(code, 'views/a.blade.php')).toHaveLength(count))
})
