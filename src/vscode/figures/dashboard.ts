import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { type Dashboard, dashboardOf } from '../../core/figures/dashboard.ts'
import type { TakenTexts } from '../../core/figures/takenText.ts'
import type { UsageReport } from '../../core/figures/usage.ts'
import type { EngineControl } from '../../core/model/engineControl.ts'
import { type PriceTable, withOwnPrices } from '../../core/model/prices.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { commandIds, costsSection, dashboardViewType, internalCommandIds } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { dashboardPage } from './dashboardPage.ts'

export interface DashboardDeps {
	/** What is on record until now. */
	readonly usage: () => Promise<UsageReport>
	readonly taken: TakenTexts
	readonly prices: () => Promise<PriceTable>
	readonly settings: SettingsStore
	readonly engine: EngineControl
}

/** Shows what the models did, how fast, and what it cost; made anew when it is asked for, when it comes to the front, and when its settings change. */
export class DashboardPanel implements Disposable {
	private readonly deps: DashboardDeps
	private panel: vscode.WebviewPanel | undefined
	private readonly subscriptions: Disposable[]

	constructor(deps: DashboardDeps) {
		this.deps = deps
		this.subscriptions = [
			vscode.commands.registerCommand(internalCommandIds.exportFigures, () => this.exportJson()),
			vscode.commands.registerCommand(internalCommandIds.openCostSettings, () =>
				vscode.commands.executeCommand('workbench.action.openSettings', costsSection),
			),
			deps.settings.onDidChange(() => void this.draw()),
		]
	}

	async show(): Promise<void> {
		if (this.panel) this.panel.reveal()
		else this.panel = this.open()
		await this.draw()
	}

	dispose(): void {
		this.panel?.dispose()
		for (const subscription of this.subscriptions) subscription.dispose()
	}

	private open(): vscode.WebviewPanel {
		const title = vscode.l10n.t('Alcove: Figures')
		const enableCommandUris = [
			commandIds.openDashboard,
			internalCommandIds.exportFigures,
			internalCommandIds.openCostSettings,
			commandIds.benchmark,
		]
		const options = { enableScripts: false, enableCommandUris, localResourceRoots: [] }
		const panel = vscode.window.createWebviewPanel(dashboardViewType, title, vscode.ViewColumn.Active, options)
		panel.onDidDispose(() => {
			this.panel = undefined
		})
		panel.onDidChangeViewState(() => panel.active && void this.draw())
		return panel
	}

	private async draw(): Promise<void> {
		if (!this.panel) return
		const dashboard = await this.made()
		const buttons = [
			{ label: vscode.l10n.t('Refresh'), command: commandIds.openDashboard },
			{ label: vscode.l10n.t('Prices and Costs…'), command: internalCommandIds.openCostSettings },
			{ label: vscode.l10n.t('Benchmark This Machine'), command: commandIds.benchmark },
			{ label: vscode.l10n.t('Export as JSON…'), command: internalCommandIds.exportFigures },
		]
		const { l10n, env } = vscode
		const nonce = randomBytes(16).toString('hex')
		// It may have been closed meanwhile.
		if (this.panel) this.panel.webview.html = dashboardPage({ dashboard, l10n, language: env.language, nonce, buttons })
	}

	private async made(): Promise<Dashboard> {
		const { usage, taken, prices, settings, engine } = this.deps
		const { current } = settings
		const { rssBytes, loaded } = engine.diagnostics()
		return dashboardOf({
			usage: await usage(),
			taken: taken.byDay,
			table: withOwnPrices(await prices(), current['costs.prices']),
			comparedModel: current['costs.comparedModel'],
			machine: {
				hardwarePrice: current['costs.hardwarePrice'],
				hardwareYears: current['costs.hardwareYears'],
				extraWatts: current['costs.extraWatts'],
				electricityPrice: current['costs.electricityPrice'],
			},
			habits: {
				charactersPerMinute: current['costs.charactersPerMinute'],
				secondsPerLook: current['costs.secondsPerLook'],
			},
			engineBytes: rssBytes,
			loadedModels: loaded,
		})
	}

	private async exportJson(): Promise<void> {
		const dashboard = await this.made()
		const content = `${JSON.stringify(dashboard, null, 2)}\n`
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'json', content }))
	}
}

/** The day of a time where the user is. */
export function localDay(time: string | Date): string {
	const date = new Date(time)
	return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
		.map((part) => String(part).padStart(2, '0'))
		.join('-')
}
