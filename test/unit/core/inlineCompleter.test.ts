import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Confidence, type Judge } from '../../../src/core/completion/confidence/confidence.ts'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import type { InlineRequest } from '../../../src/core/completion/inlineRequest.ts'
import type { InlineOutcome } from '../../../src/core/completion/outcome.ts'
import { ModelUnavailableError } from '../../../src/core/model/modelState.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import type { Clock } from '../../../src/shared/clock.ts'
import { type LogFields, silentLogger } from '../../../src/shared/logger.ts'
import { FakeCompletionModel, type FakeCompletionScript, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { documentOf, markedDocument } from './markedDocument.ts'

/** Time in which nothing has to be waited for. */
const noWait: Clock = {
	now: () => 0,
	after: (_ms, callback) => {
		const timer = setImmediate(callback)
		return { dispose: () => clearImmediate(timer) }
	},
}

function setUp(script: FakeCompletionScript = {}, clock: Clock = noWait) {
	const model = new FakeCompletionModel(script)
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const logged: { level: string; event: string; fields: LogFields | undefined }[] = []
	const logger = { log: (level: string, event: string, fields?: LogFields) => logged.push({ level, event, fields }) }
	const completer = new InlineCompleter({ model, clock, logger })
	const finished: InlineOutcome[] = []
	completer.onDidFinish((outcome) => finished.push(outcome))
	return { model, completer, finished, logged }
}

function requestAt(marked: string, more: Partial<InlineRequest> = {}): InlineRequest {
	const { document, position } = markedDocument(marked)
	return { document, position, explicit: false, maxTokens: 96, ...more }
}

function accepted(marked: string, outcome: InlineOutcome): string {
	if (outcome.kind === 'none') return outcome.reason
	const lines = marked.replace('│', '').split('\n')
	const { line, start, end } = outcome.replace
	const text = lines[line] ?? ''
	lines[line] = text.slice(0, start) + outcome.text + text.slice(end)
	return lines.join('\n')
}

describe('a request that is answered', () => {
	it('gives the text to put in at the cursor, with what it cost', async () => {
		const { completer, model, finished } = setUp({ answer: () => ['a +', ' b'] })
		const marked = 'function add(a, b) {\n\treturn │\n}'
		const outcome = await completer.complete(requestAt(marked), neverCancelled)
		expect(outcome).toMatchObject({
			kind: 'suggestion',
			text: 'a + b',
			replace: { line: 1, start: 8, end: 8 },
			figures: { promptTokens: 10 },
		})
		expect(accepted(marked, outcome)).toBe('function add(a, b) {\n\treturn a + b\n}')
		const shown = [{ path: 'file:///test', lines: [{ start: 0, end: 3 }] }]
		const prompt = { prefix: 'function add(a, b) {\n', suffix: '\n}', typed: '\treturn ' }
		expect(model.requests).toEqual([{ ...prompt, maxTokens: 96, stop: ['\n'], shown }])
		expect(finished).toEqual([outcome])
	})

	it('takes the place of the brackets that it closes itself', async () => {
		const { completer } = setUp({ answer: () => ['a) {'] })
		const outcome = await completer.complete(requestAt('if (│)'), neverCancelled)
		expect(outcome).toMatchObject({ text: 'a) {', replace: { line: 0, start: 4, end: 5 } })
	})

	it('goes over several lines on an empty line, up to a blank one', async () => {
		const { completer, model } = setUp({ answer: () => ['a()\n', '\tb()\n\n', 'c()'] })
		const outcome = await completer.complete(requestAt('{\n\t│\n}'), neverCancelled)
		expect(outcome).toMatchObject({ kind: 'suggestion', text: 'a()\n\tb()' })
		expect(model.requests[0]?.stop).toEqual(['\n\n'])
	})

	it('is ended while it is written where more of it would be dropped', async () => {
		let written = 0
		const pieces = Array.from({ length: 300 }, () => '0, ')
		const beforePiece = async () => {
			written++
		}
		const { completer } = setUp({ answer: () => pieces, beforePiece })
		const lost = await completer.complete(requestAt('const a = [│', { maxTokens: 400 }), neverCancelled)
		expect(lost).toMatchObject({ kind: 'none', reason: 'repeatsItself', asked: { stopReason: 'lost' } })
		expect(written).toBeLessThan(40)
	})

	it('is ended where it comes to what stands below', async () => {
		const answer = () => ['b()\n', '\tsay("c")\n', '\td()\n', '\te()']
		const { completer } = setUp({ answer })
		const outcome = await completer.complete(requestAt("{\n\t│\n\tsay('c')\n}"), neverCancelled)
		expect(outcome).toMatchObject({ text: 'b()', asked: { answer: 'b()\n\tsay("c")\n', stopReason: 'enough' } })
	})

	it('is known by what was shown of it, not by what the model said', async () => {
		const { completer, model } = setUp({ answer: () => ['return items.length'] })
		const outcome = await completer.complete(requestAt('{\n\treturn items.│\n}'), neverCancelled)
		expect(outcome).toMatchObject({ text: 'length', acted: ['dropEcho'] })
		const next = await completer.complete(requestAt('{\n\treturn items.len│\n}'), neverCancelled)
		expect(next).toMatchObject({ text: 'gth', source: 'typedThrough' })
		expect(model.requests).toHaveLength(1)
	})

	it.each([
		[[''], 'emptyAnswer'],
		[['  ', ' '], 'onlyWhitespace'],
		[['}'], 'repeatsWhatFollows'],
	])('is none where the answer is %j', async (answer, reason) => {
		const { completer } = setUp({ answer: () => answer })
		const outcome = await completer.complete(requestAt('{\n│\n}'), neverCancelled)
		expect(outcome).toMatchObject({ kind: 'none', reason, figures: { promptTokens: 10 } })
	})
})

describe('a request that is refused', () => {
	it.each([
		['con│st', {}, 'midWord'],
		['x = │y', {}, 'textAfterCursor'],
		['x = │', { refusal: 'disabled' as const }, 'disabled'],
		['\0\0x = │', {}, 'binaryContent'],
		['x = │\n\0', {}, 'binaryContent'],
	])('%j %j does not bother the model', async (marked, more, reason) => {
		const { completer, model, finished } = setUp()
		const outcome = await completer.complete(requestAt(marked, more), neverCancelled)
		expect(outcome).toMatchObject({ kind: 'none', reason })
		expect(model.requests).toEqual([])
		expect(finished).toEqual([outcome])
	})
})

describe('an item selected in the suggest widget', () => {
	const selected = (text: string, start: number, end: number) => ({
		selectedItem: { start: { line: 0, character: start }, end: { line: 0, character: end }, text },
	})

	it('is continued as if it were accepted', async () => {
		const { completer, model } = setUp({ answer: () => ['("hello")'] })
		const marked = 'console.lo│'
		const outcome = await completer.complete(requestAt(marked, selected('log', 8, 10)), neverCancelled)
		expect(model.requests[0]?.typed).toBe('console.log')
		expect(accepted(marked, outcome)).toBe('console.log("hello")')
	})

	it.each([
		['another text than what was typed', selected('warn', 8, 10)],
		['a snippet', selected('log($1)', 8, 10)],
		['an item of more than one line', selected('log(\n)', 8, 10)],
		['an item that replaces what follows', selected('log', 8, 11)],
	])('is not continued where it is %s', async (_what, more) => {
		const { completer, model } = setUp()
		const outcome = await completer.complete(requestAt('console.lo│ ', more), neverCancelled)
		expect(outcome).toMatchObject({ kind: 'none', reason: 'suggestWidgetSelection' })
		expect(model.requests).toEqual([])
	})
})

describe('time', () => {
	it('passes before the model is asked while typing, and not at the start of a line', async () => {
		const clock = new ManualClock()
		const { completer, model } = setUp({}, clock)
		const typing = completer.complete(requestAt('x = │'), neverCancelled)
		await turn()
		expect(model.requests).toHaveLength(0)
		clock.advance(100)
		expect((await typing).elapsedMs).toBe(100)
		expect(model.requests).toHaveLength(1)

		await completer.complete(requestAt('│'), neverCancelled)
		expect(model.requests).toHaveLength(2)
	})

	it('ends with the user typing on: during the debounce the model is not asked at all', async () => {
		const clock = new ManualClock()
		const { completer, model } = setUp({}, clock)
		const editor = new CancellationSource()
		const typing = completer.complete(requestAt('x = │'), editor.token)
		await turn()
		editor.cancel()
		expect(await typing).toMatchObject({ kind: 'none', reason: 'cancelled' })
		clock.advance(1_000)
		expect(model.requests).toHaveLength(0)
		expect(clock.pending).toBe(0)
	})

	it('is told by the document as it was when the editor asked', async () => {
		const clock = new ManualClock()
		const { completer, model } = setUp({}, clock)
		let text = 'x = '
		const document = { id: 'a', version: 1, languageId: 'typescript', lineCount: 1, lineAt: () => text }
		const request = { document, position: { line: 0, character: 4 }, explicit: false, maxTokens: 8 }
		const outcome = completer.complete(request, neverCancelled)
		text = ''
		await turn()
		clock.advance(100)
		await outcome
		expect(model.requests[0]?.typed).toBe('x = ')
	})
})

describe('one request at a time', () => {
	it('a newer one cancels the older, whether it waits or is being answered', async () => {
		const asked = deferred()
		const { completer, model } = setUp({
			answer: ({ typed = '' }) => [typed],
			beforePiece: () => {
				asked.resolve()
				return model.requests.length === 1 ? new Promise(() => {}) : Promise.resolve()
			},
		})
		const older = completer.complete(requestAt('a = │'), neverCancelled)
		await asked.promise
		expect(completer.isThinking).toBe(true)
		const newer = completer.complete(requestAt('ab = │'), neverCancelled)
		expect(await older).toMatchObject({ kind: 'none', reason: 'cancelled' })
		expect(await newer).toMatchObject({ kind: 'suggestion', text: 'ab =' })
		expect(completer.isThinking).toBe(false)
	})

	it('tells when it begins and ends to think', async () => {
		const { completer } = setUp()
		const changes: boolean[] = []
		completer.onDidChangeActivity((isThinking) => changes.push(isThinking))
		await completer.complete(requestAt('x = │'), neverCancelled)
		await completer.complete(requestAt('con│st'), neverCancelled)
		expect(changes).toEqual([true, false])
	})
})

describe('a model that is not there', () => {
	it('is loaded, and the request is not kept waiting', async () => {
		const { completer, model } = setUp()
		model.setState({ kind: 'idle' })
		expect(await completer.complete(requestAt('x = │'), neverCancelled)).toMatchObject({ reason: 'modelLoading' })
		expect(model.state.kind).not.toBe('idle')
		expect(model.requests).toHaveLength(0)
	})

	it('is not loaded for a place where nothing would be asked', async () => {
		const { completer, model } = setUp()
		model.setState({ kind: 'idle' })
		expect(await completer.complete(requestAt('con│st'), neverCancelled)).toMatchObject({ reason: 'midWord' })
		expect(model.state.kind).toBe('idle')
	})

	it('that failed is not asked again and again', async () => {
		const { completer, model } = setUp()
		model.setState({ kind: 'failed', problem: { code: 'modelMissing', detail: '' } })
		expect(await completer.complete(requestAt('x = │'), neverCancelled)).toMatchObject({ reason: 'modelFailed' })
		expect(model.state.kind).toBe('failed')
	})

	it('that dies under a request is waited for', async () => {
		const asked = deferred()
		const { completer, model, logged } = setUp({
			beforePiece: () => {
				asked.resolve()
				return new Promise(() => {})
			},
		})
		const outcome = completer.complete(requestAt('x = │'), neverCancelled)
		await asked.promise
		model.crash()
		expect(await outcome).toMatchObject({ kind: 'none', reason: 'modelLoading' })
		expect(logged.filter(({ level }) => level === 'error')).toEqual([])
	})
})

describe('what cannot be expected', () => {
	it('becomes a reason and a line in the log without the text of the error', async () => {
		const { completer, logged } = setUp({
			answer: () => {
				throw new TypeError('secret source text')
			},
		})
		const outcome = await completer.complete(requestAt('x = │'), neverCancelled)
		expect(outcome).toMatchObject({ kind: 'none', reason: 'internalError' })
		const errors = logged.filter(({ level }) => level === 'error')
		expect(errors).toHaveLength(1)
		expect(errors[0]?.fields?.place).toMatch(/^TypeError at inlineCompleter\.test\.ts:\d+/)
		expect(JSON.stringify(logged)).not.toContain('secret')
	})

	it('an engine that answers wrongly is no model that loads', async () => {
		const { completer, logged } = setUp({
			answer: () => {
				throw new ModelUnavailableError({ code: 'internal', detail: 'bad answer' })
			},
		})
		expect(await completer.complete(requestAt('x = │'), neverCancelled)).toMatchObject({ reason: 'internalError' })
		expect(logged.map(({ event }) => event)).toContain('completion.failed')
	})

	it('a document that throws is survived as well', async () => {
		const { completer } = setUp()
		const document = {
			id: 'a',
			version: 1,
			languageId: 'x',
			lineCount: 1,
			lineAt: (): string => {
				throw new Error('gone')
			},
		}
		const request = { document, position: { line: 0, character: 0 }, explicit: false, maxTokens: 8 }
		expect(await completer.complete(request, neverCancelled)).toMatchObject({ reason: 'internalError' })
	})

	it('no source text is logged', async () => {
		const { completer, logged } = setUp({ answer: () => ['generatedText'] })
		await completer.complete(requestAt('const secretName = │\nsecretSuffix'), neverCancelled)
		expect(logged).not.toEqual([])
		expect(JSON.stringify(logged)).not.toMatch(/secret|generatedText/)
	})
})

describe('any document, any cursor, any answer', () => {
	const unit = fc.oneof(
		fc.constantFrom('\n', '\n', ' ', '\t', '(', ')', '{', '}', '"', ';', 'a', '😀', '\ud83d', '\ude00', '\0'),
		fc.string({ unit: 'binary', maxLength: 1 }),
	)
	const text = fc.string({ unit, maxLength: 60 })
	const index = fc.integer({ min: -3, max: 70 })

	it('never throws, asks with whole characters only, and takes nothing of the text away', async () => {
		await fc.assert(
			fc.asyncProperty(text, index, index, text, fc.boolean(), async (content, line, character, answer, explicit) => {
				const { completer, model, logged } = setUp({ answer: () => [answer] })
				const document = documentOf(content)
				const request = { document, position: { line, character }, explicit, maxTokens: 8 }
				const outcome = await completer.complete(request, neverCancelled)
				expect(logged.filter(({ level }) => level === 'error')).toEqual([])
				for (const { prefix, suffix, typed } of model.requests)
					expect(prefix + typed + suffix).not.toMatch(/\p{Surrogate}/u)
				if (outcome.kind === 'none') return
				const { replace } = outcome
				const replaced = document.lineAt(replace.line).slice(replace.start, replace.end)
				expect(replace.start).toBeGreaterThanOrEqual(0)
				expect(isSubsequence(replaced, outcome.text)).toBe(true)
				expect(outcome.text.trim()).not.toBe('')
			}),
			{ numRuns: 500 },
		)
	})
})

/** Lets everything run that waits for nothing but its turn. */
function turn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve))
}

