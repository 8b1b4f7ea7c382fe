import * as vscode from 'vscode'
import { commitInput } from '../../core/completion/commitMessage.ts'
import type { InlineCompleter } from '../../core/completion/inlineCompleter.ts'
import type { InlineOutcome, NoSuggestionReason, Suggestion } from '../../core/completion/outcome.ts'
import type { Snooze } from '../../core/completion/snooze.ts'
import type { BatterySaver } from '../../core/model/batterySaver.ts'
import type { CodePlace } from '../../core/syntax/codeStructure.ts'
import { acceptedCommandId } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { AskAgain } from './askAgain.ts'
import { isCodeDocument } from './codeDocument.ts'
import { completionMode, isOnlyByHand } from './completionMode.ts'
import { linesOf } from './documentLines.ts'
import type { KeptOutDocuments } from './keptOutDocuments.ts'
import { isCommitInput, type NextCommit } from './nextCommit.ts'

/** Milliseconds for other texts: who sees none yet wants to see one, and who sees one has asked for others. */
const othersMs = { beforeOne: 700, besideOne: 2_500 }

/** Milliseconds on an item of the suggestion list after which somebody who moves through it has come to rest. */
const listRestMs = 300

/** Translates between the editor's inline completions and the completer. */
export class InlineProvider implements vscode.InlineCompletionItemProvider {
	private readonly completer: InlineCompleter
	private readonly settings: SettingsStore
	private readonly askAgain: AskAgain
	private readonly snooze: Snooze
	private readonly battery: Pick<BatterySaver, 'isSaving'>
	private readonly keptOut: Pick<KeptOutDocuments, 'known' | 'find'>
	private readonly nextCommit: Pick<NextCommit, 'changes'>
	/** Where a suggestion is held back until somebody presses the key. */
	private held: string | undefined
	/** Where something was given to be shown. */
	private given: string | undefined
	/** What was selected in the suggestion list when the editor asked last, and where. */
	private selected: { readonly placeKey: string; readonly text: string } | undefined

	constructor(deps: {
		completer: InlineCompleter
		settings: SettingsStore
		askAgain: AskAgain
		snooze: Snooze
		battery: Pick<BatterySaver, 'isSaving'>
		keptOut: Pick<KeptOutDocuments, 'known' | 'find'>
		nextCommit: Pick<NextCommit, 'changes'>
	}) {
		this.completer = deps.completer
		this.settings = deps.settings
		this.askAgain = deps.askAgain
		this.snooze = deps.snooze
		this.battery = deps.battery
		this.keptOut = deps.keptOut
		this.nextCommit = deps.nextCommit
	}

	async provideInlineCompletionItems(
		document: vscode.TextDocument,
		position: vscode.Position,
		context: vscode.InlineCompletionContext,
		token: vscode.CancellationToken,
	): Promise<vscode.InlineCompletionItem[]> {
		const place = { uri: document.uri.toString(), version: document.version, position }
		const placeKey = JSON.stringify(place)
		const isInvoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke
		const isProvoked = isInvoked && this.askAgain.isExpected(place)
		const byHand = isInvoked && !isProvoked
		// What is held back is shown, rather than something else asked for.
		const isHeld = byHand && this.held === placeKey
		const isGiven = this.given === placeKey
		this.held = undefined
		this.given = undefined
		const isToHold = !byHand && this.settings.current['completion.mode'] === 'subtle'
		// Known at once for all but the first key in a document.
		if (this.keptOut.known(document.uri) === undefined) await this.keptOut.find(document.uri)
		const committed = isCommitInput(document) ? await this.nextCommit.changes(document.uri) : undefined
		if (document.version !== place.version) return []
		const lines = linesOf(document, position)
		const outcome = await this.completer.complete(
			{
				document: committed ? commitInput(lines, committed) : lines,
				position,
				explicit: byHand && !isHeld,
				...(byHand && !isHeld && { othersMs: isGiven ? othersMs.besideOne : othersMs.beforeOne }),
				selectedItem: context.selectedCompletionInfo && selectedItem(context.selectedCompletionInfo),
				...(this.movesInList(placeKey, context) && { restMs: listRestMs }),
				refusal: this.refusal(document, byHand),
				silentIn: this.silentIn(),
				isHeld: isToHold,
				// What the status bar has promised is not kept back.
				silence: isHeld ? 'never' : this.settings.current['completion.silence'],
				maxTokens: this.settings.current['completion.maxTokens'],
				ahead: this.settings.current['completion.ahead'],
				contextTokens: this.settings.current['completion.contextTokens'],
			},
			token,
		)
		if (isWaitingForModel(outcome) && !token.isCancellationRequested) this.askAgain.remember(place, byHand)
		const isShown = outcome.kind === 'suggestion' && !isToHold
		if (isProvoked && !isShown) this.askAgain.cameToNothing()
		if (outcome.kind === 'none') return []
		if (!isShown) {
			this.held = placeKey
			return []
		}
		this.given = placeKey
		return [outcome.text, ...(outcome.alternatives ?? [])].map((text) => toItem({ ...outcome, text }))
	}

	/** Whether the selection in the suggestion list has changed, and nothing else. */
	private movesInList(placeKey: string, { selectedCompletionInfo }: vscode.InlineCompletionContext): boolean {
		const before = this.selected
		this.selected = selectedCompletionInfo && { placeKey, text: selectedCompletionInfo.text }
		return before?.placeKey === placeKey && this.selected !== undefined && before.text !== this.selected.text
	}

	private silentIn(): CodePlace['scope'][] {
		const { current } = this.settings
		const scopes: CodePlace['scope'][] = []
		if (!current['completion.inComments']) scopes.push('comment')
		if (!current['completion.inStrings']) scopes.push('string')
		return scopes
	}

	/** Files that are read-only by their permissions need no check: the editor does not ask in them. */
	private refusal(document: vscode.TextDocument, byHand: boolean): NoSuggestionReason | undefined {
		if (!isCodeDocument(document.uri.scheme) && !isCommitInput(document)) return 'unsupportedDocument'
		if (!this.settings.completionsEnabled(document)) return 'disabled'
		if (this.keptOut.known(document.uri) !== false) return 'keptOut'
		if (!byHand && this.snooze.isOn) return 'snoozed'
		const mode = completionMode(this.settings.current, this.battery)
		if (!byHand && isOnlyByHand(mode)) return mode === 'manual' ? 'onlyByHand' : mode
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
