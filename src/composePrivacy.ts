import { DeferredNetwork } from './core/privacy/deferredNetwork.ts'
import { DestinationsInUse } from './core/privacy/destinationsInUse.ts'
import type { Network, NetworkRequest } from './core/privacy/network.ts'
import { type Disposable, DisposableStore } from './shared/disposable.ts'
import type { Logger } from './shared/logger.ts'
import { DestinationConsent } from './vscode/privacy/destinationConsent.ts'
import type { SettingsStore } from './vscode/settings/settingsStore.ts'

export interface Privacy extends Disposable {
	/** The only way to a server. */
	readonly network: Network
	/** What of other machines is in use; the status bar shows it. Requests of the network count by themselves. */
	readonly inUse: DestinationsInUse
	readonly consent: DestinationConsent
}

/** What decides what leaves the machine, and tells of it. */
export function composePrivacy({ settings, logger }: { settings: SettingsStore; logger: Logger }): Privacy {
	const store = new DisposableStore()
	const inUse = store.add(new DestinationsInUse())
	const uses = new Map<NetworkRequest, Disposable>()
	const network = store.add(
		new DeferredNetwork(async () => {
			const { GuardedNetwork } = await import('./node/network/guardedNetwork.ts')
			return new GuardedNetwork({
				allowed: () => settings.current['privacy.allowedDestinations'],
				proxy: () => settings.proxy,
				onDecision: (request, destination, isAllowed) => {
					const { host, port } = destination
					const level = isAllowed ? 'info' : 'warn'
					logger.log(level, isAllowed ? 'egress.sent' : 'egress.refused', { host, port, purpose: request.purpose })
					if (isAllowed) uses.set(request, inUse.use(destination, request.purpose))
				},
				onEnd: (request, { host, port }, { outcome, status, receivedBytes }) => {
					uses.get(request)?.dispose()
					uses.delete(request)
					logger.log('info', 'egress.ended', { host, port, purpose: request.purpose, outcome, status, receivedBytes })
				},
			})
		}),
	)
	return { network, inUse, consent: new DestinationConsent(settings, logger), dispose: () => store.dispose() }
}
