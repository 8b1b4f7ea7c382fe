import { describe, expect, it } from 'vitest'
import type { ContextRequest, ContextSource } from '../../../../src/core/context/contextSource.ts'
import { type DefinitionServer, ServedContext } from '../../../../src/core/context/servedContext.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { ManualClock } from '../../../fakes/manualClock.ts'

const text = ['const store = openStore()', 'store.']

function fakes(answer: DefinitionServer['definitionsAt'], mayAsk = true) {
	const requests: ContextRequest[] = []
	const asked: string[] = []
	const source: ContextSource = {
		collect: async (request) => {
			requests.push(request)
			return { path: 'a.ts', chunks: [], late: [] }
		},
	}
	const server: DefinitionServer = {
		mayAsk: () => mayAsk,
		lineOf: (_, line) => text[line],
		definitionsAt: (id, place) => {
			asked.push(`${place.type ? 'type' : 'name'} ${place.line}:${place.character}`)
			return answer(id, place)
		},
	}
	const clock = new ManualClock()
	const context = new ServedContext({ source, server, clock })
	const request = (version = 1): ContextRequest => ({
		documentId: 'file:///a.ts',
		version,
		languageId: 'typescript',
		line: 1,
		character: 6,
		shown: { startLine: 0, endLine: 2 },
		budget: 500,
		charactersPerToken: 3,
		deadlineMs: 20,
	})
	const collect = (version?: number) => context.collect(request(version), neverCancelled)
	const rest = async (ms: number) => {
		clock.advance(ms)
		for (let turn = 0; turn < 40; turn++) await Promise.resolve()
	}
	return { context, collect, rest, requests, asked, clock }
}

const found = async () => [{ file: '/w/store.ts', line: 4 }]

describe('context with what a language server knows', () => {
	it('asks at rest, and passes on with the next request what was said', async () => {
		const { collect, rest, requests, asked } = fakes(found)
		await collect()
		expect(requests[0]?.served).toBeUndefined()
		expect(asked).toEqual([])
		await rest(300)
		expect(asked).toEqual(['type 1:0', 'name 1:0', 'name 0:14'])
		await collect()
		expect(requests[1]?.served).toEqual([
			{ name: 'store', file: '/w/store.ts', line: 4, isTypeOf: true },
			{ name: 'store', file: '/w/store.ts', line: 4, isTypeOf: false },
			{ name: 'openStore', file: '/w/store.ts', line: 4, isTypeOf: false },
		])
	})

	it('says that there is something new once it is, and not where the answers are the same', async () => {
		let line = 4
		const { context, collect, rest } = fakes(async () => [{ file: '/w/store.ts', line }])
		const learnt: string[] = []
		context.onDidLearn((documentId) => learnt.push(documentId))
		const known = () => context.newsOf('file:///a.ts').known
		await collect()
		expect(known()).toBe(0)
		await rest(300)
		expect(learnt).toEqual(['file:///a.ts'])
		const first = known()
		expect(first).toBeGreaterThan(0)
		expect(context.newsOf('file:///b.ts').known).toBe(0)
		await collect(2)
		await rest(300)
		expect(known()).toBe(first)
		line = 5
		await collect(3)
		await rest(300)
		expect(known()).toBeGreaterThan(first)
		expect(learnt).toHaveLength(2)
	})

	it('passes on what is new to those that it is asked after', () => {
		const { clock } = fakes(found)
		const source: ContextSource = {
			collect: async () => ({ path: 'a.ts', chunks: [], late: [] }),
			newsOf: (documentId) => ({ rules: 7, known: documentId.length }),
		}
		const server: DefinitionServer = { mayAsk: () => true, lineOf: () => undefined, definitionsAt: found }
		const context = new ServedContext({ source, server, clock })
		expect(context.newsOf('abc')).toEqual({ rules: 7, known: 3 })
	})

	it('asks once for a version of the document', async () => {
		const { collect, rest, asked } = fakes(found)
		await collect()
		await rest(300)
		await collect()
		await rest(300)
		expect(asked).toHaveLength(3)
		await collect(2)
		await rest(300)
		expect(asked).toHaveLength(6)
	})

	it('lets nobody wait: a server that never answers or fails is passed over', async () => {
		const { collect, rest, requests, asked } = fakes((_, { type }) =>
			type ? new Promise(() => {}) : Promise.reject(new Error('no')),
		)
		await collect()
		await rest(300)
		expect(asked).toHaveLength(1)
		await rest(500)
		expect(asked).toHaveLength(3)
		await collect()
		expect(requests[1]?.served).toBeUndefined()
	})

	it('asks nothing while requests keep coming, and stops asking when the next one comes', async () => {
		const { collect, rest, asked } = fakes(() => new Promise(() => {}))
		await collect()
		await rest(200)
		await collect()
		await rest(200)
		expect(asked).toEqual([])
		await rest(100)
		expect(asked).toHaveLength(1)
		await collect()
		await rest(500)
		expect(asked.filter((one) => one.startsWith('name'))).toEqual([])
	})

	it('asks nothing in a workspace that is not trusted, or after it was disposed', async () => {
		const distrusted = fakes(found, false)
		await distrusted.collect()
		await distrusted.rest(1000)
		expect(distrusted.asked).toEqual([])
		const disposed = fakes(found)
		await disposed.collect()
		disposed.context.dispose()
		await disposed.rest(1000)
		expect(disposed.asked).toEqual([])
	})
})
