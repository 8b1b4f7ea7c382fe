import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { GrammarName } from '../../../src/core/syntax/grammarOf.ts'
import { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'

const grammarFolder = fileURLToPath(new URL('../../../grammars', import.meta.url))
const reader = new SymbolReader(new GrammarLibrary(grammarFolder), grammarFolder)

async function read(path: string, grammar: GrammarName, text: string) {
	const symbols = await reader.read({ path, grammar, text })
	if (!symbols) throw new Error(`${path} was not read`)
	return symbols
}

async function linesOf(text: string, path = 'a.h') {
	const { definitions } = await read(path, 'c', text)
	return definitions.map(({ name, kind, signature, startLine }) => `${startLine} ${kind} ${name}: ${signature}`)
}

describe('a header of C', () => {
	it('is read where it opens a block for C++ only', async () => {
		const text =
			'#ifdef __cplusplus\nextern "C" {\n#endif\nint first(void);\n#ifdef __cplusplus\n}\n#endif\nint second(void);\n'
		expect(await linesOf(text)).toEqual(['3 function first: int first(void)', '7 function second: int second(void)'])
	})

	it('is read behind macros that stand for fields and for constants', async () => {
		const fields =
			'struct request {\n  REQUEST_FIELDS\n};\nstruct task {\n  /* public */\n  HANDLE_FIELDS\n  int state;\n  MORE(x)\n};\n'
		expect(await linesOf(`${fields}int run(struct task *task);\n`)).toEqual([
			'0 class request: struct request',
			'3 class task: struct task',
			'6 field state: int state',
			'9 function run: int run(struct task *task)',
		])
	})

	it('keeps the constants of a list that has no comma at its end', async () => {
		expect(await linesOf('enum color {\n  RED,\n  GREEN\n};\nenum one {\n  ONLY\n};\n')).toEqual(
			expect.arrayContaining(['1 field RED: RED', '2 field GREEN: GREEN', '5 field ONLY: ONLY']),
		)
	})

	it('keeps the name of a function behind several macros', async () => {
		expect(
			await linesOf(
				'LIB_EXTERN ALLOC_FUNC FILE *lib_open(const char *file,\n  int line);\nLIB_EXTERN CODE lib_do(void);\n',
			),
		).toEqual([
			'0 function lib_open: FILE *lib_open(const char *file, int line)',
			'2 function lib_do: CODE lib_do(void)',
		])
	})

	it('has macros and functions also where the parser lost its way', async () => {
		const lost =
			'BEGIN_DECLS(((\n#define LIMIT 10 /* most */\n#define SIZE_OF(x) sizeof(x)\nint lib_find(const char *name,\n             int (*test)(int));\nstatic int hidden(int a);\nreturn (a);\n'
		const lines = await linesOf(lost)
		expect(lines).toEqual(
			expect.arrayContaining([
				'1 constant LIMIT: #define LIMIT 10 /* most */',
				'2 function SIZE_OF: #define SIZE_OF(x) sizeof(x)',
				'3 function lib_find: int lib_find(const char *name, int (*test)(int))',
			]),
		)
		expect(lines.join('\n')).not.toContain('return')
		const { definitions } = await read('a.h', 'c', lost)
		expect(definitions.find(({ name }) => name === 'hidden')?.exported).toBe(false)
	})

	it('says nothing twice, and nothing of macros in a body', async () => {
		const text = '#define TWICE(x) (2 * (x))\nint once(int a);\nint body(int a)\n{\n#define LOCAL 1\n  return a;\n}\n'
		expect(await linesOf(text, 'a.c')).toEqual([
			'0 function TWICE: #define TWICE(x) (2 * (x))',
			'1 function once: int once(int a)',
			'2 function body: int body(int a)',
		])
	})
})

describe('a file of Ruby', () => {
	it('has what a module has in the module, and names what it includes', async () => {
		const text =
			'module Lib\n  module Help\n    LIMIT = 3\n    def self.find(name)\n    end\n  end\n  class Task\n    include Lib::Help, Other\n    extend(Third)\n    include helper\n    def run\n    end\n  end\nend\n'
		const { definitions, imports } = await read('a.rb', 'ruby', text)
		expect(definitions.map(({ name, container }) => `${container ?? '-'} ${name}`)).toEqual([
			'- Lib',
			'- Help',
			'Help LIMIT',
			'Help find',
			'- Task',
			'Task run',
		])
		expect(imports).toEqual([
			{ from: 'Lib::Help', name: 'Help', alias: 'Help' },
			{ from: 'Other', name: 'Other', alias: 'Other' },
			{ from: 'Third', name: 'Third', alias: 'Third' },
		])
	})
})
