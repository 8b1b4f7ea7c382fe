import * as vscode from 'vscode'
import type { InlineCompleter } from '../../core/completion/inlineCompleter.ts'
import type { InlineOutcome, NoSuggestionReason, Suggestion } from '../../core/completion/outcome.ts'
import type { CodePlace } from '../../core/syntax/codeStructure.ts'
import { acceptedCommandId } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { AskAgain } from './askAgain.ts'
import { isCodeDocument } from './codeDocument.ts'
import { linesOf } from './documentLines.ts'

/** Translates between the editor's inline completions and the completer. */
export class InlineProvider implements vscode.InlineCompletionItemProvider {
	private readonly completer: InlineCompleter
	private readonly settings: SettingsStore
	private readonly askAgain: AskAgain

	constructor(deps: { completer: InlineCompleter; settings: SettingsStore; askAgain: AskAgain }) {
		this.completer = deps.completer
		this.settings = deps.settings
		this.askAgain = deps.askAgain
	}

	async provideInlineCompletionItems(
		document: vscode.TextDocument,
		position: vscode.Position,
		context: vscode.InlineCompletionContext,
		token: vscode.CancellationToken,
	): Promise<vscode.InlineCompletionItem[]> {
		const place = { uri: document.uri.toString(), version: document.version, position }
		const isInvoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke
		const outcome = await this.completer.complete(
			{
				document: linesOf(document),
				position,
				explicit: isInvoked && !this.askAgain.isExpected(place),
				selectedItem: context.selectedCompletionInfo && selectedItem(context.selectedCompletionInfo),
				refusal: this.refusal(document),
				silentIn: this.silentIn(),
				maxTokens: this.settings.current['completion.maxTokens'],
				contextTokens: this.settings.current['completion.contextTokens'],
			},
			token,
		)
		if (isWaitingForModel(outcome) && !token.isCancellationRequested) this.askAgain.remember(place)
		return outcome.kind === 'suggestion' ? [toItem(outcome)] : []
	}

	private silentIn(): CodePlace['scope'][] {
		const { current } = this.settings
		const scopes: CodePlace['scope'][] = []
		if (!current['completion.inComments']) scopes.push('comment')
		if (!current['completion.inStrings']) scopes.push('string')
		return scopes
	}

	/** Files that are read-only by their permissions need no check: the editor does not ask in them. */
	private refusal(document: vscode.TextDocument): NoSuggestionReason | undefined {
		if (!isCodeDocument(document.uri.scheme)) return 'unsupportedDocument'
		if (!this.settings.completionsEnabled(document)) return 'disabled'
		return vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false ? 'readOnly' : undefined
	}
}

function selectedItem({ range, text }: vscode.SelectedCompletionInfo) {
	return { start: range.start, end: range.end, text }
}

function isWaitingForModel(outcome: InlineOutcome): boolean {
	return outcome.kind === 'none' && outcome.reason === 'modelLoading'
}

function toItem({ text, replace: { line, start, end } }: Suggestion): vscode.InlineCompletionItem {
	const accepted = { command: acceptedCommandId, title: '' }
	return new vscode.InlineCompletionItem(text, new vscode.Range(line, start, line, end), accepted)
}
