// A program that owns an engine: tells the engine's pid once it works, and then does as it is told.
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { oneModel } from '../../oneModel.ts'

const [entryPath = '', path = '', manner = ''] = process.argv.slice(2)
const model = oneModel({ origin: 'user', path, contextSize: 1_024 }, { entryPath })
const request = { prefix: 'a', suffix: '', maxTokens: manner === 'busy' ? 900 : 1, stop: [] }
let isTold = false
const tell = () => {
	if (!isTold) process.stdout.write(`${model.engine.diagnostics().pid}\n`)
	isTold = true
}
await model.complete(request, manner === 'busy' ? tell : () => {}, neverCancelled)
tell()
if (manner === 'exits') process.exit(0)
if (manner === 'disposes') model.dispose()
