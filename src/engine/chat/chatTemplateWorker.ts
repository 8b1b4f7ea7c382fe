import '../../lockdown/preload.ts'

import { parentPort, workerData } from 'node:worker_threads'
import { Template } from '@huggingface/jinja'
import type { RenderOutcome, RenderTask } from './renderTemplate.ts'

/**
 * Renders a chat template, which comes from a file of a stranger: it may never end or write without an end. So it has a
 * thread to itself, which is ended from outside.
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

parentPort?.postMessage(run(workerData as RenderTask))
