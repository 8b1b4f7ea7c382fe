import * as vscode from 'vscode'
import type { CatalogueModel } from '../../core/model/catalogue/catalogue.ts'
import type { ModelRole } from '../../core/model/chooseModels.ts'
import type { InstalledModel, InstalledModels } from '../../core/model/installedModel.ts'
import type { ModelSpeed } from '../../core/model/measureSpeed.ts'
import type { ModelLibrary, UnfinishedDownload } from '../../core/model/modelLibrary.ts'
import { catalogueNeed, installedNeed, type MemoryBudget, needInUse } from '../../core/model/modelPlan.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import { patientProgress } from '../patientProgress.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { KeptSpeeds } from './keptSpeeds.ts'
import { arrivalText, type Fetched, type ModelDownloads, type Order } from './modelDownloads.ts'
import {
	abilitiesText,
	billionsText,
	bytesText,
	doubtsText,
	fitText,
	installedDescription,
	licenceText,
	problemOfFileText,
	roleText,
	speedText,
	usesText,
} from './modelTexts.ts'

export interface ManageModelsDeps {
	readonly library: ModelLibrary
	readonly downloads: ModelDownloads
	readonly settings: SettingsStore
	readonly catalogue: readonly CatalogueModel[]
	/** Loads a model and measures it; undefined where it was cancelled. */
	readonly measure: MeasureModel
	/** What was measured on this machine, by path. */
	readonly speeds: KeptSpeeds
	readonly clock: Clock
	/** What models may take here; undefined where nobody can tell. */
	readonly budget: () => Promise<MemoryBudget | undefined>
}

export type MeasureModel = (
	path: string,
	draftPath: string | undefined,
	token: CancellationToken,
) => Promise<ModelSpeed | undefined>

interface Entry extends vscode.QuickPickItem {
	readonly run?: () => unknown
}

/** The models of this machine and those that can be downloaded; each leads to what can be done with it. */
export async function manageModels(deps: ManageModelsDeps): Promise<void> {
	const { l10n } = vscode
	const found = await patientProgress(l10n.t('Alcove: looking for models'), deps.clock, async (token) => {
		const [installed, unfinished, budget] = await Promise.all([
			deps.library.find(token),
			deps.library.unfinished(),
			deps.budget(),
		])
		return { installed, unfinished, budget, isCancelled: token.isCancellationRequested }
	})
	if (found.isCancelled) return
	const { installed, unfinished, budget } = found
	const entries: Entry[] = [
		...group(l10n.t('on this machine'), [
			starterEntry(deps),
			...installed.models.map((model) => installedEntry(deps, model, budget)),
		]),
		...group(
			l10n.t('not downloaded to the end'),
			unfinished.map((one) => unfinishedEntry(deps, one)),
		),
		...group(l10n.t('to download'), catalogueEntries(deps, budget)),
		...group(l10n.t('more'), [addFolderEntry(deps), byAddressEntry(deps)]),
	]
	const title = [l10n.t('Models'), ...planText(deps, installed, budget), ...cutShortText(installed)].join(' — ')
	const picked = await vscode.window.showQuickPick(entries, { title, matchOnDescription: true, matchOnDetail: true })
	await picked?.run?.()
}

function group(label: string, entries: readonly Entry[]): Entry[] {
	return entries.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...entries]
}

function cutShortText({ cutShort }: InstalledModels): string[] {
	return cutShort.length === 0 ? [] : [vscode.l10n.t('a folder has more in it than was looked at')]
}

/** What the models in use take together. */
function planText(
	{ settings }: ManageModelsDeps,
	{ models }: InstalledModels,
	budget: MemoryBudget | undefined,
): string[] {
	const need = needInUse(models, settings.current)
	if (need === 0) return []
	const { l10n } = vscode
	return budget
		? [l10n.t('in use together: about {0} of {1}', bytesText(need), bytesText(budget.bytes))]
		: [l10n.t('in use together: about {0}', bytesText(need))]
}

function starterEntry({ settings }: ManageModelsDeps): Entry {
	const { l10n } = vscode
	const { current } = settings
	const roles: ModelRole[] = [
		...(current['model.path'] === '' ? (['completion'] as const) : []),
		...(current['model.path'] === '' && current['chat.modelPath'] === '' ? (['chat'] as const) : []),
	]
	const shown = roles.map((role) => roleText(l10n, role)).join(', ')
	return {
		label: `$(${roles.length > 0 ? 'check' : 'file'}) ${l10n.t('Starter model')}`,
		description: l10n.t('comes with Alcove, to see that everything works'),
		...(roles.length > 0 && { detail: l10n.t('in use: {0}', shown) }),
		run: () => settings.setModelFor('completion', ''),
	}
}

