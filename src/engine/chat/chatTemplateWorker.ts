import '../../lockdown/preload.ts'

import { Template } from '@huggingface/jinja'
import { type RenderOutcome, type RenderTask, readyMessage } from './renderMessages.ts'

/**
 * Renders a chat template, which comes from a file of a stranger: it may never end or write without an end. So it has a
 * process to itself, which is ended from outside.
 */
function run({ template, variables, conversations, mostCharacters }: RenderTask): RenderOutcome {
	try {
		const parsed = new Template(template)
		const texts = conversations.map((messages) => parsed.render({ ...variables, messages }))
		if (texts.some((text) => text.length > mostCharacters)) return { failure: 'tooLong' }
		return { texts }
	} catch (error) {
		return { failure: 'refused', detail: error instanceof Error ? error.message : String(error) }
	}
}

process.once('message', (task) => process.send?.(run(task as RenderTask), () => process.disconnect()))
// Nobody waits for it any more.
process.once('disconnect', () => process.exit())
process.send?.(readyMessage)
