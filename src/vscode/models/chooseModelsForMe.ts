import * as vscode from 'vscode'
import {
	type Candidate,
	chooseModels,
	type Gap,
	type ModelProposal,
	type Pick,
	type Reason,
} from '../../core/model/chooseModels.ts'
import type { ComputeMachine } from '../../core/model/engineControl.ts'
import type { L10n } from '../l10n.ts'
import { patientProgress } from '../patientProgress.ts'
import type { ManageModelsDeps } from './manageModels.ts'
import type { Order } from './modelDownloads.ts'
import { billionsText, bytesText, roleText } from './modelTexts.ts'

export interface ChooseModelsDeps extends ManageModelsDeps {
	readonly machine: () => Promise<ComputeMachine>
	readonly cores: () => number
}

/** Proposes a model for each role, says why, and sets them up when the user agrees. */
export async function chooseModelsForMe(deps: ChooseModelsDeps): Promise<void> {
	const { l10n } = vscode
	const found = await patientProgress(l10n.t('Alcove: looking at this machine'), deps.clock, async (token) => {
		const [machine, installed] = await Promise.all([deps.machine(), deps.library.find(token)])
		return token.isCancellationRequested ? undefined : { machine, installed }
	})
	if (!found) return
	const proposal = chooseModels({
		...found,
		cores: deps.cores(),
		catalogue: deps.catalogue,
		contextSize: deps.settings.current['engine.contextSize'],
	})
	if (proposal.picks.length === 0) {
		await vscode.window.showInformationMessage(l10n.t('Alcove: no model fits this machine; the starter model stays.'))
		return
	}
	const use = l10n.t('Use These Models')
	const answer = await vscode.window.showInformationMessage(
		l10n.t('Models for this machine'),
		{ modal: true, detail: proposalText(l10n, proposal) },
		use,
	)
	if (answer === use) await setUp(deps, proposal)
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

/** The proposal in words and numbers. */
export function proposalText(l10n: L10n, proposal: ModelProposal): string {
	const { budget, picks, gaps, needBytes, downloadBytes } = proposal
	const place = budget.place === 'gpu' ? l10n.t('the graphics card') : l10n.t('the processor')
	return [
		l10n.t('Models may take {0} here; {1} computes.', bytesText(budget.bytes), place),
		'',
		...picks.map((pick) => pickText(l10n, pick)),
		...gaps.map(({ role, why }) => `${roleText(l10n, role)}: ${gapText(l10n, why)}`),
		'',
		l10n.t('Together they need about {0}.', bytesText(needBytes)),
		...(downloadBytes > 0 ? [l10n.t('To be downloaded: about {0}.', bytesText(downloadBytes))] : []),
	].join('\n')
}

function pickText(l10n: L10n, { role, candidate, needBytes, reasons }: Pick): string {
	const numbers = needBytes > 0 ? [l10n.t('needs about {0}', bytesText(needBytes))] : []
	const why = reasons.map((reason) => reasonText(l10n, reason))
	return `${roleText(l10n, role)}: ${nameOf(candidate)} — ${[...numbers, ...why].join('; ')}`
}

function nameOf(candidate: Candidate): string {
	if (candidate.kind === 'catalogue') return `${candidate.model.title} ${candidate.file.quantization}`
	const { title } = candidate.model
	return `${title} (${billionsText(candidate.traits.parameters / 1e9)})`
}

function reasonText(l10n: L10n, reason: Reason): string {
	switch (reason) {
		case 'alreadyInstalled':
			return l10n.t('here already')
		case 'nothingInstalled':
			return l10n.t('none that is here will do')
		case 'bestThatFits':
			return l10n.t('the best that fits')
		case 'smallForProcessor':
			return l10n.t('small, for the processor has to write as you type')
		case 'sharedWithCompletion':
			return l10n.t('the same model as for completions, so it is in memory once')
		case 'sameTokenizer':
			return l10n.t('splits text like the model for completions, and proposes its tokens')
	}
}

function gapText(l10n: L10n, gap: Gap): string {
	switch (gap) {
		case 'nothingFits':
			return l10n.t('none fits into what is left')
		case 'noneKnown':
			return l10n.t('none is known')
		case 'notWorthIt':
			return l10n.t('none: with a model of this size it would save nothing')
	}
}
