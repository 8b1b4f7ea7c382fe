import { basename, join } from 'node:path'
import * as vscode from 'vscode'
import { addressOf, bytesOf, type CatalogueFile, type CatalogueModel } from '../../core/model/catalogue/catalogue.ts'
import type {
	DownloadFailure,
	DownloadRequest,
	ModelDownload,
	Verification,
} from '../../core/model/download/modelDownload.ts'
import type { UnfinishedDownload } from '../../core/model/modelLibrary.ts'
import { destinationFrom } from '../../core/privacy/destinationSettings.ts'
import { isThisMachine } from '../../core/privacy/egressPolicy.ts'
import { neverCancelled } from '../../shared/cancellation.ts'
import type { Logger } from '../../shared/logger.ts'
import type { DestinationConsent } from '../privacy/destinationConsent.ts'
import type { AccessTokens } from './accessTokens.ts'
import { failureText, progressText, verificationText } from './downloadTexts.ts'
import { billionsText, bytesText, doubtsText, licenceText } from './modelTexts.ts'

/** A model to download. */
export interface Order {
	readonly model: CatalogueModel
	readonly file: CatalogueFile
}

export interface ModelDownloadsDeps {
	readonly download: ModelDownload
	readonly consent: Pick<DestinationConsent, 'allow' | 'askToAllow'>
	readonly tokens: Pick<AccessTokens, 'ask'>
	readonly folder: () => string
	readonly mirror: () => string
	readonly catalogue: readonly CatalogueModel[]
	readonly logger: Logger
}

/** What became of a model that was to be downloaded. */
export type Fetched =
	| {
			readonly path: string
			/** Undefined where it was there before. */
			readonly verifiedBy: Verification | undefined
	  }
	| 'notNow'

/** Asks before something is downloaded, shows how it goes, and leads out of what goes wrong. */
export class ModelDownloads {
	private readonly deps: ModelDownloadsDeps

	constructor(deps: ModelDownloadsDeps) {
		this.deps = deps
	}

	/** Whether the user agrees to what is about to be downloaded: from where, how much, under which licence, to which folder. */
	async ask(orders: readonly Order[]): Promise<boolean> {
		const { l10n } = vscode
		const destination = destinationFrom(this.deps.mirror())
		if (!destination) return false
		const go = l10n.t('Download')
		const bytes = orders.reduce((sum, { file }) => sum + bytesOf(file), 0)
		const message =
			orders.length === 1 && orders[0]
				? l10n.t('Download {0} ({1})?', orders[0].model.title, orders[0].file.quantization)
				: l10n.t('Download {0} models?', orders.length)
		const detail = [
			l10n.t('From: {0}', destination.host),
			...orders.map((order) => this.orderText(order)),
			l10n.t('Size: about {0}', bytesText(bytes)),
			l10n.t('To: {0}', this.deps.folder()),
			l10n.t(
				'The host sees which files you download, and none of your code. It may hand on to another host, which you are asked about.',
			),
		]
		const answer = await vscode.window.showInformationMessage(message, { modal: true, detail: detail.join('\n') }, go)
		if (answer !== go) return false
		return isThisMachine(destination.host) || this.deps.consent.allow(destination, 'modelDownload')
	}

	/** Downloads all parts of a model. */
	async fetch({ model, file }: Order): Promise<Fetched> {
		const paths: string[] = []
		let verifiedBy: Verification | undefined = 'catalogue'
		for (const part of file.parts) {
			const path = join(this.deps.folder(), ...file.repository.split('/'), basename(part.file))
			const fetched = await this.fetchFile(
				{
					url: addressOf(this.deps.mirror(), file, part),
					path,
					licence: model.licence,
					...(part.sha256 !== undefined && { sha256: part.sha256 }),
					...(part.bytes !== undefined && { bytes: part.bytes }),
				},
				`${model.title} ${file.quantization}`,
			)
			if (fetched === 'notNow') return 'notNow'
			if (fetched.verifiedBy !== 'catalogue') verifiedBy = fetched.verifiedBy
			paths.push(path)
		}
		const [path] = paths
		return path === undefined ? 'notNow' : { path, verifiedBy }
	}

	/** Downloads a file that the user names by its address; undefined where the user names none, or does not agree. */
	async fetchByAddress(): Promise<Fetched> {
		const { l10n } = vscode
		const url = await vscode.window.showInputBox({
			title: l10n.t('Download a model by its address'),
			prompt: l10n.t('The address of a GGUF file: https://huggingface.co/OWNER/NAME/resolve/main/FILE.gguf'),
			ignoreFocusOut: true,
			validateInput: (value) =>
				value.trim() === '' || isAddress(value.trim()) ? undefined : l10n.t('This is no address of a GGUF file.'),
		})
		const address = url?.trim() ?? ''
		const destination = isAddress(address) ? destinationFrom(address) : undefined
		if (!destination) return 'notNow'
		const isAllowed =
			isThisMachine(destination.host) || (await this.deps.consent.askToAllow(destination, 'modelDownload'))
		if (!isAllowed) return 'notNow'
		const name = fileNameOf(address)
		// The whole address: at other places of a host may be other files of that name.
		const path = join(this.deps.folder(), destination.host.replace(/[^\w.-]+/g, '_'), ...foldersOf(address), name)
		const bytes = await this.bytesOf(address, name)
		if (bytes === undefined) return 'notNow'
		const detail = [
			l10n.t('From: {0}', destination.host),
			l10n.t('Size: {0}', bytesText(bytes)),
			l10n.t('Licence: its file says it, when it is here.'),
			l10n.t('To: {0}', path),
		]
		const go = l10n.t('Download')
		const message = l10n.t('Download {0}?', name)
		const answer = await vscode.window.showInformationMessage(message, { modal: true, detail: detail.join('\n') }, go)
		return answer === go ? this.fetchFile({ url: address, path }, name) : 'notNow'
	}

