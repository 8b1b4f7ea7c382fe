import { describe, expect, it } from 'vitest'
import type { ChatModel, CompletionModel, EmbeddingModel } from '../../../../src/core/model/ports.ts'
import type { Destination } from '../../../../src/core/privacy/egressPolicy.ts'
import type { LedgerEntry } from '../../../../src/core/privacy/ledger/ledgerEntry.ts'
import { RecordedChat, RecordedCompletion, RecordedEmbedding } from '../../../../src/core/privacy/recordedModels.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { FakeChatModel } from '../../../fakes/fakeChatModel.ts'
import { FakeCompletionModel } from '../../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../../fakes/manualClock.ts'

/** What shows the model something. Of a method that is added to a port, the compiler asks here. */
type Asking<M> = Exclude<keyof M, 'state' | 'onDidChangeState' | 'prepare' | 'announce'>

const whole = { setSpec: () => {}, dispose: () => {} }
const clock = new ManualClock()

function recording(destination?: Destination) {
	const entries: LedgerEntry[] = []
	const deps = {
		ledger: { add: (entry: LedgerEntry) => entries.push(entry) },
		clock,
		time: () => '2026-01-01T00:00:00.000Z',
		...(destination && { destination: () => destination }),
	}
	return { entries, deps }
}

const writing = { maxTokens: 8, stop: [], shown: [{ path: 'a.ts', lines: [{ start: 0, end: 3 }] }] }
const secret = 'const secretText = 1'
const embedding: EmbeddingModel = {
	state: { kind: 'idle' },
	onDidChangeState: () => ({ dispose: () => {} }),
	prepare: () => {},
	countTokens: async () => [1],
	embed: async () => ({ vectors: [], stopReason: 'done', promptTokens: 5, queueMs: 0, totalMs: 0 }),
}

function completion(destination?: Destination) {
	const { entries, deps } = recording(destination)
	const inner = Object.assign(new FakeCompletionModel(), whole)
	return { entries, inner, model: new RecordedCompletion(inner, deps) }
}

describe('a recorded model', () => {
	const place = { prefix: secret, suffix: secret }

	it('puts every request to a completion model on record', async () => {
		const asks: Record<Asking<CompletionModel>, (model: CompletionModel) => Promise<unknown>> = {
			complete: (model) => model.complete({ ...place, ...writing }, () => {}, neverCancelled),
			warmUp: (model) => model.warmUp({ ...place, shown: writing.shown }, neverCancelled),
			countTokens: (model) => model.countTokens([secret], neverCancelled),
		}
		for (const [what, ask] of Object.entries(asks)) {
			const { entries, model } = completion()
			await ask(model)
			expect(entries).toMatchObject([{ kind: 'request', what, destination: 'this machine', isElsewhere: false }])
		}
	})

	it('puts every request to a chat model on record', async () => {
		const asks: Record<Asking<ChatModel>, (model: ChatModel) => Promise<unknown>> = {
			chat: (model) =>
				model.chat(
					{ messages: [{ role: 'user', content: secret }], purpose: 'research', ...writing },
					() => {},
					neverCancelled,
				),
			countTokens: (model) => model.countTokens([secret], neverCancelled),
		}
		for (const [what, ask] of Object.entries(asks)) {
			const { entries, deps } = recording()
			await ask(new RecordedChat(Object.assign(new FakeChatModel(), whole), deps))
			expect(entries).toMatchObject([{ what, ...(what === 'chat' && { purpose: 'research', shown: writing.shown }) }])
			expect(JSON.stringify(entries)).not.toContain('secret')
		}
	})

	it('puts every request to an embedding model on record', async () => {
		const asks: Record<Asking<EmbeddingModel>, (model: EmbeddingModel) => Promise<unknown>> = {
			embed: (model) => model.embed({ texts: [secret], shown: writing.shown }, neverCancelled),
			countTokens: (model) => model.countTokens([secret], neverCancelled),
		}
		for (const [what, ask] of Object.entries(asks)) {
			const { entries, deps } = recording()
			await ask(new RecordedEmbedding(Object.assign({ ...embedding }, whole), deps))
			expect(entries).toMatchObject([{ what, ...(what === 'embed' && { purpose: 'index', tokens: { prompt: 5 } }) }])
		}
	})

	it('says model, files and lines, tokens, time and end, and no text', async () => {
		const { entries, model } = completion()
		const pieces = [{ path: 'b.ts', text: secret, lines: [{ start: 4, end: 9 }] }]
		const context = { path: 'a.ts', comment: '//', pieces }
		await model.complete({ ...place, ...writing, context }, () => clock.advance(5), neverCancelled)
		const [entry] = entries
		expect(entry).toMatchObject({
			time: '2026-01-01T00:00:00.000Z',
			purpose: 'inline',
			model: { name: 'fake', file: '/models/fake.gguf' },
			shown: [
				{ path: 'a.ts', lines: [{ start: 0, end: 3 }] },
				{ path: 'b.ts', lines: [{ start: 4, end: 9 }] },
			],
			outcome: 'endOfText',
		})
		expect(entry?.tokens?.generated).toBeGreaterThan(0)
		expect(entry?.durationMs).toBeGreaterThan(0)
		expect(JSON.stringify(entry)).not.toContain('secretText')
	})

	it('puts what failed on record, too, and says where the model is', async () => {
		const { entries, inner, model } = completion({ scheme: 'https', host: 'gpu.example', port: 443 })
		inner.setState({ kind: 'failed', problem: { code: 'engineCrashed', detail: '' } })
		await expect(model.complete({ ...place, ...writing }, () => {}, neverCancelled)).rejects.toThrow()
		expect(entries).toMatchObject([
			{ destination: 'gpu.example:443', isElsewhere: true, outcome: 'failed: engineCrashed' },
		])
		const here = completion({ scheme: 'http', host: '127.0.0.1', port: 8080 })
		await here.model.complete({ ...place, ...writing }, () => {}, neverCancelled)
		expect(here.entries).toMatchObject([{ destination: '127.0.0.1:8080', isElsewhere: false }])
	})
})

it('a document is named by its path in the workspace, and what was taken out is counted', async () => {
	const { entries, deps } = recording({ scheme: 'https', host: 'far.example.com', port: 443 })
	const vectors = { vectors: [], stopReason: 'done', promptTokens: 5, queueMs: 0, totalMs: 0, redactions: 2 } as const
	const inner = Object.assign({ ...embedding, embed: async () => vectors }, whole)
	const model = new RecordedEmbedding(inner, { ...deps, nameOf: (path) => path.replace('file:///home/me/work/', '') })
	await model.embed({ texts: ['a'], shown: [{ path: 'file:///home/me/work/src/a.ts' }] }, neverCancelled)
	expect(entries[0]).toMatchObject({ shown: [{ path: 'src/a.ts' }], redactions: 2, isElsewhere: true })
})
