import { join } from 'node:path'
import * as vscode from 'vscode'
import { DeferredNetwork } from './core/privacy/deferredNetwork.ts'
import { DestinationsInUse } from './core/privacy/destinationsInUse.ts'
import { type Destination, isThisMachine } from './core/privacy/egressPolicy.ts'
import type { ChainPlace } from './core/privacy/ledger/ledgerChain.ts'
import { begunOutcome, type Ledger, type LedgerEntry } from './core/privacy/ledger/ledgerEntry.ts'
import type { Network, NetworkRequest } from './core/privacy/network.ts'
import type { RecordingDeps } from './core/privacy/recordedModels.ts'
import { LedgerFiles } from './node/privacy/ledgerFiles.ts'
import { ModelHashes } from './node/privacy/modelHashes.ts'
import type { Clock } from './shared/clock.ts'
import { type Disposable, DisposableStore } from './shared/disposable.ts'
import type { Logger } from './shared/logger.ts'
import { stateKeys } from './vscode/ids.ts'
import { DestinationConsent } from './vscode/privacy/destinationConsent.ts'
import { PrivacyReport } from './vscode/privacy/privacyReport.ts'
import type { SettingsStore } from './vscode/settings/settingsStore.ts'

export interface Privacy extends Disposable {
	/** The only way to a server. */
	readonly network: Network
	/** What of other machines is in use; the status bar shows it. Requests of the network count by themselves. */
	readonly inUse: DestinationsInUse
	readonly consent: DestinationConsent
	readonly report: PrivacyReport
	/** Every model is wrapped with this: what it is asked is on record. */
	readonly recording: RecordingDeps
	readonly ledger: Ledger
	/** Hands over the files of the record, the oldest first. */
	readonly readLedger: LedgerFiles['read']
	/** The log, for what our processes tell: what their locks denied is on record, too. */
	readonly processLog: Logger
}

interface PrivacyDeps {
	readonly settings: SettingsStore
	readonly logger: Logger
	readonly clock: Clock
	/** Of the editor, for all windows. */
	readonly storage: string
	readonly state: vscode.Memento
	/** Of what its pages load. */
	readonly viewFolder: string
}

/** What decides what leaves the machine, and keeps record of it. */
export function composePrivacy({ settings, logger, clock, storage, state, viewFolder }: PrivacyDeps): Privacy {
	const store = new DisposableStore()
	const inUse = store.add(new DestinationsInUse())
	const hashes = new ModelHashes()
	const ledger = store.add(
		new LedgerFiles({
			folder: join(storage, 'ledger'),
			clock,
			now: () => new Date(),
			retentionDays: () => settings.current['privacy.recordDays'],
			logger,
			hashOf: (file) => hashes.hashOf(file),
			anchor: {
				get: () => state.get<ChainPlace>(stateKeys.ledgerAnchor),
				set: (place) => void state.update(stateKeys.ledgerAnchor, place),
			},
		}),
	)
	const time = () => new Date().toISOString()
	const network = store.add(
		new DeferredNetwork(async () => {
			const { GuardedNetwork } = await import('./node/network/guardedNetwork.ts')
			return new GuardedNetwork({
				allowed: () => settings.current['privacy.allowedDestinations'],
				proxy: () => settings.proxy,
				...networkRecord({ ledger, inUse, logger, clock, time }),
			})
		}),
	)
	const report = store.add(new PrivacyReport(ledger, viewFolder))
	const recording = { ledger, clock, time, nameOf: nameOnRecord }
	const consent = new DestinationConsent(settings, logger)
	const processLog: Logger = {
		log: (level, event, fields) => {
			logger.log(level, event, fields)
			if (event === 'egress.denied') ledger.add(deniedEntry(time(), `${fields?.process}: ${fields?.door}`))
		},
	}
	const readLedger: LedgerFiles['read'] = (take, from) => ledger.read(take, from)
	const dispose = () => store.dispose()
	return { network, inUse, consent, report, recording, ledger, readLedger, processLog, dispose }
}

/** It did not get so far as to say where it wanted to go. */
function deniedEntry(time: string, what: string): LedgerEntry {
	return { time, kind: 'denied', what, destination: 'not known', isElsewhere: false, outcome: 'denied' }
}

/** A document goes by its path in the workspace; one that is elsewhere by its whole path. */
function nameOnRecord(path: string): string {
	return /^[a-z][\w+.-]*:\/\//i.test(path) ? vscode.workspace.asRelativePath(vscode.Uri.parse(path)) : path
}

/** Before something is sent that is on record, and how it ended after. */
function networkRecord(deps: {
	readonly ledger: Ledger
	readonly inUse: DestinationsInUse
	readonly logger: Logger
	readonly clock: Clock
	readonly time: () => string
}) {
	const { ledger, inUse, logger, clock, time } = deps
	const uses = new Map<NetworkRequest, { readonly use: Disposable; readonly begun: number }>()
	const entryOf = ({ purpose, method, body }: NetworkRequest, { host, port }: Destination) => ({
		time: time(),
		kind: 'connection' as const,
		what: method,
		purpose,
		destination: `${host}:${port}`,
		isElsewhere: !isThisMachine(host),
		bytes: { sent: body === undefined ? 0 : Buffer.byteLength(body) },
	})
	return {
		onDecision: (request: NetworkRequest, destination: Destination, isAllowed: boolean) => {
			const { host, port } = destination
			logger.log(isAllowed ? 'info' : 'warn', isAllowed ? 'egress.sent' : 'egress.refused', {
				host,
				port,
				purpose: request.purpose,
			})
			ledger.add({ ...entryOf(request, destination), outcome: isAllowed ? begunOutcome : 'refused' })
			if (!isAllowed) return
			uses.get(request)?.use.dispose()
			uses.set(request, { use: inUse.use(destination, request.purpose), begun: clock.now() })
		},
		onEnd: (
			request: NetworkRequest,
			destination: Destination,
			{ outcome, status, receivedBytes }: { outcome: string; status?: number; receivedBytes: number },
		) => {
			const known = uses.get(request)
			known?.use.dispose()
			uses.delete(request)
			const { host, port } = destination
			logger.log('info', 'egress.ended', { host, port, purpose: request.purpose, outcome, status, receivedBytes })
			const entry = entryOf(request, destination)
			ledger.add({
				...entry,
				bytes: { ...entry.bytes, received: receivedBytes },
				...(known && { durationMs: Math.round((clock.now() - known.begun) * 10) / 10 }),
				outcome: status === undefined ? outcome : `${outcome}, status ${status}`,
			})
		},
	}
}
