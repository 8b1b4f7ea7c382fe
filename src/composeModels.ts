import { availableParallelism, freemem, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type * as vscode from 'vscode'
import { catalogue } from './core/model/catalogue/catalogue.ts'
import type { DeferredEngine } from './core/model/deferredEngine.ts'
import { measureSpeed } from './core/model/measureSpeed.ts'
import type { Network } from './core/privacy/network.ts'
import type { EmbeddedEngine } from './node/engine/embeddedEngine.ts'
import type { LedgerFiles } from './node/privacy/ledgerFiles.ts'
import { speedsReader } from './node/privacy/usageReader.ts'
import type { Clock } from './shared/clock.ts'
import type { Disposable } from './shared/disposable.ts'
import type { Logger } from './shared/logger.ts'
import { AccessTokens } from './vscode/models/accessTokens.ts'
import { type ModelsFeature, modelsFeature } from './vscode/models/modelsFeature.ts'
import { offerDraft } from './vscode/models/offerDraft.ts'
import type { DestinationConsent } from './vscode/privacy/destinationConsent.ts'
import type { SettingsStore } from './vscode/settings/settingsStore.ts'

export interface ComposeModelsDeps {
	readonly context: Pick<vscode.ExtensionContext, 'globalState' | 'globalStorageUri' | 'secrets'>
	readonly settings: SettingsStore
	readonly engine: Pick<DeferredEngine<EmbeddedEngine>, 'machine' | 'open'>
	readonly network: Network
	readonly consent: DestinationConsent
	readonly readLedger: LedgerFiles['read']
	readonly homeDir: string
	readonly clock: Clock
	readonly logger: Logger
}

/** Finding, downloading and choosing models. */
export function composeModels(deps: ComposeModelsDeps): ModelsFeature & Disposable {
	const { context, settings, engine, network, consent, readLedger, homeDir, clock, logger } = deps
	const tokens = new AccessTokens(context.secrets)
	const absolute = (path: string) => path.trim().replace(/^~(?=[\\/])/, () => homeDir)
	const downloadFolder = () =>
		absolute(settings.current['models.downloadFolder']) || join(context.globalStorageUri.fsPath, 'models')
	const library = async (...more: readonly string[]) => {
		const { DiskModelLibrary } = await import('./node/models/diskModelLibrary.ts')
		return new DiskModelLibrary({
			machine: { platform: process.platform, homeDir, env: process.env },
			downloadFolder,
			folders: () => [...settings.current['models.folders'].map(absolute), ...more],
		})
	}
	const placeOf = (path: string) => ({ folder: dirname(absolute(path)), path: absolute(path) })
	const offering = offerDraft({ settings, library, catalogue, placeOf, clock })
	const feature = modelsFeature({
		library: () => library(),
		download: async () => {
			const { HttpDownload } = await import('./node/models/download/httpDownload.ts')
			return new HttpDownload({ network, accessToken: (host) => tokens.get(host), clock })
		},
		tokens,
		consent,
		settings,
		downloadFolder,
		// Where the engine cannot be asked, the system knows at least its own memory.
		machine: async () => (await engine.machine()) ?? { memory: { totalBytes: totalmem(), availableBytes: freemem() } },
		cores: availableParallelism,
		measure: async (path, draftPath, token) => {
			const contextSize = settings.current['engine.contextSize']
			const spec = {
				origin: 'user',
				path,
				contextSize,
				...(draftPath !== undefined && { draftPath: absolute(draftPath) }),
			} as const
			const model = (await engine.open()).completion(spec)
			try {
				const options = { mark: Math.floor(Math.random() * 1e6), withDrafts: draftPath !== undefined }
				return await measureSpeed(model, options, token)
			} finally {
				model.dispose()
			}
		},
		recordedSpeeds: speedsReader(readLedger),
		state: context.globalState,
		clock,
		logger,
	})
	return { ...feature, dispose: () => offering.dispose() }
}
