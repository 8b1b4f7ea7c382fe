import * as vscode from 'vscode'
import { type Backend, type BackendKind, backendKinds, isBackendUrl } from '../../core/model/backend.ts'
import type { BackendFinder } from '../../core/model/backendFinder.ts'
import { destinationFrom } from '../../core/privacy/destinationSettings.ts'
import type { EgressPurpose } from '../../core/privacy/egressPolicy.ts'
import type { DestinationConsent } from '../privacy/destinationConsent.ts'
import { purposeText } from '../privacy/purposeText.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { BackendKeys } from './backendKeys.ts'
import { backendProblemText, isBackendProblem } from './backendProblemText.ts'

export interface BackendParts {
	readonly settings: SettingsStore
	readonly finder: () => Promise<BackendFinder>
	readonly consent: DestinationConsent
	readonly keys: BackendKeys
	/** Asks a back end anew that failed. */
	readonly refresh: () => void
}

const routed = ['completion', 'chat', 'embedding'] as const
type Routed = (typeof routed)[number]

/** Lets the user say which back end answers what. Nothing is looked for before it is asked for. */
export async function chooseBackend(parts: BackendParts): Promise<void> {
	const backend = await pickBackend(parts)
	if (backend === undefined) return
	if (backend === 'embedded') return route(parts, '', await pickPurposes(parts, undefined))
	const purposes = await pickPurposes(parts, backend)
	if (!purposes || purposes.length === 0 || !(await allowed(parts, backend, purposes))) return
	const chosen = await withModel(parts, backend, purposes)
	if (!chosen) return
	const others = parts.settings.current.backends.filter(({ name }) => name !== chosen.name)
	await parts.settings.setBackends([...others, chosen])
	await route(parts, chosen.name, purposes)
	parts.refresh()
}

interface BackendItem extends vscode.QuickPickItem {
	readonly run: () => Promise<Backend | 'embedded' | undefined>
}

async function pickBackend(parts: BackendParts): Promise<Backend | 'embedded' | undefined> {
	const { l10n } = vscode
	const item = (label: string, description: string, run: BackendItem['run']): BackendItem => ({
		label,
		description,
		run,
	})
	const known = parts.settings.current.backends.map((backend) =>
		item(`$(server) ${backend.name}`, backend.url, async () => backend),
	)
	const picked = await vscode.window.showQuickPick<BackendItem>(
		[
			item(`$(chip) ${l10n.t('Embedded model')}`, l10n.t('runs in Alcove’s own engine'), async () => 'embedded'),
			...known,
			item(`$(search) ${l10n.t('Look for servers on this machine')}`, 'Ollama, llama-server, LM Studio, vLLM', () =>
				find(parts),
			),
			item(`$(add) ${l10n.t('Add a server by its address…')}`, '', () => addByHand(parts)),
		],
		{ title: l10n.t('Which back end?') },
	)
	return picked?.run()
}

async function find(parts: BackendParts): Promise<Backend | undefined> {
	const { l10n } = vscode
	const finder = await parts.finder()
	const found = await vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Window, title: l10n.t('Looking for servers') },
		(_, token) => finder.find(token),
	)
	if (found.length === 0) {
		void vscode.window.showInformationMessage(
			l10n.t('Alcove: no server answers at the usual ports of this machine. Start one, or add it by its address.'),
		)
		return undefined
	}
	const picked = await vscode.window.showQuickPick(
		found.map(({ backend, models, wantsKey }) => ({
			label: `$(server) ${backend.name}`,
			description: backend.url,
			detail: wantsKey ? l10n.t('wants a key') : models.join(', '),
			backend,
		})),
		{ title: l10n.t('These answer on this machine') },
	)
	return picked && unlike(parts, picked.backend)
}

