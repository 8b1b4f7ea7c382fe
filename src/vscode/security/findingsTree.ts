import * as vscode from 'vscode'
import { cweEntry } from '../../core/security/findings/catalogues.ts'
import type { Severity } from '../../core/security/rules/ruleTypes.ts'
import type { FindingsBook, KeptFile, KeptFinding } from '../../core/security/session/findingsBook.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { findingsViewId } from '../ids.ts'
import { rangeOf } from './editorDocuments.ts'
import { type ShownFindings, stepText } from './findingDiagnostics.ts'
import { gapsText, shortRule } from './securityText.ts'
import { type Judged, shortVerdict, verdictDetails, verdictText } from './triageText.ts'

export type Grouping = 'severity' | 'file' | 'cwe'

type Node =
	| {
			readonly kind: 'group'
			readonly label: string
			readonly findings: readonly KeptFinding[]
			readonly icon: vscode.ThemeIcon
	  }
	| { readonly kind: 'finding'; readonly kept: KeptFinding }
	| { readonly kind: 'verdict'; readonly kept: KeptFinding; readonly mark: Judged }
	| { readonly kind: 'step'; readonly kept: KeptFinding; readonly at: number }
	| { readonly kind: 'partial'; readonly files: readonly KeptFile[] }
	| { readonly kind: 'partialFile'; readonly file: KeptFile }

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low']

const refreshMs = 50

/** The view "Security Findings": groups, findings, and the steps of each. */
export class FindingsTree implements vscode.TreeDataProvider<Node>, Disposable {
	private readonly store = new DisposableStore()
	private readonly changed = this.store.add(new vscode.EventEmitter<void>())
	private readonly book: FindingsBook
	private readonly settings: ShownFindings
	private readonly clock: Clock
	private readonly view: vscode.TreeView<Node>
	private grouping: Grouping = 'severity'
	private filter = ''
	private told = ''
	private isEmpty = true
	private pending: Disposable | undefined

	readonly onDidChangeTreeData = this.changed.event

	constructor(book: FindingsBook, settings: ShownFindings, clock: Clock) {
		this.clock = clock
		this.book = book
		this.settings = settings
		this.view = this.store.add(
			vscode.window.createTreeView(findingsViewId, { treeDataProvider: this, showCollapseAll: true }),
		)
		this.store.add(
			book.onDidChange(() => {
				// Most changes of documents concern no finding.
				if (!this.isEmpty || book.all.some(({ findings, gaps }) => findings.length + gaps.length > 0))
					this.refreshSoon()
			}),
		)
	}

	/** Many files are analyzed in a moment. */
	private refreshSoon(): void {
		this.pending ??= this.clock.after(refreshMs, () => {
			this.pending = undefined
			this.refresh()
		})
	}

	refresh(): void {
		const count = this.findings.length
		this.isEmpty = this.getChildren().length === 0
		this.view.badge =
			count === 0 ? undefined : { value: count, tooltip: vscode.l10n.t('Security findings: {0}', count) }
		this.view.description = this.filter === '' ? '' : vscode.l10n.t('only "{0}"', this.filter)
		this.showMessage()
		this.changed.fire()
	}

	/** Says under the title that something was not analyzed. */
	tell(message = ''): void {
		this.told = message
		this.showMessage()
	}

	async chooseGrouping(): Promise<void> {
		const choices: readonly (vscode.QuickPickItem & { readonly grouping: Grouping })[] = [
			{ label: vscode.l10n.t('By severity'), grouping: 'severity' },
			{ label: vscode.l10n.t('By file'), grouping: 'file' },
			{ label: vscode.l10n.t('By weakness (CWE)'), grouping: 'cwe' },
		]
		const chosen = await vscode.window.showQuickPick(choices, {
			placeHolder: vscode.l10n.t('How findings are grouped'),
		})
		if (!chosen) return
		this.grouping = chosen.grouping
		this.refresh()
	}

	async chooseFilter(): Promise<void> {
		const text = await vscode.window.showInputBox({
			value: this.filter,
			prompt: vscode.l10n.t('Part of a rule, message, file or CWE number. Empty shows all.'),
		})
		if (text === undefined) return
		this.filter = text.trim()
		this.refresh()
	}

