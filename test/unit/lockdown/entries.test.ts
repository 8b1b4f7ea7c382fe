import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'

// What a process or thread of ours loads first is its lock.
it.each([
	['src/engine/main.ts', './locked.ts'],
	['src/engine/chat/chatTemplateWorker.ts', '../../lockdown/preload.ts'],
	['src/node/syntax/codeWorker.ts', '../lockedThread.ts'],
	['src/node/retrieval/searchWorker.ts', '../lockedThread.ts'],
	['src/node/documents/pdfWorker.ts', '../../lockdown/preload.ts'],
	['src/node/security/analysisWorker.ts', './lockedProcess.ts'],
])('%s is locked before anything else of it is loaded', (path, lock) => {
	const [first] = readFileSync(join(root, path), 'utf8').match(/^import .*$/m) ?? []
	expect(first).toContain(`'${lock}'`)
})

it('no other program than these is built for a process or thread, but for the host and the command line', () => {
	const entries = [
		...readFileSync(join(root, 'scripts/build.mjs'), 'utf8').matchAll(/entryPoints: \['(src\/[^']+)'\]/g),
	]
	const known = ['codeWorker', 'searchWorker', 'pdfWorker', 'analysisWorker', 'chatTemplateWorker', 'engine/main']
	const others = ['lockdown/preload', 'extension', 'cli/main']
	for (const [, entry = ''] of entries)
		expect(
			[...known, ...others].some((name) => entry.endsWith(`${name}.ts`)),
			entry,
		).toBe(true)
	expect(entries.length).toBe(known.length + others.length)
})
