import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { frontCoded } from '../../../../scripts/lib/frontCoded.mjs'
import { root } from '../../../../scripts/lib/root.mjs'
import type { GrammarName } from '../../../../src/core/syntax/grammarOf.ts'
import { LibraryNames } from '../../../../src/node/syntax/libraryNames.ts'

const grammars = join(root, 'grammars')
const folder = join(grammars, 'names')
const kilobyte = 1_000

const known: Readonly<Partial<Record<GrammarName, string>>> = {
	typescript:
		'flatMap structuredClone Promise allSettled querySelector addEventListener readFileSync Record Awaited toSorted div',
	tsx: 'HTMLElement preventDefault className span',
	javascript: 'Object entries console setTimeout localStorage createServer globalThis',
	python:
		'defaultdict namedtuple enumerate Path read_text dataclass asyncio json dumps indent __init__ isinstance removeprefix',
	go: 'Println Sprintf HandleFunc WaitGroup append strings TrimSpace slog SortFunc StatusOK Unmarshal',
	rust: 'HashMap unwrap_or_else collect println Vec iter_mut with_capacity Debug derive spawn Arc is_some_and',
	java: 'ArrayList HashMap System println stream computeIfAbsent Collectors getOrDefault StringBuilder HttpClient toList',
	kotlin: 'listOf mapNotNull println groupBy also lazy toMutableList ArrayList computeIfAbsent',
	c: 'malloc printf memcpy uint32_t size_t strlen pthread_create errno fprintf stderr',
	cpp: 'vector push_back unordered_map make_unique cout string_view emplace_back sort malloc uint32_t optional',
	csharp:
		'Console WriteLine Where FirstOrDefault ToDictionary StringBuilder Task ConfigureAwait JsonSerializer DateOnly MaxBy nameof',
	php: 'array_map strlen json_encode DateTimeImmutable preg_match PDO prepare __construct PHP_EOL str_contains htmlspecialchars',
	ruby: 'each_with_index puts attr_reader map Hash File read Comparable freeze gsub group_by JSON parse',
	lua: 'string format ipairs setmetatable insert concat pcall __index unpack gsub',
}

const madeUp =
	'flatMapp defalutdict Printlnn unwrap_or_elze getOrDefalt WriteLin array_mop eech_with_index customerOrder fooBarBaz'

describe('the names that a language brings itself', () => {
	const library = new LibraryNames(grammars)
	const copies: string[] = []
	afterAll(() => {
		for (const copy of copies) rmSync(copy, { recursive: true, force: true })
	})

	it.each(Object.entries(known))('%s', async (grammar, names) => {
		await library.load(grammar as GrammarName)
		const isKnown = library.of(grammar as GrammarName)
		expect(names.split(' ').filter((name) => !isKnown?.(name))).toEqual([])
		expect(madeUp.split(' ').filter((name) => isKnown?.(name))).toEqual([])
	})

	it('are not known before they were read, nor where nobody lists them', async () => {
		const other = new LibraryNames(grammars)
		expect(other.of('go')).toBeUndefined()
		await other.load('json')
		expect(other.of('json')).toBeUndefined()
	})

	it('are read once for all languages that share them', async () => {
		const copy = mkdtempSync(join(tmpdir(), 'names-'))
		copies.push(copy)
		mkdirSync(join(copy, 'names'))
		writeFileSync(join(copy, 'names', 'typescript.txt'), frontCoded(['flat', 'flatMap']))
		const other = new LibraryNames(copy)
		await other.load('typescript')
		rmSync(join(copy, 'names', 'typescript.txt'))
		await other.load('tsx')
		expect(other.of('tsx')?.('flatMap')).toBe(true)
		await expect(other.load('go')).rejects.toThrow('ENOENT')
	})

	it('come out as they went into a file', async () => {
		const copy = mkdtempSync(join(tmpdir(), 'names-'))
		copies.push(copy)
		mkdirSync(join(copy, 'names'))
		const name = fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '_', '9'), minLength: 1, maxLength: 40 })
		await fc.assert(
			fc.asyncProperty(fc.uniqueArray(name), name, async (names, other) => {
				writeFileSync(join(copy, 'names', 'lua.txt'), frontCoded(names.toSorted()))
				const read = new LibraryNames(copy)
				await read.load('lua')
				expect(names.filter((one) => !read.of('lua')?.(one))).toEqual([])
				expect(read.of('lua')?.(other)).toBe(names.includes(other))
			}),
			{ numRuns: 50 },
		)
	})
})

describe('the files of names', () => {
	const { names } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
		readonly names: readonly {
			readonly name: string
			readonly count: number
			readonly size: number
			readonly sha256: string
			readonly sources: readonly { readonly source: string; readonly version: string; readonly license: string }[]
		}[]
	}

	it('are those of the manifest, which says where each is from', () => {
		const files = readdirSync(folder).filter((file) => file !== 'manifest.json')
		expect(files.sort()).toEqual(names.map(({ name }) => `${name}.txt`).sort())
		for (const { name, count, size, sha256, sources } of names) {
			const bytes = readFileSync(join(folder, `${name}.txt`))
			expect({ name, size, sha256 }).toEqual({
				name,
				size: bytes.length,
				sha256: createHash('sha256').update(bytes).digest('hex'),
			})
			expect(bytes.toString('latin1').split('\n').length - 1, name).toBe(count)
			for (const { source, version, license } of sources) expect([source, version, license]).not.toContain('')
			expect(sources.length, name).toBeGreaterThan(0)
		}
	})

	it('take less than 500 KB together', () => {
		const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
		expect(bytes).toBeLessThan(500 * kilobyte)
	})
})
