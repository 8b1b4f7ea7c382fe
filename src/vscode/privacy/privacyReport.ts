import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { type ChainReport, recordOf } from '../../core/privacy/ledger/ledgerChain.ts'
import { csvHead, csvRow, LedgerSummary } from '../../core/privacy/ledger/ledgerReport.ts'
import { webviewPage } from '../../protocol/webviewPage.ts'
import { parseReportViewMessage, type ReportHostMessage, type ReportViewMessage } from '../../protocol/webviewReport.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { reportPanelType } from '../ids.ts'
import { reportContent, verdictContent } from './reportContent.ts'

/** Rows of a page; an export has all. */
const mostRows = 1_000

export interface LedgerFilesPort {
	/** Each file with its text, the oldest first. */
	read(take: (name: string, text: string) => void): Promise<void>
	verify(): Promise<ChainReport>
}

/** "Open Privacy Report": what is on record, in a page of its own. */
export class PrivacyReport implements Disposable {
	private readonly ledger: LedgerFilesPort
	private readonly folder: vscode.Uri
	private panel: vscode.WebviewPanel | undefined

	/** @param folder absolute path of what the page loads */
	constructor(ledger: LedgerFilesPort, folder: string) {
		this.ledger = ledger
		this.folder = vscode.Uri.file(folder)
	}

	async open(): Promise<void> {
		if (this.panel) {
			this.panel.reveal()
			await this.show()
			return
		}
		const panel = vscode.window.createWebviewPanel(
			reportPanelType,
			vscode.l10n.t('Privacy Report'),
			vscode.ViewColumn.Active,
			{ enableScripts: true, enableForms: false, enableFindWidget: true, localResourceRoots: [this.folder] },
		)
		this.panel = panel
		const subscriptions = [
			panel.webview.onDidReceiveMessage((raw) => {
				const message = parseReportViewMessage(raw)
				if (message) void this.take(message)
			}),
			panel.onDidDispose(() => {
				for (const subscription of subscriptions) subscription.dispose()
				this.panel = undefined
			}),
		]
		const address = (name: string) => panel.webview.asWebviewUri(vscode.Uri.joinPath(this.folder, name)).toString()
		panel.webview.html = webviewPage({
			script: address('report.js'),
			style: address('report.css'),
			cspSource: panel.webview.cspSource,
			nonce: randomBytes(16).toString('hex'),
			language: vscode.env.language,
			texts: {},
		})
	}

	dispose(): void {
		this.panel?.dispose()
	}

	private async take(message: ReportViewMessage): Promise<void> {
		if (message.type === 'verify') this.post(verdictContent(vscode.l10n, await this.ledger.verify()))
		else if (message.type === 'export') await this.export(message.format)
		else await this.show()
	}

	private async show(): Promise<void> {
		const summary = new LedgerSummary(mostRows)
		await this.ledger.read((_, text) => {
			for (const line of text.split('\n')) {
				const record = line === '' ? undefined : recordOf(line)
				if (record) summary.add(record)
			}
		})
		this.post(reportContent(vscode.l10n, summary.report()))
	}

	private async export(format: 'json' | 'csv'): Promise<void> {
		const { l10n } = vscode
		const uri = await vscode.window.showSaveDialog({
			title: l10n.t('Export the privacy report'),
			filters: { [format.toUpperCase()]: [format] },
		})
		if (!uri) return
		const parts: string[] = []
		await this.ledger.read((_, text) => {
			for (const line of text.split('\n')) {
				const record = line === '' ? undefined : recordOf(line)
				// As JSON it stays the line that was written, hash and all, so that it can be verified elsewhere.
				if (record) parts.push(format === 'csv' ? csvRow(record) : line)
			}
		})
		const whole = format === 'csv' ? csvHead + parts.join('') : `[\n${parts.join(',\n')}\n]\n`
		await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(whole))
		void vscode.window.showInformationMessage(l10n.t('Alcove: {0} records were exported.', parts.length))
	}

	private post(message: ReportHostMessage): void {
		void this.panel?.webview.postMessage(message)
	}
}
