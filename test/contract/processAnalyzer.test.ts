import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root as repository } from '../../scripts/lib/root.mjs'
import type { ChatModel } from '../../src/core/model/ports.ts'
import type { FileFindings } from '../../src/core/security/findings/finding.ts'
import type { RuleProblem, TextOrder } from '../../src/core/security/securityPorts.ts'
import { forkAnalysis } from '../../src/node/security/analysisProcess.ts'
import { ProcessAnalyzer } from '../../src/node/security/processAnalyzer.ts'
import { CancellationSource, neverCancelled } from '../../src/shared/cancellation.ts'
import { CancelledError } from '../../src/shared/errors.ts'
import { FakeChatModel } from '../fakes/fakeChatModel.ts'
import { RecordingLogger } from '../fakes/recordingLogger.ts'

const dist = join(repository, 'dist')
const entryPath = join(dist, 'code', 'analysisWorker.cjs')
const app = `import os
from flask import request
from helper import run

def first():
    run(request.args.get('name'))
`
const helper = `import os

def run(folder):
    os.system('du ' + folder)
`
let root = ''
let analyzer: ProcessAnalyzer
let problems: (readonly RuleProblem[])[] = []

const write = (file: string, text: string) => {
	mkdirSync(dirname(join(root, file)), { recursive: true })
	writeFileSync(join(root, file), text)
}

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'resident-'))
	write('app.py', app)
	write('helper.py', helper)
	analyzer = makeAnalyzer()
	problems = []
	analyzer.onDidReadRules((told) => problems.push(told.problems))
})
afterEach(() => {
	analyzer.dispose()
	rmSync(root, { recursive: true, maxRetries: 3 })
})

const makeAnalyzer = (model?: ChatModel) =>
	new ProcessAnalyzer({
		...{ entryPath, grammarFolder: join(repository, 'grammars'), runtime: join(dist, 'code', 'web-tree-sitter.wasm') },
		...{ rulesFile: join(dist, 'rules.json'), start: forkAnalysis(entryPath, 512), jobs: 2 },
		cacheFileOf: () => join(root, '.cache', 'x.gz'),
		today: () => '2026-01-01',
		logger: new RecordingLogger(),
		...(model && { model }),
	})

const order = (given: Partial<TextOrder> = {}): TextOrder => ({
	...{ root, file: 'app.py', text: app, languageId: 'python', unsaved: [] },
	...{ rulesOff: [], isTrusted: true, mostBytes: 1_000_000 },
	...given,
})
const idsOf = ({ findings }: FileFindings) => findings.map(({ ruleId, file }) => `${file} ${ruleId}`)
const injection = 'helper.py python/command-injection'

describe('the analysis for editors', () => {
	it('analyzes a text as it is in the editor, with the files that it imports', async () => {
		expect(idsOf(await analyzer.analyzeText(order(), neverCancelled))).toContain(injection)
		const safe = app.replace("request.args.get('name')", "'a'")
		expect(idsOf(await analyzer.analyzeText(order({ text: safe }), neverCancelled))).not.toContain(injection)
		expect(idsOf(await analyzer.analyzeText(order(), neverCancelled))).toContain(injection)
	})

	it('minds what is unsaved elsewhere, and what changes on disk', async () => {
		const unsaved = [{ file: 'helper.py', text: helper.replace('os.system', 'print') }]
		expect(idsOf(await analyzer.analyzeText(order({ unsaved }), neverCancelled))).not.toContain(injection)
		expect(idsOf(await analyzer.analyzeText(order(), neverCancelled))).toContain(injection)
		write('helper.py', helper.replace('os.system', 'print'))
		analyzer.filesChanged([join(root, 'helper.py')])
		expect(idsOf(await analyzer.analyzeText(order(), neverCancelled))).not.toContain(injection)
	})

	it('analyzes a text that belongs to no folder', async () => {
		const text = 'import os\nfrom flask import request\nos.system(request.args.get("a"))\n'
		const found = await analyzer.analyzeText(order({ root: undefined, file: 'Untitled-1', text }), neverCancelled)
		expect(idsOf(found)).toContain('Untitled-1 python/command-injection')
	})

	it('answers soon once it knows the files', async () => {
		await analyzer.analyzeText(order(), neverCancelled)
		const begun = performance.now()
		for (let at = 0; at < 10; at++) await analyzer.analyzeText(order({ text: `${app}# ${at}\n` }), neverCancelled)
		expect((performance.now() - begun) / 10).toBeLessThan(500)
	})

	it('can be cancelled', async () => {
		const cancellation = new CancellationSource()
		const asked = analyzer.analyzeText(order(), cancellation.token)
		cancellation.cancel()
		await expect(asked).rejects.toBeInstanceOf(CancelledError)
		expect(idsOf(await analyzer.analyzeText(order(), neverCancelled))).toContain(injection)
	})

	it('reads what a trusted folder says, and again when it changes', async () => {
		const settings = JSON.stringify({ ignoredRules: [{ rule: 'python/command-injection', reason: 'test' }] })
		write('.alcove/security.json', settings)
		write('.alcove/rules/a.yml', 'language: x\n')
		expect(idsOf(await analyzer.analyzeText(order(), neverCancelled))).not.toContain(injection)
		expect(problems.map((told) => told.length)).toEqual([1])
		expect(idsOf(await analyzer.analyzeText(order({ isTrusted: false }), neverCancelled))).toContain(injection)
		write('.alcove/security.json', '{}')
		write('.alcove/rules/a.yml', 'language: go\n')
		analyzer.filesChanged([join(root, '.alcove', 'security.json'), join(root, '.alcove', 'rules', 'a.yml')])
		expect(idsOf(await analyzer.analyzeText(order(), neverCancelled))).toContain(injection)
		expect(problems.map((told) => told.length)).toEqual([1, 0])
	})

	it('leaves out rules for other versions of a library than the manifest names', async () => {
		const text = `import org.yaml.snakeyaml.Yaml;
class Load { Object load(javax.servlet.http.HttpServletRequest request) { return new Yaml().load(request.getParameter("a")); } }
`
		const manifest = (version: string) => {
			const dependency = `<artifactId>snakeyaml</artifactId><version>${version}</version>`
			write('pom.xml', `<project><dependency>${dependency}</dependency></project>`)
			analyzer.filesChanged([join(root, 'pom.xml')])
		}
		const load = order({ file: 'Load.java', text, languageId: 'java', isTrusted: false })
		const unsafe = 'Load.java java/snakeyaml-deserialization'
		expect(idsOf(await analyzer.analyzeText(load, neverCancelled))).toContain(unsafe)
		manifest('2.2')
		expect(idsOf(await analyzer.analyzeText(load, neverCancelled))).not.toContain(unsafe)
		manifest('1.33')
		expect(idsOf(await analyzer.analyzeText(load, neverCancelled))).toContain(unsafe)
	})

	it('analyzes a folder, and goes on where it was stopped', async () => {
		const scan = async (done: readonly string[], exclude: readonly string[] = []) => {
			const files: string[] = []
			const totals: number[] = []
			const listener = {
				total: (count: number) => totals.push(count),
				analyzed: (found: FileFindings) => files.push(`${found.file} ${found.findings.length > 0}`),
			}
			const files2 = {
				root,
				exclude,
				done: new Set(done),
				unsaved: [],
				rulesOff: [],
				isTrusted: true,
				mostBytes: 1_000_000,
			}
			await analyzer.analyzeFiles(files2, listener, neverCancelled)
			return { files: files.sort(), totals }
		}
		expect(await scan([])).toEqual({ files: ['app.py true', 'helper.py false'], totals: [2] })
		expect(await scan(['app.py'])).toEqual({ files: ['helper.py false'], totals: [1] })
		expect(await scan([], ['**/helper.py'])).toEqual({ files: ['app.py true'], totals: [1] })
	})
})

