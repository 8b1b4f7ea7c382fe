import { readFile } from 'node:fs/promises'
import type * as vscode from 'vscode'
import type { InlineOutcome } from './core/completion/outcome.ts'
import type { EngineControl } from './core/model/engineControl.ts'
import { parsePriceTable } from './core/model/prices.ts'
import type { LedgerFiles } from './node/privacy/ledgerFiles.ts'
import { usageReader } from './node/privacy/usageReader.ts'
import type { Clock } from './shared/clock.ts'
import { type Disposable, DisposableStore } from './shared/disposable.ts'
import { Emitter, type Event } from './shared/event.ts'
import { countTaken } from './vscode/figures/countTaken.ts'
import { DashboardPanel, localDay } from './vscode/figures/dashboard.ts'
import type { SettingsStore } from './vscode/settings/settingsStore.ts'

export interface FiguresDeps {
	/** Hands over the files of the ledger, the oldest first. */
	readonly readLedger: LedgerFiles['read']
	readonly onDidFinish: Event<InlineOutcome>
	readonly state: vscode.Memento
	readonly settings: SettingsStore
	readonly engine: EngineControl
	readonly clock: Clock
	/** Absolute path of media/prices.json. */
	readonly pricesFile: string
}

/** The dashboard and what is counted for it. */
export function composeFigures(deps: FiguresDeps): Disposable & {
	readonly dashboard: DashboardPanel
	/** To be called when a suggestion was taken. */
	readonly onAccepted: () => void
} {
	const { readLedger, onDidFinish, state, settings, engine, clock, pricesFile } = deps
	const store = new DisposableStore()
	const accepted = store.add(new Emitter<void>())
	const { taken } = store.add(countTaken({ onDidFinish, onDidAccept: accepted.event, state, clock }))
	const dashboard = store.add(
		new DashboardPanel({
			usage: usageReader(readLedger, localDay),
			taken,
			prices: async () => {
				const table = parsePriceTable(JSON.parse(await readFile(pricesFile, 'utf8')))
				if (!table) throw new Error(`${pricesFile} is no table of prices`)
				return table
			},
			settings,
			engine,
		}),
	)
	return { dashboard, onAccepted: () => accepted.fire(), dispose: () => store.dispose() }
}
