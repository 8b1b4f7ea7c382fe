import { describe, expect, it } from 'vitest'
import { rulePage } from '../../../../src/core/security/findings/rulePage.ts'
import { readRules } from '../../../../src/node/security/ruleFiles.ts'

const whole = `language: javascript
library: express
types:
  - { path: 'express()', is: express.Application }
sources:
  - { label: HTTP request, read: ['express.Request.{query,body}'] }
sanitizers:
  - { call: encodeURIComponent, kinds: [html, path] }
entries:
  - { name: 'handle\\w*', parameters: [remote] }
rules:
  - id: javascript/express-xss
    title: Reflected cross-site scripting
    message: '{source} is sent as HTML by {sink}.'
    severity: high
    confidence: high
    cwe: [79]
    owasp: [A03]
    asvs: ['5.3.3']
    fix: Escape it.
    kind: html
    sinks:
      - { call: express.Response.send, arguments: [0] }
    description: What a browser gets as HTML it runs.
    references: [https://developer.mozilla.org/en-US/docs/Web/Security]
    example:
      bad: res.send(req.query.name)
      good: res.send(escape(req.query.name))
`

const problemsOf = (text: string) =>
	readRules(text, '/w/rules.yml').problems.map(
		({ line, character, reason }) => `${line + 1}:${character + 1} ${reason}`,
	)

