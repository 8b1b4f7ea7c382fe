// Run shut off from the network: a completion by the engine of an installed VSIX, then an attempt to reach outside.
import { connect } from 'node:net'
import { join } from 'node:path'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'
import { oneModel } from '../oneModel.ts'

export interface EngineScenarioInput {
	/** The folder of the installed extension. */
	readonly extension: string
}

export interface EngineScenarioResult {
	readonly generatedTokens: number
	readonly enginePid: number | undefined
	/** How the attempt to reach outside ended, e.g. `ENETUNREACH`. */
	readonly control: string
}

const { extension }: EngineScenarioInput = JSON.parse(process.argv[2] ?? '')
const models = join(extension, 'media', 'models')
const spec = {
	origin: 'starter',
	path: join(models, 'tiny-coder-target.Q8_0.gguf'),
	draftPath: join(models, 'tiny-coder-draft.Q8_0.gguf'),
	contextSize: 1024,
} as const
const model = oneModel(spec, {
	entryPath: join(extension, 'dist', 'engine', 'main.cjs'),
	options: { ...cpuOptions, gpu: 'auto' },
})
const prefix = 'export function totalArea(beds) {\n\tlet area = 0\n\tfor (const bed of '
const request = { prefix, suffix: '\n\treturn area\n}\n', maxTokens: 24, stop: [] }
const answer = await model.complete(request, () => {}, neverCancelled)
const enginePid = model.engine.diagnostics().pid
model.dispose()

const control = await new Promise<string>((resolve) => {
	// 192.0.2.1 belongs to nobody: it is set aside for examples.
	const socket = connect({ host: '192.0.2.1', port: 80, timeout: 2_000 })
	socket.once('connect', () => resolve('connected'))
	socket.once('timeout', () => resolve('timeout'))
	socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
})
const result: EngineScenarioResult = { generatedTokens: answer.stats.generatedTokens, enginePid, control }
console.log(JSON.stringify(result))
process.exit(0)