	private async bytesOf(url: string, title: string): Promise<number | undefined> {
		for (;;) {
			const found = await this.deps.download.inspect(url, neverCancelled)
			if ('bytes' in found) return found.bytes
			if (!(await this.afterFailure(found.failure, title))) return undefined
		}
	}

	async resume({ path, url }: UnfinishedDownload): Promise<Fetched> {
		const known = this.requestFor(url)
		return this.fetchFile({ url, path, ...known }, basename(path))
	}

	async discard({ path }: UnfinishedDownload): Promise<void> {
		await this.deps.download.discard(path)
	}

	/** Downloads a file; what went wrong and can be mended is, and tried again. */
	private async fetchFile(request: DownloadRequest, title: string): Promise<Fetched> {
		const { l10n } = vscode
		for (;;) {
			const outcome = await vscode.window.withProgress(
				{
					location: vscode.ProgressLocation.Notification,
					title: l10n.t('Alcove: downloading {0}', title),
					cancellable: true,
				},
				(report, token) => {
					let percent = 0
					return this.deps.download.download(
						request,
						(progress) => {
							const now = (progress.doneBytes / Math.max(1, progress.totalBytes)) * 100
							report.report({ message: progressText(l10n, progress), increment: now - percent })
							percent = now
						},
						token,
					)
				},
			)
			const reason = outcome.kind === 'failed' ? outcome.failure.reason : outcome.kind
			this.deps.logger.log('info', 'download.ended', { outcome: reason })
			if (outcome.kind === 'done') return { path: outcome.path, verifiedBy: outcome.verifiedBy }
			if (outcome.kind === 'failed' && outcome.failure.reason === 'exists')
				return { path: request.path, verifiedBy: undefined }
			const again =
				outcome.kind === 'paused'
					? await this.afterPause(request.path, title)
					: await this.afterFailure(outcome.failure, title)
			if (!again) return 'notNow'
		}
	}

	private async afterPause(path: string, title: string): Promise<boolean> {
		const { l10n } = vscode
		const [resume, discard] = [l10n.t('Resume'), l10n.t('Discard')]
		const answer = await vscode.window.showInformationMessage(
			l10n.t('Alcove: the download of {0} is paused. “Alcove: Manage Models” goes on with it, too.', title),
			resume,
			discard,
		)
		if (answer === discard) await this.deps.download.discard(path)
		return answer === resume
	}

	private async afterFailure(failure: DownloadFailure, title: string): Promise<boolean> {
		const { l10n } = vscode
		if (failure.reason === 'refused' && failure.isRedirect && failure.why === 'notAllowed') {
			const { host, port } = failure
			return this.deps.consent.askToAllow({ scheme: 'https', host, port }, 'modelDownload')
		}
		const [retry, token] = [l10n.t('Try Again'), l10n.t('Enter Token…')]
		const message = l10n.t('Alcove: {0} was not downloaded. {1}', title, failureText(l10n, failure))
		const ways = failure.reason === 'needsToken' ? [token] : isWorthAnother(failure) ? [retry] : []
		const answer = await vscode.window.showErrorMessage(message, ...ways)
		if (answer === token && failure.reason === 'needsToken') return this.deps.tokens.ask(failure.host)
		return answer === retry
	}

	private orderText({ model, file }: Order): string {
		const { l10n } = vscode
		const about = [
			billionsText(model.billions),
			file.quantization,
			bytesText(bytesOf(file)),
			licenceText(l10n, model.licence),
			...doubtsText(l10n, model, file),
		]
		const terms =
			model.restriction === 'nonCommercial'
				? l10n.t(' — not for commercial use')
				: model.restriction === 'termsOfUse'
					? l10n.t(' — its owner has terms of use')
					: ''
		return `• ${file.repository}: ${about.join(', ')}${terms}`
	}

	/** What the catalogue says of a file that was begun before. */
	private requestFor(url: string): Pick<DownloadRequest, 'sha256' | 'bytes' | 'licence'> {
		for (const model of this.deps.catalogue) {
			for (const file of model.files) {
				const part = file.parts.find((one) => addressOf(this.deps.mirror(), file, one) === url)
				if (!part) continue
				const { sha256, bytes } = part
				return {
					licence: model.licence,
					...(sha256 !== undefined && { sha256 }),
					...(bytes !== undefined && { bytes }),
				}
			}
		}
		return {}
	}
}

/** Says that a model is there, and by whose word it is the right one. */
export function arrivalText(title: string, verifiedBy: Verification | undefined): string {
	if (verifiedBy === undefined) return vscode.l10n.t('Alcove: {0} is on this machine already.', title)
	return vscode.l10n.t('Alcove: {0} is on this machine now. {1}', title, verificationText(vscode.l10n, verifiedBy))
}

function isAddress(text: string): boolean {
	return /^https?:\/\/[^\s/@?#]+\/[^\s?#]+\.gguf$/i.test(text)
}

/** Only what may be a name everywhere. */
function fileNameOf(address: string): string {
	return nameFrom(basename(address))
}

function foldersOf(address: string): string[] {
	const [, , , ...parts] = address.split('/')
	return parts.slice(0, -1).map(nameFrom)
}

function nameFrom(part: string): string {
	return part.replace(/[^\w.-]+/g, '_').replace(/^\.*$/, '_')
}

function isWorthAnother({ reason }: DownloadFailure): boolean {
	return ['network', 'status', 'diskFull', 'notWritable', 'busy', 'badAnswer'].includes(reason)
}
