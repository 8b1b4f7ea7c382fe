import * as vscode from 'vscode'
import type { AttachmentReader, ChatPiece, WorkspaceSearch } from '../../../core/chat/chatPorts.ts'
import type { Attachment } from '../../../core/chat/conversation.ts'
import type { CancellationToken } from '../../../shared/cancellation.ts'
import { messageOf } from '../../../shared/errors.ts'
import { placesOf } from '../workspacePaths.ts'
import { attachmentLabel } from './attachmentLabel.ts'
import { EditorFiles, type OpenReadableFiles } from './editorFiles.ts'
import { type DiffOf, readChanges } from './readChanges.ts'
import { readFilePiece, readFolder, readSelection, readSymbol, refusedPiece } from './readFiles.ts'
import { readProblems } from './readProblems.ts'

export interface ReaderDeps {
	readonly openFiles: OpenReadableFiles
	/** What `@workspace` looks into. */
	readonly search?: WorkspaceSearch
	readonly diffOf?: DiffOf
}

const mostHits = 12
/** What a file that is in view takes of the room where the workspace or a folder is asked for. */
const shareOfView = 0.25
/** Characters of what a terminal showed: its end says most. */
const mostOfTerminal = 20_000

/** Reads attachments as they are now. What may not be read, or is not there, is a refused piece with the reason. */
export function attachmentReader(deps: ReaderDeps): AttachmentReader {
	return {
		read: async (attachments, question, onProgress, token) => {
			const files = await EditorFiles.open(deps.openFiles)
			const pieces: ChatPiece[] = []
			const isBroad = attachments.some(({ kind }) => kind === 'workspace' || kind === 'folder')
			for (const attachment of attachments) {
				if (token.isCancellationRequested) break
				onProgress(vscode.l10n.t('Reading {0}', attachmentLabel(attachment)))
				try {
					const read = await readOne(attachment, { deps, files, question, token })
					const isView = attachment.kind === 'file' && attachment.isImplicit === true
					pieces.push(...(isView && isBroad ? read.map((piece) => ({ ...piece, mostShare: shareOfView })) : read))
				} catch (error) {
					pieces.push(refusedPiece(`@${attachment.kind}`, undefined, messageOf(error)))
				}
			}
			return withoutRepetition(pieces)
		},
	}
}

interface Reading {
	readonly deps: ReaderDeps
	readonly files: EditorFiles
	readonly question: string
	readonly token: CancellationToken
}

async function readOne(attachment: Attachment, reading: Reading): Promise<readonly ChatPiece[]> {
	const { files, deps, token } = reading
	switch (attachment.kind) {
		case 'file':
			return [await readFilePiece(attachment, files)]
		case 'folder':
			return readFolder(attachment, files, () => token.isCancellationRequested)
		case 'selection':
			return [await readSelection(attachment, files)]
		case 'symbol':
			return [await readSymbol(attachment, files)]
		case 'problems':
			return readProblems(attachment, files)
		case 'changes':
			return readChanges(attachment.staged ?? false, files, deps.diffOf)
		case 'terminal':
			return [readTerminal(attachment.text)]
		case 'workspace':
			return searchWorkspace(reading)
		case 'finding':
			return [{ source: attachment.title, text: attachment.text }]
	}
}

function readTerminal(text: string): ChatPiece {
	const source = '@terminal'
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what steers a terminal
	const plain = text.replace(/\u001b(\[[\d;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\))/g, '')
	if (plain.trim() === '') return refusedPiece(source, undefined, vscode.l10n.t('nothing is selected in the terminal'))
	return { source, text: plain.slice(-mostOfTerminal) }
}

async function searchWorkspace({ deps, files, question, token }: Reading): Promise<readonly ChatPiece[]> {
	const source = '@workspace'
	const { search } = deps
	if (!search || search.state.kind === 'off') {
		return [refusedPiece(source, undefined, vscode.l10n.t('the workspace is not read: the index is off'))]
	}
	const hits = await search.search(question, mostHits, token)
	const pieces: ChatPiece[] = []
	for (const { path, startLine, endLine, text, page } of hits) {
		const [uri] = placesOf(path)
		const refused = uri && (await files.refusal(uri))
		pieces.push(
			refused === undefined
				? { source, path, startLine, endLine, text, ...(page && { page }) }
				: refusedPiece(source, path, refused),
		)
	}
	return pieces.length > 0 ? pieces : [refusedPiece(source, undefined, vscode.l10n.t('nothing fits the question'))]
}

/** What is shown already is of no more worth a second time. */
function withoutRepetition(pieces: readonly ChatPiece[]): readonly ChatPiece[] {
	const seen = new Set<string>()
	return pieces.filter(({ path, text, refused }) => {
		const key = JSON.stringify([path, text, refused])
		if (seen.has(key)) return false
		seen.add(key)
		return true
	})
}