	getChildren(node?: Node): Node[] {
		if (!node) return [...this.groups(), ...this.partial()]
		if (node.kind === 'partial') return node.files.map((file) => ({ kind: 'partialFile', file }))
		if (node.kind === 'group') return node.findings.map((kept) => ({ kind: 'finding', kept }))
		if (node.kind !== 'finding') return []
		const { kept } = node
		const { path } = kept.finding
		const mark = judgedMark(kept)
		return [
			...(mark ? [{ kind: 'verdict', kept, mark } as const] : []),
			...(path.length > 1 ? path.map((_, at) => ({ kind: 'step', kept, at }) as const) : []),
		]
	}

	getTreeItem(node: Node): vscode.TreeItem {
		if (node.kind === 'group') {
			const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded)
			item.description = String(node.findings.length)
			item.iconPath = node.icon
			return item
		}
		if (node.kind === 'partial') return partialItem(node.files.length)
		if (node.kind === 'partialFile') return partialFileItem(node.file)
		if (node.kind === 'verdict') return verdictItem(node.mark)
		return node.kind === 'finding' ? findingItem(node.kept) : stepItem(node.kept, node.at)
	}

	dispose(): void {
		this.pending?.dispose()
		this.store.dispose()
	}

	/** What is shown: all that the settings and the filter let through. */
	get findings(): readonly KeptFinding[] {
		return this.settings
			.shown(this.book.findings)
			.filter(({ finding: { ruleId, message, file, cwe } }) =>
				this.isWanted(`${ruleId} ${message} ${file} ${cwe.map((it) => `cwe-${it}`).join(' ')}`),
			)
			.sort(byPlace)
	}

	private isWanted(text: string): boolean {
		return text.toLowerCase().includes(this.filter.toLowerCase())
	}

	/** With a message the view does not say that nothing was found. */
	private showMessage(): void {
		const isAllFiltered = this.isEmpty && this.filter !== ''
		const lines = [
			...(this.told === '' ? [] : [this.told]),
			...(isAllFiltered ? [vscode.l10n.t('No finding matches the filter "{0}".', this.filter)] : []),
		]
		this.view.message = lines.join('\n')
	}

	private partial(): Node[] {
		const files = this.book.all
			.filter(({ gaps, file }) => gaps.length > 0 && this.isWanted(file))
			.sort((a, b) => (a.file < b.file ? -1 : 1))
		return files.length === 0 ? [] : [{ kind: 'partial', files }]
	}

	private groups(): Node[] {
		const groups = new Map<string, KeptFinding[]>()
		for (const kept of this.findings) {
			const key = this.keyOf(kept)
			const list = groups.get(key)
			if (list) list.push(kept)
			else groups.set(key, [kept])
		}
		const keys = [...groups.keys()].sort((a, b) =>
			this.grouping === 'severity' ? order.indexOf(a as Severity) - order.indexOf(b as Severity) : compare(a, b),
		)
		return keys.map((key) => ({
			kind: 'group',
			label: this.grouping === 'severity' ? severityText(key as Severity) : key,
			findings: groups.get(key) ?? [],
			icon:
				this.grouping === 'severity'
					? severityIcon(key as Severity)
					: new vscode.ThemeIcon(this.grouping === 'file' ? 'file' : 'shield'),
		}))
	}

	private keyOf({ finding }: KeptFinding): string {
		if (this.grouping === 'severity') return finding.severity
		if (this.grouping === 'file') return finding.file
		const [cwe] = finding.cwe
		return cwe === undefined ? finding.ruleId : weaknessText(cwe)
	}
}

/** `CWE-79` before `CWE-601`. */
function compare(a: string, b: string): number {
	return a.localeCompare(b, 'en', { numeric: true })
}

/** Files are analyzed in any order. */
function byPlace({ finding: a }: KeptFinding, { finding: b }: KeptFinding): number {
	return (
		compare(a.file, b.file) || a.range.startLine - b.range.startLine || a.range.startCharacter - b.range.startCharacter
	)
}

function partialItem(count: number): vscode.TreeItem {
	const { Collapsed } = vscode.TreeItemCollapsibleState
	const item = new vscode.TreeItem(vscode.l10n.t('Analyzed in part or not at all'), Collapsed)
	item.description = String(count)
	item.iconPath = new vscode.ThemeIcon('circle-slash')
	return item
}