function installedEntry(deps: ManageModelsDeps, model: InstalledModel, budget: MemoryBudget | undefined): Entry {
	const { l10n } = vscode
	const roles = rolesOf(deps.settings, model.path)
	const label = `$(${roles.length > 0 ? 'check' : 'problem' in model.about ? 'warning' : 'file'}) ${model.title}`
	const description = installedDescription(l10n, model)
	if ('problem' in model.about) {
		const detail = l10n.t('cannot be used: {0}', problemOfFileText(l10n, model.about.problem))
		return { label, description, detail, run: () => actOn(deps, model) }
	}
	const { traits } = model.about
	const contextSize = deps.settings.current['engine.contextSize']
	const detail = [
		...(roles.length > 0 ? [l10n.t('in use: {0}', roles.map((role) => roleText(l10n, role)).join(', '))] : []),
		fitText(l10n, installedNeed(model, contextSize), budget),
		...speedDetail(deps.speeds.get(model.path)),
		abilitiesText(l10n, traits),
		billionsText(traits.parameters / 1e9),
		l10n.t('context {0}', traits.contextSize),
		licenceText(l10n, traits.licence),
	]
	return { label, description, detail: detail.join(' · '), run: () => actOn(deps, model) }
}

function unfinishedEntry(deps: ManageModelsDeps, one: UnfinishedDownload): Entry {
	const { l10n } = vscode
	const { doneBytes, totalBytes, path } = one
	return {
		label: `$(debug-pause) ${path.split(/[/\\]/).at(-1)}`,
		description: l10n.t('{0} of {1}', bytesText(doneBytes), bytesText(totalBytes)),
		run: async () => {
			const picked = await vscode.window.showQuickPick<Entry>(
				[
					{
						label: `$(debug-start) ${l10n.t('Resume')}`,
						run: async () => offerRoles(deps, await deps.downloads.resume(one)),
					},
					{ label: `$(trash) ${l10n.t('Discard')}`, run: () => deps.downloads.discard(one) },
				],
				{ title: path },
			)
			await picked?.run?.()
		},
	}
}

function catalogueEntries(deps: ManageModelsDeps, budget: MemoryBudget | undefined): Entry[] {
	const { l10n } = vscode
	return deps.catalogue.flatMap((model) =>
		model.files.map((file): Entry => {
			const bytes = file.parts.reduce((sum, part) => sum + (part.bytes ?? part.aboutBytes), 0)
			const detail = [
				fitText(l10n, catalogueNeed(file), budget),
				usesText(l10n, model),
				licenceText(l10n, model.licence),
				...(model.isGated ? [l10n.t('needs an account')] : []),
				...doubtsText(l10n, model, file),
			]
			return {
				label: `$(cloud-download) ${model.title}`,
				description: `${file.quantization} · ${bytesText(bytes)}`,
				detail: detail.join(' · '),
				run: () => download(deps, { model, file }),
			}
		}),
	)
}

function addFolderEntry(deps: ManageModelsDeps): Entry {
	const { l10n } = vscode
	return {
		label: `$(add) ${l10n.t('Look in another folder…')}`,
		run: async () => {
			const picked = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false })
			const uri = picked?.[0]
			if (uri?.scheme !== 'file') return
			await deps.settings.addModelFolder(uri.fsPath)
			await manageModels(deps)
		},
	}
}

function byAddressEntry(deps: ManageModelsDeps): Entry {
	return {
		label: `$(link) ${vscode.l10n.t('Download by address…')}`,
		run: async () => offerRoles(deps, await deps.downloads.fetchByAddress()),
	}
}

async function download(deps: ManageModelsDeps, order: Order): Promise<void> {
	if (!(await deps.downloads.ask([order]))) return
	await offerRoles(deps, await deps.downloads.fetch(order), order)
}

