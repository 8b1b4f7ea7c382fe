import { forkEngine } from '../../src/node/engine/engineProcess.ts'
import { engineEntry } from '../engineFiles.ts'
import { FakeEngineProcess } from '../fakes/fakeEngine.ts'
import { engineChatContract } from './engineChatContract.ts'
import { engineContract } from './engineContract.ts'
import { engineEmbeddingContract } from './engineEmbeddingContract.ts'
import { engineModelsContract } from './engineModelsContract.ts'
import { engineTextContract } from './engineTextContract.ts'

const engines = {
	// A model takes time for each token: so that there is something left to cancel.
	'the fake engine': () =>
		new FakeEngineProcess(1, { beforePiece: () => new Promise((resolve) => setTimeout(resolve, 1)) }),
	'the engine process': () => forkEngine(engineEntry),
}

for (const [name, start] of Object.entries(engines)) {
	engineContract(name, start)
	engineModelsContract(`${name} with several models`, start)
	engineTextContract(`${name} and its texts`, start)
	engineChatContract(`${name} in a conversation`, start)
	engineEmbeddingContract(`${name} and its vectors`, start)
}
