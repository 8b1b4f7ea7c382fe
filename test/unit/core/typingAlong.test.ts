import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { markedDocument } from './markedDocument.ts'
import { TypingEditor } from './typingEditor.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** A model that says the same whatever it is asked, and a completer that is asked after every key. */
function setUp(answer: string, marked: string, indent?: string) {
	const model = new FakeCompletionModel({ answer: () => [answer] })
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const clock = new ManualClock()
	const completer = new InlineCompleter({ model, clock, logger: silentLogger })
	const editor = new TypingEditor(marked, indent)
	const ask = async (explicit = false) => {
		const { document, position } = markedDocument(editor.marked)
		const outcome = completer.complete({ document, position, explicit, maxTokens: 400 }, neverCancelled)
		await settle()
		clock.advance(200)
		return outcome
	}
	return { model, editor, ask }
}

/** The keys that write an answer: the editor indents new lines by itself, and what differs from its way is not typed. */
function keysOf(answer: string): string[] {
	return [...answer.replace(/\n[ \t]+/g, '\n')]
}

/** Presses the keys one by one, as long as something of the answer is left that does not stand there already. */
async function typeAlong(answer: string, { model, editor, ask }: ReturnType<typeof setUp>): Promise<void> {
	await ask(true)
	expect(model.requests).toHaveLength(1)
	const keys = keysOf(answer)
	for (const [at, key] of keys.entries()) {
		editor.type(key)
		const rest = keys.slice(at + 1).join('')
		if (rest.trim() === '' || editor.stands(rest)) return
		await ask()
		expect(model.requests, `at ${JSON.stringify(editor.marked)}`).toHaveLength(1)
	}
}

const answers: readonly (readonly [what: string, marked: string, answer: string, indent?: string])[] = [
	['one line', 'return │\n}', 'a + b * c;'],
	['brackets', 'x = │\ny', 'call(first, [second, { third }])'],
	['quotes', 'x = │\ny', 'say("hello", \'you\') + `there`'],
	['a block', 'if (a) │\nnext()', '{\n\tfoo()\n\tbar()\n}'],
	['a block in a block', 'f() {\n\t│\n}\nnext()', 'if (a) {\n\t\tfor (b) {\n\t\t\tfoo()\n\t\t}\n\t}'],
	['a function as an argument', 'on(│\nnext()', '"key", (event) => {\n\tfoo(event)\n\tbar()\n})'],
	['other indents', 'if (a) │\nnext()', '{\n  foo()\n  if (b) {\n    bar()\n  }\n}', '    '],
	['blanks in place of tabs', 'if (a) │\nnext()', '{\n\tfoo()\n\tif (b) {\n\t\tbar()\n\t}\n}', '  '],
	[
		'tabs in place of blanks',
		'f() {\n\t│\n}\n',
		'if (a) {\n        foo()\n        if (b) {\n            bar()\n        }\n    }',
		'\t',
	],
]

