import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContextChunk, ContextRequest } from '../../../../src/core/context/contextSource.ts'
import { estimateTokens } from '../../../../src/core/context/estimateTokens.ts'
import { type ContextMaterial, gatherContext } from '../../../../src/core/context/gatherContext.ts'
import { windowsOf } from '../../../../src/core/context/similarWindows.ts'
import type { Definition, FileSymbols, ImportedName } from '../../../../src/core/context/symbols/fileSymbols.ts'
import { SymbolTable } from '../../../../src/core/context/symbols/symbolTable.ts'
import { symbolWeights } from '../../../../src/core/context/symbolWeights.ts'
import { weigher } from '../../../../src/core/context/symbolWorth.ts'

const define = (
	name: string,
	kind: Definition['kind'],
	signature: string,
	more: Partial<Definition> = {},
): Definition => ({
	name,
	kind,
	container: undefined,
	signature,
	doc: '',
	startLine: 0,
	endLine: 1,
	exported: true,
	...more,
})

const fileOf = (path: string, definitions: Definition[], imports: ImportedName[] = []): FileSymbols => ({
	path,
	grammar: 'typescript',
	packageName: '',
	definitions,
	imports,
	mentions: '',
})

const at = (line: number, definition: Definition): Definition => ({ ...definition, startLine: line, endLine: line + 1 })

const store = fileOf('src/store.ts', [
	at(0, define('Store', 'class', 'export class Store')),
	at(2, define('read', 'method', 'read(key: string): Entry | undefined', { container: 'Store' })),
	at(4, define('forget', 'method', 'forget(key: string): void', { container: 'Store' })),
	at(9, define('openStore', 'function', 'export function openStore(folder: string): Store')),
])
const entry = fileOf('src/entry.ts', [at(0, define('Entry', 'interface', 'export interface Entry'))])
const other = fileOf('lib/other.ts', [at(0, define('unrelated', 'function', 'export function unrelated(): void'))])

const named = (from: string, name: string): ImportedName => ({ from, name, alias: name })

/** `|` is the cursor. */
function materialAt(text: string, more: Partial<ContextMaterial> = {}, imports = [named('./store', 'Store')]) {
	const lines = text.split('\n')
	const line = lines.findIndex((one) => one.includes('|'))
	const character = lines[line]?.indexOf('|') ?? 0
	lines[line] = lines[line]?.replace('|', '') ?? ''
	const table = new SymbolTable()
	const own = fileOf('src/main.ts', [], imports)
	for (const file of [own, store, entry, other]) table.set(file)
	const material: ContextMaterial = { table, own, lines, windows: [], edits: [], lineOf: () => undefined, ...more }
	return { material, place: { line, character, shown: { startLine: 0, endLine: lines.length } } }
}

type Options = Partial<Pick<ContextRequest, 'budget' | 'shown' | 'deadlineMs'>> & { readonly now?: () => number }

function gather({ material, place }: ReturnType<typeof materialAt>, options: Options = {}) {
	const { now = () => 0, ...rest } = options
	const question = { ...place, budget: 200, charactersPerToken: 3, deadlineMs: 20, ...rest }
	return gatherContext(question, material, { now, weigh: weigher(symbolWeights) })
}

const others = (chunks: readonly ContextChunk[]) =>
	chunks.filter(({ kind }) => kind !== 'imported' && kind !== 'definition')
const texts = (chunks: readonly ContextChunk[]) => chunks.map(({ text }) => text)

