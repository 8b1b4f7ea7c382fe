import * as vscode from 'vscode'
import { type PromptComplaint, parsePromptFile, type UserPrompt } from '../../../core/chat/promptFile.ts'
import { isSlashName } from '../../../core/chat/slashCommands.ts'
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts'
import { messageOf } from '../../../shared/errors.ts'
import { promptComplaintText } from './promptComplaintText.ts'

const pattern = '.alcove/prompts/*.md'
const largest = 100_000
const mostFiles = 200

/**
 * The prompts of the workspace, `.alcove/prompts/*.md`, where the user trusts it. A file that is wrong is marked as the editor marks
 * errors, and told of once.
 */
export class PromptFiles implements Disposable {
	private readonly store = new DisposableStore()
	private readonly problems = this.store.add(vscode.languages.createDiagnosticCollection('alcove-prompts'))
	private reading: Promise<readonly UserPrompt[]> | undefined
	private told = ''

	constructor() {
		const { store } = this
		const forget = () => {
			this.reading = undefined
		}
		const watcher = store.add(vscode.workspace.createFileSystemWatcher(`**/${pattern}`))
		store.add(watcher.onDidChange(forget))
		store.add(watcher.onDidCreate(forget))
		store.add(watcher.onDidDelete(forget))
		store.add(vscode.workspace.onDidGrantWorkspaceTrust(forget))
		store.add(vscode.workspace.onDidChangeWorkspaceFolders(forget))
	}

	/** In the order of their names; none in a workspace that is not trusted. */
	all(): Promise<readonly UserPrompt[]> {
		if (!vscode.workspace.isTrusted) return Promise.resolve([])
		this.reading ??= this.read().catch(() => [])
		return this.reading
	}

	dispose(): void {
		this.store.dispose()
	}

	private async read(): Promise<readonly UserPrompt[]> {
		const prompts = new Map<string, UserPrompt>()
		const complaints: { readonly uri: vscode.Uri; readonly text: string; readonly range: vscode.Range }[] = []
		for (const { uri: folder } of vscode.workspace.workspaceFolders ?? []) {
			const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), null, mostFiles)
			for (const uri of found.sort((a, b) => (a.path < b.path ? -1 : 1))) {
				const parsed = await parseAt(uri, (name) => isSlashName(name) || prompts.has(name))
				if ('name' in parsed) prompts.set(parsed.name, parsed)
				else complaints.push({ uri, ...parsed })
			}
		}
		this.show(complaints)
		return [...prompts.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
	}

	private show(complaints: readonly { uri: vscode.Uri; text: string; range: vscode.Range }[]): void {
		this.problems.clear()
		for (const { uri, text, range } of complaints) {
			const diagnostic = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Error)
			diagnostic.source = 'Alcove'
			this.problems.set(uri, [diagnostic])
		}
		const [first] = complaints
		const key = JSON.stringify(complaints.map(({ uri, text }) => [uri.toString(), text]))
		if (!first || key === this.told) return
		this.told = key
		void tell(first)
	}
}

async function tell({ uri, text, range }: { uri: vscode.Uri; text: string; range: vscode.Range }): Promise<void> {
	const open = vscode.l10n.t('Open')
	const place = `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}:${range.start.character + 1}`
	const chosen = await vscode.window.showWarningMessage(
		vscode.l10n.t('A prompt cannot be used: {0}: {1}', place, text),
		open,
	)
	if (chosen === open) await vscode.window.showTextDocument(uri, { selection: range })
}

async function parseAt(
	uri: vscode.Uri,
	isTaken: (name: string) => boolean,
): Promise<UserPrompt | { readonly text: string; readonly range: vscode.Range }> {
	try {
		const { type, size } = await vscode.workspace.fs.stat(uri)
		if ((type & vscode.FileType.SymbolicLink) !== 0) return complaint(vscode.l10n.t('A prompt may not be a link.'))
		if (size > largest) return complaint(promptComplaintText(vscode.l10n, 'tooLong', ''))
		const bytes = await vscode.workspace.fs.readFile(uri)
		const name = uri.path.slice(uri.path.lastIndexOf('/') + 1)
		const parsed = parsePromptFile(name, new TextDecoder().decode(bytes), isTaken)
		return 'problem' in parsed ? complaintOf(parsed) : parsed
	} catch (error) {
		return complaint(messageOf(error))
	}
}

function complaintOf({ problem, word, line, character }: PromptComplaint) {
	const range = new vscode.Range(line, character, line, character + Math.max(1, word.length))
	return { text: promptComplaintText(vscode.l10n, problem, word), range }
}

function complaint(text: string) {
	return { text, range: new vscode.Range(0, 0, 0, 1) }
}
