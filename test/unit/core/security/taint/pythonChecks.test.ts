import { describe, expect, it } from 'vitest'
import type { RuleFile, SinkKind } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'

const rule = (kind: SinkKind, sink: string, which: 'operands' | 0) => ({
	id: `python/${kind}`,
	title: 'Sink',
	message: 'Data of {source} is used.',
	severity: 'high' as const,
	confidence: 'high' as const,
	cwe: [20],
	owasp: ['A03'],
	fix: 'Do not.',
	kind,
	sinks: [{ call: sink, arguments: [which] }],
	description: 'It is used.',
	references: [],
	example: { bad: '', good: '' },
})

const rules: RuleFile = {
	language: 'python',
	sources: [{ label: 'input', parameter: 'data' }],
	guards: [
		{
			call: '*.startswith',
			argument: 'receiver',
			kinds: ['option'],
			safeWhen: false,
			when: [{ argument: 0, is: '-' }],
		},
	],
	propagators: [{ call: 'os.path.{join,realpath}', from: ['all'] }],
	rules: [
		rule('path', 'lib.open', 0),
		rule('header', 'lib.header', 0),
		rule('url', 'lib.fetch', 0),
		rule('option', 'lib.run', 'operands'),
	],
}
const analyze = testAnalyzer([rules])

async function found(body: string) {
	const [analyzed] = await analyze({ 'a.py': `import lib, os, re\nfrom pathlib import Path\n${body}\n` })
	return analyzed?.findings.map((it) => it.ruleId) ?? []
}

const folder = "BASE = os.path.realpath('files')\nROOT = Path('/srv/files')\n"
const opened = (check: string) =>
	`${folder}def f(data):\n    p = os.path.realpath(os.path.join(BASE, data))\n    ${check}\n        return\n    lib.open(p)`

const fetched = (part: string) =>
	`from urllib.parse import urlsplit\ndef f(data):\n    parts = urlsplit(data)\n    part = ${part}\n    if part not in ('a.example', 'b.example'):\n        return\n    lib.fetch(data)`

describe('checks of Python that do not keep others out', () => {
	it.each([
		['the end of a host', fetched("'.'.join(parts.hostname.split('.')[-2:])"), 'url'],
		['the name of a folder in front, without a separator', opened('if not p.startswith(BASE):'), 'path'],
		['a text in front without a separator', opened("if not p.startswith('/srv/files'):"), 'path'],
		['a path as a text', opened('if not p.startswith(str(ROOT)):'), 'path'],
		[
			'a pattern that allows dots and slashes',
			"def f(data):\n    if re.fullmatch(r'[\\w./-]+', data):\n        lib.open(data)",
			'path',
		],
		[
			'a substitution that is told how often',
			"def f(data):\n    lib.header(re.sub('[\\r\\n]', '', data, 1))",
			'header',
		],
		[
			'a pattern for lines',
			"def f(data):\n    if re.search('^[a-z]+$', data, re.M):\n        lib.header(data)",
			'header',
		],
		[
			'a pattern that allows a dash at the beginning',
			"def f(data):\n    if re.fullmatch('[a-z-]+', data):\n        lib.run(['git', 'log', data])",
			'option',
		],
		[
			'a list that is put together',
			"def f(data):\n    a = ['log', '-n', '5']\n    a += [data]\n    lib.run('git', *a)",
			'option',
		],
	])('%s', async (_, code, kind) => expect(await found(code)).toEqual([`python/${kind}`]))
})

describe('checks of Python that do', () => {
	it.each([
		['a host in small letters', fetched("(parts.hostname or '').lower()")],
		['a folder with its separator', opened('if not p.startswith(BASE + os.sep):')],
		['a text with its separator', opened("if not p.startswith('/srv/files/'):")],
		[
			'names without a way up',
			"def f(data):\n    if re.fullmatch(r'[a-z]+/\\w+\\.txt', data):\n        lib.open(data)",
		],
		['a class of characters that is replaced', "def f(data):\n    lib.header(re.sub('[^a-z]+', '_', data)[:9])"],
		['a compiled one', "P = re.compile('[\\r\\n]')\ndef f(data):\n    lib.header(P.sub('', data))"],
		[
			'a search that must find nothing',
			"P = re.compile(r'[^\\w ]')\ndef f(data):\n    if P.search(data):\n        return\n    lib.header(data)",
		],
		[
			'no dash at the beginning',
			"def f(data):\n    if data.startswith('-'):\n        return\n    lib.run(['git', 'log', data])",
		],
		['a text in front', "def f(data):\n    lib.run(['git', 'log', f'origin/{data}', '--author=' + data])"],
		['the end of all options', "def f(data):\n    lib.run(['git', 'log', '--', data])"],
	])('%s', async (_, code) => expect(await found(code)).toEqual([]))

	it('a method of a class whose base has type arguments is found', async () => {
		const code =
			'from typing import Generic, TypeVar\nT = TypeVar("T")\nclass Store(Generic[T]):\n    def put(self, name):\n        lib.open(name)\nclass Items(Store[int]):\n    pass\ndef f(data):\n    Items().put(data)'
		expect(await found(code)).toEqual(['python/path'])
	})
})

describe('a check that lets too much through', () => {
	const shown = async (body: string) => {
		const [analyzed] = await analyze({ 'a.py': `import lib, os\nfrom pathlib import Path\n${folder}${body}\n` })
		const [finding] = analyzed?.findings ?? []
		return {
			confidence: finding?.confidence,
			checks: finding?.path.filter((it) => it.label.includes('longer name')).map((it) => it.range.startLine),
		}
	}
	const head = 'def f(data):\n    p = os.path.realpath(os.path.join(BASE, data))\n'

	it('is a step of the finding behind it, which is less sure', async () => {
		const checked = `${head}    if not p.startswith(BASE):\n        return\n    lib.open(p)`
		expect(await shown(checked)).toEqual({ confidence: 'medium', checks: [6] })
	})

	it('is none where it was not asked, or said no', async () => {
		expect(await shown(`${head}    lib.open(p)`)).toEqual({ confidence: 'high', checks: [] })
		const failed = `${head}    if not p.startswith(BASE):\n        lib.open(p)`
		expect(await shown(failed)).toEqual({ confidence: 'high', checks: [] })
	})
})
