import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SearchHit } from '../../core/chat/chatPorts.ts'
import { maskSecrets } from '../../core/privacy/secrets/maskSecrets.ts'
import { relativeIn, type WorkspaceRoot } from '../symbols/workspaceFiles.ts'
import type { PlacedChunk } from './chunkTable.ts'

/** What was found with its text, read from disk now; without what is gone. */
export async function hitsOf(
	found: readonly { readonly chunk: PlacedChunk; readonly score: number }[],
	linesOf: (path: string) => Promise<readonly string[] | undefined>,
): Promise<SearchHit[]> {
	const texts = new Map<string, readonly string[] | undefined>()
	const hits: SearchHit[] = []
	for (const { chunk, score } of found) {
		const { path, startLine, endLine, name } = chunk
		if (!texts.has(path)) texts.set(path, await linesOf(path))
		const text = texts.get(path)?.slice(startLine, endLine).join('\n')
		if (text !== undefined) hits.push({ path, startLine, endLine, text, score, ...(name !== '' && { name }) })
	}
	return hits
}

/** Without secrets; undefined where it cannot be read. @param path in the workspace */
export async function linesOf(roots: readonly WorkspaceRoot[], path: string): Promise<readonly string[] | undefined> {
	const absolute = absoluteOf(roots, path)
	const text = absolute === undefined ? undefined : await readFile(absolute, 'utf8').catch(() => undefined)
	return text === undefined ? undefined : maskSecrets(text).split('\n')
}

export function absoluteOf(roots: readonly WorkspaceRoot[], path: string): string | undefined {
	for (const root of roots) {
		const relative = relativeIn(root, path)
		if (relative !== undefined) return join(root.folder, relative)
	}
	return undefined
}
