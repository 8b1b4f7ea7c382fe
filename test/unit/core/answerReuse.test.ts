import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import type { InlineOutcome } from '../../../src/core/completion/outcome.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import type { Logger } from '../../../src/shared/logger.ts'
import { FakeCompletionModel, type FakeCompletionScript, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { markedDocument } from './markedDocument.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

function setUp(script: FakeCompletionScript) {
	const model = new FakeCompletionModel(script)
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const clock = new ManualClock()
	const failures: string[] = []
	const logger: Logger = { log: (level, event) => void (level === 'error' && failures.push(event)) }
	const completer = new InlineCompleter({ model, clock, logger })
	/** Asks, and lets the time pass that is waited before the model is asked. */
	const ask = async (
		marked: string,
		{ explicit = false, ahead = false, token = neverCancelled } = {},
	): Promise<InlineOutcome> => {
		const { document, position } = markedDocument(marked)
		const asked = completer.complete({ document, position, explicit, ahead, maxTokens: 64 }, token)
		await settle()
		clock.advance(200)
		const outcome = await asked
		clock.advance(0)
		await settle()
		return outcome
	}
	return { model, clock, completer, ask, failures }
}

/** A model that stops in the middle of its answers until it is told to go on. */
function heldBack(pieces: readonly string[], heldAt: number) {
	let goOn = () => {}
	const held = new Promise<void>((resolve) => {
		goOn = resolve
	})
	const script: FakeCompletionScript = {
		answer: () => pieces,
		beforePiece: (index) => (index === heldAt ? held : Promise.resolve()),
	}
	return { script, goOn: () => goOn() }
}

describe('a request that is cancelled at once', () => {
	it('does not wait for the answer that is being written', async () => {
		const { script, goOn } = heldBack(['a', 'b'], 1)
		const { ask, failures } = setUp(script)
		const first = ask('x = │')
		await settle()
		const source = new CancellationSource()
		const second = ask('x = a│', { token: source.token })
		source.cancel()
		expect(await second).toMatchObject({ kind: 'none', reason: 'cancelled' })
		goOn()
		await first
		expect(failures).toEqual([])
	})
})

describe('an answer that is typed along', () => {
	it('is shown further without asking again, to its end', async () => {
		const { ask, model } = setUp({ answer: () => ['a + b * c'] })
		await ask('return │')
		expect(await ask('return a│')).toMatchObject({ text: ' + b * c', source: 'typedThrough' })
		expect(await ask('return a + b│')).toMatchObject({ text: ' * c', source: 'typedThrough' })
		expect(await ask('return a +│')).toMatchObject({ text: ' b * c', source: 'typedThrough' })
		expect(model.requests).toHaveLength(1)
		await ask('return a + b * c│')
		expect(model.requests).toHaveLength(2)
	})

	it('stands the brackets that the editor closes by itself', async () => {
		const { ask, model } = setUp({ answer: () => ['call(first, [second])'] })
		await ask('x = │\ny')
		expect(await ask('x = call(│)\ny')).toMatchObject({ text: 'first, [second]', source: 'typedThrough' })
		expect(await ask('x = call(first, [│])\ny')).toMatchObject({ text: 'second' })
		expect(model.requests).toHaveLength(1)
	})

	it.each([
		['as it is in the answer', '\t'],
		['deeper than in the answer', '\t\t'],
		['not yet as deep', ''],
	])('stands a new line that the editor indents %s', async (_how, indent) => {
		const { ask, model } = setUp({ answer: () => ['if (a) {\n\tb()\n}'] })
		await ask('{\n│\n}')
		const outcome = await ask(`{\nif (a) {\n${indent}│\n}`)
		expect(outcome).toMatchObject({ source: 'typedThrough', text: `${indent === '' ? '\t' : ''}b()` })
		expect(model.requests).toHaveLength(1)
	})

	it('is left as soon as something else is typed', async () => {
		const { ask, model } = setUp({ answer: ({ typed }) => (typed === 'return ax' ? ['yz'] : ['a + b']) })
		await ask('return │')
		expect(await ask('return ax│')).toMatchObject({ text: 'yz', source: 'model' })
		expect(model.requests).toHaveLength(2)
	})

	it('is there again when what was typed otherwise is deleted', async () => {
		const { ask, model } = setUp({ answer: ({ typed }) => (typed === 'return x' ? ['yz'] : ['a + b']) })
		await ask('return │')
		await ask('return x│')
		expect(await ask('return │')).toMatchObject({ text: 'a + b', source: 'cache' })
		expect(model.requests).toHaveLength(2)
	})

	it('is not taken for that of another place', async () => {
		const { ask, model } = setUp({ answer: () => ['a + b'] })
		await ask('return │\nfirst()')
		await ask('return │\nsecond()')
		await ask('let x\nreturn │\nfirst()')
		expect(model.requests).toHaveLength(3)
	})

	it('is not what somebody wants who asks by hand', async () => {
		const { ask, model } = setUp({ answer: () => ['a + b'] })
		await ask('return │')
		expect(await ask('return │', { explicit: true })).toMatchObject({ source: 'model' })
		// Also for the others that are offered.
		expect(model.requests.filter(({ temperature }) => temperature === undefined)).toHaveLength(2)
	})
})

describe('what follows a suggestion', () => {
	it('is written while it is read, and there when it is accepted', async () => {
		const { ask, model } = setUp({ answer: ({ typed = '' }) => [typed === 'a = ' ? 'b' : '\nc = d'] })
		expect(await ask('a = │', { ahead: true })).toMatchObject({ text: 'b' })
		await settle()
		expect(model.requests[1]).toMatchObject({ typed: 'a = b', stopRule: { maxLines: 2 } })
		expect(await ask('a = b│')).toMatchObject({ text: '\nc = d', source: 'cache' })
		expect(await ask('a = b\n│')).toMatchObject({ text: 'c = d' })
		expect(model.requests).toHaveLength(2)
	})

	it('is waited for where it is not done when the suggestion is accepted', async () => {
		let goOn = () => {}
		const held = new Promise<void>((resolve) => {
			goOn = resolve
		})
		let asked = 0
		const { ask, model } = setUp({
			answer: ({ typed = '' }) => [typed === 'a = ' ? 'b' : '\nc'],
			beforePiece: () => (asked++ === 0 ? Promise.resolve() : held),
		})
		await ask('a = │', { ahead: true })
		const next = ask('a = b│')
		goOn()
		expect(await next).toMatchObject({ text: '\nc', source: 'inFlight' })
		expect(model.requests).toHaveLength(2)
	})

	it('goes on being written while the suggestion is typed or taken by the word, and ends with the first key that is something else', async () => {
		const never = new Promise<void>(() => {})
		let asked = 0
		const { ask, model } = setUp({
			answer: () => ['b(c, d)'],
			beforePiece: () => (asked++ === 1 ? never : Promise.resolve()),
		})
		await ask('a = │', { ahead: true })
		for (const marked of ['a = b│', 'a = b(│)', 'a = b(c, │)', 'a = b(c, d│)', 'a = b(c, │)', 'a = │']) {
			await ask(marked, { ahead: true })
		}
		expect(model.requests).toHaveLength(2)
		expect(model.tokens[1]?.isCancellationRequested).toBe(false)
		expect(await ask('a = x│')).toMatchObject({ text: 'b(c, d)', source: 'model' })
		expect(model.tokens[1]?.isCancellationRequested).toBe(true)
	})

	it('is there when the suggestion was typed to its end, with a bracket that the editor closed', async () => {
		const { ask, model } = setUp({ answer: ({ typed = '' }) => [typed === 'a = ' ? 'b(c)' : '\nd = e'] })
		await ask('a = │', { ahead: true })
		await settle()
		for (const marked of ['a = b│', 'a = b(│)', 'a = b(c│)']) await ask(marked, { ahead: true })
		expect(await ask('a = b(c)│')).toMatchObject({ text: '\nd = e', source: 'cache' })
		expect(model.requests).toHaveLength(2)
	})

	it('is itself followed, a step each time that one is accepted', async () => {
		const lineAfter = (typed: string) => `\nline${typed.split('\n').length}`
		const { ask, model } = setUp({ answer: ({ typed = '' }) => [typed === 'a = ' ? 'b' : lineAfter(typed)] })
		await ask('a = │', { ahead: true })
		let text = 'a = b'
		expect(await ask(`${text}│`, { ahead: true })).toMatchObject({ text: '\nline1', source: 'inFlight' })
		for (let step = 1; step < 6; step++) {
			await settle()
			await settle()
			expect(model.requests).toHaveLength(step + 2)
			text += `\nline${step}`
			const outcome = await ask(`${text}│`, { ahead: true })
			expect(outcome).toMatchObject({ text: `\nline${step + 1}`, source: 'cache' })
		}
		expect(model.requests.every(({ prefix }) => prefix === '')).toBe(true)
	})

	it('is not written further than that while nothing is accepted', async () => {
		const { ask, model } = setUp({ answer: () => ['b c d e'] })
		await ask('a = │', { ahead: true })
		for (const typed of ['b', 'b ', 'b c', 'b c ', 'b c d']) {
			await ask(`a = ${typed}│`, { ahead: true })
			await settle()
			await settle()
		}
		expect(model.requests).toHaveLength(2)
	})

	it('stays what it is behind a bracket whose place the suggestion takes', async () => {
		const { ask, model } = setUp({ answer: ({ typed = '' }) => [typed === 'b(' ? 'c);' : '\nd()'] })
		expect(await ask('b(│)', { ahead: true })).toMatchObject({ text: 'c);', replace: { start: 2, end: 3 } })
		await settle()
		expect(model.requests[1]).toMatchObject({ typed: 'b(c);' })
		expect(await ask('b(c);│')).toMatchObject({ text: '\nd()', source: 'cache' })
	})
})

describe('an answer that is being written', () => {
	it('is waited for by who types what it says', async () => {
		const { script, goOn } = heldBack(['ab', 'cd'], 1)
		const { ask, model } = setUp(script)
		const first = new CancellationSource()
		const gone = ask('x = │', { token: first.token })
		await settle()
		await settle()
		first.cancel()
		expect(await gone).toMatchObject({ reason: 'cancelled' })
		const second = ask('x = abc│')
		await settle()
		goOn()
		expect(await second).toMatchObject({ text: 'd', source: 'inFlight' })
		expect(model.requests).toHaveLength(1)
	})

	it('ends where something else is typed, and the model is asked again', async () => {
		const { script } = heldBack(['ab', 'cd'], 1)
		let tokens = 0
		const { ask, model } = setUp({
			...script,
			answer: ({ typed }) => (typed === 'x = q' ? ['r'] : ['ab', 'cd']),
			beforePiece: (index) => (tokens++ === 1 && index === 1 ? new Promise(() => {}) : Promise.resolve()),
		})
		const first = new CancellationSource()
		void ask('x = │', { token: first.token })
		await settle()
		await settle()
		first.cancel()
		expect(await ask('x = q│')).toMatchObject({ text: 'r', source: 'model' })
		expect(model.requests).toHaveLength(2)
	})

	it('that turns out to say something else is not waited for any longer', async () => {
		const { script, goOn } = heldBack(['ab', 'cd', 'ef'], 1)
		const answer: FakeCompletionScript['answer'] = ({ typed }) => (typed === 'x = abz' ? ['!'] : ['ab', 'cd', 'ef'])
		const { ask, model, clock } = setUp({ ...script, answer })
		const first = new CancellationSource()
		void ask('x = │', { token: first.token })
		await settle()
		await settle()
		first.cancel()
		const second = ask('x = abz│')
		await settle()
		await settle()
		expect(model.requests).toHaveLength(1)
		goOn()
		await settle()
		await settle()
		clock.advance(200)
		expect(await second).toMatchObject({ text: '!', source: 'model' })
		expect(model.requests).toHaveLength(2)
	})

	it('that nobody waits for ends soon', async () => {
		const { script } = heldBack(['ab', 'cd'], 1)
		const { completer, clock } = setUp(script)
		const { document, position } = markedDocument('│')
		const source = new CancellationSource()
		const outcome = completer.complete({ document, position, explicit: false, maxTokens: 64 }, source.token)
		await settle()
		expect(completer.isThinking).toBe(true)
		source.cancel()
		expect(await outcome).toMatchObject({ reason: 'cancelled' })
		expect(completer.isThinking).toBe(true)
		clock.advance(200)
		await settle()
		expect(completer.isThinking).toBe(false)
	})
})

describe('the prompt', () => {
	it('stays what it was while somebody types: only what is typed grows', async () => {
		const { ask, model } = setUp({ answer: () => ['~'] })
		for (const typed of ['c', 'co', 'con', 'co', 'cot', 'cot(']) await ask(`a\nb\n${typed}│\nz`)
		await ask('a\nb\ncot(│)\nz')
		await ask('a\nb\ncot(x)\n│\nz')
		const prompts = model.requests.map(({ prefix, suffix }) => JSON.stringify([prefix, suffix]))
		expect(new Set(prompts)).toEqual(new Set([JSON.stringify(['a\nb\n', '\nz'])]))
		expect(model.requests.at(-1)?.typed).toBe('cot(x)\n')
	})

	it('is read ahead where the cursor rests, as it will be asked', async () => {
		const { ask, completer, model } = setUp({ answer: () => ['~'] })
		await completer.warmUp({ ...markedDocument('a\nb│\nz'), maxTokens: 64 })
		await ask('a\nbc│\nz')
		const [{ prefix, suffix }] = model.warmUps as [{ prefix: string; suffix: string }]
		expect(model.requests[0]).toMatchObject({ prefix, suffix, typed: 'bc' })
	})

	it('begins at the start of a word on a long line, and stays there while a little is typed and deleted', async () => {
		const letters = fc.string({ unit: fc.constantFrom('a', 'ß', '_', '中', 'Z'), minLength: 1, maxLength: 12 })
		const word = fc.tuple(letters, fc.constantFrom(' ', '(', '.', '😀')).map((parts) => parts.join(''))
		await fc.assert(
			fc.asyncProperty(fc.array(word, { minLength: 60, maxLength: 90 }), async (words) => {
				const { ask, model } = setUp({ answer: () => ['\n'] })
				const line = words.join('')
				for (const end of [0, 1, 2, 1, 0, 3]) await ask(`a\n${line.slice(0, line.length - 5 + end)}│`)
				const prefixes = new Set(model.requests.map(({ prefix }) => prefix))
				expect(prefixes.size).toBe(1)
				const { prefix = '', typed = '' } = model.requests[0] ?? {}
				expect(prefix).not.toMatch(/[\ud800-\udbff]$/)
				expect(/[\p{L}_]$/u.test(prefix) && /^[\p{L}_]/u.test(typed)).toBe(false)
			}),
			{ numRuns: 30 },
		)
	})

	it('is taken anew where the cursor goes from the beginning of a document to its end', async () => {
		const { ask, completer, model } = setUp({ answer: () => ['~'] })
		await completer.warmUp({ ...markedDocument('│a\nb'), maxTokens: 64 })
		await ask('a\nb│')
		expect(model.requests[0]).toMatchObject({ prefix: 'a\n', typed: 'b', suffix: '' })
	})

	it('moves with the cursor where it rests, once much was typed', async () => {
		const { ask, completer, model } = setUp({ answer: () => ['~'] })
		await ask('a\n│\nz')
		const text = `a\n${'long line\n'.repeat(15)}`
		await ask(`${text}b│\nz`)
		expect(model.requests.at(-1)?.prefix).toBe('a\n')
		await completer.warmUp({ ...markedDocument(`${text}b│\nz`), maxTokens: 64 })
		const shown = [{ path: 'file:///test', lines: [{ start: 0, end: 18 }] }]
		expect(model.warmUps.at(-1)).toEqual({ prefix: text, suffix: '\nz', typed: 'b', shown })
	})

	it('is not read ahead while the model answers, or where it is not there', async () => {
		const { script, goOn } = heldBack(['a'], 0)
		const { ask, completer, model } = setUp(script)
		const answer = ask('│')
		await settle()
		// To be tried again.
		expect(await completer.warmUp({ ...markedDocument('b│'), maxTokens: 64 })).toBe(false)
		goOn()
		await answer
		model.setState({ kind: 'idle' })
		await completer.warmUp({ ...markedDocument('b│'), maxTokens: 64 })
		expect(model.warmUps).toEqual([])
		expect(model.state.kind).toBe('idle')
	})

	it.each([
		['the text above changes', 'A\nb\ncx│\nz'],
		['the text below changes', 'a\nb\ncx│\nZ'],
		['the cursor goes elsewhere', 'a\nbx│\nc\nz'],
	])('is taken anew where %s', async (_what, marked) => {
		const { ask, model } = setUp({ answer: () => ['~'] })
		await ask('a\nb\nc│\nz')
		await ask(marked)
		const [first, second] = model.requests
		expect([second?.prefix, second?.suffix]).not.toEqual([first?.prefix, first?.suffix])
		const { text } = markedDocument(marked)
		expect(`${second?.prefix}${second?.typed}${second?.suffix}`).toBe(text)
	})

	it('always says what is in the document', async () => {
		const line = fc.stringMatching(/^[ab(){} \t]{0,8}$/)
		await fc.assert(
			fc.asyncProperty(
				fc.array(line, { maxLength: 6 }),
				fc.array(fc.tuple(fc.nat(5), line), { maxLength: 8 }),
				async (lines, edits) => {
					const { ask, model } = setUp({ answer: () => ['\n'] })
					for (const [at, text] of edits) {
						const before = [...lines.slice(0, at), text].join('\n')
						const after = lines.slice(at).join('\n')
						await ask(`${before}│${after === '' ? '' : `\n${after}`}`)
						const last = model.requests.at(-1)
						if (!last || model.requests.length === 0) continue
						expect(last.prefix + last.typed).toBe(before)
					}
				},
			),
		)
	})
})