describe('context of other files', () => {
	it('shows what is imported by name and the members of what stands before the dot', () => {
		const { chunks } = gather(materialAt("import { Store } from './store'\nfunction use(store: Store) {\n\tstore.|"))
		expect(texts(chunks).slice(0, 3)).toEqual(
			expect.arrayContaining(['class Store', '\tread(key: string): Entry | undefined']),
		)
	})

	it('shows what an import brings before it is used', () => {
		const situation = materialAt("import { openStore } from './store'\nconst a = |", {}, [
			named('./store', 'openStore'),
		])
		const { chunks } = gather(situation, { budget: 40 })
		expect(texts(chunks)[0]).toBe('function openStore(folder: string): Store')
	})

	it('goes one hop further: a type that a shown signature names', () => {
		const { chunks } = gather(materialAt("import { Store } from './store'\nconst store = new Store()\nstore.read(|"))
		expect(chunks.some(({ path, text }) => path === 'src/entry.ts' && text === 'interface Entry')).toBe(true)
	})

	it('puts the name first that is being written', () => {
		const { chunks } = gather(materialAt("import { Store } from './store'\nconst store = new Store()\nstore.for|"))
		expect(texts(chunks).slice(0, 2)).toEqual(['class Store', '\tforget(key: string): void'])
	})

	it('shows what a language server found where the text tells nothing', () => {
		const served = [{ name: 'thing', path: 'src/store.ts', line: 0, isTypeOf: true }]
		const { chunks } = gather(materialAt('function use(thing) {\n\tthing.|', { served }, []), { budget: 50 })
		expect(texts(chunks).slice(0, 2)).toEqual(['class Store', expect.stringMatching(/^\t(read|forget)/)])
	})

	it('says nothing twice, and nothing that the model is shown anyway', () => {
		const text =
			"import { Store } from './store'\nread(key: string): Entry | undefined\nfunction openStore(folder: string): Store\nconst a = ‸"
		const { chunks } = gather(materialAt(text.replace(' | undefined', ' or none').replace('‸', '|')))
		expect(texts(chunks)).not.toContain('function openStore(folder: string): Store')
		expect(new Set(texts(chunks)).size).toBe(chunks.length)
	})

	it('keeps the chunks of a file together', () => {
		const { chunks } = gather(materialAt("import { Store } from './store'\nconst store = new Store()\nstore.|"))
		const paths = chunks.map(({ path }) => path)
		expect(paths.filter((path, index) => path !== paths[index - 1]).length).toBe(new Set(paths).size)
	})
})

describe('context of the same file', () => {
	const own: FileSymbols = {
		...fileOf('src/main.ts', []),
		definitions: [
			define('Cart', 'class', 'class Cart', { startLine: 0, endLine: 100 }),
			define('items', 'field', 'items: Item[]', { container: 'Cart', startLine: 1, endLine: 2 }),
			define('total', 'method', 'total(): number', { container: 'Cart', startLine: 3, endLine: 8 }),
			define('checkout', 'method', 'checkout(): void', { container: 'Cart', startLine: 80, endLine: 99 }),
		],
	}
	const text = `${'\n'.repeat(90)}this.|\n${'\n'.repeat(20)}`

	it('shows the class around the cursor, its fields and its other methods where they are out of sight', () => {
		const situation = materialAt(text, { own })
		const { chunks } = gather(situation, { shown: { startLine: 60, endLine: 111 } })
		expect(others(chunks).map(({ kind, text }) => [kind, text])).toEqual([
			['enclosing', 'class Cart'],
			['enclosing', '\titems: Item[]'],
			['sibling', 'Cart: total(): number'],
		])
	})

	it('shows nothing of it that is in sight', () => {
		expect(others(gather(materialAt(text, { own })).chunks)).toEqual([])
	})
})

describe('recent edits', () => {
	const edit: ContextChunk = { kind: 'recentEdit', path: 'src/main.ts', startLine: 1, endLine: 2, text: '-a\n+b' }

	it('are shown where the prompt does not show their place', () => {
		const situation = materialAt('x\ny\nz\n|', { edits: [edit] }, [])
		expect(others(gather(situation, { shown: { startLine: 2, endLine: 4 } }).chunks)).toEqual([edit])
		expect(others(gather(situation).chunks)).toEqual([])
	})
})

