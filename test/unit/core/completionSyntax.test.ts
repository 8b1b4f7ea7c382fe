import { describe, expect, it } from 'vitest'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import type { InlineRequest } from '../../../src/core/completion/inlineRequest.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import type { Clock } from '../../../src/shared/clock.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'
import { inProcessStructure } from '../../inProcessStructure.ts'
import { markedDocument } from './markedDocument.ts'

/** All is over at once, but for waits of some lengths, which never are. */
const clockWith = (...endless: number[]): Clock => ({
	now: () => 0,
	after: (ms, callback) => {
		const timer = setTimeout(callback, endless.includes(ms) ? 60_000 : 0)
		return { dispose: () => clearTimeout(timer) }
	},
})
/** The time for the syntax is never over: the machine may be busy. */
const patient = clockWith(15, 500)

async function complete(marked: string, answer: string, more: Partial<InlineRequest> = {}) {
	const { document, position } = markedDocument(marked)
	const model = new FakeCompletionModel({ answer: () => [answer] })
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const structure = await inProcessStructure(document)
	const completer = new InlineCompleter({ model, structure, clock: patient, logger: new RecordingLogger() })
	const request = { document, position, explicit: false, maxTokens: 96, ...more }
	const ask = () => completer.complete(request, neverCancelled)
	return { outcome: await ask(), ask, request: model.requests[0] }
}

describe('what the syntax changes', () => {
	it('asks for a block in an empty one, and for the rest of the line elsewhere', async () => {
		const block = await complete('function a() {\n\t│\n}\n', 'b()\n\tc()')
		expect(block.request?.stop).toEqual(['\n\n'])
		expect(block.outcome).toMatchObject({ text: 'b()\n\tc()' })
		const line = await complete('function a() {\n\tb()\n\t│\n\tc()\n}\n', 'd()\n\te()')
		expect(line.request?.stop).toEqual(['\n'])
		expect(line.outcome).toMatchObject({ text: 'd()' })
	})

	it('asks for what a comment announces', async () => {
		const { request } = await complete('const a = 1\n// adds two numbers\n│\n', 'function add() {')
		expect(request?.stop).toEqual(['\n\n'])
	})

	it('drops the lines that would break the document, and shows the same when asked again', async () => {
		const { outcome, ask } = await complete('function a() {\n\t│\n}\n', 'b()\n\tc(]]\n\td(')
		expect(outcome).toMatchObject({ kind: 'suggestion', text: 'b()', acted: ['dropWhatBreaks'] })
		expect(await ask()).toMatchObject({ kind: 'suggestion', text: 'b()', source: 'cache' })
	})

	it('keeps back a line that breaks what was whole, and shows as much as is right of one that closes too much', async () => {
		const broken = await complete('function a() {\n\t│\n}\n', 'const = ] of')
		expect(broken.outcome).toMatchObject({ kind: 'none', reason: 'breaksSyntax', acted: ['dropWhatBreaks'] })
		expect((await complete('function a() {\n\t│\n\tb()\n}\n', 'c())')).outcome).toMatchObject({ text: 'c()' })
		// Where the document was broken before, nobody knows whose errors they are.
		expect((await complete('const = ] of\n│\n', 'let = ] of')).outcome).toMatchObject({ kind: 'suggestion' })
	})

	it('shows only whole lines where there is no time to parse them, and says so', async () => {
		const { document, position } = markedDocument('function a() {\n\t│\n}\n')
		const model = new FakeCompletionModel({ answer: () => ['b(() => {\n\t\tc()\n\t})\n\td('] })
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		const structure = { ...(await inProcessStructure(document)), checkInsertion: async () => undefined }
		const completer = new InlineCompleter({ model, structure, clock: patient, logger: new RecordingLogger() })
		const outcome = await completer.complete({ document, position, explicit: false, maxTokens: 96 }, neverCancelled)
		expect(outcome).toMatchObject({ text: 'b(() => {\n\t\tc()\n\t})', acted: ['wholeLines'] })
	})

	it.each(['if (a.length === 0', 'for (const b of a', "if (a === 'b", 'const { c', 'while (a.b(c)'])(
		'keeps the beginning of a line that is not wrong but unfinished: %s',
		async (text) => {
			const { outcome } = await complete('function a() {\n\t│\n}\n', text)
			expect(outcome).toMatchObject({ kind: 'suggestion', text })
		},
	)

	it('keeps a suggestion that only leaves brackets open', async () => {
		const { outcome } = await complete('const a = │\n', 'b.map((c) => {')
		expect(outcome).toMatchObject({ text: 'b.map((c) => {', acted: [] })
	})

	it('waits for the syntax where a setting may say so, longer than any other key does', async () => {
		const { document, position } = markedDocument('// a │\n')
		const model = new FakeCompletionModel({ answer: () => ['b'] })
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		const parsed = await inProcessStructure(document)
		const structure: typeof parsed = {
			...parsed,
			checkInsertion: async () => undefined,
			placeOf: async (place, token) => {
				await new Promise((resolve) => setTimeout(resolve, 20))
				return parsed.placeOf(place, token)
			},
		}
		const completer = new InlineCompleter({ model, structure, clock: clockWith(500), logger: new RecordingLogger() })
		const request = { document, position, explicit: false, maxTokens: 96, silentIn: ['comment'] } as const
		expect(await completer.complete(request, neverCancelled)).toMatchObject({ reason: 'inComment' })
	})

	it('is silent where a setting says so, but not for one who asks by hand', async () => {
		const silentIn = ['comment', 'string'] as const
		expect((await complete('// a │\n', 'b', { silentIn })).outcome).toMatchObject({ reason: 'inComment' })
		expect((await complete('const a = "b│"\n', 'c', { silentIn })).outcome).toMatchObject({ reason: 'inString' })
		expect((await complete('const a = │\n', 'b', { silentIn })).outcome).toMatchObject({ text: 'b' })
		const byHand = await complete('// a │\n', 'b', { silentIn, explicit: true })
		expect(byHand.outcome).toMatchObject({ text: 'b' })
	})
})