function partialFileItem({ documentId, file, gaps }: KeptFile): vscode.TreeItem {
	const reasons = gapsText(vscode.l10n, gaps)
	const item = new vscode.TreeItem(file)
	item.id = `partial ${documentId}`
	item.description = reasons
	item.tooltip = `${file}\n${reasons}`
	item.iconPath = new vscode.ThemeIcon('file')
	item.command = openCommand(vscode.Uri.parse(documentId), new vscode.Range(0, 0, 0, 0))
	return item
}

function weaknessText(cwe: number): string {
	const { id, name } = cweEntry(cwe)
	return name === '' ? id : `${id}: ${name}`
}

function findingItem(kept: KeptFinding): vscode.TreeItem {
	const { finding, isStale } = kept
	const mark = judgedMark(kept)
	const hasMore = finding.path.length > 1 || mark !== undefined
	const { Collapsed, None } = vscode.TreeItemCollapsibleState
	// The place and the rule first: many messages begin with the same words, and a narrow view cuts their ends off.
	const name = finding.file.split('/').pop() ?? finding.file
	const item = new vscode.TreeItem(`${name}:${finding.range.startLine + 1}`, hasMore ? Collapsed : None)
	const verdict = shortVerdict(vscode.l10n, mark)
	const notes = [...(isStale ? [vscode.l10n.t('(changed)')] : []), ...(verdict === '' ? [] : [`(${verdict})`])]
	item.id = kept.id
	item.description = [...notes, `${shortRule(finding.ruleId)}: ${finding.message}`].join(' ')
	const where = `${finding.file}:${finding.range.startLine + 1}`
	item.tooltip = [
		finding.message,
		where,
		finding.ruleId,
		...(mark ? ['', verdictDetails(vscode.l10n, mark)] : []),
	].join('\n')
	item.iconPath = markIcon(mark) ?? severityIcon(finding.severity)
	item.contextValue = 'finding'
	const place = `${finding.file}, ${finding.range.startLine + 1}`
	item.accessibilityInformation = {
		label: `${severityText(finding.severity)}: ${finding.message} ${place} ${notes.join(' ')}`.trim(),
	}
	item.command = openCommand(vscode.Uri.parse(kept.placeId), rangeOf(finding.range))
	return item
}

function verdictItem(mark: Judged): vscode.TreeItem {
	const item = new vscode.TreeItem(verdictText(vscode.l10n, mark))
	item.description = mark.reason.replace(/\s+/g, ' ')
	item.tooltip = verdictDetails(vscode.l10n, mark)
	item.iconPath = new vscode.ThemeIcon('law')
	return item
}

function judgedMark({ mark }: KeptFinding): Judged | undefined {
	return mark === undefined || mark.kind === 'notAsked' ? undefined : mark
}

/** What is doubted looks otherwise than what counts. */
function markIcon(mark: Judged | undefined): vscode.ThemeIcon | undefined {
	if (mark?.kind === 'dismissed') return new vscode.ThemeIcon('pass')
	return mark?.kind === 'doubted' ? new vscode.ThemeIcon('question') : undefined
}

function stepItem(kept: KeptFinding, at: number): vscode.TreeItem {
	const step = kept.finding.path[at]
	if (!step) return new vscode.TreeItem('')
	const item = new vscode.TreeItem(stepText(step.role, step.label))
	item.description = `${step.file}:${step.range.startLine + 1}`
	item.iconPath = new vscode.ThemeIcon(
		step.role === 'source' ? 'sign-in' : step.role === 'sink' ? 'flame' : 'arrow-small-down',
	)
	item.command = openCommand(vscode.Uri.parse(kept.stepDocuments[at] ?? kept.documentId), rangeOf(step.range))
	return item
}

function openCommand(uri: vscode.Uri, selection: vscode.Range): vscode.Command {
	return { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri, { selection }] }
}

function severityIcon(severity: Severity): vscode.ThemeIcon {
	if (severity === 'critical' || severity === 'high')
		return new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'))
	if (severity === 'medium')
		return new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'))
	return new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground'))
}

function severityText(severity: Severity): string {
	switch (severity) {
		case 'critical':
			return vscode.l10n.t('Critical')
		case 'high':
			return vscode.l10n.t('High')
		case 'medium':
			return vscode.l10n.t('Medium')
		default:
			return vscode.l10n.t('Low')
	}
}
