import { describe, expect, it } from 'vitest'
import { ContextAtCursor } from '../../../src/core/completion/contextAtCursor.ts'
import { questionOf } from '../../../src/core/completion/question.ts'
import type { CollectedContext, ContextChunk, ContextRequest } from '../../../src/core/context/contextSource.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { markedDocument } from './markedDocument.ts'

function chunk(text: string, path = 'other.ts'): ContextChunk {
	return { kind: 'imported', path, startLine: 0, endLine: 1, text }
}

function answer(texts: readonly string[], late: CollectedContext['late'] = []): CollectedContext {
	return { path: 'own.ts', chunks: texts.map((text) => chunk(text, `${text}.ts`)), late }
}

async function settle(): Promise<void> {
	for (let turn = 0; turn < 30; turn++) await Promise.resolve()
}

function setUp() {
	const clock = new ManualClock()
	const requests: { readonly request: ContextRequest; readonly reply: (found: CollectedContext) => void }[] = []
	const news = { rules: 0, known: 0 }
	const source = {
		collect: (request: ContextRequest) =>
			new Promise<CollectedContext>((reply) => {
				requests.push({ request, reply })
			}),
		newsOf: () => ({ ...news }),
	}
	const context = new ContextAtCursor({ source, clock })
	const placeAt = (line: number, isByHand = false) => {
		const { document, position } = markedDocument(`${'x\n'.repeat(line)}│`)
		const question = questionOf({ document, position, explicit: true, maxTokens: 64 }, 4_096)
		if (typeof question === 'string') throw new Error(question)
		return { document, question, tokens: 500, isByHand }
	}
	/** What was asked last is answered. */
	const reply = async (found: CollectedContext) => {
		requests.at(-1)?.reply(found)
		await settle()
	}
	/** What a key gets; its time goes by where something is collected that is not there. */
	const key = async ({ line = 0, isByHand = false, token = neverCancelled } = {}) => {
		let texts: string[] | undefined
		void context.at(placeAt(line, isByHand), token).then((shown) => {
			texts = shown?.pieces.map(({ text }) => text) ?? []
		})
		await settle()
		if (!texts) clock.advance(20)
		await settle()
		return texts
	}
	/** Begins to rest. */
	const rest = async ({ line = 0, token = neverCancelled } = {}) => {
		const rested = context.atRest(placeAt(line), token)
		await settle()
		return { shown: async () => (await rested)?.pieces.map(({ text }) => text) }
	}
	/** A first key that is answered in time. */
	const begin = async (found: CollectedContext) => {
		const asked = context.at(placeAt(0), neverCancelled)
		await settle()
		await reply(found)
		await asked
	}
	return { clock, requests, news, context, key, rest, reply, begin }
}

describe('what is held of other files', () => {
	it('is found once, and stays while somebody types, however far', async () => {
		const { begin, key, requests, clock } = setUp()
		await begin(answer(['a', 'b']))
		expect(await key()).toEqual(['a', 'b'])
		expect(await key({ line: 40 })).toEqual(['a', 'b'])
		expect(requests).toHaveLength(1)
		expect(clock.pending).toBe(0)
	})

	it('stays also where something was late', async () => {
		const { begin, key, requests } = setUp()
		await begin(answer(['a'], ['similar']))
		expect(await key()).toEqual(['a'])
		expect(await key({ line: 1 })).toEqual(['a'])
		expect(requests).toHaveLength(1)
	})

	it('is there for the next key where it came after its time, and is not asked for again meanwhile', async () => {
		const { key, reply, requests, clock } = setUp()
		const first = new CancellationSource()
		expect(await key({ token: first.token })).toEqual([])
		expect(clock.now()).toBe(20)
		first.cancel()
		expect(await key()).toEqual([])
		expect(requests).toHaveLength(1)
		await reply(answer(['a']))
		expect(await key()).toEqual(['a'])
		expect(requests).toHaveLength(1)
	})

	it('is asked for with the next key where all of it was late', async () => {
		const { begin, key, reply, requests } = setUp()
		await begin(answer([], ['imported']))
		expect(await key()).toEqual([])
		expect(requests).toHaveLength(2)
		await reply(answer(['a']))
		expect(await key()).toEqual(['a'])
	})

	it('is completed at rest, with more time', async () => {
		const { begin, key, rest, reply, requests } = setUp()
		await begin(answer(['a'], ['similar']))
		const rested = await rest()
		await reply(answer(['a', 'b'], ['similar']))
		expect(await rested.shown()).toEqual(['b', 'a'])
		expect(await key()).toEqual(['b', 'a'])
		const [first, second] = requests.map(({ request }) => request.deadlineMs)
		expect(second).toBeGreaterThan(5 * (first ?? 0))
		// More time than that there is not.
		await rest()
		expect(requests).toHaveLength(2)
	})

	it('is looked for again at rest where something is new, or the cursor went far', async () => {
		const { begin, rest, reply, requests, news } = setUp()
		await begin(answer(['a']))
		expect(await (await rest({ line: 14 })).shown()).toEqual(['a'])
		expect(requests).toHaveLength(1)
		news.known++
		const rested = await rest()
		await reply(answer(['diff', 'a']))
		expect(await rested.shown()).toEqual(['diff', 'a'])
		await rest()
		expect(requests).toHaveLength(2)
		await rest({ line: 15 })
		expect(requests).toHaveLength(3)
	})

	it('counts what became known while it was collected as new', async () => {
		const { begin, rest, reply, requests, news } = setUp()
		await begin(answer(['a']))
		news.known++
		await rest()
		news.known++
		await reply(answer(['b']))
		await rest()
		expect(requests).toHaveLength(3)
	})

	it('stays as it is where somebody types on before it is there', async () => {
		const { begin, key, rest, reply, news } = setUp()
		await begin(answer(['a']))
		news.known++
		const source = new CancellationSource()
		await rest({ token: source.token })
		source.cancel()
		expect(await key()).toEqual(['a'])
		await reply(answer(['b']))
		expect(await key()).toEqual(['a'])
		await rest()
		await reply(answer(['b']))
		expect(await key()).toEqual(['b'])
	})

	it('is not given up for an answer that comes to nothing', async () => {
		const { begin, key, rest, reply, news } = setUp()
		await begin(answer(['a']))
		for (const nothing of [answer([], ['imported']), { path: undefined, chunks: [], late: [] }]) {
			news.known++
			await rest()
			await reply(nothing)
			expect(await key()).toEqual(['a'])
		}
		news.known++
		await rest()
		await reply(answer([]))
		expect(await key()).toEqual([])
	})

	it('is looked for again by hand, where it is out of date', async () => {
		const { begin, key, reply, requests, news } = setUp()
		await begin(answer(['a']))
		expect(await key({ isByHand: true })).toEqual(['a'])
		expect(requests).toHaveLength(1)
		news.known++
		expect(await key()).toEqual(['a'])
		expect(requests).toHaveLength(1)
		expect(await key({ isByHand: true })).toEqual(['a'])
		expect(requests).toHaveLength(2)
		await reply(answer(['b']))
		expect(await key({ isByHand: true })).toEqual(['b'])
	})

	it('is shown no longer where the rules have changed', async () => {
		const { begin, key, reply, news } = setUp()
		await begin(answer(['secret']))
		news.rules++
		expect(await key()).toEqual([])
		await reply(answer(['a']))
		expect(await key()).toEqual(['a'])
	})

	it('is not shown where what was collected under earlier rules comes late', async () => {
		const { key, reply, news } = setUp()
		await key()
		news.rules++
		await reply(answer(['secret']))
		expect(await key()).toEqual([])
	})
})
