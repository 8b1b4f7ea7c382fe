import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SearchHit, SearchIndexState } from '../../../../src/core/chat/chatPorts.ts'
import { readResearch, researchFileIn, writeResearch } from '../../../../src/node/research/researchFile.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { Emitter } from '../../../../src/shared/event.ts'
import { researchTask } from '../../../../src/vscode/chat/researchTask.ts'
import { FakeChatModel } from '../../../fakes/fakeChatModel.ts'

const shown = vi.hoisted(() => ({ documents: [] as string[] }))
vi.mock('vscode', () => ({
	l10n: { t: (text: string, ...args: unknown[]) => text.replace(/\{(\d+)\}/g, (_, at) => String(args[Number(at)])) },
	workspace: { openTextDocument: async ({ content }: { content: string }) => content },
	window: { showTextDocument: async (content: string) => void shown.documents.push(content) },
}))

let folder: string
let state: SearchIndexState
let changes: Emitter<unknown>
let said: string[]

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'alcove-task-'))
	shown.documents = []
	said = []
	state = { kind: 'ready', done: 1, total: 1 }
	changes = new Emitter()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const page = { number: 2, startLine: 40 }
const hits: SearchHit[] = [
	{ path: 'lid.ts', startLine: 4, endLine: 5, text: 'return hinge.turn(90)', score: 1 },
	{ path: 'manual.pdf', startLine: 41, endLine: 42, page, text: 'Oil the hinge every autumn.', score: 1 },
]
const claims = [
	{ claim: 'It turns.', source: 1, quote: 'hinge.turn(90)', confidence: 'high' },
	{ claim: 'It is oiled.', source: 2, quote: 'Oil the hinge', confidence: 'medium' },
	{ claim: 'It is gold.', source: 1, quote: 'color = gold', confidence: 'high' },
]
const plan = { questions: ['How does it turn?', 'Who oils it?'] }
const answer = { claims, missing: '' }

/** As often as it is asked it says the next of these; what is a function is called before. */
function run(script: readonly (object | (() => object))[], token = neverCancelled, topic = 'The hinge') {
	const model = new FakeChatModel({
		say: (_request, at) => {
			const next = script[at] ?? { questions: [] }
			return { text: JSON.stringify(typeof next === 'function' ? next() : next) }
		},
	})
	const file = (name: string) => researchFileIn(folder, name)
	const search = {
		get state() {
			return state
		},
		onDidChangeState: changes.event,
		search: async () => hits,
	}
	const task = researchTask(topic, {
		model,
		search,
		kept: (name) => readResearch(file(name)),
		keep: (found) => writeResearch(file(found.topic), found),
	})
	let text = ''
	const out = {
		text: (more: string) => {
			text += more
		},
		progress: (what: string) => void said.push(what),
		receipt: () => {},
	}
	return { model, done: task.run(out, token).then(() => text) }
}

describe('/research', () => {
	it('answers with a brief that names its sources, and opens it as a document', async () => {
		state = { ...state, unread: [{ path: 'old.pdf', refused: 'encrypted' }] }
		const brief = await run([plan, answer, { claims: [], missing: 'who oils it' }]).done
		expect(brief).toContain('`lid.ts:5`')
		expect(brief).toContain('`manual.pdf`, page 2, line 2')
		expect(brief).toContain('Citations dropped because their text is not where it was said to be: 1.')
		expect(brief).toContain('Documents that could not be read: old.pdf is protected by a password')
		expect(brief).not.toContain('gold')
		expect(shown.documents).toEqual([brief])
		expect(said).toEqual([
			'Planning the research',
			'Question 1 of 2: How does it turn?',
			'Question 2 of 2: Who oils it?',
			'Looking for what is missing',
		])
	})

	it('that is stopped keeps what it has, and goes on when it is asked for again, in another window too', async () => {
		const source = new CancellationSource()
		const stop = () => {
			source.cancel()
			return answer
		}
		const half = await run([plan, answer, stop], source.token).done
		expect(half).toContain('Not finished: ask for the same topic again to go on.')
		expect(half).toContain('`lid.ts:5`')
		expect(shown.documents).toEqual([])
		said = []
		const { model, done } = run([{ claims: [], missing: '' }])
		expect(await done).toContain('`lid.ts:5`')
		expect(said[0]).toBe('Question 2 of 2: Who oils it?')
		// The question that was open, and what is missing.
		expect(model.requests).toHaveLength(2)
	})

	it('of another topic, or of one that is finished, begins anew', async () => {
		await run([plan, answer, answer]).done
		const again = run([plan, answer, answer])
		await again.done
		expect(again.model.requests).toHaveLength(4)
		const other = run([plan, answer, answer], neverCancelled, 'The lid')
		await other.done
		expect(other.model.requests).toHaveLength(4)
	})

	it('stands still while the index is paused, and can be stopped meanwhile', async () => {
		state = { ...state, kind: 'paused' }
		const { model, done } = run([plan, answer, answer])
		await vi.waitFor(() => expect(said).toEqual(['Paused']))
		expect(model.requests).toEqual([])
		state = { ...state, kind: 'ready' }
		changes.fire(undefined)
		await done
		expect(model.requests).toHaveLength(4)

		said = []
		state = { ...state, kind: 'paused' }
		const source = new CancellationSource()
		const stopped = run([plan], source.token, 'Another')
		await vi.waitFor(() => expect(said).toEqual(['Paused']))
		source.cancel()
		expect(await stopped.done).toContain('Not finished')
		expect(stopped.model.requests).toEqual([])
	})

	it('says so where there is no index', async () => {
		state = { kind: 'off', done: 0, total: 0 }
		await expect(run([plan]).done).rejects.toThrow('The index of the workspace is off.')
	})
})
