import * as vscode from 'vscode'
import { catalogue } from '../../core/model/catalogue/catalogue.ts'
import type { ModelDownload } from '../../core/model/download/modelDownload.ts'
import type { ComputeMachine } from '../../core/model/engineControl.ts'
import type { ModelSpeed } from '../../core/model/measureSpeed.ts'
import type { ModelLibrary } from '../../core/model/modelLibrary.ts'
import { memoryBudget } from '../../core/model/modelPlan.ts'
import { destinationFrom } from '../../core/privacy/destinationSettings.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Logger } from '../../shared/logger.ts'
import type { DestinationConsent } from '../privacy/destinationConsent.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { AccessTokens } from './accessTokens.ts'
import { type ChooseModelsDeps, chooseModelsForMe } from './chooseModelsForMe.ts'
import { KeptSpeeds } from './keptSpeeds.ts'
import { type MeasureModel, manageModels } from './manageModels.ts'
import { ModelDownloads } from './modelDownloads.ts'

export interface ModelsFeatureDeps {
	readonly library: () => Promise<ModelLibrary>
	readonly download: () => Promise<ModelDownload>
	readonly tokens: AccessTokens
	readonly consent: DestinationConsent
	readonly settings: SettingsStore
	readonly downloadFolder: () => string
	readonly machine: () => Promise<ComputeMachine>
	readonly cores: () => number
	readonly measure: MeasureModel
	/** How fast models were by the ledger, by path. */
	readonly recordedSpeeds: () => Promise<ReadonlyMap<string, ModelSpeed>>
	readonly state: Pick<vscode.Memento, 'get' | 'update'>
	readonly clock: Clock
	readonly logger: Logger
}

export interface ModelsFeature {
	manage(): Promise<void>
	chooseForMe(): Promise<void>
	setAccessToken(): Promise<void>
	/** Keeps what was measured of a model, for the list of models and for the choice among them. */
	keepSpeed(path: string, speed: ModelSpeed): Promise<void>
}

/** What the commands about models do. */
export function modelsFeature(deps: ModelsFeatureDeps): ModelsFeature {
	const { settings, tokens } = deps
	const speeds = new KeptSpeeds(deps.state, () => settings.current['engine.gpu'])
	const mirror = () => settings.current['models.mirror']
	const open = async (): Promise<ChooseModelsDeps> => {
		const { consent, downloadFolder: folder, logger, machine, cores } = deps
		const download = await deps.download()
		return {
			library: await deps.library(),
			downloads: new ModelDownloads({ download, consent, tokens, folder, mirror, catalogue, logger }),
			settings,
			measure: deps.measure,
			speeds,
			recordedSpeeds: deps.recordedSpeeds,
			clock: deps.clock,
			catalogue,
			budget: async () => memoryBudget(await machine()),
			machine,
			cores,
		}
	}
	return {
		manage: async () => manageModels(await open()),
		keepSpeed: (path, speed) => speeds.set(path, speed),
		chooseForMe: async () => chooseModelsForMe(await open()),
		setAccessToken: async () => {
			const host = destinationFrom(mirror())?.host
			if (host === undefined || !(await tokens.ask(host))) return
			await vscode.window.showInformationMessage(vscode.l10n.t('Alcove: the token for {0} is kept.', host))
		},
	}
}
