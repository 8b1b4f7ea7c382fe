import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import { writeScriptedModel } from '../editor/driver/scriptedModel.ts'
import { engineEntry } from '../engineFiles.ts'
import { type OneModel, oneModel } from '../oneModel.ts'

const script = ['alpha', 'Beta(', 'gamma', ', ', 'delta', ');']
const folder = mkdtempSync(join(tmpdir(), 'scripted-'))
let model: OneModel

beforeAll(() => {
	const path = join(folder, 'scripted.gguf')
	writeScriptedModel(path, script)
	model = oneModel({ origin: 'user', path, contextSize: 2_048 }, { entryPath: engineEntry })
})
afterAll(() => {
	model.dispose()
	rmSync(folder, { recursive: true, force: true })
})

it.each([
	['const a = ', ''],
	['', ''],
	['const a = 1\n', 'return (x'],
])('a model with a script says it after %j and what was typed since: %j', async (prefix, typed) => {
	const request = { prefix, typed, suffix: '\n', maxTokens: 40, stop: [], logProbs: 'rough' } as const
	const answer = await model.complete(request, () => {}, neverCancelled)
	expect(answer).toMatchObject({ text: script.join(''), stopReason: 'endOfText' })
	expect(answer.logProbs?.mean).toBeGreaterThan(-0.1)
})

it.each(['gard', 'x = gar', 'über'])(
	'a half word that it would never write has a probability, too: %j',
	async (typed) => {
		const request = {
			prefix: 'const a = 1\n',
			typed,
			suffix: '\n',
			maxTokens: 20,
			stop: [],
			logProbs: 'rough',
		} as const
		const { text, logProbs } = await model.complete(request, () => {}, neverCancelled)
		expect(text).not.toBe('')
		expect(logProbs?.first).toBeLessThanOrEqual(0)
		expect(Number.isFinite(logProbs?.first)).toBe(true)
		expect(Number.isFinite(logProbs?.mean)).toBe(true)
		expect(Number.isFinite(logProbs?.firstMargin)).toBe(true)
	},
)