describe('similar windows', () => {
	const lines = ['parseHeader(frame)', 'readPayload(frame)', 'verifyChecksum(frame)']
	const windows = windowsOf({ path: 'src/frames.ts', lines, definitionLines: [] })

	it('are shown where they share names with the text at the cursor', () => {
		const situation = materialAt(
			'parseHeader(frame)\nreadPayload(frame)\n|',
			{ windows, lineOf: (_, line) => lines[line] },
			[],
		)
		expect(others(gather(situation).chunks)).toEqual([
			{ kind: 'similar', path: 'src/frames.ts', startLine: 0, endLine: 3, text: lines.join('\n') },
		])
	})
})

describe('time', () => {
	it('ends where the deadline is: what is late is named and left out', () => {
		let time = 0
		const situation = materialAt("import { Store } from './store'\nnew |")
		const { chunks, late } = gather(situation, { now: () => time++ * 30 })
		expect(chunks).toEqual([])
		expect(late).toEqual(['enclosing', 'sibling', 'recentEdit', 'imported', 'similar'])
	})

	it('names nothing as late where there was time', () => {
		expect(gather(materialAt("import { Store } from './store'\nnew |")).late).toEqual([])
	})
})

describe('whatever there is', () => {
	const name = fc.stringMatching(/^[a-z][A-Za-z]{2,8}$/)
	const definition = fc
		.record({ name, isMember: fc.boolean(), length: fc.nat(150) })
		.map(({ name, isMember, length }) =>
			define(
				name,
				isMember ? 'method' : 'function',
				`${name}(${'x'.repeat(length)})`,
				isMember ? { container: 'Some' } : {},
			),
		)
	const files = fc.array(fc.array(definition, { maxLength: 12 }), { maxLength: 6 })

	it.each([
		['of one word', 'x'.repeat(1_000_000)],
		['of many words', Array.from({ length: 100_000 }, (_, number) => `word${number.toString(36)}`).join(' ')],
	])('stands a line of a megabyte next to the cursor, %s', (_what, line) => {
		const { chunks } = gather(materialAt(`const long = ${line}\nconst store = openStore(a.|)`))
		expect(chunks.map(({ text }) => text).join('\n')).toContain('openStore(folder: string)')
	})

	it('never takes more than the budget, shows only files that it was given, and says the same again', () => {
		fc.assert(
			fc.property(files, fc.integer({ min: 0, max: 400 }), (all, budget) => {
				const table = new SymbolTable()
				const paths = new Set<string>()
				const imports: ImportedName[] = []
				for (const [index, definitions] of all.entries()) {
					const path = `src/file${index}.ts`
					table.set(
						fileOf(
							path,
							definitions.map((definition, line) => at(line, definition)),
						),
					)
					paths.add(path)
					imports.push({ from: `./file${index}`, name: undefined, alias: undefined })
				}
				const own = fileOf('src/main.ts', [], imports)
				const situation = materialAt('call(|', { table, own }, imports)
				const { chunks } = gather(situation, { budget })
				const files = new Set(chunks.map(({ path }) => path))
				for (const path of files) expect(paths).toContain(path)
				const heads = [...files].reduce((sum, path) => sum + estimateTokens(`// ${path}`, 3), 0)
				expect(chunks.reduce((sum, { text }) => sum + estimateTokens(text, 3), heads)).toBeLessThanOrEqual(budget)
				expect(gather(situation, { budget }).chunks).toEqual(chunks)
			}),
			{ numRuns: 60 },
		)
	})

	it('knows nothing of a file that the index was not given', () => {
		const situation = materialAt("import { key } from './secrets'\nuse(|", {}, [named('./secrets', 'key')])
		const { chunks } = gather(situation)
		expect(chunks.filter(({ path }) => !['src/store.ts', 'src/entry.ts', 'lib/other.ts'].includes(path))).toEqual([])
	})
})
