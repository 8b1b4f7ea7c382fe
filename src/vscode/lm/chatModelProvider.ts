import * as vscode from 'vscode'
import { messagesOf, textOf } from '../../core/chat/foreignMessages.ts'
import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { ChatModel } from '../../core/model/ports.ts'
import { shownName } from '../../core/model/shownName.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { chatVendor } from '../ids.ts'
import { modelName } from '../models/modelName.ts'
import {
	type ChatModelInformation,
	type ChatProvider,
	type ChatRequestMessage,
	editorModels,
	textPart,
} from './editorModels.ts'

export interface ChatModelProviderDeps {
	readonly model: ChatModel
	/** The model that the settings ask for. */
	readonly spec: () => ModelSpec
	readonly maxAnswerTokens: () => number
}

/** Characters of a token, where the model is not there to count: rather too few than too many. */
const charactersPerToken = 3

/** The model of this machine in the model picker of the editor's own chat. */
export class ChatModelProvider implements ChatProvider, Disposable {
	private readonly store = new DisposableStore()
	private readonly changed = this.store.add(new vscode.EventEmitter<void>())
	private readonly deps: ChatModelProviderDeps
	readonly onDidChangeLanguageModelChatInformation = this.changed.event

	constructor(deps: ChatModelProviderDeps) {
		this.deps = deps
		let known = this.key()
		this.store.add(
			deps.model.onDidChangeState(() => {
				const key = this.key()
				if (key !== known) this.changed.fire()
				known = key
			}),
		)
		const registration = editorModels().registerLanguageModelChatProvider?.(chatVendor, this)
		if (registration) this.store.add(registration)
	}

	/** Asked whenever the picker opens: loads nothing. */
	provideLanguageModelChatInformation(): ChatModelInformation[] {
		const { model, spec } = this.deps
		if (model.state.kind === 'failed') return []
		const name = modelName(model.state, spec())
		const loaded = model.state.kind === 'ready' ? model.state.model : undefined
		const isElsewhere = loaded?.served?.isThisMachine === false
		const contextSize = loaded?.contextSize ?? spec().contextSize
		const maxOutputTokens = Math.min(this.deps.maxAnswerTokens(), Math.floor(contextSize / 2))
		return [
			{
				...{ id: 'local', name: isElsewhere ? name : vscode.l10n.t('{0} (this machine)', name) },
				...{ family: loaded?.architecture ?? 'local', version: loaded?.quantization ?? '1' },
				...{ maxInputTokens: contextSize - maxOutputTokens, maxOutputTokens },
				tooltip: isElsewhere
					? vscode.l10n.t('Runs on a server that you chose, which is not this machine. It cannot call tools.')
					: vscode.l10n.t('Runs on this machine; nothing is sent anywhere. It cannot call tools.'),
				detail: 'Alcove',
				capabilities: { toolCalling: false, imageInput: false },
			},
		]
	}

	async provideLanguageModelChatResponse(
		_model: ChatModelInformation,
		messages: readonly ChatRequestMessage[],
		_options: unknown,
		progress: vscode.Progress<unknown>,
		token: vscode.CancellationToken,
	): Promise<void> {
		const request = {
			messages: messagesOf(messages),
			maxTokens: this.deps.maxAnswerTokens(),
			stop: [],
		}
		if (request.messages.length === 0) return
		await this.deps.model.chat(request, (text) => progress.report(textPart(text)), token)
	}

	/** Counted by the model where it is loaded, else estimated: a count loads nothing. */
	async provideTokenCount(
		_model: ChatModelInformation,
		text: string | ChatRequestMessage,
		token: vscode.CancellationToken,
	): Promise<number> {
		const counted = typeof text === 'string' ? text : textOf(text.content)
		const { model } = this.deps
		const [count] = (model.state.kind === 'ready' && (await model.countTokens([counted], token))) || []
		return count ?? Math.ceil(counted.length / charactersPerToken)
	}

	dispose(): void {
		this.store.dispose()
	}

	private key(): string {
		const { state } = this.deps.model
		return state.kind === 'ready'
			? `ready ${shownName(state.model)} ${state.model.path}`
			: state.kind === 'failed'
				? 'failed'
				: 'other'
	}
}
