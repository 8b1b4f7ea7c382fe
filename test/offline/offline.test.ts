import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, inject, test } from 'vitest'
import { editorFolders, installVsix } from '../../scripts/lib/codeServer.mjs'
import { root } from '../../scripts/lib/root.mjs'
import type { EditorScenarioInput, EditorScenarioResult } from './editorScenario.ts'
import type { EngineScenarioInput, EngineScenarioResult } from './engineScenario.ts'
import { runIsolated, whyNotIsolated } from './isolation.ts'
import { readSocketTrace, type SocketTrace, type TracedProcess, tracer } from './socketTrace.ts'

const prepared = inject('prepared')
const notIsolated = whyNotIsolated()
const folder = join(root, 'out', 'test', 'offline')
/** Where the controls try to go. */
const outsideAddress = '192.0.2.1'

beforeEach(({ skip }) => {
	if (notIsolated) skip(notIsolated)
})

const isEngine = ({ command }: TracedProcess) => command.includes('/dist/engine/main.cjs')
const isAnalysis = ({ command }: TracedProcess) => command.includes('/dist/code/analysisWorker.cjs')
const isExtensionHost = ({ command }: TracedProcess) => command.includes('--type=extensionHost')

/** Addresses outside this machine that some of the processes tried to reach. */
function reached(trace: SocketTrace, whose: (process: TracedProcess) => boolean): string[] {
	return trace.outside.filter(({ process }) => whose(process)).map(({ address, port }) => `${address}:${port}`)
}

test('the engine completes without a network and reaches for none', async () => {
	const folders = editorFolders(join(folder, 'engine'))
	await installVsix(prepared.host, folders, prepared.vsix)
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
	const extension = join(folders.extensions, `alcove.alcove-${version}`)
	const traceFile = join(folder, 'engine.trace')

	const input: EngineScenarioInput = { extension }
	const result = await runIsolated<EngineScenarioResult>('engineScenario.ts', input, tracer(traceFile))

	const trace = readSocketTrace(readFileSync(traceFile, 'utf8'))
	expect(result.generatedTokens).toBeGreaterThan(0)
	expect(trace.processes.filter(isEngine).map(({ pid }) => pid)).toContain(result.enginePid)
	expect(reached(trace, isEngine)).toEqual([])
	// The control: the process that started the engine did try, was stopped, and the trace shows it.
	expect(result.control).toMatch(/ENETUNREACH|EHOSTUNREACH/)
	expect(reached(trace, (process) => !isEngine(process))).toContain(`${outsideAddress}:80`)
})

test('a person completes, analyzes, asks and researches without a network, and Alcove reaches for none', async ({
	skip,
}) => {
	if (!prepared.browser.ok) return skip(prepared.browser.reason)
	const traceFile = join(folder, 'editor.trace')

	const input: EditorScenarioInput = { prepared, traceFile }
	const result = await runIsolated<EditorScenarioResult>('editorScenario.ts', input)

	const trace = readSocketTrace(readFileSync(traceFile, 'utf8'))
	const firstWord = result.suggested.trim().split(/\s/)[0] ?? ''
	expect(firstWord).not.toBe('')
	expect(result.saved).toContain(firstWord)
	expect(result.findings).toMatch(/Security findings: [1-9]/)
	expect(result.receipt).toContain('src/beds.ts')
	expect(result.brief).toContain('beds are measured')
	for (const ours of [isEngine, isAnalysis]) {
		expect(trace.processes.some(ours)).toBe(true)
		expect(reached(trace, ours)).toEqual([])
	}
	expect(trace.processes.some(isExtensionHost)).toBe(true)
	// The control: what the companion extension does in the same extension host is seen, and nothing beside it.
	expect(result.control).toMatch(/ENETUNREACH|EHOSTUNREACH/)
	expect(reached(trace, isExtensionHost)).toEqual([`${outsideAddress}:80`])
	const others = reached(trace, (process) => !isEngine(process) && !isExtensionHost(process))
	console.log(`The editor's own processes tried to reach: ${others.join(', ') || 'nothing'}`)
})
