import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProjectAnalyzer } from '../../../../../src/core/security/analysis/projectAnalyzer.ts'
import type { AnalyzedFile } from '../../../../../src/core/security/analyzer.ts'
import type { RuleFile } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { neverCancelled } from '../../../../../src/shared/cancellation.ts'
import { shippedRules } from '../../../../analyzeForTest.ts'
import { testParser } from '../../../../parseForTest.ts'
import { taintRules } from '../taint/taintRules.ts'

const parser = testParser()

/** What each file may hold: flows go through imports that are there or not, of files and of folders. */
const variants: Readonly<Record<string, readonly string[]>> = {
	'a.js': [
		"const { g } = require('./lib/b')\nexports.f = (input) => g(input)\n",
		"const { g } = require('./lib/b')\nconst { h } = require('./lib/deep/c')\nexports.f = (input) => g(h(input))\n",
		"const { h } = require('./lib')\nconst { exec } = require('child_process')\n\nexports.f = (input) => exec(h(input))\n",
		"exports.f = (input) => require('child_process').exec(\n",
	],
	'lib/b.js': [
		"const { exec } = require('child_process')\nexports.g = (x) => exec(x)\n",
		"const { h } = require('./deep/c')\nconst { exec } = require('child_process')\nexports.g = (x) => exec(h(x))\n",
		'exports.g = (x) => x\n',
	],
	'lib/deep/c.js': ['exports.h = (x) => x\n', "const lib = require('lib')\nexports.h = (x) => lib.clean(x)\n"],
	'lib/index.js': ["exports.h = (x) => 'ls ' + x\n", "exports.h = (x) => 'ls'\n"],
}

/** What a file of C does wrong depends on what headers declare, and on which file beside it defines what it calls. */
const variantsOfC: Readonly<Record<string, readonly string[]>> = {
	'use.cpp': [
		'#include "names.h"\nint Names::first() { return all_.find(1)->second; }\nvoid Names::add(int n) { std::lock_guard held(m_); all_[n] = n; }\nvoid Names::clear() { std::lock_guard held(m_); all_.clear(); }\n',
		'#include "names.h"\nint main(int argc, char **argv) { return run(argv[1]); }\n',
	],
	'names.h': [
		'#include "more.h"\nclass Names { public: int first(); void add(int n); void clear(); private: std::mutex m_; Numbers all_; };\nint run(const char *text);\n',
		'class Names { public: int first(); void add(int n); void clear(); private: std::mutex m_; std::map<int, int> all_; };\n',
		'class Names { public: int first(); void add(int n); void clear(); private: std::map<int, int> all_; };\n',
	],
	'more.h': ['typedef std::map<int, int> Numbers;\n', '#include "names.h"\ntypedef int Numbers;\n'],
	'runs.cpp': [
		'#include "names.h"\n#include <stdlib.h>\nint run(const char *text) { return system(text); }\n',
		'int run(const char *text) { return text[0]; }\n',
	],
}

class Project {
	readonly texts = new Map<string, string>()
	/** Folders that somebody asked for. */
	listed: string[] = []
	now = 0

	analyzer(ruleFiles: readonly RuleFile[] = taintRules) {
		return createProjectAnalyzer({
			rules: { ruleFiles, off: [] },
			files: {
				read: async (file) => {
					const text = this.texts.get(file)
					return text === undefined ? undefined : { text }
				},
				list: async (folder) => {
					this.listed.push(folder)
					return this.names(folder)
				},
			},
			parse: (grammar, text) => parser.parse(grammar, text),
			clock: { now: () => this.now },
			today: '2026-11-26',
		})
	}

	private names(folder: string): readonly string[] {
		const prefix = folder === '' ? '' : `${folder}/`
		const inside = [...this.texts.keys()].filter((file) => file.startsWith(prefix))
		return [...new Set(inside.map((file) => file.slice(prefix.length).split('/')[0] ?? ''))].sort()
	}
}

async function allFound(project: Project, analyzer: ReturnType<Project['analyzer']>): Promise<readonly AnalyzedFile[]> {
	const found: AnalyzedFile[] = []
	const files = [...project.texts.keys()].sort()
	await analyzer.analyze({ files, onFile: (it) => found.push(it) }, neverCancelled)
	return found
}

const changeOf = (all: Readonly<Record<string, readonly string[]>>) =>
	fc.constantFrom(...Object.keys(all)).chain((file) =>
		fc.record({
			file: fc.constant(file),
			text: fc.option(fc.constantFrom(...(all[file] ?? [])), { nil: undefined }),
		}),
	)

describe('an analyzer that stays', () => {
	it('finds what a new one finds, whatever files change, come and go', async () => {
		let flows = 0
		await fc.assert(
			fc.asyncProperty(fc.array(changeOf(variants), { minLength: 1, maxLength: 12 }), async (changes) => {
				const project = new Project()
				for (const [file, [text = '']] of Object.entries(variants)) project.texts.set(file, text)
				const analyzer = project.analyzer()
				flows += (await allFound(project, analyzer)).flatMap(({ findings }) => findings).length
				for (const { file, text } of changes) {
					if (text === undefined) project.texts.delete(file)
					else project.texts.set(file, text)
					analyzer.forget([file])
					expect(await allFound(project, analyzer)).toEqual(await allFound(project, project.analyzer()))
				}
			}),
			{ numRuns: 200 },
		)
		expect(flows).toBeGreaterThan(0)
	})

	it('finds what a new one finds where headers of C change, come and go', async () => {
		const rules = shippedRules('c')
		let found = 0
		await fc.assert(
			fc.asyncProperty(fc.array(changeOf(variantsOfC), { minLength: 1, maxLength: 8 }), async (changes) => {
				const project = new Project()
				for (const [file, [text = '']] of Object.entries(variantsOfC)) project.texts.set(file, text)
				const analyzer = project.analyzer(rules)
				found += (await allFound(project, analyzer)).flatMap(({ findings }) => findings).length
				for (const { file, text } of changes) {
					if (text === undefined) project.texts.delete(file)
					else project.texts.set(file, text)
					analyzer.forget([file])
					expect(await allFound(project, analyzer)).toEqual(await allFound(project, project.analyzer(rules)))
				}
			}),
			{ numRuns: 12 },
		)
		expect(found).toBeGreaterThan(0)
	})

	it('looks again only at the folders around what changed', async () => {
		const project = new Project()
		for (const [file, [text = '']] of Object.entries(variants)) project.texts.set(file, text)
		const analyzer = project.analyzer()
		await allFound(project, analyzer)
		project.listed = []
		analyzer.forget(['lib/b.js'])
		await allFound(project, analyzer)
		expect(project.listed.sort()).toEqual(['', 'lib'])
	})

	it('sees after a while what nobody told it of', async () => {
		const project = new Project()
		project.texts.set('a.js', variants['a.js']?.[0] ?? '')
		const analyzer = project.analyzer()
		expect((await allFound(project, analyzer)).flatMap(({ findings }) => findings)).toEqual([])
		project.texts.set('lib/b.js', variants['lib/b.js']?.[0] ?? '')
		project.now = 31_000
		const found = await allFound(project, analyzer)
		expect(found.find(({ file }) => file === 'a.js')?.dependsOn).toContain('lib/b.js')
	})
})
