import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import type { OutlinedText } from '../../../../src/core/chat/apply/byDefinitions.ts'
import { isElision } from '../../../../src/core/chat/apply/elisions.ts'
import { linesOf, withEdits } from '../../../../src/core/chat/apply/lineEdit.ts'
import { planApply } from '../../../../src/core/chat/apply/planApply.ts'
import type { GrammarName } from '../../../../src/core/syntax/grammarOf.ts'
import { SymbolReader } from '../../../../src/node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../../../src/node/syntax/grammarLibrary.ts'

const grammarFolder = join(root, 'grammars')
const reader = new SymbolReader(new GrammarLibrary(grammarFolder), grammarFolder)

async function outlined(grammar: GrammarName, text: string): Promise<OutlinedText> {
	const symbols = await reader.read({ path: 'x', grammar, text })
	return { lines: linesOf(text), definitions: symbols?.definitions ?? [] }
}

/** The text after the block was applied, behind how its place was found; or why it was not. */
async function applied(
	grammar: GrammarName,
	text: string,
	block: string,
	selection?: { readonly startLine: number; readonly endLine: number },
): Promise<string> {
	const document = await outlined(grammar, text)
	const plan = planApply({ document, block: await outlined(grammar, block), ...(selection && { selection }) })
	if (plan.kind !== 'edits') return plan.kind === 'unknown' ? `unknown: ${plan.why}` : plan.kind
	return `${plan.by}\n${withEdits(document.lines, plan.edits).join('\n')}`
}

const cart = `import { tax } from './tax'

/** A cart. */
export class Cart {
	private items: Item[] = []

	/** Adds one. */
	add(item: Item): void {
		this.items.push(item)
	}

	total(): number {
		let sum = 0
		for (const item of this.items) {
			sum += item.price
		}
		log(sum)
		return sum
	}
}

export function empty(): Cart {
	return new Cart()
}
`

describe('a block of an answer', () => {
	it('replaces the function of its name', async () => {
		const block = 'export function empty(): Cart {\n\treturn new Cart([])\n}\n'
		expect(await applied('typescript', cart, block)).toBe(
			`definitions\n${cart.replace('new Cart()', 'new Cart([])').trimEnd()}`,
		)
	})

	it('replaces a method that stands alone, with the indent of its class, and keeps the comment above', async () => {
		// Without its class a method is no definition of its own: the first and last line say where it is.
		const block =
			'class Cart {\n  add(item: Item): void {\n    if (item) this.items.push(item)\n  }\n  // ... existing code ...\n}\n'
		expect(await applied('typescript', cart, block)).toBe(
			`definitions\n${cart.replace('\t\tthis.items.push(item)\n', '\t  if (item) this.items.push(item)\n').trimEnd()}`,
		)
	})

	it('adds a method that is new behind the one that it follows, and imports that are missing', async () => {
		const block = `import { tax } from './tax'
import { round } from './round'

export class Cart {
	// ... existing code ...

	total(): number {
		return round(1)
	}

	/** None left. */
	clear(): void {
		this.items = []
	}
}
`
		const result = await applied('typescript', cart, block)
		expect(result).toContain("import { tax } from './tax'\nimport { round } from './round'\n\n/** A cart. */")
		expect(result).toContain(
			'\ttotal(): number {\n\t\treturn round(1)\n\t}\n\n\t/** None left. */\n\tclear(): void {\n\t\tthis.items = []\n\t}\n}',
		)
		expect(result).toContain('\t/** Adds one. */\n\tadd(item: Item): void {')
		expect(result).not.toContain('existing code')
	})

	it('gets back what it left out within a function', async () => {
		const block = `class Cart {
	// ...
	total(): number {
		let sum = tax
		// ... rest of the loop unchanged ...
		log(sum)
		return Math.round(sum)
	}
}
`
		expect(await applied('typescript', cart, block)).toBe(
			`definitions\n${cart.replace('let sum = 0\n', 'let sum = tax\n').replace('return sum\n', 'return Math.round(sum)\n').trimEnd()}`,
		)
	})

	it('may change the first line of what it cuts short', async () => {
		const block = 'export function empty(size = 0): Cart {\n\t// ...\n}\n'
		expect(await applied('typescript', cart, block)).toBe(
			`definitions\n${cart.replace('empty()', 'empty(size = 0)').trimEnd()}`,
		)
	})

	it('is nothing where the document has it already', async () => {
		expect(await applied('typescript', cart, 'export function empty(): Cart {\n\treturn new Cart()\n}\n')).toBe(
			'nothing',
		)
		expect(await applied('typescript', cart, '\n\n')).toBe('nothing')
	})

	it('is the whole file where it defines all that the file does', async () => {
		const block = 'export class Cart {\n\titems = []\n}\n\nexport const empty = () => new Cart()\n'
		expect(await applied('typescript', cart, block)).toBe(`wholeFile\n${block.trimEnd()}`)
		expect(await applied('typescript', '', 'const a = 1\n')).toBe('wholeFile\nconst a = 1')
	})

	it('follows indents of Python', async () => {
		const text =
			'import os\n\nclass A:\n    @property\n    def size(self):\n        return 1\n\n    def grow(self):\n        pass\n'
		const block =
			'class A:\n  # ... existing code ...\n\n  def grow(self):\n    self.n += 1\n\n  def shrink(self):\n    self.n -= 1\n'
		expect(await applied('python', text, block)).toBe(
			'definitions\nimport os\n\nclass A:\n    @property\n    def size(self):\n        return 1\n\n    def grow(self):\n      self.n += 1\n\n    def shrink(self):\n      self.n -= 1',
		)
	})

	it('replaces decorators where it brings its own', async () => {
		const text = '@old\ndef a():\n    return 1\n'
		expect(await applied('python', text, '@new\ndef a():\n    return 2\n')).toBe(
			'definitions\n@new\ndef a():\n    return 2',
		)
		expect(await applied('python', text, 'def a():\n    return 2\n')).toBe('definitions\n@old\ndef a():\n    return 2')
	})

	it('has no place where it is neither a definition nor found', async () => {
		expect(await applied('typescript', cart, 'console.log(1)\nconsole.log(2)\n')).toBe('unknown: noPlace')
	})

	it('takes the place of what was selected', async () => {
		expect(await applied('typescript', cart, 'const sum = 1\nreturn sum\n', { startLine: 12, endLine: 18 })).toContain(
			'\ttotal(): number {\n\t\tconst sum = 1\n\t\treturn sum\n\t}\n',
		)
	})

	it('finds its place in languages without definitions by its first and last line', async () => {
		const text = 'services:\n  web:\n    image: a\n    ports:\n      - 80\n  db:\n    image: b\n'
		const block = 'web:\n  image: c\n  ports:\n    - 443\n    - 80\n'
		expect(await applied('yaml' as GrammarName, text, block)).toBe(
			'anchors\nservices:\n  web:\n    image: c\n    ports:\n      - 443\n      - 80\n  db:\n    image: b',
		)
	})
})