function deferred() {
	let resolve = () => {}
	const promise = new Promise<void>((done) => {
		resolve = done
	})
	return { promise, resolve: () => resolve() }
}

function isSubsequence(part: string, whole: string): boolean {
	let next = 0
	for (const character of part) {
		next = whole.indexOf(character, next) + 1
		if (next === 0) return false
	}
	return true
}

describe('the log', () => {
	it('has a line for every request that users see without asking for more, and none of the text', async () => {
		const { completer, logged } = setUp({ answer: () => ['secretName'] })
		await completer.complete(requestAt('const hidden = │'), neverCancelled)
		await completer.complete(requestAt('con│st'), neverCancelled)
		const first = completer.complete(requestAt('const other = │'), neverCancelled)
		await completer.complete(requestAt('x = │', { refusal: 'onlyByHand' }), neverCancelled)
		await first
		const lines = logged.filter(({ event }) => event === 'completion.finished')
		expect(lines.map(({ level, fields }) => [level, fields?.outcome])).toEqual([
			['info', 'suggestion'],
			['info', 'midWord'],
			['info', 'onlyByHand'],
			['info', 'cancelled'],
		])
		expect(JSON.stringify(logged)).not.toMatch(/secretName|hidden|other/)
	})
})

describe('what the model is unsure of', () => {
	function judged(isSilent: (text: string) => boolean) {
		const model = new FakeCompletionModel({ answer: () => ['items.length'] })
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		const seen: { text: string; isShown: boolean; silence: string; typedAlong: number }[] = []
		const confidence: Judge = {
			judge: (_, { text, typedAlong }, { isShown, silence }) => {
				seen.push({ text, isShown, silence, typedAlong })
				return { probability: 0.125, isSilent: silence !== 'never' && !isShown && isSilent(text) }
			},
			asked: () => {},
			gone: () => {},
			hidden: () => {},
			accepted: () => {},
		}
		const completer = new InlineCompleter({ model, confidence, clock: noWait, logger: silentLogger })
		const ask = (marked: string, more: Partial<InlineRequest> = {}) =>
			completer.complete(requestAt(marked, { silence: 'unsure', ...more }), neverCancelled)
		return { ask, seen, model }
	}

	it('is kept back, with how unlikely it was', async () => {
		const { ask, model } = judged(() => true)
		expect(await ask('return │')).toMatchObject({ kind: 'none', reason: 'unsure', probability: 0.125, source: 'model' })
		expect(model.requests[0]?.logProbs).toBe('rough')
	})

	it('is shown to who asks by hand', async () => {
		const { ask, seen } = judged(() => true)
		expect(await ask('return │', { explicit: true })).toMatchObject({ kind: 'suggestion' })
		expect(seen[0]?.silence).toBe('never')
	})

	it('stays where it is on the screen and typed along', async () => {
		const { ask, seen } = judged((text) => text.length < 12)
		expect(await ask('return │')).toMatchObject({ text: 'items.length' })
		expect(await ask('return ite│')).toMatchObject({ text: 'ms.length', source: 'typedThrough' })
		expect(seen.map(({ isShown, typedAlong }) => [isShown, typedAlong])).toEqual([
			[false, 0],
			[true, 3],
		])
	})

	it('is judged anew where it was kept back and then typed', async () => {
		const { ask, seen } = judged((text) => text.length > 10)
		expect(await ask('return │')).toMatchObject({ reason: 'unsure' })
		expect(await ask('return ite│')).toMatchObject({ text: 'ms.length' })
		expect(seen[1]?.isShown).toBe(false)
	})

	it('is not even asked about where everything is to be shown', async () => {
		const { ask, model, seen } = judged(() => true)
		expect(await ask('return │', { silence: 'never' })).toMatchObject({ kind: 'suggestion' })
		expect(model.requests[0]?.logProbs).toBeUndefined()
		expect(seen).toEqual([])
	})
})

