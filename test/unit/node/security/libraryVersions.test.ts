import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RuleFile } from '../../../../src/core/security/rules/ruleTypes.ts'
import { isManifest, readLibraryVersions, rulesForVersions } from '../../../../src/node/security/libraryVersions.ts'

let root: string
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'versions-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const always: RuleFile = { language: 'java', library: 'gson' }
const old: RuleFile = { language: 'java', library: 'snakeyaml', versions: '<2' }

describe('rules for some versions of a library', () => {
	it.each([
		['nothing is known of it', [], true],
		['it is one of them', [['snakeyaml', '1.33']], true],
		['it is another one', [['snakeyaml', '2.2']], false],
		['it is in a form of its own', [['snakeyaml', '2.0.1.RELEASE']], false],
		['a range may be one of them', [['snakeyaml', '^1.9']], true],
		['a range has no end', [['snakeyaml', '>=1.9']], true],
		['a range is above', [['snakeyaml', '>=2.0']], false],
		['the version says nothing', [['snakeyaml', 'latest']], true],
		[
			'one of two is',
			[
				['snakeyaml', '2.2'],
				['snakeyaml', '1.1'],
			],
			true,
		],
		['it is of a vendor', [['org.yaml/snakeyaml', '2.2']], false],
	] as const)('where %s', (_, declared, counts) => {
		expect(rulesForVersions([always, old], declared)).toEqual(counts ? [always, old] : [always])
	})
})

describe('the manifests of a folder', () => {
	it('are read, whatever else is there', async () => {
		writeFileSync(
			join(root, 'pom.xml'),
			'<dependency><artifactId>snakeyaml</artifactId><version>2.2</version></dependency>',
		)
		writeFileSync(join(root, 'package.json'), '{"dependencies":{"express":"4"}}')
		writeFileSync(join(root, 'other.json'), '{"dependencies":{"koa":"2"}}')
		expect(await readLibraryVersions(root)).toEqual([
			['express', '4'],
			['snakeyaml', '2.2'],
		])
	})

	it('may be missing, with their folder', async () => {
		expect(await readLibraryVersions(root)).toEqual([])
		expect(await readLibraryVersions(join(root, 'none'))).toEqual([])
	})

	it('are known by their names', () => {
		expect(['pom.xml', 'a.csproj', 'a.json', 'pom.xml.bak'].map(isManifest)).toEqual([true, true, false, false])
	})
})
