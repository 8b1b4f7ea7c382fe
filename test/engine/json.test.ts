import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonGate } from '../../src/engine/chat/jsonGate.ts'
import type { ChatMessage } from '../../src/protocol/engine.ts'
import { starter } from '../engineFiles.ts'
import { forcedDrafts, openInProcess } from './inProcessModel.ts'
import { freeTurn, type LoadedInProcess, loadInProcess } from './loadedInProcess.ts'

const messages: ChatMessage[] = [{ role: 'user', content: 'Is `a = b` in a condition a mistake? Answer in JSON.' }]
const schema = {
	type: 'object',
	properties: {
		verdict: { enum: ['confirmed', 'refuted', 'unclear'] },
		line: { type: 'integer' },
		tags: { type: 'array', items: { type: 'string', maxLength: 12 }, maxItems: 3 },
		fix: { oneOf: [{ type: 'null' }, { type: 'object', properties: { text: { type: 'string', maxLength: 20 } } }] },
	},
}

interface Report {
	readonly verdict: string
	readonly line: number
	readonly tags: readonly string[]
	readonly fix: null | { readonly text: string }
}

describe('answers in JSON', () => {
	let loaded: LoadedInProcess
	beforeAll(async () => {
		loaded = await loadInProcess(starter.path, 1_024)
	})
	afterAll(() => loaded.dispose())

	it.each([0, 0.8, 1.5, 4])('are of the schema at temperature %d', async (temperature) => {
		const answers = new Set<string>()
		for (let i = 0; i < (temperature === 0 ? 2 : 8); i++) {
			const answer = await loaded.chat({ messages, json: { schema }, temperature, maxTokens: 400 })
			expect(answer.stopReason).toBe('endOfText')
			const report = JSON.parse(answer.text) as Report
			expect(Object.keys(report)).toEqual(Object.keys(schema.properties))
			expect(schema.properties.verdict.enum).toContain(report.verdict)
			expect(Number.isInteger(report.line)).toBe(true)
			expect(report.tags.length).toBeLessThanOrEqual(3)
			for (const tag of report.tags) expect([...tag].length).toBeLessThanOrEqual(12)
			expect(report.fix === null || typeof report.fix.text === 'string').toBe(true)
			answers.add(answer.text)
		}
		if (temperature === 0) expect(answers.size).toBe(1)
		else expect(answers.size).toBeGreaterThan(1)
	})

	it('keep what is strange in a schema', async () => {
		const name = 'a "quoted"\\ \n{name} \u00e9\u{1f600}'
		const value = 'x"]}\\\n\t<|im_end|> \u{1f600}'
		const strange = { type: 'object', properties: { [name]: { const: value } } }
		const { text } = await loaded.chat({ messages, json: { schema: strange }, maxTokens: 300 })
		expect(JSON.parse(text)).toEqual({ [name]: value })
	})

	it.each([
		{ type: 'boolean' },
		{ enum: ['one', 'two'] },
		{ type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
	])('may be no object: %j', async (other) => {
		const { text, stopReason } = await loaded.chat({ messages, json: { schema: other }, maxTokens: 100 })
		expect(stopReason).toBe('endOfText')
		expect(() => JSON.parse(text)).not.toThrow()
	})

	it('end where they may not go on', async () => {
		const { stopReason, text } = await loaded.chat({ messages, json: { schema }, maxTokens: 3 })
		expect(stopReason).toBe('maxTokens')
		expect(() => JSON.parse(text)).toThrow()
	})

	it('are refused where no grammar can be made, with the place', async () => {
		const unsupported = { type: 'object', properties: { a: { type: 'string', pattern: 'x' } } }
		const refused = loaded.chat({ messages, json: { schema: unsupported } })
		await expect(refused).rejects.toMatchObject({ data: { code: 'invalidRequest' } })
		await expect(refused).rejects.toThrow(/schema\.a has "pattern"/)
		await expect(loaded.chat({ messages, json: { schema, verdict: 'line' } })).rejects.toThrow(/verdict/)
	})

	it('come with the probability of each verdict', async () => {
		const json = { schema, verdict: 'verdict' }
		const { verdict, text } = await loaded.chat({ messages, json, maxTokens: 200 })
		expect(verdict?.value).toBe((JSON.parse(text) as Report).verdict)
		expect(verdict?.probabilities.map(({ value }) => value)).toEqual(schema.properties.verdict.enum)
		const sum = verdict?.probabilities.reduce((total, { probability }) => total + probability, 0)
		expect(sum).toBeCloseTo(1, 6)
	})

	it('come with it also where they end behind the verdict', async () => {
		const json = { schema, verdict: 'verdict' }
		const whole = await loaded.chat({ messages, json, maxTokens: 200 })
		let maxTokens = 3
		let answer = await loaded.chat({ messages, json, maxTokens })
		while (!answer.verdict) answer = await loaded.chat({ messages, json, maxTokens: ++maxTokens })
		expect(answer.stopReason).toBe('maxTokens')
		expect(answer.verdict.value).toBe(whole.verdict?.value)
	})

	it('have no verdict where they end before it', async () => {
		const answer = await loaded.chat({ messages, json: { schema, verdict: 'verdict' }, maxTokens: 2 })
		expect(answer.verdict).toBeUndefined()
		const cancelled = await loaded.chat({
			messages,
			json: { schema, verdict: 'verdict' },
			turn: { ...freeTurn, isCancelled: () => true },
		})
		expect(cancelled).toMatchObject({ stopReason: 'cancelled' })
		expect(cancelled.verdict).toBeUndefined()
	})

	it('leave the state as the next request needs it', async () => {
		const json = { schema, verdict: 'verdict' }
		const plain = await loaded.chat({ messages, json, maxTokens: 200 })
		const again = await loaded.chat({ messages, json, maxTokens: 200 })
		expect(again.text).toBe(plain.text)
		expect(again.verdict?.probabilities.map(({ probability }) => probability.toFixed(4))).toEqual(
			plain.verdict?.probabilities.map(({ probability }) => probability.toFixed(4)),
		)
		expect(again.stats.reusedTokens).toBe(again.stats.promptTokens - 1)
	})
})

describe('drafts of JSON', () => {
	let model: Awaited<ReturnType<typeof openInProcess>>
	let prompt: readonly number[]
	const list = { type: 'array', items: { enum: ['alpha beta gamma', 'delta'] }, minItems: 8, maxItems: 8 }

	beforeAll(async () => {
		model = await openInProcess(starter.path, 512)
		prompt = model.vocabulary.tokenize('const names = ', 'prefix')
	})
	afterAll(() => model.dispose())

	async function answer(draftOf?: (tokens: readonly number[]) => readonly number[]) {
		await model.state.reset()
		const gate = await jsonGate(list, undefined, model)
		const offered: number[] = []
		const accepted = draftOf && forcedDrafts(draftOf)
		const speculator = accepted && {
			...accepted,
			observe: ({ tokens }: { readonly tokens: readonly number[] }) => void offered.push(tokens.length),
		}
		const generation = await model.run({ prompt, maxTokens: 300, gate, ...(speculator && { speculator }) })
		return { ...generation, drafts: offered, generated: generation.whole.slice(prompt.length) }
	}

	it('hold no special token, even where a text is to be its name', async () => {
		const { vocabulary } = model
		const gate = await jsonGate({ const: '<|im_start|>' }, undefined, model)
		for (const token of vocabulary.tokenize('"', 'suffix')) gate.accept(token)
		const [special = -1] = vocabulary.tokenizeMarked('<|im_start|>', false)
		const [sign = -1] = vocabulary.tokenize('<', 'suffix')
		expect({ special: gate.allows(special), sign: gate.allows(sign) }).toEqual({ special: false, sign: true })
	})

	it('are taken where they are right', async () => {
		const plain = await answer()
		expect(JSON.parse(plain.text)).toHaveLength(8)
		const drafted = await answer((tokens) => {
			const rest = plain.generated.slice(tokens.length - prompt.length)
			return rest.slice(0, 7)
		})
		expect(drafted).toMatchObject({ text: plain.text, stopReason: 'endOfText' })
		expect(drafted.stats.steps).toBeLessThan(plain.stats.steps / 4)
		expect(drafted.stats.acceptedTokens).toBe(drafted.stats.draftedTokens)
	})

	it('end before the first token that the schema refuses', async () => {
		const plain = await answer()
		const wrong = model.vocabulary.tokenize('}', 'suffix')
		const drafted = await answer((tokens) => [
			...plain.generated.slice(tokens.length - prompt.length).slice(0, 3),
			...wrong,
			...wrong,
		])
		expect(drafted).toMatchObject({ text: plain.text, stopReason: 'endOfText' })
		expect(Math.max(...drafted.drafts)).toBe(3)
		expect(drafted.stats.acceptedTokens).toBe(drafted.stats.draftedTokens)
	})
})
