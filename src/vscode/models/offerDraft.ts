import * as vscode from 'vscode'
import type { CatalogueModel } from '../../core/model/catalogue/catalogue.ts'
import { draftFor } from '../../core/model/draftPairing.ts'
import type { ModelLibrary } from '../../core/model/modelLibrary.ts'
import { neverCancelled } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'

/** Milliseconds in which who chose the model may choose a draft model for it as well. */
const patienceMs = 2_000

/** Offers a draft model that is on this machine when another model for completions was chosen, and no draft model with it. */
export function offerDraft(deps: {
	settings: SettingsStore
	/** With the models of the chosen one's own folder among those that are found. */
	library: (folder: string) => Promise<ModelLibrary>
	catalogue: readonly CatalogueModel[]
	/** The folder and the absolute path of a model that the settings name. */
	placeOf: (path: string) => { readonly folder: string; readonly path: string }
	clock: Clock
}): Disposable {
	const { settings, library, catalogue, placeOf, clock } = deps
	const store = new DisposableStore()
	let chosen = settings.current['model.path']
	let timer: Disposable | undefined
	const isOpen = (path: string) => settings.current['model.path'] === path && settings.current['model.draftPath'] === ''
	const consider = async (path: string) => {
		if (!isOpen(path)) return
		const place = placeOf(path)
		// Where models cannot be looked for, none is offered.
		const found = await library(place.folder)
			.then((it) => it.find(neverCancelled))
			.catch(() => undefined)
		const models = found?.models ?? []
		const target = models.find((model) => model.path === place.path)
		const draft = target && draftFor(target, models, catalogue)
		if (!draft || !isOpen(path)) return
		const { l10n } = vscode
		const use = l10n.t('Use as Draft Model')
		const answer = await vscode.window.showInformationMessage(
			l10n.t(
				'Alcove: {0} is on this machine and can propose tokens for {1}: the same suggestions, mostly sooner. It takes some memory.',
				draft.title,
				target.title,
			),
			use,
		)
		if (answer === use && isOpen(path)) await settings.setModelFor('draft', draft.path)
	}
	store.add(
		settings.onDidChange((current) => {
			const path = current['model.path']
			if (path === chosen) return
			chosen = path
			timer?.dispose()
			timer = path === '' ? undefined : clock.after(patienceMs, () => void consider(path))
		}),
	)
	store.add({ dispose: () => timer?.dispose() })
	return store
}