describe('a file of rules', () => {
	it('is read', () => {
		const { ruleFiles, problems } = readRules(whole, '/w/rules.yml')
		expect(problems).toEqual([])
		expect(ruleFiles).toHaveLength(1)
		expect(ruleFiles[0]?.language).toBe('javascript')
		expect(ruleFiles[0]?.rules?.[0]).toMatchObject({ id: 'javascript/express-xss', kind: 'html', cwe: [79] })
	})

	it('of a user need not document its rules', () => {
		const short = whole.replace(/ {4}(?:owasp|asvs|fix|description|references): .*\n| {4}example:\n(?: {6}.*\n)+/g, '')
		expect(readRules(short, 'f').problems.length).toBeGreaterThan(0)
		const { ruleFiles, problems } = readRules(short, 'f', { isOwn: true })
		expect(problems).toEqual([])
		const [rule] = ruleFiles[0]?.rules ?? []
		expect(rule).toMatchObject({ owasp: [], references: [], description: '{source} is sent as HTML by {sink}.' })
		expect(rule && rulePage(rule, 'javascript')).not.toContain('```')
		expect(readRules(short.replace('    title:', '    titel:'), 'f', { isOwn: true }).problems).toHaveLength(2)
	})

	it.each([
		['an unknown key', 'kind: html', 'kindd: html', '21:5 There is no key "kindd" here.'],
		[
			'an unknown value',
			'severity: high',
			'severity: huge',
			'15:15 Expected ("critical" | "high" | "medium" | "low") but received "huge".',
		],
		['a missing key', '    fix: Escape it.\n', '', '12:5 The key "fix" is missing.'],
		[
			'a sink that says two things',
			'arguments: [0] }',
			'assign: x }',
			'23:9 A sink has exactly one of call, assign, returns, element, index, regex, template.',
		],
		[
			'a pattern that can hang',
			"'handle\\w*'",
			"'(a+)+'",
			'10:13 The pattern can take for ever: a repetition in it can match one text in several ways, as (a+)+ does.',
		],
		[
			'a message with something else',
			'{sink}.',
			'{skin}.',
			'14:14 {skin} stands for nothing: a message knows {source} and {sink}.',
		],
		['brackets of a path', 'express.Response.send', "'express.{a,b'", '23:17 Brackets of a path must come in pairs.'],
		[
			'an id of another form',
			'id: javascript/express-xss',
			'id: XSS',
			'12:9 An id is like javascript/express-reflected-xss.',
		],
		[
			'broken YAML',
			'owasp: [A03]',
			'owasp: [A03',
			'19:5 It is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
		],
		['a key twice', 'fix: Escape it.', 'cwe: [1]', '20:5 It is no YAML: Map keys must be unique'],
	])('says where there is %s', (_, found, replaced, problem) => {
		expect(whole).toContain(found)
		expect(problemsOf(whole.replace(found, () => replaced))).toContain(problem)
	})

	it('names each id once', () => {
		const rule = whole.slice(whole.indexOf('  - id:'))
		expect(problemsOf(whole + rule)).toEqual(['29:9 There is another rule javascript/express-xss.'])
	})

	it('may not bring a pattern that can hang at any place, where it comes with a workspace', () => {
		const finds = "    finds: [{ call: run, when: [{ receiver: true, file: '(a+)+$' }] }]\n"
		const slow = whole.replace('    fix: Escape it.\n', (it) => it + finds)
		expect(slow).not.toBe(whole)
		expect(readRules(slow, 'f', { isOwn: true }).problems.map(({ reason }) => reason)).toEqual([
			expect.stringContaining('can take for ever'),
		])
	})

	it('is refused as a whole where anything is wrong', () => {
		expect(readRules(whole.replace('cwe: [79]', 'cwe: []'), 'f').ruleFiles).toEqual([])
	})

	it.each([
		['nothing', ''],
		['a text', 'hello'],
		['a list', '- 1'],
		['a number as language', 'language: 1'],
		['a tag', 'language: !!js/function "x"'],
	])('can hold %s', (_, text) => expect(problemsOf(text).length).toBeGreaterThan(0))

	it('does not grow without end by what it refers to', () => {
		const bomb = [
			'a: &a [x,x,x,x,x,x,x,x,x]',
			...[...'bcdefghi'].map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(9)}]`),
		]
		const start = performance.now()
		expect(problemsOf(bomb.join('\n')).length).toBeGreaterThan(0)
		expect(performance.now() - start).toBeLessThan(2_000)
	})

	it('can be nested deep', () => {
		expect(problemsOf(`language: ${'['.repeat(100_000)}`).length).toBeGreaterThan(0)
	})
})

const semgrep = `rules:
  - id: my-sqli
    mode: taint
    message: Query built from the request. Use parameters.
    severity: ERROR
    languages: [js, ts]
    metadata:
      cwe: 'CWE-89: SQL Injection'
      owasp: ['A03:2021 - Injection', 'A1:2017']
      confidence: HIGH
    pattern-sources:
      - pattern: $REQ.query
      - pattern: readLine(...)
    pattern-sinks:
      - patterns:
          - pattern: $DB.query($SQL, ...)
          - focus-metavariable: $SQL
      - pattern: $X.innerHTML = $Y
    pattern-sanitizers:
      - pattern: escapeSql(...)
  - id: weak hash
    message: MD5
    severity: WARNING
    languages: [python]
    pattern-either:
      - pattern: hashlib.new("md5", ...)
      - pattern: subprocess.run($CMD, ..., shell=True)
`

describe("Semgrep's rules", () => {
	it('are read', () => {
		const { ruleFiles, problems } = readRules(semgrep, 'f')
		expect(problems).toEqual([])
		expect(ruleFiles[0]).toMatchObject({
			language: ['javascript'],
			sources: [{ read: '*.query' }, { call: 'readLine' }],
			sanitizers: [{ call: 'escapeSql', kinds: ['sql'] }],
			rules: [
				{
					id: 'semgrep/my-sqli',
					title: 'Query built from the request',
					severity: 'high',
					confidence: 'high',
					cwe: [89],
					owasp: ['A03'],
					kind: 'sql',
					sinks: [{ call: '*.query', arguments: [0] }, { assign: '*.innerHTML' }],
				},
			],
		})
		expect(ruleFiles[1]?.rules?.[0]?.finds).toEqual([
			{ call: 'hashlib.new', when: [{ argument: 0, is: 'md5' }] },
			{ call: 'subprocess.run', when: [{ argument: 'shell', is: true }] },
		])
	})

	it('may narrow what a metavariable is', () => {
		const narrowed = `rules: [{ id: a, message: m, severity: INFO, languages: [java], patterns: [{ pattern: 'Cipher.getInstance($A)' }, { metavariable-regex: { metavariable: $A, regex: '.*ECB' } }] }]`
		expect(readRules(narrowed, 'f').ruleFiles[0]?.rules?.[0]?.finds).toEqual([
			{ call: 'Cipher.getInstance', when: [{ argument: 0, matches: '^(?:.*ECB)' }] },
		])
	})

	it.each([
		[
			'an ellipsis in code',
			'pattern: readLine(...)',
			'pattern: "readLine(... + $X)"',
			/The argument .* cannot be read/,
		],
		['an operator', 'pattern: readLine(...)', 'pattern: $A + $B', /neither a call/],
		[
			'a key',
			'pattern: escapeSql(...)',
			'pattern-inside: escapeSql(...)',
			/"pattern-inside" of Semgrep is not supported/,
		],
		['a language', 'languages: [python]', 'languages: [cobol]', /Rules for cobol are not supported/],
		['a mode', 'mode: taint', 'mode: join', /Expected \("search" \| "taint"\)/],
		[
			'a pattern that can hang',
			'- focus-metavariable: $SQL',
			"- metavariable-regex: { metavariable: $SQL, regex: '(a|a)*$' }",
			/for ever/,
		],
	])('are refused with the place where there is %s', (_, found, replaced, reason) => {
		expect(semgrep).toContain(found)
		const { ruleFiles, problems } = readRules(
			semgrep.replace(found, () => replaced),
			'f',
		)
		expect(ruleFiles).toEqual([])
		expect(problems.map((problem) => problem.reason).join()).toMatch(reason)
		const line = semgrep.slice(0, semgrep.indexOf(found)).split('\n').length
		if (!String(reason).includes('for ever')) expect(problems[0]?.line).toBe(line - 1)
	})
})