describe('search and replace', () => {
	const block = (search: string, replace: string) => `<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`

	it('replaces what is there once, whatever its blanks', async () => {
		expect(await applied('typescript', cart, block('return new Cart()\n', 'return new Cart([])\n'))).toBe(
			`searchReplace\n${cart.replace('new Cart()', 'new Cart([])').trimEnd()}`,
		)
	})

	it('says where it cannot', async () => {
		expect(await applied('typescript', cart, block('nothing like it\n', 'x\n'))).toBe('unknown: notFound')
		expect(await applied('typescript', 'a()\nb()\na()\n', block('a()\n', 'x\n'))).toBe('unknown: ambiguous')
	})

	it('does several at once', async () => {
		const two = block('let sum = 0\n', 'let sum = 1\n') + block('log(sum)\n', '')
		const result = await applied('typescript', cart, two)
		expect(result).toContain('let sum = 1')
		expect(result).not.toContain('log(sum)')
	})
})

describe('a diff', () => {
	it('is applied where its lines are, whatever its numbers say', async () => {
		const diff = `--- a/cart.ts
+++ b/cart.ts
@@ -1,3 +1,3 @@
 		for (const item of this.items) {
-			sum += item.price
+			sum += item.price * item.count
 		}
@@ ... @@
-export function empty(): Cart {
+export function none(): Cart {
`
		expect(await applied('typescript', cart, diff)).toBe(
			`diff\n${cart.replace('item.price\n', 'item.price * item.count\n').replace('function empty', 'function none').trimEnd()}`,
		)
	})

	it('says where its lines are missing', async () => {
		expect(await applied('typescript', cart, '@@ -1 +1 @@\n-no such line\n+x\n')).toBe('unknown: notFound')
	})

	it('chooses the place next to its number', async () => {
		const text = ['a', 'x', 'b', 'x', 'c'].join('\n')
		expect(await applied('typescript', text, '@@ -4 +4 @@\n-x\n+y\n')).toBe('diff\na\nx\nb\ny\nc')
	})
})

describe('lines that stand for others', () => {
	it.each([
		'// ... existing code ...',
		'    # ... rest of the method',
		'/* ... */',
		'<!-- ... -->',
		'// … unchanged …',
		'{/* ... other items */}',
		'// keep the rest ...',
	])('%s', (line) => expect(isElision(line)).toBe(true))
	it.each(['...', '...rest', '// TODO', '# to be continued', 'f(...args) // spreads', '# see https://a.b/...'])(
		'not: %s',
		(line) => expect(isElision(line)).toBe(false),
	)
})
