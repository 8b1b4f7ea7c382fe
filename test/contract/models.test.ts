import { join } from 'node:path'
import type { ModelSpec } from '../../src/core/model/engineControl.ts'
import { EmbeddedEngine } from '../../src/node/engine/embeddedEngine.ts'
import type { StartEngineProcess } from '../../src/node/engine/engineProcess.ts'
import { forkEngine } from '../../src/node/engine/engineProcess.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import type { Disposable } from '../../src/shared/disposable.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { engineEntry, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'
import { FakeChatModel } from '../fakes/fakeChatModel.ts'
import { FakeCompletionModel } from '../fakes/fakeCompletionModel.ts'
import { FakeEngineProcess } from '../fakes/fakeEngine.ts'
import { chatModelContract } from './chatModelContract.ts'
import { completionModelContract } from './completionModelContract.ts'
import { embeddingModelContract } from './embeddingModelContract.ts'
import type { ModelMaker } from './modelContract.ts'

const words = Array.from({ length: 1_000 }, (_, index) => ` word${index}`)
/** A model takes time for each piece: so that there is something left to cancel. */
const beforePiece = () => new Promise<void>((resolve) => setTimeout(resolve, 1))

completionModelContract('the fake model', {
	works: () => new FakeCompletionModel({ answer: () => words, beforePiece }),
	broken: () =>
		new FakeCompletionModel({ loadProblem: { code: 'modelMissing', file: '/none.gguf', detail: 'no such file' } }),
})

chatModelContract('the fake chat model', {
	works: () => new FakeChatModel(),
	broken: () => new FakeChatModel({ isBroken: true }),
})

const folder = temporaryFolder()
const talkative = writeTalkativeModel(folder)
const engines: Record<string, StartEngineProcess> = {
	'a fake engine': () => new FakeEngineProcess(1, { answer: () => words, beforePiece }),
	'the engine process': () => forkEngine(engineEntry),
}

for (const [name, startProcess] of Object.entries(engines)) {
	/** Models with an engine of their own, which ends with them. */
	const make = <M extends Disposable>(open: (engine: EmbeddedEngine, spec: ModelSpec) => M): ModelMaker<M> => {
		const withEngine = (path: string) => {
			const engine = new EmbeddedEngine({
				entryPath: engineEntry,
				options: cpuOptions,
				clock: systemClock,
				logger: silentLogger,
				startProcess,
			})
			const model = open(engine, { origin: 'user', path, contextSize: 1_024 })
			return Object.assign(model, { dispose: () => engine.dispose() })
		}
		return { works: () => withEngine(talkative), broken: () => withEngine(join(folder, 'none.gguf')) }
	}
	completionModelContract(
		`the completion model of ${name}`,
		make((engine, spec) => engine.completion(spec)),
	)
	chatModelContract(
		`the chat model of ${name}`,
		make((engine, spec) => engine.chat(spec)),
	)
	embeddingModelContract(
		`the embedding model of ${name}`,
		make((engine, spec) => engine.embedding(spec)),
	)
}
