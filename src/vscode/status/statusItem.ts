import * as vscode from 'vscode'
import type { StatusFeed } from '../../core/completion/statusFeed.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import type { DestinationsInUse } from '../../core/privacy/destinationsInUse.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import { isHiddenByEditor } from '../completion/inView.ts'
import { activeProviders } from '../completion/otherProviders.ts'
import { commandIds, statusItemId } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { statusText } from './statusText.ts'
import { type IndexFacts, statusTooltip } from './statusTooltip.ts'

/** Shows the feed in the status bar. The item is touched only when what it says changes. */
export function showStatus(deps: {
	feed: StatusFeed
	model: CompletionModel
	settings: SettingsStore
	index: { readonly progress: IndexFacts | undefined; readonly onDidIndex: Event<unknown> }
	inUse: DestinationsInUse
	onDidFinish: Event<unknown>
}): Disposable {
	const { feed, model, settings, index, inUse } = deps
	const store = new DisposableStore()
	const item = store.add(vscode.window.createStatusBarItem(statusItemId, vscode.StatusBarAlignment.Right, 100))
	item.name = 'Alcove'
	item.command = commandIds.showMenu

	let shownTooltip = ''
	const updateTooltip = () => {
		const { view, lastAnswer } = feed
		const paragraphs = statusTooltip(vscode.l10n, {
			view,
			model: model.state,
			lastAnswer,
			complaints: settings.complaints,
			isHiddenByEditor: isHiddenByEditor(),
			otherProviders: activeProviders(),
			index: index.progress,
			elsewhere: inUse.current,
		})
		const text = paragraphs.join('\n')
		if (text === shownTooltip) return
		shownTooltip = text
		item.tooltip = markdown(paragraphs)
	}
	const update = () => {
		const { text, label, isError } = statusText(vscode.l10n, feed.view)
		const [elsewhere] = inUse.current
		item.text = elsewhere ? `${text} $(cloud)` : text
		item.accessibilityInformation = { label: elsewhere ? elsewhereLabel(label, elsewhere.host) : label, role: 'button' }
		item.backgroundColor = backgroundOf(isError, elsewhere !== undefined)
		updateTooltip()
	}

	store.add(feed.onDidChange(update))
	store.add(inUse.onDidChange(update))
	store.add(deps.onDidFinish(updateTooltip))
	store.add(settings.onDidChange(() => feed.refresh()))
	store.add(settings.onDidChange(updateTooltip))
	store.add(index.onDidIndex(updateTooltip))
	store.add(vscode.extensions.onDidChange(updateTooltip))
	store.add(
		vscode.workspace.onDidChangeConfiguration(
			(event) => event.affectsConfiguration('editor.inlineSuggest') && updateTooltip(),
		),
	)
	store.add(vscode.window.onDidChangeActiveTextEditor(() => feed.forgetOutcome()))
	store.add(vscode.window.onDidChangeActiveTextEditor(updateTooltip))
	store.add(vscode.window.onDidChangeTextEditorSelection(() => feed.forgetOutcome()))
	// The language of the document in view may change too.
	store.add(
		vscode.workspace.onDidOpenTextDocument(() => {
			feed.refresh()
			updateTooltip()
		}),
	)
	update()
	item.show()
	return store
}

function elsewhereLabel(label: string, host: string): string {
	return vscode.l10n.t('{0}. In use, and not this machine: {1}', label, host)
}

/** The editor has these two for items; the second one says that something is not on this machine. */
function backgroundOf(isError: boolean, isElsewhere: boolean): vscode.ThemeColor | undefined {
	if (isError) return new vscode.ThemeColor('statusBarItem.errorBackground')
	return isElsewhere ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined
}

/** Names in it come out of files: added as text, they can be neither links nor icons. */
function markdown([head = '', ...paragraphs]: readonly string[]): vscode.MarkdownString {
	const tooltip = new vscode.MarkdownString()
	tooltip.appendMarkdown('**').appendText(head).appendMarkdown('**')
	for (const paragraph of paragraphs) tooltip.appendMarkdown('\n\n').appendText(paragraph)
	return tooltip
}
