import * as vscode from 'vscode'
import type { AttachmentReader, ChatPiece, QuestionReader, UnderstoodQuestion } from '../../../core/chat/chatPorts.ts'
import type { Attachment } from '../../../core/chat/conversation.ts'
import type { ViewChip, ViewSuggestion } from '../../../protocol/webview.ts'
import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { DisposableStore } from '../../../shared/disposable.ts'
import { Emitter } from '../../../shared/event.ts'
import type { ChatContext, ChatNotice, ContextChip } from '../chatParts.ts'
import { pathOf, placeOf } from '../workspacePaths.ts'
import { attachmentLabel } from './attachmentLabel.ts'
import { attachmentReader, type ReaderDeps } from './attachmentReader.ts'
import { CurrentCodeTracker } from './currentCode.ts'
import { EditorFiles } from './editorFiles.ts'
import { KnownPaths } from './knownPaths.ts'
import { PromptFiles } from './promptFiles.ts'
import { suggestionsAt } from './suggestions.ts'
import { questionReader, type UnderstandDeps } from './understandQuestion.ts'

export type ComposerDeps = ReaderDeps & Pick<UnderstandDeps, 'findingsIn' | 'research'> & { readonly clock: Clock }

const mostChosen = 50
const implicitId = 'implicit'

/** What goes along with a message: the code in view by itself, and what was chosen, dropped or is mentioned. */
export class ComposerContext implements ChatContext {
	private readonly store = new DisposableStore()
	private readonly changes = this.store.add(new Emitter<void>())
	private readonly current = this.store.add(new CurrentCodeTracker())
	private readonly prompts = this.store.add(new PromptFiles())
	private readonly choices = new Map<string, Attachment>()
	private readonly paths: KnownPaths
	private readonly questions: QuestionReader
	private readonly reader: AttachmentReader
	private readonly deps: ComposerDeps
	private isImplicitRemoved = false
	private count = 0
	readonly onDidChangeChips = this.changes.event

	constructor(deps: ComposerDeps) {
		this.deps = deps
		this.paths = this.store.add(new KnownPaths(deps.openFiles, deps.clock))
		this.store.add(this.current.onDidChange(() => this.changes.fire()))
		this.reader = attachmentReader(deps)
		this.questions = questionReader({
			...deps,
			current: this.current,
			prompts: this.prompts,
			filesLike: (ending) => this.paths.endingWith(ending),
		})
	}

	get chips(): readonly ContextChip[] {
		const chips = [...this.choices].map(([id, attachment]) => chipOf(id, attachment, false))
		const code = this.isImplicitRemoved ? undefined : this.current.code
		// What was chosen by hand is not said twice.
		const isThere = code && [...this.choices.values()].some((one) => keyOf(one) === keyOf(code))
		return code && !isThere ? [...chips, chipOf(implicitId, { ...code, isImplicit: true }, true)] : chips
	}

	get starters() {
		const { l10n } = vscode
		return [
			{ label: l10n.t('Explain this file'), text: '/explain ' },
			{ label: l10n.t('Find problems'), text: l10n.t('What may go wrong in this code?') },
			{ label: l10n.t('Write a test'), text: '/tests ' },
			{ label: l10n.t('Find a place in the workspace'), text: l10n.t('@workspace Where is … handled?') },
		]
	}

	/** The editor whose code counts, also while the chat has the focus. */
	get editor(): vscode.TextEditor | undefined {
		return this.current.editor
	}

	add(attachments: readonly Attachment[]): void {
		const known = new Set([...this.choices.values()].map(keyOf))
		for (const attachment of attachments) {
			if (known.has(keyOf(attachment)) || this.choices.size >= mostChosen) continue
			known.add(keyOf(attachment))
			this.choices.set(`c${++this.count}`, attachment)
		}
		this.changes.fire()
	}

	async addFiles(uris: readonly string[]): Promise<ChatNotice | undefined> {
		const files = await EditorFiles.open(this.deps.openFiles)
		const found: Attachment[] = []
		const refused: string[] = []
		for (const text of uris) {
			const uri = uriOf(text)
			const why = uri && (await files.refusal(uri))
			const place = uri && why === undefined ? await placeOf(pathOf(uri)) : undefined
			if (place) found.push({ kind: place.isFolder ? 'folder' : 'file', path: pathOf(place.uri) })
			else
				refused.push(
					uri
						? `${attachmentLabel({ kind: 'file', path: pathOf(uri) })}: ${why ?? vscode.l10n.t('is not there')}`
						: text,
				)
		}
		const room = mostChosen - this.choices.size
		this.add(found)
		if (found.length > room) {
			return { severity: 'warning', text: vscode.l10n.t('No more than {0} things go with a message.', mostChosen) }
		}
		if (refused.length === 0) return undefined
		return { severity: 'warning', text: vscode.l10n.t('Not added: {0}', refused.join(', ').slice(0, 1_000)) }
	}

	remove(chip: string): void {
		if (chip === implicitId) this.isImplicitRemoved = true
		else this.choices.delete(chip)
		this.changes.fire()
	}

	get chosen(): readonly Attachment[] {
		return [...this.choices.values()]
	}

	choose(attachments: readonly Attachment[]): void {
		this.choices.clear()
		this.isImplicitRemoved = false
		this.add(attachments)
	}

	sent(): void {
		this.choices.clear()
		this.isImplicitRemoved = false
		this.changes.fire()
	}

	suggest(text: string, cursor: number): Promise<readonly ViewSuggestion[]> {
		const { paths, prompts } = this
		const inView = () => this.current.editor?.document.uri
		return suggestionsAt(text, cursor, { paths, prompts, clock: this.deps.clock, inView })
	}

	labelOf(attachment: Attachment): string {
		return attachmentLabel(attachment)
	}

	understand(text: string, attachments: readonly Attachment[], token: CancellationToken): Promise<UnderstoodQuestion> {
		return this.questions.understand(text, attachments, token)
	}

	read(
		attachments: readonly Attachment[],
		question: string,
		onProgress: (what: string) => void,
		token: CancellationToken,
	): Promise<readonly ChatPiece[]> {
		return this.reader.read(attachments, question, onProgress, token)
	}

	dispose(): void {
		this.store.dispose()
	}
}

function chipOf(id: string, attachment: Attachment, isImplicit: boolean): ContextChip {
	const detail = 'path' in attachment ? attachment.path : undefined
	const shown: ViewChip = {
		id,
		kind: attachment.kind,
		label: attachmentLabel(attachment).slice(0, 300),
		isImplicit,
		...(detail !== undefined && detail !== '' && { detail: detail.slice(0, 1_000) }),
	}
	return { shown, attachment }
}

/** The text of a selection may be another one by now. */
function keyOf(attachment: Attachment): string {
	return JSON.stringify(attachment.kind === 'selection' ? { ...attachment, text: '' } : attachment)
}

/** Undefined where nothing is read from there, such as a page of the web. */
function uriOf(text: string): vscode.Uri | undefined {
	try {
		const uri = vscode.Uri.parse(text, true)
		return /^(file|untitled|vscode-remote|vscode-vfs|vscode-userdata)$/.test(uri.scheme) ? uri : undefined
	} catch {
		return undefined
	}
}
