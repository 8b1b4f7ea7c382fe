import { describe, expect, it } from 'vitest'
import type { BackendPlace, ModelProblem, ModelState } from '../../../../src/core/model/modelState.ts'
import { RoutedCompletion } from '../../../../src/core/model/routedCompletion.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { FakeCompletionModel } from '../../../fakes/fakeCompletionModel.ts'
import { reached } from '../../../fakes/reached.ts'

const place: BackendPlace = { name: 'there', kind: 'ollama', address: 'http://127.0.0.1:11434', isThisMachine: true }
const problem: ModelProblem = { code: 'backendUnreachable', detail: 'unreachable', backend: place }
const request = { prefix: 'a', suffix: 'b', maxTokens: 9, stop: [] }

function models({ failsOver = true, loadProblem }: { failsOver?: boolean; loadProblem?: ModelProblem } = {}) {
	const own = new FakeCompletionModel({ answer: () => ['own'] })
	const served = Object.assign(
		new FakeCompletionModel({ answer: () => ['served'], ...(loadProblem && { loadProblem }) }),
		{
			isDisposed: false,
			dispose: () => {
				served.isDisposed = true
			},
		},
	)
	const routed = new RoutedCompletion(own)
	const states: ModelState[] = []
	routed.onDidChangeState((state) => states.push(state))
	const route = () => routed.setRoute({ served, failsOver })
	const ask = async () => (await routed.complete(request, () => {}, neverCancelled)).text
	return { own, served, routed, states, route, ask }
}

describe('a routed model', () => {
	it('is our own as long as nothing is routed', async () => {
		const { routed, own, ask } = models()
		expect(await ask()).toBe('own')
		expect(routed.state).toBe(own.state)
	})

	it('is the back end that it is routed to, and our own again afterwards', async () => {
		const { routed, own, served, route, ask, states } = models()
		route()
		expect(routed.state).toEqual({ kind: 'idle' })
		expect(await ask()).toBe('served')
		expect(own.requests).toEqual([])
		expect(own.state).toEqual({ kind: 'idle' })
		routed.setRoute(undefined)
		expect(served.isDisposed).toBe(true)
		expect(await ask()).toBe('own')
		expect(states.map(({ kind }) => kind)).toEqual(['idle', 'loading', 'ready', 'idle', 'loading', 'ready'])
	})

	it('answers with our own where the back end does not, says so, and goes back to it', async () => {
		const { routed, own, served, route, ask } = models({ loadProblem: problem })
		route()
		expect(await ask()).toBe('own')
		await reached(routed, 'ready')
		expect(routed.state).toMatchObject({ model: { name: 'fake', insteadOf: problem } })
		expect(await ask()).toBe('own')
		expect(served.requests).toHaveLength(1)
		if (own.state.kind !== 'ready') throw new Error('not ready')
		served.setState({ kind: 'ready', model: { ...own.state.model, name: 'back' } })
		expect(routed.state).toMatchObject({ kind: 'ready', model: { name: 'back' } })
		expect(await ask()).toBe('served')
	})

	it('fails with the back end where the user wants it so', async () => {
		const { routed, own, route, ask } = models({ loadProblem: problem, failsOver: false })
		route()
		await expect(ask()).rejects.toMatchObject({ problem })
		expect(routed.state).toEqual({ kind: 'failed', problem })
		expect(own.requests).toEqual([])
	})

	it('does not go on with another model in the middle of an answer', async () => {
		const { own, served, route, routed } = models()
		route()
		const answer = routed.complete(request, () => served.crash(), neverCancelled)
		await expect(answer).rejects.toMatchObject({ name: 'ModelUnavailableError' })
		expect(own.requests).toEqual([])
	})

	it('prepares the one that answers', () => {
		const { own, served, route, routed } = models()
		route()
		routed.prepare()
		expect(served.state.kind).toBe('loading')
		expect(own.state.kind).toBe('idle')
	})
})
