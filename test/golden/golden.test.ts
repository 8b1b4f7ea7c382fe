import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { InlineCompleter } from '../../src/core/completion/inlineCompleter.ts'
import type { InlineOutcome } from '../../src/core/completion/outcome.ts'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import type { Clock } from '../../src/shared/clock.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../fakes/fakeCompletionModel.ts'
import { inProcessStructure } from '../inProcessStructure.ts'
import { markedDocument } from '../unit/core/markedDocument.ts'

/**
 * What is shown of an answer, case by case. A file holds the cases of one language:
 *
 *     ## name
 *     document, with │ where the cursor is
 *     --- answer
 *     what the model says
 *     --- shown
 *     the document with the suggestion taken, ⟦in brackets⟧; or `none: ` and the reason
 *
 * `UPDATE_GOLDEN=1` writes down what is shown now: read every line of it.
 */
interface Case {
	readonly name: string
	readonly document: string
	readonly answer: string
	readonly shown: string
}

const folder = join(root, 'test', 'golden', 'cases')
const isUpdate = process.env.UPDATE_GOLDEN === '1'

/** Pauses are over at once, and the time for the syntax never is: the machine may be busy. */
const patient: Clock = {
	now: () => 0,
	after: (ms, callback) => {
		const timer = setTimeout(callback, ms === 15 ? 60_000 : 0)
		return { dispose: () => clearTimeout(timer) }
	},
}

function casesIn(text: string): Case[] {
	return text
		.split(/^## /m)
		.slice(1)
		.map((part) => {
			const [, name = '', document = '', answer = '', shown = ''] =
				/^(.*)\n([\s\S]*?)\n--- answer\n([\s\S]*?)\n--- shown\n([\s\S]*?)\n*$/.exec(part) ?? []
			return { name, document, answer, shown }
		})
}

function textOf(cases: readonly Case[]): string {
	return cases
		.map(({ name, document, answer, shown }) => `## ${name}\n${document}\n--- answer\n${answer}\n--- shown\n${shown}\n`)
		.join('\n')
}

async function shownOf({ document: marked, answer }: Case, languageId: string): Promise<string> {
	const { document, position } = markedDocument(marked, languageId)
	const model = new FakeCompletionModel({ answer: () => [answer] })
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const structure = await inProcessStructure(document)
	const completer = new InlineCompleter({ model, structure, clock: patient, logger: silentLogger })
	const outcome = await completer.complete({ document, position, explicit: false, maxTokens: 96 }, neverCancelled)
	return taken(marked, outcome)
}

function taken(marked: string, outcome: InlineOutcome): string {
	if (outcome.kind === 'none') return `none: ${outcome.reason}`
	const lines = marked.replace('│', '').split('\n')
	const { line, start, end } = outcome.replace
	const text = lines[line] ?? ''
	lines[line] = `${text.slice(0, start)}⟦${outcome.text}⟧${text.slice(end)}`
	return lines.join('\n')
}

describe.each(readdirSync(folder).map((file) => [file.replace(/\.md$/, '')]))('in %s', (languageId) => {
	const file = join(folder, `${languageId}.md`)
	const cases = casesIn(readFileSync(file, 'utf8'))
	if (isUpdate) {
		it('is written down', async () => {
			const now: Case[] = []
			for (const one of cases) now.push({ ...one, shown: await shownOf(one, languageId) })
			writeFileSync(file, textOf(now))
		})
		return
	}
	it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
		// Line breaks at the end of a case are those of its file.
		expect((await shownOf(one, languageId)).trimEnd()).toBe(one.shown.trimEnd())
	})

	it('has cases that can be read', () => {
		expect(cases.length).toBeGreaterThan(4)
		for (const { name, document, shown } of cases)
			expect([name, document.includes('│'), shown !== '']).toEqual([name, true, true])
	})
})
