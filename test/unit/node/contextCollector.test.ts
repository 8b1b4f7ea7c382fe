import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import type { CollectedContext } from '../../../src/core/context/contextSource.ts'
import { ContextCollector } from '../../../src/node/symbols/contextCollector.ts'
import { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'
import { WorkspaceIndex } from '../../../src/node/symbols/workspaceIndex.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { ParsedDocuments } from '../../../src/node/syntax/parsedDocuments.ts'

const grammarFolder = join(root, 'grammars')
const grammars = new GrammarLibrary(grammarFolder)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a document that takes longer to read than a key may wait', () => {
	let folder: string
	let documents: ParsedDocuments
	let index: WorkspaceIndex
	let collector: ContextCollector
	let version = 1

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'alcove-collector-'))
		writeFileSync(join(folder, 'other.ts'), 'export function greet(name: string): string {\n\treturn name\n}\n')
		documents = new ParsedDocuments(grammars)
		const reader = new SymbolReader(grammars, grammarFolder)
		index = new WorkspaceIndex({ reader, storeFile: join(folder, '.store'), report: () => {} })
		await index.open([{ folder, name: '', excluded: [] }])
		collector = new ContextCollector({ documents, index })
		version = 1
		const text = `import { greet } from './other'\n${'register([1, 2, 3].map((n) => n + 1))\n'.repeat(3_000)}`
		const file = join(folder, 'long.ts')
		await documents.open({ documentId: 'long', languageId: 'typescript', version, text, file })
	})
	afterEach(async () => {
		collector.dispose()
		documents.close('long')
		await index.close()
		rmSync(folder, { recursive: true, force: true })
	})

	/** One letter in the second line, and what is found then. */
	async function typeAndCollect(): Promise<CollectedContext> {
		const point = { row: 1, column: 0 }
		const start = "import { greet } from './other'\n".length
		const change = { start, end: start, startPoint: point, endPoint: point, text: 'g' }
		documents.change({ documentId: 'long', before: version, version: ++version, changes: [change] })
		const shown = { startLine: 0, endLine: 60 }
		const place = { documentId: 'long', version, line: 1, character: 1, languageId: 'typescript' }
		return collector.collect({ ...place, shown, budget: 200, charactersPerToken: 3, deadlineMs: 20 })
	}

	it('is read after it was opened, and its new text is known at once then', async () => {
		collector.opened('long')
		expect((await typeAndCollect()).late).toEqual(['imported'])
		for (let turn = 0; turn < 200; turn++) {
			await pause(300)
			const { chunks } = await typeAndCollect()
			if (chunks.length === 0) continue
			expect(chunks).toMatchObject([{ path: 'other.ts', text: 'function greet(name: string): string' }])
			return
		}
		expect.unreachable('nothing was ever found')
	})

	it('is read while somebody types without a rest', async () => {
		for (let turn = 0; turn < 1_000; turn++) {
			const { chunks } = await typeAndCollect()
			if (chunks.length > 0) return
			await pause(40)
		}
		expect.unreachable('nothing was ever found')
	})

	it('is left alone once it is closed', async () => {
		collector.opened('long')
		collector.closed('long')
		documents.close('long')
		await pause(400)
		expect((await typeAndCollect()).chunks).toEqual([])
	})
})
