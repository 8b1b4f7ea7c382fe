import { join } from 'node:path'
import type { ModelSpec } from '../../src/core/model/engineControl.ts'
import { engineEntry, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { FakeCompletionModel } from '../fakes/fakeCompletionModel.ts'
import { oneModel } from '../oneModel.ts'
import { completionModelContract } from './completionModelContract.ts'

const words = Array.from({ length: 1_000 }, (_, index) => ` word${index}`)

completionModelContract('the fake model', {
	talking: () => new FakeCompletionModel({ answer: () => words }),
	broken: () =>
		new FakeCompletionModel({ loadProblem: { code: 'modelMissing', file: '/none.gguf', detail: 'no such file' } }),
})

const folder = temporaryFolder()
const talkative = writeTalkativeModel(folder)
const embedded = (path: string) => {
	const spec: ModelSpec = { origin: 'user', path, contextSize: 1_024 }
	return oneModel(spec, { entryPath: engineEntry })
}

completionModelContract('the embedded model', {
	talking: () => embedded(talkative),
	broken: () => embedded(join(folder, 'none.gguf')),
})
