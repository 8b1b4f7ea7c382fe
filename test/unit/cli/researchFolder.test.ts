import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import { researchFolder } from '../../../src/cli/research/researchFolder.ts'
import { readResearchOptions } from '../../../src/cli/research/researchOptions.ts'
import type { ChatRequest } from '../../../src/core/model/ports.ts'
import { FakeChatModel } from '../../fakes/fakeChatModel.ts'
import { bundlePdfThread } from '../../fakes/pdfThread.ts'
import { smallPdf } from '../../fakes/smallPdf.ts'

let folder: string
let complaints: string
const at = (...parts: string[]) => join(folder, ...parts)

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'alcove-research-'))
	const code = at('extension', 'dist', 'code')
	mkdirSync(code, { recursive: true })
	symlinkSync(join(root, 'grammars'), at('extension', 'grammars'))
	cpSync(join(root, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.wasm'), join(code, 'web-tree-sitter.wasm'))
	await bundlePdfThread(code)
	mkdirSync(at('w'))
	writeFileSync(at('w', 'lid.ts'), 'export function openLid() {\n\treturn hinge.turn(90)\n}\n')
	writeFileSync(at('w', 'guide.md'), '# Guide\n\nThe lid opens when the hinge turns.\n')
	writeFileSync(at('w', 'manual.pdf'), smallPdf([['Contents'], ['Care', 'Oil the hinge every autumn.']]))
	writeFileSync(at('w', 'broken.pdf'), 'no PDF')
})
beforeEach(() => {
	complaints = ''
	rmSync(at('cache'), { recursive: true, force: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Said {
	readonly quote: string
	/** Begins the path of what is cited. */
	readonly path: string
}

/** Cites what it is told to, by the number that the source has in the question. */
function modelWho(plan: readonly string[], cited: readonly Said[], onRequest: (at: number) => void = () => {}) {
	const numberOf = ({ messages }: ChatRequest, path: string) =>
		Number(new RegExp(`<source number="(\\d+)" path="${path}`).exec(messages.at(-1)?.content ?? '')?.[1] ?? 99)
	return new FakeChatModel({
		say: (request, count) => {
			onRequest(count)
			const asked = request.messages.at(-1)?.content ?? ''
			if (!asked.includes('Question:')) return { text: JSON.stringify({ questions: plan }) }
			const claims = cited.map(({ path, quote }) => ({
				...{ claim: `It says: ${quote}`, source: numberOf(request, path), quote, confidence: 'high' },
			}))
			return { text: JSON.stringify({ claims, missing: '' }) }
		},
	})
}

function research(model: FakeChatModel, signal = new AbortController().signal, restarts = false) {
	const io = {
		extensionRoot: at('extension'),
		complain: (text: string) => {
			complaints += text
		},
		signal,
	}
	const options = { topic: 'How is the hinge cared for?', rounds: 1, folder: at('w'), restarts }
	return researchFolder(options, { model, cacheFolder: at('cache') }, io)
}

const plan = ['How does the hinge turn?', 'When is the hinge oiled?']

describe('alcove research', () => {
	it('cites code by its lines and documents by page and line, and counts what it dropped', async () => {
		const brief = await research(
			modelWho(plan, [
				{ path: 'lid', quote: 'hinge.turn(90)' },
				{ path: 'manual', quote: 'Oil the hinge every autumn.' },
				{ path: 'guide', quote: 'The lid is made of gold.' },
			]),
		)
		expect(brief).toMatch(/^# How is the hinge cared for\?\n/)
		expect(brief).toContain('`lid.ts:2` — `return hinge.turn(90)`')
		expect(brief).toContain('`manual.pdf`, page 2, line 2 — `Oil the hinge every autumn.`')
		expect(brief).not.toContain('gold')
		expect(brief).toContain('Citations that were dropped, for their text is not where it was said to be: 2.')
		expect(brief).toContain('Documents that could not be read: broken.pdf (damaged)')
		expect(complaints).toContain('planning\n1/2 How does the hinge turn?\n2/2 When is the hinge oiled?\n')
	})

	it('goes on after it was interrupted, and asks nothing twice', async () => {
		const person = new AbortController()
		const first = modelWho(plan, [{ path: 'guide', quote: 'The lid opens' }], (count) => count === 2 && person.abort())
		await expect(research(first, person.signal)).rejects.toThrow(/cancel/i)
		expect(first.requests).toHaveLength(3)
		const second = modelWho(plan, [{ path: 'manual', quote: 'Oil the hinge' }])
		const brief = await research(second)
		expect(second.requests).toHaveLength(1)
		expect(second.requests[0]?.messages.at(-1)?.content).toContain('Question: When is the hinge oiled?')
		expect(brief).toContain('`guide.md:3`')
		expect(brief).toContain('`manual.pdf`, page 2, line 2')
	})

	it('begins anew where it is told to, or where it was finished', async () => {
		await research(modelWho(plan, []))
		const again = modelWho(plan, [])
		await research(again)
		expect(again.requests).toHaveLength(3)
		const person = new AbortController()
		const stopped = research(
			modelWho(plan, [], (count) => count === 2 && person.abort()),
			person.signal,
		)
		await expect(stopped).rejects.toThrow()
		const anew = modelWho(plan, [])
		await research(anew, undefined, true)
		expect(anew.requests).toHaveLength(3)
	})

	it('asks nothing where the person has had enough before it begins', async () => {
		const person = new AbortController()
		person.abort()
		const model = modelWho(plan, [])
		await expect(research(model, person.signal)).rejects.toThrow()
		expect(model.requests).toEqual([])
	})
})

describe('its options', () => {
	it('have defaults', () => {
		expect(readResearchOptions(['how', 'so', '--folder', at('w')])).toEqual({
			...{ topic: 'how so', rounds: 2, folder: at('w'), restarts: false },
			...{ modelPath: undefined, output: undefined },
		})
	})

	it.each([
		[[], 'a topic is missing'],
		[['x', '--rounds', '0'], '--rounds takes a whole number from 1 to 5'],
		[['x', '--rounds', '1.5'], '--rounds takes'],
		[['x', '--folder', '/does/not/exist'], 'there is no folder'],
		[['x', '--model', '/does/not/exist.gguf'], 'there is no model'],
		[['x', '--colour'], 'colour'],
	])('%j are refused', (args, message) => {
		expect(() => readResearchOptions(args)).toThrow(message)
	})
})
