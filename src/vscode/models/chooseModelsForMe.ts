import * as vscode from 'vscode'
import { chooseModels, type ModelProposal, type Pick } from '../../core/model/chooseModels.ts'
import type { ComputeMachine } from '../../core/model/engineControl.ts'
import type { InstalledModel, InstalledModels } from '../../core/model/installedModel.ts'
import type { ModelSpeed } from '../../core/model/measureSpeed.ts'
import { patientProgress } from '../patientProgress.ts'
import { type ManageModelsDeps, measureModel } from './manageModels.ts'
import type { Order } from './modelDownloads.ts'
import { proposalText } from './proposalText.ts'

export interface ChooseModelsDeps extends ManageModelsDeps {
	readonly machine: () => Promise<ComputeMachine>
	readonly cores: () => number
	/** How fast models were by the ledger, by path. */
	readonly recordedSpeeds: () => Promise<ReadonlyMap<string, ModelSpeed>>
}

/** Proposes a model for each role, says why, and sets them up when the user agrees. */
export async function chooseModelsForMe(deps: ChooseModelsDeps): Promise<void> {
	const { l10n } = vscode
	const found = await patientProgress(l10n.t('Alcove: looking at this machine'), deps.clock, async (token) => {
		const [machine, installed, recorded] = await Promise.all([
			deps.machine(),
			deps.library.find(token),
			// Without them the choice is one by measurements and rules of thumb.
			deps.recordedSpeeds().catch(() => new Map<string, ModelSpeed>()),
		])
		return token.isCancellationRequested ? undefined : { machine, installed, recorded }
	})
	if (found) await propose(deps, found)
}

interface Found {
	readonly machine: ComputeMachine
	readonly installed: InstalledModels
	readonly recorded: ReadonlyMap<string, ModelSpeed>
}

async function propose(deps: ChooseModelsDeps, { recorded, ...found }: Found): Promise<void> {
	const { l10n } = vscode
	const proposal = chooseModels({
		...found,
		cores: deps.cores(),
		catalogue: deps.catalogue,
		contextSize: deps.settings.current['engine.contextSize'],
		speeds: deps.speeds.with(recorded),
	})
	if (proposal.picks.length === 0) {
		await vscode.window.showInformationMessage(l10n.t('Alcove: no model fits this machine; the starter model stays.'))
		return
	}
	const [use, measure] = [l10n.t('Use These Models'), l10n.t('Measure First (Two Seconds)')]
	const unmeasured = toMeasure(proposal)
	const answer = await vscode.window.showInformationMessage(
		l10n.t('Models for this machine'),
		{ modal: true, detail: proposalText(l10n, proposal) },
		...(unmeasured ? [use, measure] : [use]),
	)
	if (answer === use) await setUp(deps, proposal)
	if (answer !== measure || !unmeasured) return
	// Cancelled, it is not asked about again and again.
	if (await measureModel(deps, unmeasured)) await propose(deps, { recorded, ...found })
}

/** The model that completes, where it is here and nobody knows yet how fast it is. */
function toMeasure({ picks }: ModelProposal): InstalledModel | undefined {
	const pick = picks.find(({ role }) => role === 'completion')
	const isKnown = pick?.line !== undefined && pick.line.basis !== 'estimated'
	return pick?.candidate.kind === 'installed' && !isKnown ? pick.candidate.model : undefined
}

async function setUp(deps: ChooseModelsDeps, { picks }: ModelProposal): Promise<void> {
	const orders = ordersOf(picks)
	if (orders.length > 0 && !(await deps.downloads.ask(orders))) return
	const paths = new Map<unknown, string>()
	for (const order of orders) {
		const fetched = await deps.downloads.fetch(order)
		if (fetched === 'notNow') return
		paths.set(order.file, fetched.path)
	}
	for (const { role, candidate } of picks) {
		const path = candidate.kind === 'installed' ? candidate.model.path : paths.get(candidate.file)
		if (path !== undefined) await deps.settings.setModelFor(role, path)
	}
	await vscode.window.showInformationMessage(vscode.l10n.t('Alcove: the models are set up.'))
}

function ordersOf(picks: readonly Pick[]): Order[] {
	const files = new Set<unknown>()
	return picks.flatMap(({ candidate }) => {
		if (candidate.kind === 'installed' || files.has(candidate.file)) return []
		files.add(candidate.file)
		return [{ model: candidate.model, file: candidate.file }]
	})
}
