import type { CancellationToken } from '../../../shared/cancellation.ts'
import { fencedBlocks } from '../../../shared/fencedBlocks.ts'
import type { ChatModel } from '../../model/ports.ts'
import { applyPrompt, longestApplyAnswer } from './applyPrompt.ts'

/** Asks where a block goes. @returns search/replace blocks, or whatever the model said in their place */
export type AskForPlace = (
	order: { readonly text: string; readonly block: string; readonly why: string; readonly path?: string },
	token: CancellationToken,
) => Promise<string>

/** @param model loads what it needs; rejects where it cannot be had */
export function askForPlaceWith(model: Pick<ChatModel, 'chat'>): AskForPlace {
	return async (order, token) => {
		const { text } = await model.chat(
			{
				messages: applyPrompt(order),
				maxTokens: longestApplyAnswer,
				stop: [],
				purpose: 'fix',
				shown: order.path === undefined ? [] : [{ path: order.path }],
				// What it searches for is in the file, what it replaces it with in the block.
				reference: `${order.text}\n${order.block}`,
			},
			() => {},
			token,
		)
		const [block] = fencedBlocks(text)
		return block?.code.includes('SEARCH') ? block.code : text
	}
}