describe('what is learnt from', () => {
	const unlikely = { silence: 'unsure' } as const

	function learning() {
		const model = new FakeCompletionModel({ answer: ({ typed }) => [`items${typed?.length}.length`] })
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		const clock = new ManualClock()
		const confidence = new Confidence(undefined)
		const counts: number[] = []
		confidence.onDidLearn(({ count }) => counts.push(count))
		const completer = new InlineCompleter({ model, confidence, clock, logger: silentLogger })
		const ask = async (marked: string, more: Partial<InlineRequest> = {}) => {
			const asked = completer.complete(requestAt(marked, { ...unlikely, ...more }), neverCancelled)
			const pressed = setInterval(() => clock.advance(1), 0)
			return asked.finally(() => clearInterval(pressed))
		}
		return { ask, clock, completer, counts }
	}

	it('is what was shown and left', async () => {
		const { ask, clock, counts } = learning()
		expect(await ask('return │')).toMatchObject({ kind: 'suggestion' })
		clock.advance(2_000)
		await ask('return x + │')
		expect(counts).toEqual([1])
	})

	it('is nothing that waits for a key', async () => {
		const { ask, clock, counts, completer } = learning()
		await ask('return │', { isHeld: true })
		clock.advance(2_000)
		await ask('return x + │', { isHeld: true })
		clock.advance(2_000)
		expect(counts).toEqual([])
		// The key shows it.
		await ask('return x + │')
		completer.accepted()
		expect(counts).toEqual([1])
	})

	it.each([['snoozed'], ['disabled'], ['onlyByHand']] as const)('is nothing that was %s away', async (refusal) => {
		const { ask, clock, counts } = learning()
		await ask('return │')
		clock.advance(2_000)
		await ask('return x + │', { refusal })
		expect(counts).toEqual([])
	})

	it('is nothing that went out of sight with its editor', async () => {
		const { ask, clock, counts, completer } = learning()
		await ask('return │')
		clock.advance(2_000)
		completer.hidden()
		await ask('return x + │')
		expect(counts).toEqual([])
	})

	it('is not what an item of the suggestion list brings', async () => {
		const { ask, clock, counts } = learning()
		const selectedItem = { start: { line: 0, character: 7 }, end: { line: 0, character: 8 }, text: 'items' }
		await ask('return i│', { selectedItem })
		clock.advance(2_000)
		await ask('return ix│')
		expect(counts).toEqual([])
	})
})
