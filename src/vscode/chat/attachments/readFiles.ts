import * as vscode from 'vscode'
import type { ChatPiece } from '../../../core/chat/chatPorts.ts'
import type { Attachment } from '../../../core/chat/conversation.ts'
import { isPaged } from '../../../core/documentPage.ts'
import { isSearchable } from '../../../core/retrieval/isSearchable.ts'
import { pathOf, placeOf } from '../workspacePaths.ts'
import type { EditorFiles } from './editorFiles.ts'

type Of<Kind extends Attachment['kind']> = Extract<Attachment, { kind: Kind }>

/** Characters of one file: more than any context of a local model holds. */
const mostCharacters = 300_000
/** Of a folder: paths that are listed, bytes of a file that is shown, characters of all of those. */
const mostListed = 500
const smallFile = 16_000
const mostOfFolder = 80_000

export async function readFilePiece({ path }: Of<'file'>, files: EditorFiles): Promise<ChatPiece> {
	const source = '@file'
	const place = await placeOf(path)
	if (!place) return refusedPiece(source, path, vscode.l10n.t('is not there'))
	if (place.isFolder) return refusedPiece(source, path, vscode.l10n.t('is no file'))
	const found = await files.read(place.uri)
	if ('refused' in found) return refusedPiece(source, path, found.refused)
	return isPaged(path) ? document(source, path, found.text) : wholeFile(source, path, found.text)
}

/** Its lines are named by the pages, which stand in the text. */
function document(source: string, path: string, text: string): ChatPiece {
	return { source, path, text: text.slice(0, mostCharacters) }
}

export async function readSelection(attachment: Of<'selection'>, files: EditorFiles): Promise<ChatPiece> {
	const { path, startLine, endLine, text } = attachment
	const piece = { source: '@selection', path, startLine, endLine }
	const place = await placeOf(path)
	const refused = place && (await files.refusal(place.uri))
	return refused === undefined ? { ...piece, text } : { ...piece, text: '', refused }
}

export async function readSymbol(attachment: Of<'symbol'>, files: EditorFiles): Promise<ChatPiece> {
	const { name, path, startLine, endLine } = attachment
	const source = '@symbol'
	const missing = refusedPiece(`${source}:${name}`, path === '' ? undefined : path, vscode.l10n.t('is not there'))
	const place = path === '' ? undefined : await placeOf(path)
	if (!place || place.isFolder) return missing
	const found = await files.read(place.uri)
	if ('refused' in found) return refusedPiece(source, path, found.refused)
	const lines = found.text.split(/\r?\n/).slice(startLine, endLine)
	if (lines.length === 0) return missing
	return { source, path, startLine, endLine: startLine + lines.length, text: lines.join('\n') }
}

/** What is in a folder, and its small files, those that are not deep in it first. */
export async function readFolder(
	{ path }: Of<'folder'>,
	files: EditorFiles,
	isCancelled: () => boolean,
): Promise<readonly ChatPiece[]> {
	const source = `@folder:${path}`
	const place = await placeOf(path === '' ? '.' : path)
	if (!place) return [refusedPiece(source, undefined, vscode.l10n.t('is not there'))]
	if (!place.isFolder) return [await readFilePiece({ kind: 'file', path }, files)]
	const found = await files.list(place.uri, mostListed)
	if ('refused' in found) return [refusedPiece(source, undefined, found.refused)]
	if (found.files.length === 0) return [refusedPiece(source, undefined, vscode.l10n.t('has no files that may be read'))]
	const listed = found.files.map(({ uri, bytes }) => ({ uri, bytes, path: pathOf(uri) }))
	const more = found.isWhole ? [] : ['… and more']
	const pieces: ChatPiece[] = [{ source, text: [...listed.map((one) => one.path), ...more].join('\n') }]
	const small = listed.filter((one) => one.bytes > 0 && one.bytes <= smallFile && isSearchable(one.path))
	small.sort((a, b) => rankOf(a.path) - rankOf(b.path) || a.bytes - b.bytes)
	let left = mostOfFolder
	for (const one of small) {
		if (isCancelled()) break
		if (one.bytes > left) continue
		const text = await files.read(one.uri)
		if ('refused' in text) continue
		left -= text.text.length
		pieces.push(
			isPaged(one.path) ? document('@folder', one.path, text.text) : wholeFile('@folder', one.path, text.text),
		)
	}
	return pieces
}

/** What says what a folder is for comes first, then what is not deep in it. */
function rankOf(path: string): number {
	return (/(^|\/)readme[^/]*$/i.test(path) ? 0 : 100) + path.split('/').length
}

export function wholeFile(source: string, path: string, text: string): ChatPiece {
	const end = text.length > mostCharacters ? text.lastIndexOf('\n', mostCharacters) : text.length
	const shown = text.slice(0, end < 0 ? mostCharacters : end)
	const lines = shown.split('\n').length - (shown.endsWith('\n') ? 1 : 0)
	return { source, path, startLine: 0, endLine: Math.max(1, lines), text: shown }
}

export function refusedPiece(source: string, path: string | undefined, refused: string): ChatPiece {
	return { source, text: '', refused, ...(path !== undefined && { path }) }
}
