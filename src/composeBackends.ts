import type * as vscode from 'vscode'
import type { Privacy } from './composePrivacy.ts'
import { type Backend, type BackendPurpose, backendFor } from './core/model/backend.ts'
import type { BackendFinder } from './core/model/backendFinder.ts'
import { DeferredChat } from './core/model/deferredChat.ts'
import { DeferredCompletion } from './core/model/deferredCompletion.ts'
import { DeferredEmbedding } from './core/model/deferredEmbedding.ts'
import type { ChatModel, CompletionModel, EmbeddingModel } from './core/model/ports.ts'
import { RoutedChat } from './core/model/routedChat.ts'
import { RoutedCompletion } from './core/model/routedCompletion.ts'
import { RoutedEmbedding } from './core/model/routedEmbedding.ts'
import { destinationFrom } from './core/privacy/destinationSettings.ts'
import type { EgressPurpose } from './core/privacy/egressPolicy.ts'
import {
	RecordedChat,
	RecordedCompletion,
	RecordedEmbedding,
	type RecordingDeps,
} from './core/privacy/recordedModels.ts'
import { redactParts } from './core/privacy/redact.ts'
import type { Settings } from './core/settings.ts'
import { StrongerChat } from './core/stronger/strongerChat.ts'
import { TokenBudget } from './core/stronger/tokenBudget.ts'
import type { BackendModelDeps } from './node/backends/backendModel.ts'
import type { Clock } from './shared/clock.ts'
import { type Disposable, DisposableStore } from './shared/disposable.ts'
import type { Logger } from './shared/logger.ts'
import { BackendKeys } from './vscode/backends/backendKeys.ts'
import type { BackendParts } from './vscode/backends/chooseBackend.ts'
import { stateKeys } from './vscode/ids.ts'
import type { SettingsStore } from './vscode/settings/settingsStore.ts'
import type { StrongerParts } from './vscode/stronger/askStronger.ts'
import { PayloadReview } from './vscode/stronger/payloadReview.ts'

export interface BackendsDeps {
	readonly settings: SettingsStore
	readonly privacy: Privacy
	readonly secrets: vscode.SecretStorage
	/** Of all windows. */
	readonly state: vscode.Memento
	readonly clock: Clock
	readonly logger: Logger
	/** Our own. */
	readonly own: { readonly completion: CompletionModel; readonly chat: ChatModel; readonly embedding: EmbeddingModel }
}

export interface Backends extends Disposable {
	readonly completion: RoutedCompletion
	readonly chat: RoutedChat
	readonly embedding: RoutedEmbedding
	/** Which back end the settings name for it; undefined: our own engine. */
	nameFor(purpose: 'completion' | 'chat' | 'embedding'): string | undefined
	readonly parts: BackendParts
	readonly stronger: StrongerParts
}