async function addByHand(parts: BackendParts): Promise<Backend | undefined> {
	const { l10n } = vscode
	const url = await vscode.window.showInputBox({
		title: l10n.t('Add a server'),
		prompt: l10n.t('Its address: http://127.0.0.1:8080, https://models.example.com'),
		ignoreFocusOut: true,
		validateInput: (value) =>
			value.trim() === '' || isBackendUrl(value.trim()) ? undefined : l10n.t('This is no address.'),
	})
	if (url === undefined || url.trim() === '') return undefined
	const texts: Record<BackendKind, string> = {
		ollama: 'Ollama',
		'llama-server': 'llama-server (llama.cpp)',
		openai: l10n.t('compatible with OpenAI: vLLM, TGI, LM Studio, alcove serve'),
	}
	const kind = await vscode.window.showQuickPick(
		backendKinds.map((one) => ({ label: texts[one], serverKind: one })),
		{ title: l10n.t('What kind of server is it?'), ignoreFocusOut: true },
	)
	if (!kind) return undefined
	const name = await vscode.window.showInputBox({
		title: l10n.t('A name for it'),
		value: destinationFrom(url)?.host ?? url,
		ignoreFocusOut: true,
		validateInput: (value) =>
			value.trim() === '' || value.length > 60 ? l10n.t('A name has 1 to 60 characters.') : undefined,
	})
	return name === undefined ? undefined : unlike(parts, { name: name.trim(), kind: kind.serverKind, url: url.trim() })
}

/** The same server keeps its entry; another one of the same name gets another name. */
function unlike({ settings }: BackendParts, backend: Backend): Backend {
	const { backends } = settings.current
	const same = backends.find(({ url, kind }) => url === backend.url && kind === backend.kind)
	if (same) return same
	const isTaken = (name: string) => backends.some((one) => one.name === name)
	let name = backend.name
	for (let number = 2; isTaken(name); number++) name = `${backend.name} ${number}`
	return { ...backend, name }
}

async function pickPurposes(
	{ settings }: BackendParts,
	backend: Backend | undefined,
): Promise<readonly Routed[] | undefined> {
	const { l10n } = vscode
	const name = backend?.name ?? ''
	const isNew = backend !== undefined && !routed.some((purpose) => settings.current[`backend.${purpose}`] === name)
	const picked = await vscode.window.showQuickPick(
		routed.map((purpose) => ({
			label: purposeText(l10n, purpose),
			picked: isNew ? purpose === 'chat' : settings.current[`backend.${purpose}`] === name,
			purpose,
		})),
		{ title: l10n.t('What is it to answer?'), canPickMany: true, ignoreFocusOut: true },
	)
	return picked?.map(({ purpose }) => purpose)
}

async function allowed(
	{ consent }: BackendParts,
	{ url }: Backend,
	purposes: readonly EgressPurpose[],
): Promise<boolean> {
	const destination = destinationFrom(url)
	if (!destination) return false
	for (const purpose of purposes) if (!(await consent.askToAllow(destination, purpose))) return false
	return true
}

/** With the model that the user picks of those that the server has; undefined where there is none to be had. */
async function withModel(
	parts: BackendParts,
	backend: Backend,
	purposes: readonly Routed[],
): Promise<Backend | undefined> {
	const { l10n } = vscode
	const finder = await parts.finder()
	const asked = { ...backend, purposes }
	const ask = () =>
		vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Window, title: l10n.t('Asking {0} for its models', backend.name) },
			(_, token) => finder.models(asked, token),
		)
	let answer = await ask()
	if (answer.kind === 'failed' && answer.problem.code === 'backendUnauthorized' && (await parts.keys.ask(backend)))
		answer = await ask()
	if (answer.kind === 'failed') {
		const { problem } = answer
		if (isBackendProblem(problem.code)) {
			const { message } = backendProblemText(l10n, problem.code, problem)
			void vscode.window.showErrorMessage(l10n.t('Alcove: {0}', message))
		}
		return undefined
	}
	if (answer.names.length <= 1) return { ...backend, ...(answer.names[0] !== undefined && { model: answer.names[0] }) }
	const picked = await vscode.window.showQuickPick(
		answer.names.map((name) => ({ label: name, ...(name === backend.model && { description: l10n.t('in use') }) })),
		{ title: l10n.t('Which model of {0}?', backend.name), ignoreFocusOut: true },
	)
	return picked && { ...backend, model: picked.label }
}

/** What is not picked any more goes back to the embedded engine; what another back end answers stays with it. */
async function route({ settings }: BackendParts, name: string, purposes: readonly Routed[] | undefined): Promise<void> {
	if (!purposes) return
	for (const purpose of routed) {
		const before = settings.current[`backend.${purpose}`]
		const after = purposes.includes(purpose) ? name : before === name ? '' : before
		if (after !== before) await settings.setRoute(purpose, after)
	}
}