describe('typing what was answered', () => {
	for (const [what, marked, answer, indent] of answers) {
		it(`costs nothing: ${what}`, () => typeAlong(answer, setUp(answer, marked, indent)))
	}

	it('costs nothing where it is deleted and typed again', async () => {
		const answer = '{\n\tfoo("a", [b])\n\tbar()\n}'
		const { model, editor, ask } = setUp(answer, 'if (a) │\nnext()')
		await ask(true)
		const keys = keysOf(answer).slice(0, 12)
		for (const key of keys) editor.type(key)
		for (let count = 0; count < 5; count++) {
			editor.backspace()
			await ask()
		}
		for (const key of keys.slice(-5)) {
			editor.type(key)
			await ask()
		}
		expect(model.requests).toHaveLength(1)
	})

	it('costs nothing where some of it is taken by the word or by the line', async () => {
		const answer = 'first(second, third)\nfourth(fifth)\nsixth()'
		const { model, editor, ask } = setUp(answer, '│\nnext()')
		await ask(true)
		for (const part of ['first', '(second', ', third)\n', 'fourth(fifth)']) {
			editor.insert(part)
			expect(await ask()).toMatchObject({ kind: 'suggestion' })
		}
		expect(model.requests).toHaveLength(1)
	})

	it('is shown with the indents of what was typed', async () => {
		const answer = '{\n  foo()\n  if (b) {\n    bar()\n  }\n}'
		const { editor, ask } = setUp(answer, 'if (a) │\n\nnext()', '    ')
		await ask(true)
		for (const key of '{\nf') editor.type(key)
		expect(await ask()).toMatchObject({ text: 'oo()\n    if (b) {\n        bar()\n    }' })
	})

	it.each(['\t', '    '])('keeps lines side by side while their indent is typed blank by blank', async (indent) => {
		const steps = fc.subarray([0, 1, 2, 3])
		await fc.assert(
			fc.asyncProperty(steps, async (asked) => {
				const { editor, ask } = setUp(`first()\n${indent}second()`, 'f() {\n│\n}\n')
				let outcome = asked.includes(0) ? await ask() : undefined
				for (let blanks = 1; blanks <= 4; blanks++) {
					editor.type(' ')
					if (blanks === 4 || asked.includes(blanks)) outcome = await ask()
				}
				expect(outcome).toMatchObject({ text: 'first()\n    second()' })
			}),
		)
	})

	it('never shows what does not go on from what was typed', async () => {
		const line = fc.stringMatching(/^[ab(){}]{1,5}$/)
		const text = fc.array(line, { minLength: 1, maxLength: 4 })
		await fc.assert(
			fc.asyncProperty(text, text, fc.constantFrom('', '  ', '\t'), async (said, typed, indent) => {
				const answer = said.join('\n')
				const { editor, ask } = setUp(answer, 'x = │\nnext()')
				await ask(true)
				editor.insert(typed.join(`\n${indent}`))
				const outcome = await ask()
				if (outcome.kind === 'none' || outcome.source === 'model') return
				const written = `${typed.join('')}${outcome.text}`.replace(/\s/g, '')
				expect(answer.replace(/\s/g, '').startsWith(written)).toBe(true)
			}),
		)
	})
})

describe('an answer that is remembered', () => {
	const far = Array.from({ length: 20 }, (_, line) => `const value${line} = ${line}`).join('\n')

	it.each([
		[
			'something changes far above',
			`function f(a) {\n${far}\n`,
			'\nnext()\n',
			`function f(b) {\n${far}\n`,
			'\nnext()\n',
		],
		['something changes far below', '{\n', '\nnext()\n\nend(a)', '{\n', '\nnext()\n\nend(b)'],
		['a bracket goes that was there', '{\n', '\n}\nnext()', '{\n', '\nnext()'],
		['a bracket comes that nobody opened', '{\n', '\nnext()', '{\n', '\n}\nnext()'],
	])('is not shown any more where %s', async (_what, before, after, above, below) => {
		const { model, editor, ask } = setUp('foo()', `${before}│${after}`)
		await ask()
		editor.change(`${above}│${below}`)
		expect(await ask()).toMatchObject({ source: 'model' })
		editor.change(`${before}│${after}`)
		expect(await ask()).toMatchObject({ source: 'cache' })
		expect(model.requests).toHaveLength(2)
	})

	it('is there again where the window has moved on', async () => {
		const { model, editor, ask } = setUp('foo()', `${far.repeat(30)}\n│`)
		await ask()
		const prefix = model.requests[0]?.prefix ?? ''
		editor.change(`${`// moved\n`.repeat(9)}${far.repeat(30)}\n│`)
		expect(await ask()).toMatchObject({ source: 'cache' })
		expect(prefix.length).toBeLessThan(far.length * 29)
	})

	it('is forgotten where another model answers, and names the one that gave it', async () => {
		const { model, editor, ask } = setUp('foo()', '│')
		await ask()
		model.setState({ kind: 'idle' })
		model.setState({ kind: 'ready', model: { ...fakeLoadedModel, loadMs: 2 } })
		expect(await ask()).toMatchObject({ source: 'cache', asked: { model: { name: 'fake' } } })
		model.setState({ kind: 'ready', model: { ...fakeLoadedModel, path: '/models/other.gguf', name: 'other' } })
		expect(await ask()).toMatchObject({ source: 'model', asked: { model: { name: 'other', quantization: 'Q8_0' } } })
		editor.type('f')
		expect(await ask()).toMatchObject({ source: 'typedThrough', asked: { model: { name: 'other' } } })
	})
})