/** The models as everybody sees them: our own, or those of the servers that the user's settings name. */
export function composeBackends(deps: BackendsDeps): Backends {
	const { settings, privacy, clock, logger, own } = deps
	const { recording } = privacy
	const store = new DisposableStore()
	const keys = new BackendKeys(deps.secrets)
	const completion = store.add(new RoutedCompletion(own.completion))
	const chat = store.add(new RoutedChat(own.chat))
	const embedding = store.add(new RoutedEmbedding(own.embedding))
	const current = (purpose: 'completion' | 'chat' | 'embedding') => routeOf(settings.current, purpose)
	const clientDeps = (
		backend: Backend,
		use: BackendModelDeps['use'],
		purpose: EgressPurpose = use,
	): BackendModelDeps => ({
		...{ backend, use, purpose, network: privacy.network, clock, logger },
		key: () => keys.keyOf(backend),
		redact: redactParts,
	})
	const uses = new Map<string, Disposable>()
	store.add({
		dispose: () => {
			for (const use of uses.values()) use.dispose()
		},
	})
	/** The status bar shows a machine that is not this one as long as the settings name it. */
	const showUse = (purpose: BackendPurpose & EgressPurpose, backend: Backend | undefined) => {
		const destination = backend && destinationFrom(backend.url)
		uses.get(purpose)?.dispose()
		uses.delete(purpose)
		if (destination) uses.set(purpose, privacy.inUse.use(destination, purpose))
	}
	let known: Partial<Record<string, string>> = {}
	const update = (isForced: boolean) => {
		const failsOver = settings.current['backend.failOver']
		for (const purpose of ['completion', 'chat', 'embedding'] as const) {
			const backend = current(purpose)
			const now = JSON.stringify([backend, failsOver])
			if (known[purpose] === now && !isForced) continue
			known = { ...known, [purpose]: now }
			showUse(purpose, backend)
			if (purpose === 'completion') {
				completion.setRoute(
					backend && { served: servedCompletion(clientDeps(backend, 'completion'), recording), failsOver },
				)
			} else if (purpose === 'chat') {
				chat.setRoute(backend && { served: servedChat(clientDeps(backend, 'chat'), recording), failsOver })
			} else {
				embedding.setRoute(
					backend && { served: servedEmbedding(clientDeps(backend, 'embedding'), recording), failsOver: false },
				)
			}
		}
	}
	update(false)
	const review = store.add(new PayloadReview())
	const budget = new TokenBudget(
		{
			read: () => deps.state.get(stateKeys.strongerUse),
			write: async (use) => deps.state.update(stateKeys.strongerUse, use),
		},
		() => settings.current['strongerModel.monthlyTokens'],
		() => new Date(),
	)
	const strongerModels = new Map<string, DeferredChat>()
	const strongerFor = (backend: Backend, question: string) => {
		// What a person has seen is sent as it stands.
		const asSeen = {
			...clientDeps(backend, 'chat', 'strongerModel'),
			redact: (parts: readonly string[]) => ({ texts: parts, count: 0 }),
		}
		const key = JSON.stringify(backend)
		const served = strongerModels.get(key) ?? store.add(servedChat(asSeen, recording))
		strongerModels.set(key, served)
		return new StrongerChat({
			...{ served, budget, question, logger },
			reviewer: review.reviewerFor({ name: backend.name, address: backend.url }),
			rules: () => settings.current['strongerModel.rules'],
		})
	}
	store.add(settings.onDidChange(() => update(false)))
	return {
		...{ completion, chat, embedding },
		nameFor: (purpose) => current(purpose)?.name,
		parts: {
			...{ settings, keys, consent: privacy.consent, finder: () => finderOf(privacy, keys) },
			refresh: () => {
				strongerModels.clear()
				update(true)
			},
		},
		stronger: {
			...{ settings, consent: privacy.consent, modelFor: strongerFor, budgetLeft: () => budget.left },
			backend: () => backendFor(settings.current.backends, settings.current['strongerModel.backend'], 'strongerModel'),
		},
		dispose: () => store.dispose(),
	}
}

function routeOf(settings: Settings, purpose: 'completion' | 'chat' | 'embedding'): Backend | undefined {
	return backendFor(settings.backends, settings[`backend.${purpose}`], purpose)
}

// What talks to servers is loaded when somebody has one.

function servedCompletion(deps: BackendModelDeps, recording: RecordingDeps): DeferredCompletion {
	return new DeferredCompletion(async () => {
		const { BackendCompletion } = await import('./node/backends/backendCompletion.ts')
		return new RecordedCompletion(new BackendCompletion(deps), recordedAt(deps, recording))
	})
}

function servedChat(deps: BackendModelDeps, recording: RecordingDeps): DeferredChat {
	return new DeferredChat(async () => {
		const { BackendChat } = await import('./node/backends/backendChat.ts')
		return new RecordedChat(new BackendChat(deps), recordedAt(deps, recording))
	})
}

function servedEmbedding(deps: BackendModelDeps, recording: RecordingDeps): DeferredEmbedding {
	return new DeferredEmbedding(async () => {
		const { BackendEmbedding } = await import('./node/backends/backendEmbedding.ts')
		return new RecordedEmbedding(new BackendEmbedding(deps), recordedAt(deps, recording))
	})
}

function recordedAt({ backend }: BackendModelDeps, recording: RecordingDeps): RecordingDeps {
	const destination = destinationFrom(backend.url)
	return { ...recording, destination: () => destination }
}

async function finderOf({ network }: Privacy, keys: BackendKeys): Promise<BackendFinder> {
	const { HttpBackendFinder } = await import('./node/backends/findBackends.ts')
	return new HttpBackendFinder({ network, key: (backend) => keys.keyOf(backend) })
}
