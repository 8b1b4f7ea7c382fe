import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import data from '../../../../src/core/model/catalogue/catalogue.json'
import { addressOf, bytesOf, catalogue } from '../../../../src/core/model/catalogue/catalogue.ts'

const text = v.pipe(v.string(), v.minLength(1))
const positive = v.pipe(v.number(), v.gtValue(0))
const source = v.pipe(text, v.regex(/^https:\/\/\S+$/))

const Part = v.strictObject({
	file: v.pipe(text, v.regex(/\.gguf$/)),
	bytes: v.optional(v.pipe(positive, v.integer())),
	aboutBytes: v.pipe(positive, v.integer()),
	sha256: v.optional(v.pipe(text, v.regex(/^[0-9a-f]{64}$/))),
})

const Model = v.strictObject({
	id: v.pipe(text, v.regex(/^[a-z0-9.-]+$/)),
	family: text,
	title: text,
	billions: positive,
	activeBillions: v.optional(positive),
	licence: v.pipe(text, v.regex(/^[a-z0-9.-]+$/)),
	restriction: v.optional(v.picklist(['nonCommercial', 'termsOfUse'])),
	isGated: v.optional(v.boolean()),
	uses: v.pipe(v.array(v.picklist(['completion', 'chat', 'draft', 'embedding'])), v.minLength(1)),
	fim: v.picklist(['prefixSuffixMiddle', 'suffixPrefixMiddle', 'none']),
	contextSize: v.pipe(positive, v.integer()),
	tokenizer: text,
	draft: v.optional(text),
	tier: v.picklist([4, 8, 16, 24, 32, 64]),
	rank: positive,
	files: v.array(
		v.strictObject({
			quantization: text,
			repository: v.pipe(text, v.regex(/^[\w.-]+\/[\w.-]+$/)),
			revision: v.pipe(text, v.regex(/^(main|[0-9a-f]{40})$/)),
			parts: v.pipe(v.array(Part), v.minLength(1)),
			hashFrom: v.optional(v.picklist(['host', 'others'])),
			source,
		}),
	),
	remark: v.optional(text),
	unconfirmed: v.optional(v.pipe(v.array(v.picklist(['billions', 'licence', 'fim', 'contextSize'])), v.minLength(1))),
	sources: v.pipe(v.array(source), v.minLength(1)),
})

describe('the catalogue', () => {
	it('has the form that the code expects, with an address to open for every entry and every file', () => {
		const { issues } = v.safeParse(v.strictObject({ models: v.array(Model) }), data)
		expect(issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toBeUndefined()
	})

	it('names every model once, and every file once', () => {
		const ids = catalogue.map(({ id }) => id)
		expect(new Set(ids).size).toBe(ids.length)
		const files = catalogue.flatMap(({ files: all }) =>
			all.map((file) => addressOf('https://h', file, first(file.parts))),
		)
		expect(new Set(files).size).toBe(files.length)
	})

	it.each(catalogue.map((model) => [model.id, model] as const))('%s is consistent', (_, model) => {
		expect(model.files.length > 0 || model.remark !== undefined).toBe(true)
		expect(model.uses.includes('completion')).toBe(model.fim !== 'none')
		expect(model.activeBillions ?? 0).toBeLessThan(model.billions)
		for (const file of model.files) {
			// Between 1.5 and 9 bits a number: a slip of a digit is not.
			const bits = (bytesOf(file) * 8) / (model.billions * 1e9)
			expect(bits).toBeGreaterThan(1.5)
			expect(bits).toBeLessThan(10)
			expect(bytesOf(file)).toBeLessThan(model.tier * 1e9)
			for (const { bytes, aboutBytes } of file.parts) expect(bytes ?? aboutBytes).toBeCloseTo(aboutBytes, -8)
			// Who says a hash is said where there is one, and nowhere else.
			expect(file.parts.every(({ sha256 }) => (sha256 !== undefined) === (file.hashFrom !== undefined))).toBe(true)
			// What the host says of a file is said on a page of its repository.
			if (file.hashFrom === 'host') expect(file.source).toContain(`https://huggingface.co/${file.repository}/`)
		}
		const draft = catalogue.find(({ id }) => id === model.draft)
		if (model.draft !== undefined) {
			expect(draft?.tokenizer).toBe(model.tokenizer)
			expect(draft?.uses).toContain('draft')
			expect(draft?.billions).toBeLessThan(model.billions / 2)
		}
	})

	it('offers something for completion, chat and search on the smallest machine', () => {
		const smallest = catalogue.filter(({ tier, files }) => tier === 4 && files.length > 0)
		const uses = new Set(smallest.flatMap((model) => model.uses))
		for (const use of ['completion', 'chat', 'embedding'] as const) expect(uses).toContain(use)
	})
})

describe('the address of a file', () => {
	const file = {
		quantization: 'Q4_K_M',
		repository: 'Owner/Name-GGUF',
		revision: 'main',
		parts: [{ file: 'a folder/m#1.gguf', aboutBytes: 1 }],
		source: '',
	}

	it('is the same below every mirror', () => {
		const part = first(file.parts)
		const path = 'Owner/Name-GGUF/resolve/main/a%20folder/m%231.gguf'
		expect(addressOf('https://huggingface.co', file, part)).toBe(`https://huggingface.co/${path}`)
		expect(addressOf('https://mirror.example.com/hf/', file, part)).toBe(`https://mirror.example.com/hf/${path}`)
	})
})

function first<T>(all: readonly T[]): T {
	const [one] = all
	if (one === undefined) throw new Error('empty')
	return one
}
