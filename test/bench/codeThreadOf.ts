import { join } from 'node:path'
import type { IndexProgress } from '../../src/node/symbols/workspaceIndex.ts'
import { CodeThread } from '../../src/node/syntax/codeThread.ts'
import { silentLogger } from '../../src/shared/logger.ts'

/** The thread that parses, as the packaged extension starts it. */
export function codeThreadOf(root: string, extensionRoot: string): CodeThread {
	const file = (name: string) => join(extensionRoot, 'dist', 'code', name)
	const data = { grammarFolder: join(root, 'grammars'), runtime: file('web-tree-sitter.wasm') }
	return new CodeThread({ entryPath: file('codeWorker.cjs'), data, logger: silentLogger })
}

/** Resolves when all of a folder is known. */
export function indexed(code: CodeThread, folder: string, storeFile: string): Promise<IndexProgress> {
	return new Promise((resolve) => {
		const subscription = code.onDidIndex((progress) => {
			if (!progress.isWhole) return
			subscription.dispose()
			resolve(progress)
		})
		code.index({ roots: [{ folder, name: '', excluded: [] }], storeFile })
	})
}
