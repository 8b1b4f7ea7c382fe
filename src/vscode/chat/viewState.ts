import type { ConversationSummary, SearchIndexState } from '../../core/chat/chatPorts.ts'
import type { AnswerNode, AnswerReceipt, Attachment, ReceiptPiece } from '../../core/chat/conversation.ts'
import type { ShownNode } from '../../core/chat/conversationTree.ts'
import { linesLabel } from '../../core/documentPage.ts'
import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { ModelState } from '../../core/model/modelState.ts'
import type { HostMessage, ViewHistoryItem, ViewModel, ViewNode, ViewReference } from '../../protocol/webview.ts'
import type { L10n } from '../l10n.ts'
import { modelName } from '../models/modelName.ts'
import { problemText } from '../models/problemText.ts'

/** Lengths that the protocol allows. */
const longestLine = 4_000
const longestText = 4_000_000

export interface NodeWords {
	labelOf(attachment: Attachment): string
	progressOf(answer: string): string | undefined
}

/** A node of the core as the view has it. */
export function viewNode({ node, index, count }: ShownNode, words: NodeWords): ViewNode {
	const branches = { index, count }
	if (node.role === 'user') {
		const chips = node.attachments.map((attachment) => lineOf(words.labelOf(attachment)))
		return { id: node.id, role: 'user', text: node.text.slice(0, longestText), chips, branches }
	}
	return { ...viewAnswer(node, words), text: node.text.slice(0, longestText), branches }
}

/** An answer without its text and its place. */
export function viewAnswer(node: AnswerNode, { progressOf }: NodeWords) {
	const { id, state, reason, model, receipt, figures } = node
	const progress = state === 'writing' && node.text === '' ? progressOf(id) : undefined
	return {
		id,
		role: 'assistant' as const,
		state,
		...(reason !== undefined && { reason: lineOf(reason) }),
		...(model !== undefined && { model: lineOf(model) }),
		...(receipt && { receipt: viewReceipt(receipt) }),
		...(figures && { figures }),
		...(progress !== undefined && { progress: lineOf(progress) }),
	}
}

function viewReceipt({ pieces, ...numbers }: AnswerReceipt) {
	return { references: pieces.map(viewReference), ...numbers }
}

function viewReference({ source, path, startLine, endLine, page, tokens, shown, reason }: ReceiptPiece): ViewReference {
	const lines = linesLabel(startLine, endLine, page)
	return {
		source: lineOf(source),
		label: lineOf(path === undefined ? source : `${path}${lines}`),
		tokens,
		shown,
		...(reason !== undefined && { reason: lineOf(reason) }),
		canOpen: path !== undefined,
	}
}

/** The state of the model in words for a person who waits for an answer. */
export function viewModel(l10n: L10n, state: ModelState, spec: ModelSpec): ViewModel {
	const base = { name: lineOf(modelName(state, spec)), place: placeText(l10n, state) }
	const caution = cautionOf(l10n, state, spec)
	const facts = { ...base, ...(caution !== undefined && { caution }) }
	switch (state.kind) {
		case 'idle':
			return { ...facts, state: 'idle' }
		case 'loading':
			return { ...facts, state: 'loading', ...(state.fraction !== undefined && { progress: state.fraction }) }
		case 'restarting':
			return { ...facts, state: 'loading' }
		case 'ready':
			return { ...facts, state: 'ready' }
		case 'failed':
			return { ...facts, state: 'unavailable', problem: lineOf(problemText(l10n, state.problem).message) }
	}
}

function placeText(l10n: L10n, state: ModelState): string {
	const served = state.kind === 'ready' ? state.model.served : undefined
	return served === undefined || served.isThisMachine ? l10n.t('on this machine') : l10n.t('on {0}', served.address)
}

function cautionOf(l10n: L10n, state: ModelState, spec: ModelSpec): string | undefined {
	const loaded = state.kind === 'ready' ? state.model : undefined
	if (loaded?.insteadOf) {
		return l10n.t('The embedded model answers in its place: {0}', problemText(l10n, loaded.insteadOf).message)
	}
	if (spec.servedBy !== undefined) return undefined
	if (spec.origin === 'starter') {
		return l10n.t(
			'The starter model shows that everything works, but its answers are no help. Choose a model that was made for conversations.',
		)
	}
	if (state.kind !== 'ready' || state.model.chatTemplate) return undefined
	return l10n.t(
		'This model does not say how conversations are written for it, so a common form is used. One that was made for conversations answers better.',
	)
}

export function viewIndex({ kind, done, total }: SearchIndexState): Extract<HostMessage, { type: 'index' }>['index'] {
	return { state: kind, done, total }
}

export function viewHistoryItem({ id, title, changedAt, messages, snippet }: ConversationSummary): ViewHistoryItem {
	const shown = { id, title: lineOf(title), changedAt, messages }
	return snippet === undefined ? shown : { ...shown, snippet: lineOf(snippet) }
}

/** As long as the protocol allows, in whole characters. */
export function lineOf(text: string): string {
	return text.length <= longestLine ? text : `${[...text.slice(0, longestLine - 2)].slice(0, -1).join('')}…`
}