it('a process that ends answers every question, and the next one is asked of another', async () => {
	const broken = new ProcessAnalyzer({
		...{ entryPath: join(root, 'none.cjs'), grammarFolder: root, runtime: root, rulesFile: join(dist, 'rules.json') },
		...{ start: forkAnalysis(join(root, 'none.cjs'), 100), jobs: 1 },
		...{ cacheFileOf: () => undefined, today: () => '2026-01-01', logger: new RecordingLogger() },
	})
	for (let time = 0; time < 2; time++) {
		await expect(broken.analyzeText(order(), neverCancelled)).rejects.toMatchObject({ name: 'AnalysisFailed' })
	}
	broken.dispose()
})

describe('fixes and trees for the editor', () => {
	const text = `import os
from flask import request

def first():
    os.system('ls ' + request.args.get('name'))
`
	const repaired = `def first():
    subprocess.run(['ls', '--', str(int(request.args.get('name')))])
`
	const own = order({ file: 'one.py', text })
	const block = (code: string) => ({ text: `\`\`\`python\n${code}\`\`\`` })
	const found = async (of: ProcessAnalyzer) => {
		const { findings } = await of.analyzeText(own, neverCancelled)
		const finding = findings.find(({ ruleId }) => ruleId === 'python/command-injection')
		if (!finding) throw new Error('nothing was found')
		return finding
	}

	it('parses a text', async () => {
		const code = await analyzer.parseText(own, neverCancelled)
		expect(code?.text).toBe(text)
		expect(code?.root.children.length).toBeGreaterThan(2)
		expect(await analyzer.parseText({ ...own, file: 'a.txt', languageId: 'plaintext' }, neverCancelled)).toBeUndefined()
	})

	it('names the rules that no model decides', async () => {
		expect((await analyzer.undeniableRules(root, true)).has('python/command-injection')).toBe(false)
	})

	it('offers what a model writes only where the analysis is content with it', async () => {
		const answers = [repaired, 'def first():\n    os.system("ls " + request.args.get("name"))  # fine\n']
		for (const [at, answer] of answers.entries()) {
			const model = new FakeChatModel({ say: () => block(answer) })
			const withModel = makeAnalyzer(model)
			try {
				const finding = await found(withModel)
				expect(await withModel.fixOrigins(finding)).toEqual(['model'])
				const fixes = await withModel.proposeFixes(own, finding, 'model', neverCancelled)
				expect(fixes.map(({ origin }) => origin)).toEqual(at === 0 ? ['model'] : [])
				expect(model.requests.map(({ purpose }) => purpose)).toEqual(['fix'])
				// A rule that has no rewrite has none to offer.
				expect(await withModel.proposeFixes(own, finding, 'rule', neverCancelled)).toEqual([])
				expect(model.requests).toHaveLength(1)
			} finally {
				withModel.dispose()
			}
		}
	})

	it('asks no model that is too small, and offers none after that', async () => {
		const model = new FakeChatModel({ say: () => block(repaired), model: { parameters: 2_000_000 } })
		const withModel = makeAnalyzer(model)
		try {
			const finding = await found(withModel)
			expect(await withModel.proposeFixes(own, finding, 'model', neverCancelled)).toEqual([])
			expect(model.requests).toEqual([])
			expect(await withModel.fixOrigins(finding)).toEqual([])
		} finally {
			withModel.dispose()
		}
	})
})
