import * as vscode from 'vscode'
import {
	type ListedFile,
	largestFile,
	type ReadableFiles,
	type ReadableRoot,
	type Refusal,
} from '../../../core/chat/readableFiles.ts'
import { isExcluded, looksSecret } from '../../../core/context/excludedPaths.ts'
import { rootsOfWorkspace } from '../../symbols/workspaceRoots.ts'

export type OpenReadableFiles = (roots: readonly ReadableRoot[]) => Promise<ReadableFiles>

export type EditorText = { readonly text: string } | { readonly refused: string }

/** Bytes that are looked at for what no text has. */
const looked = 8_000

/** Files as a person sees them in the editor: text that is not saved counts. Made for one message. */
export class EditorFiles {
	private readonly disk: ReadableFiles

	private constructor(disk: ReadableFiles) {
		this.disk = disk
	}

	static async open(openReadable: OpenReadableFiles): Promise<EditorFiles> {
		return new EditorFiles(await openReadable(rootsOfWorkspace()))
	}

	/** Why a file may not be shown, in words for the user. One that is not there may be, for what it is worth. */
	async refusal(uri: vscode.Uri): Promise<string | undefined> {
		const refusal = await this.rawRefusal(uri)
		return refusal === undefined || refusal === 'missing' ? undefined : refusalText(refusal)
	}

	async read(uri: vscode.Uri): Promise<EditorText> {
		const refused = await this.refusal(uri)
		if (refused !== undefined) return { refused }
		const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())
		if (open) return { text: open.getText() }
		const found = uri.scheme === 'file' ? await this.disk.read(uri.fsPath) : await readElsewhere(uri)
		return 'text' in found ? found : { refused: refusalText(found.refused) }
	}

	/** Files below a folder, in the order of their paths. */
	async list(
		uri: vscode.Uri,
		limit: number,
	): Promise<
		| { readonly files: readonly { readonly uri: vscode.Uri; readonly bytes: number }[]; readonly isWhole: boolean }
		| { readonly refused: string }
	> {
		if (uri.scheme !== 'file') {
			const found = await vscode.workspace.findFiles(new vscode.RelativePattern(uri, '**/*'), undefined, limit + 1)
			const files = found.filter(({ path }) => !isExcluded(path)).map((one) => ({ uri: one, bytes: 0 }))
			files.sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1))
			return { files: files.slice(0, limit), isWhole: found.length <= limit }
		}
		const found = await this.disk.list(uri.fsPath, limit)
		if ('refused' in found) return { refused: refusalText(found.refused) }
		const files = found.files.map(({ file, bytes }: ListedFile) => ({ uri: vscode.Uri.file(file), bytes }))
		return { files, isWhole: found.isWhole }
	}

	private async rawRefusal(uri: vscode.Uri): Promise<Refusal | undefined> {
		if (looksSecret(uri.path)) return 'secret'
		if (uri.scheme === 'file') return this.disk.refusal(uri.fsPath)
		return isExcluded(uri.path) ? 'excluded' : undefined
	}
}

/** What is in no file system of this machine. */
async function readElsewhere(uri: vscode.Uri): Promise<{ readonly text: string } | { readonly refused: Refusal }> {
	try {
		const { size, type } = await vscode.workspace.fs.stat(uri)
		if ((type & vscode.FileType.File) === 0) return { refused: 'notAFile' }
		if (size > largestFile) return { refused: 'tooLarge' }
		const bytes = await vscode.workspace.fs.readFile(uri)
		if (bytes.subarray(0, looked).includes(0)) return { refused: 'binary' }
		return { text: new TextDecoder().decode(bytes) }
	} catch {
		return { refused: 'missing' }
	}
}

export function refusalText(refusal: Refusal): string {
	const { l10n } = vscode
	switch (refusal) {
		case 'secret':
			return l10n.t('looks secret')
		case 'excluded':
			return l10n.t('is excluded by .gitignore, .alcoveignore or the settings')
		case 'link':
			return l10n.t('is a link that leads out of the workspace')
		case 'binary':
			return l10n.t('is no text')
		case 'tooLarge':
			return l10n.t('is larger than {0} MB', largestFile / 1_000_000)
		case 'missing':
			return l10n.t('is not there')
		case 'notAFile':
			return l10n.t('is no file')
		case 'encrypted':
			return l10n.t('is protected by a password')
		case 'damaged':
			return l10n.t('is damaged')
		case 'noText':
			return l10n.t('has pictures alone, and no text')
		case 'tooMuch':
			return l10n.t('takes too much time or memory to read')
	}
}
