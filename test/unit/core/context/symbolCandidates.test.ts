import { describe, expect, it } from 'vitest'
import { likelyCandidates } from '../../../../src/core/context/gatherContext.ts'
import type { Definition, FileSymbols } from '../../../../src/core/context/symbols/fileSymbols.ts'
import { SymbolTable } from '../../../../src/core/context/symbols/symbolTable.ts'

type Written = readonly [kind: Definition['kind'], name: string, signature: string, more?: Partial<Definition>]

const fileOf = (path: string, written: readonly Written[], more: Partial<FileSymbols> = {}): FileSymbols => ({
	...{ path, grammar: 'c', packageName: '', imports: [], mentions: '' },
	definitions: written.map(([kind, name, signature, rest]) => ({
		...{ name, kind, container: undefined, signature, doc: '', startLine: 0, endLine: 1, exported: true },
		...rest,
	})),
	...more,
})

const inClass = (container: string) => ({ container })

/** The names that could stand at the end of a text. */
function namesAt(text: string, others: readonly FileSymbols[], own: Partial<FileSymbols> = {}): string[] {
	const lines = text.split('\n')
	const table = new SymbolTable()
	const file = fileOf('src/main.c', [], own)
	for (const one of [file, ...others]) table.set(one)
	const cursor = { lines, line: lines.length - 1, character: lines.at(-1)?.length ?? 0 }
	const always = { mayFind: () => true, mayGoOn: () => true }
	const found = likelyCandidates(cursor, { table, own: file, windows: [] }, { weigh: () => 1, ...always })
	return found.map(({ candidate }) => candidate.definition.name).sort()
}

describe('what can be named', () => {
	it('is in Ruby what all parts of a class have, in whatever file they stand', () => {
		const parts = Array.from({ length: 9 }, (_, at) =>
			fileOf(
				`lib/part${at}/code.rb`,
				[
					['class', 'Task', 'class Task'],
					['method', `run${at}`, `def run${at}`, inClass('Task')],
				],
				{ grammar: 'ruby' },
			),
		)
		const found = namesAt('Task.', parts, { path: 'bin/main.rb', grammar: 'ruby' })
		expect(found).toEqual(expect.arrayContaining(['run0', 'run8']))
	})

	it('is in Rust what a module has that a path names, without an import', () => {
		const module = fileOf('src/text/clean.rs', [['function', 'without_marks', 'pub fn without_marks()']], {
			grammar: 'rust',
		})
		const rust = { path: 'deep/inside/main.rs', grammar: 'rust' } as const
		expect(namesAt('crate::text::clean::', [module], rust)).toContain('without_marks')
		expect(namesAt('clean.', [module], rust)).not.toContain('without_marks')
	})

	it('goes on in a chain with the type that it is in', () => {
		const builder = fileOf(
			'src/builder.rs',
			[
				['class', 'Builder', 'pub struct Builder'],
				['method', 'numbers', 'pub fn numbers(&mut self, yes: bool) -> &mut Self', inClass('Builder')],
				['method', 'theme', 'pub fn theme(&mut self) -> &mut Self', inClass('Builder')],
			],
			{ grammar: 'rust' },
		)
		const rust = { path: 'deep/inside/main.rs', grammar: 'rust' } as const
		expect(namesAt('make()\n    .numbers(true)\n    .', [builder], rust)).toContain('theme')
	})
})
