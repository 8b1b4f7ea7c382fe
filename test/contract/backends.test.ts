import { afterAll } from 'vitest'
import type { BackendKind } from '../../src/core/model/backend.ts'
import { BackendChat } from '../../src/node/backends/backendChat.ts'
import { BackendCompletion } from '../../src/node/backends/backendCompletion.ts'
import { BackendEmbedding } from '../../src/node/backends/backendEmbedding.ts'
import type { BackendModel, BackendModelDeps } from '../../src/node/backends/backendModel.ts'
import { GuardedNetwork } from '../../src/node/network/guardedNetwork.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { ServedForTest, serveToken } from '../servedForTest.ts'
import { chatModelContract } from './chatModelContract.ts'
import { completionModelContract } from './completionModelContract.ts'
import { embeddingModelContract } from './embeddingModelContract.ts'
import type { ModelMaker } from './modelContract.ts'

// The clients of servers, against a real one: `alcove serve`, by each of the interfaces that it has.

const talkative = writeTalkativeModel(temporaryFolder())
const server = new ServedForTest([
	'--model',
	talkative,
	'--embedding-model',
	talkative,
	'--context',
	'2048',
	'--limit',
	'64',
])
const url = await server.url
const network = new GuardedNetwork({ allowed: () => [], proxy: () => undefined, onDecision: () => {} })
afterAll(() => {
	network.dispose()
	server.stop()
})

function making<M extends BackendModel>(
	kind: BackendKind,
	use: BackendModelDeps['use'],
	make: (deps: BackendModelDeps) => M,
): ModelMaker<M> {
	const withModel = (model: { readonly model?: string }) =>
		make({
			...{ backend: { name: 'serve', kind, url: `${url}/v1`, ...model }, use, purpose: use, network },
			...{
				key: async () => serveToken,
				redact: (texts) => ({ texts, count: 0 }),
				clock: systemClock,
				logger: silentLogger,
			},
		})
	return { works: () => withModel({}), broken: () => withModel({ model: 'none' }) }
}

for (const kind of ['openai', 'llama-server'] as const) {
	completionModelContract(
		`a completion model by the interface of ${kind}`,
		making(kind, 'completion', (deps) => new BackendCompletion(deps)),
		{ isSure: false, warmsUp: kind === 'llama-server' },
	)
	chatModelContract(
		`a chat model by the interface of ${kind}`,
		making(kind, 'chat', (deps) => new BackendChat(deps)),
		{ isSure: false },
	)
}
embeddingModelContract(
	'an embedding model by the interface of openai',
	making(
		'openai',
		'embedding',
		(deps) => new BackendEmbedding({ ...deps, backend: { ...deps.backend, model: deps.backend.model ?? 'talkative' } }),
	),
)