/** A model has arrived: what is it to be used for? */
async function offerRoles(deps: ManageModelsDeps, fetched: Fetched, order?: Order): Promise<void> {
	if (fetched === 'notNow') return
	const title = order?.model.title ?? fetched.path.split(/[/\\]/).at(-1) ?? fetched.path
	const roles: readonly ModelRole[] = order?.model.uses ?? ['completion', 'chat']
	const buttons = roles.map((role) => ({ title: useText(role), role }))
	const answer = await vscode.window.showInformationMessage(arrivalText(title, fetched.verifiedBy), ...buttons)
	if (answer) await deps.settings.setModelFor(answer.role, fetched.path)
}

async function actOn(deps: ManageModelsDeps, model: InstalledModel): Promise<void> {
	const { l10n } = vscode
	const traits = 'traits' in model.about ? model.about.traits : undefined
	const use = (role: ModelRole): Entry => ({
		label: `$(check) ${useText(role)}`,
		run: () => deps.settings.setModelFor(role, model.path),
	})
	const roles: ModelRole[] = !traits ? [] : traits.isEmbedding ? ['embedding'] : ['completion', 'chat', 'draft']
	const entries: Entry[] = [
		...roles.map(use),
		...(traits && !traits.isEmbedding ? [measureEntry(deps, model)] : []),
		{
			label: `$(folder-opened) ${l10n.t('Show its file')}`,
			run: () => reveal(model.path),
		},
		...(model.isRemovable ? [{ label: `$(trash) ${l10n.t('Remove…')}`, run: () => remove(deps, model) }] : []),
	]
	const picked = await vscode.window.showQuickPick(entries, { title: `${model.title} — ${model.path}` })
	await picked?.run?.()
}

function measureEntry(deps: ManageModelsDeps, model: InstalledModel): Entry {
	const { l10n } = vscode
	return {
		label: `$(dashboard) ${l10n.t('Measure its speed (two seconds)')}`,
		run: async () => {
			const speed = await measureModel(deps, model)
			if (!speed) return
			await vscode.window.showInformationMessage(l10n.t('Alcove: {0} {1}.', model.title, speedText(l10n, speed)))
		},
	}
}

/** Measures a model and keeps what came out; undefined where it was cancelled. */
export async function measureModel(
	deps: Pick<ManageModelsDeps, 'settings' | 'measure' | 'speeds'>,
	model: InstalledModel,
): Promise<ModelSpeed | undefined> {
	const { current } = deps.settings
	const draftPath = current['model.path'] === model.path ? current['model.draftPath'] || undefined : undefined
	const speed = await vscode.window.withProgress(
		{
			location: vscode.ProgressLocation.Notification,
			title: vscode.l10n.t('Alcove: measuring {0}', model.title),
			cancellable: true,
		},
		(_, token) => deps.measure(model.path, draftPath, token),
	)
	if (speed) await deps.speeds.set(model.path, speed)
	return speed
}

function speedDetail(speed: ModelSpeed | undefined): string[] {
	return speed ? [speedText(vscode.l10n, speed)] : []
}

/** An editor in a browser has no file manager to show it in. */
async function reveal(path: string): Promise<void> {
	try {
		await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path))
	} catch {
		await vscode.window.showInformationMessage(path)
	}
}

async function remove(deps: ManageModelsDeps, model: InstalledModel): Promise<void> {
	const { l10n } = vscode
	const go = l10n.t('Remove')
	const answer = await vscode.window.showWarningMessage(
		l10n.t('Remove {0}?', model.title),
		{ modal: true, detail: l10n.t('{0} are freed: {1}', bytesText(model.fileBytes), model.path) },
		go,
	)
	if (answer !== go) return
	for (const role of rolesOf(deps.settings, model.path)) await deps.settings.setModelFor(role, '')
	await deps.library.remove(model)
}

function rolesOf({ current }: SettingsStore, path: string): ModelRole[] {
	const settings = {
		completion: current['model.path'],
		draft: current['model.draftPath'],
		chat: current['chat.modelPath'],
		embedding: current['chat.embeddingModelPath'],
	} as const
	const roles: readonly ModelRole[] = ['completion', 'draft', 'chat', 'embedding']
	return roles.filter((role) => settings[role] === path)
}

function useText(role: ModelRole): string {
	const { l10n } = vscode
	switch (role) {
		case 'completion':
			return l10n.t('Use for completions')
		case 'draft':
			return l10n.t('Use as draft model')
		case 'chat':
			return l10n.t('Use for chat')
		case 'embedding':
			return l10n.t('Use for search')
	}
}
