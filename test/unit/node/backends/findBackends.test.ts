import { afterEach, expect, it } from 'vitest'
import type { Backend } from '../../../../src/core/model/backend.ts'
import { HttpBackendFinder } from '../../../../src/node/backends/findBackends.ts'
import { GuardedNetwork } from '../../../../src/node/network/guardedNetwork.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { json, llamaServerScript, ollamaScript, ScriptedServer } from '../../../scriptedServer.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serving(
	name: string,
	kind: Backend['kind'],
	script: ConstructorParameters<typeof ScriptedServer>[0],
): Promise<Backend> {
	const server = new ScriptedServer(script)
	cleanups.push(() => server.close())
	return { name, kind, url: await server.listen() }
}

it('names what answers, with its models, and nothing else', async () => {
	const gone = await serving('gone', 'ollama', {})
	await cleanups.pop()?.()
	const known = [
		await serving('Ollama', 'ollama', ollamaScript),
		await serving('llama-server', 'llama-server', llamaServerScript),
		await serving('locked', 'openai', { 'GET /v1/models': json(401, { error: { message: 'no' } }) }),
		await serving('a page', 'openai', { 'GET /v1/models': (response) => response.end('<html>') }),
		await serving('another one', 'ollama', { 'GET /api/tags': json(200, { something: 'else' }) }),
		gone,
	]
	const network = new GuardedNetwork({ allowed: () => [], proxy: () => undefined, onDecision: () => {} })
	cleanups.push(() => network.dispose())
	const finder = new HttpBackendFinder({ network, key: async () => undefined, known })
	const found = await finder.find(neverCancelled)
	expect(found.map(({ backend, models, wantsKey }) => [backend.name, models, wantsKey])).toEqual([
		['Ollama', ['coder:1.5b'], false],
		['llama-server', ['coder'], false],
		['locked', [], true],
	])
	expect(await finder.models(gone, neverCancelled)).toMatchObject({
		...{ kind: 'failed', problem: { code: 'backendUnreachable', backend: { name: 'gone', address: gone.url } } },
	})
})
