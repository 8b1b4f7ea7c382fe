// A program that owns an engine: tells the engine's pid once it works, and then does as it is told.
import { EmbeddedModel } from '../../../src/node/engine/embeddedModel.ts'
import { systemClock } from '../../../src/node/systemClock.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'

const [entryPath = '', path = '', manner = ''] = process.argv.slice(2)
const model = new EmbeddedModel({
	entryPath,
	spec: { origin: 'user', path, contextSize: 1_024, gpu: 'off' },
	idleUnloadMs: 0,
	clock: systemClock,
	logger: silentLogger,
})
const request = { prefix: 'a', suffix: '', maxTokens: manner === 'busy' ? 900 : 1, stop: [] }
let isTold = false
const tell = () => {
	if (!isTold) process.stdout.write(`${model.diagnostics().pid}\n`)
	isTold = true
}
await model.complete(request, manner === 'busy' ? tell : () => {}, neverCancelled)
tell()
if (manner === 'exits') process.exit(0)
if (manner === 'disposes') model.dispose()
