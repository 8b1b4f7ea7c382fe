import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { refusalOf, useEngines } from './engineDriver.ts'

const folder = temporaryFolder()
const template = `{% for message in messages %}<|im_start|>{{ message.role }}: {{ message.content }}<|im_end|>{% endfor %}<|im_start|>assistant: `
const endless = '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}'

function modelWith(chatTemplate: string): string {
	const path = join(folder, `${chatTemplate.length}.gguf`)
	writeSyntheticModel(path, { ...syntheticShapes['8M'], layers: 1, contextSize: 1_024, type: 'Q8_0', chatTemplate })
	return path
}

describe('the ports of a real engine process', () => {
	const engines = useEngines()
	const user = (content: string) => ({ role: 'user', content }) as const

	it('answer a conversation in the form of the template, and go on where it ended', async () => {
		const { engine, summary } = await engines.loaded({ path: modelWith(template), contextSize: 512 })
		expect(summary.chatTemplate).toBe(true)
		const first = await engine.request('chat', { messages: [user('hello')], maxTokens: 8, stop: [] })
		expect(first).toMatchObject({ stopReason: 'maxTokens', droppedMessages: 0 })
		// One token for each sign of the template and the message.
		expect(first.stats.promptTokens).toBe('.user: hello..assistant: '.length)
		const messages = [user('hello'), { role: 'assistant', content: first.text } as const, user('more')]
		const second = await engine.request('chat', { messages, maxTokens: 8, stop: [] })
		expect(second.stats.reusedTokens).toBe(first.stats.promptTokens + 8 - 1)
	})

	it('live on when a template never ends', async () => {
		const { engine } = await engines.loaded({ path: modelWith(endless), contextSize: 512 })
		const refused = refusalOf(engine.request('chat', { messages: [user('hello')], maxTokens: 8, stop: [] }))
		// Whoever types does not wait for it.
		const { stats } = await engine.complete({ prefix: 'abc', maxTokens: 4 })
		expect(stats.generatedTokens).toBe(4)
		expect((await refused).code).toBe('modelUnsupported')
		await engine.request('ping', {})
		expect((await engine.complete({ prefix: 'abc', maxTokens: 4 })).text).not.toBe('')
	})

	it('answer in JSON with a verdict, warm up, and count tokens', async () => {
		const { engine } = await engines.loaded({ ...starter, contextSize: 1_024 })
		const schema = { type: 'object', properties: { verdict: { enum: ['yes', 'no'] } } }
		const answer = await engine.request('chat', {
			messages: [user('Is it so?')],
			json: { schema, verdict: 'verdict' },
			maxTokens: 60,
			stop: [],
		})
		expect(Object.keys(JSON.parse(answer.text))).toEqual(['verdict'])
		expect(answer.verdict?.probabilities).toHaveLength(2)
		const text = { prefix: 'const a = 1\n'.repeat(20), suffix: '\nconst b = 2\n' }
		const warm = await engine.request('warmUp', text)
		expect(warm).toMatchObject({ stopReason: 'done', evaluatedTokens: warm.promptTokens - 1 })
		const { stats } = await engine.complete({ ...text, typed: 'l', maxTokens: 4, logProbs: true })
		expect(stats.promptTokens - stats.reusedTokens).toBeLessThanOrEqual(3)
		const { counts } = await engine.request('countTokens', { texts: ['', 'a'] })
		expect(counts).toEqual([0, 1])
	})

	it('turn texts into vectors', async () => {
		const { engine } = await engines.loaded({ path: starter.path, use: 'embedding', contextSize: 512 })
		const { vectors, stopReason } = await engine.request('embed', { texts: ['a', 'b'] })
		expect(stopReason).toBe('done')
		for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
	})
})
