import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SearchHit } from '../../core/chat/chatPorts.ts'
import { isPaged } from '../../core/documentPage.ts'
import { maskSecrets } from '../../core/privacy/secrets/maskSecrets.ts'
import type { PdfReader } from '../documents/pdfReader.ts'
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
		const { path, startLine, endLine, name, page } = chunk
		if (!texts.has(path)) texts.set(path, await linesOf(path))
		const text = texts.get(path)?.slice(startLine, endLine).join('\n')
		if (text !== undefined)
			hits.push({ path, startLine, endLine, text, score, ...(name !== '' && { name }), ...(page && { page }) })
	}
	return hits
}

/** Without secrets; undefined where it cannot be read. @param path in the workspace */
export async function linesOf(
	roots: readonly WorkspaceRoot[],
	path: string,
	pdf: PdfReader | undefined,
): Promise<readonly string[] | undefined> {
	const absolute = absoluteOf(roots, path)
	if (absolute === undefined) return undefined
	const text = isPaged(path) ? await pdfText(absolute, pdf) : await readFile(absolute, 'utf8').catch(() => undefined)
	return text === undefined ? undefined : maskSecrets(text).split('\n')
}

async function pdfText(absolute: string, pdf: PdfReader | undefined): Promise<string | undefined> {
	const read = await pdf?.read(absolute)
	return read === undefined || 'refused' in read ? undefined : read.lines.join('\n')
}

export function absoluteOf(roots: readonly WorkspaceRoot[], path: string): string | undefined {
	for (const root of roots) {
		const relative = relativeIn(root, path)
		if (relative !== undefined) return join(root.folder, relative)
	}
	return undefined
}
