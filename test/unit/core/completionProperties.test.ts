import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import type { DocumentLines, Position } from '../../../src/core/completion/documentLines.ts'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import type { InlineRequest } from '../../../src/core/completion/inlineRequest.ts'
import type { Suggestion } from '../../../src/core/completion/outcome.ts'
import type { CodePlace, CodeStructure } from '../../../src/core/syntax/codeStructure.ts'
import { errorsIn } from '../../../src/core/syntax/insertionCheck.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { ParsedDocuments } from '../../../src/node/syntax/parsedDocuments.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import type { Clock } from '../../../src/shared/clock.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'
import { inProcessStructure } from '../../inProcessStructure.ts'
import { documentOf, markedDocument } from './markedDocument.ts'

/** Pauses are over at once, and the time for the syntax never is. */
const patient: Clock = {
	now: () => 0,
	after: (ms, callback) => {
		const timer = setTimeout(callback, ms === 15 ? 60_000 : 0)
		return { dispose: () => clearTimeout(timer) }
	},
}

interface Answering {
	readonly document: DocumentLines
	readonly position: Position
	readonly answers: readonly string[]
	readonly structure: CodeStructure
	readonly more?: Partial<InlineRequest>
}

async function outcomeOf({ document, position, answers, structure, more }: Answering) {
	const left = [...answers]
	const model = new FakeCompletionModel({ answer: () => [left.shift() ?? ''] })
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const logger = new RecordingLogger()
	const completer = new InlineCompleter({ model, structure, clock: patient, logger })
	const request = { document, position, explicit: false, maxTokens: 64, ...more }
	const outcome = await completer.complete(request, neverCancelled)
	completer.dispose()
	expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([])
	return outcome
}

/** The document with the suggestion in it has all that it had, in its order, and the same on both sides of it. */
function expectNothingLost(document: DocumentLines, suggestion: Suggestion): void {
	const { line, start, end } = suggestion.replace
	const text = document.lineAt(line)
	expect(0 <= start && start <= end && end <= text.length).toBe(true)
	for (const shown of [suggestion.text, ...(suggestion.alternatives ?? [])]) {
		expect(isSubsequence(text.slice(start, end), shown)).toBe(true)
		expect(shown.trim()).not.toBe('')
	}
}

function isSubsequence(part: string, whole: string): boolean {
	let next = 0
	for (const character of part) {
		next = whole.indexOf(character, next) + 1
		if (next === 0) return false
	}
	return true
}

const codeUnits = [
	'\n',
	'\n\t',
	' ',
	'(',
	')',
	'{',
	'}',
	'[',
	']',
	'"',
	"'",
	'`',
	';',
	',',
	':',
	'=',
	'>',
	'.',
	'a',
	'if ',
	'//',
	'😀',
	'\ud83d',
]
const code = (maxLength: number) => fc.string({ unit: fc.constantFrom(...codeUnits), maxLength })
const at = fc.integer({ min: 0, max: 60 })

function placeIn(document: DocumentLines, line: number, character: number): Position {
	const at = line % document.lineCount
	return { line: at, character: character % (document.lineAt(at).length + 1) }
}

/** A document with an empty block, and lines that may stand in it. */
const blocks: Readonly<Record<string, readonly [marked: string, lines: readonly string[]]>> = {
	typescript: ['function f() {\n\t│\n}\n', ['\ta()', '\tif (b) {', '\t}', '\tc(":)")', '\treturn `d`']],
	python: ['def f():\n    │\n', ['    a()', '    b = [1,', '    2]', '    c(":)")', '    return d']],
	java: [
		'class A {\n\tvoid f() {\n\t\t│\n\t}\n}\n',
		['\t\ta();', '\t\tif (b) {', '\t\t}', "\t\tc(')');", '\t\treturn;'],
	],
	go: ['package a\n\nfunc f() {\n\t│\n}\n', ['\ta()', '\tif b {', '\t}', "\tc(')')", '\treturn']],
	rust: ['fn f() {\n    │\n}\n', ['    a();', '    if b {', '    }', "    c(')');", '    return;']],
}
const wrong = ['\t\t]]', '\t\tof ) (', '\t\t} }']

describe('pasting what is suggested', () => {
	it('deletes nothing, whatever the syntax says of it and wherever the cursor stands', async () => {
		const place = fc.record<CodePlace>({
			scope: fc.constantFrom('code', 'comment', 'string'),
			inEmptyBlock: fc.boolean(),
			afterComment: fc.boolean(),
			enclosing: fc.constant([]),
		})
		const check = fc.record({
			newErrors: fc.nat(3),
			keep: fc.nat(30),
			missingClosers: fc.constantFrom('', '}', ')]'),
			newNames: fc.constant([]),
		})
		const item = fc.option(fc.record({ back: fc.nat(3), more: code(4) }), { nil: undefined })
		const cutAfterOne = { newErrors: 0, keep: 1, missingClosers: '' as const }
		let suggested = 0
		await fc.assert(
			fc.asyncProperty(
				code(40),
				at,
				at,
				fc.array(code(20), { minLength: 1, maxLength: 4 }),
				fc.option(place, { nil: undefined }),
				fc.option(check, { nil: undefined }),
				item,
				fc.boolean(),
				async (text, line, character, answers, known, checked, selected, explicit) => {
					const document = documentOf(text)
					const position = placeIn(document, line, character)
					const structure = { placeOf: async () => known, checkInsertion: async () => checked }
					const from = Math.max(0, position.character - (selected?.back ?? 0))
					const typed = document.lineAt(position.line).slice(from, position.character)
					const selectedItem = selected && {
						start: { line: position.line, character: from },
						end: position,
						text: typed + selected.more,
					}
					const more = { explicit, selectedItem, ...(explicit && { othersMs: 1_000 }) }
					const outcome = await outcomeOf({ document, position, answers, structure, more })
					if (outcome.kind === 'none') return
					suggested++
					expectNothingLost(document, outcome)
					// The editor shows only what goes on from the item that is selected.
					if (selectedItem) expect(outcome.text.startsWith(selectedItem.text)).toBe(true)
				},
			),
			{
				numRuns: 1_000,
				// The quote whose place the answer takes is in the part that is cut.
				examples: [[",]a:='", 0, 5, ["//'("], undefined, { ...cutAfterOne, newNames: [] as const }, undefined, false]],
			},
		)
		expect(suggested).toBeGreaterThan(50)
	})

	it.each(['typescript', 'python', 'java', 'go', 'rust'])(
		'deletes nothing of %s, and never adds an error where lines were dropped',
		async (languageId) => {
			const seen = { suggested: 0, dropped: 0 }
			await fc.assert(
				fc.asyncProperty(code(40), at, at, code(24), async (text, line, character, answer) => {
					const document = documentOf(text, languageId)
					const structure = await inProcessStructure(document)
					const position = placeIn(document, line, character)
					const outcome = await outcomeOf({ document, position, answers: [answer], structure })
					if (outcome.kind === 'none') return
					seen.suggested++
					expectNothingLost(document, outcome)
					if (!outcome.acted.includes('dropWhatBreaks') || !outcome.text.includes('\n')) return
					seen.dropped++
					expect(await errorsOf(document, outcome)).toBeLessThanOrEqual(await errorsOf(document))
				}),
				{ numRuns: 150 },
			)
			// How many there are is chance; that there are some must be so.
			expect(seen.suggested).toBeGreaterThan(3)
		},
	)

	it.each(Object.entries(blocks))('leaves no error in %s where several lines are shown', async (languageId, block) => {
		const [marked, lines] = block
		const { document, position } = markedDocument(marked, languageId)
		const structure = await inProcessStructure(document)
		expect(await errorsOf(document)).toBe(0)
		const seen = { several: 0, dropped: 0, silent: 0 }
		await fc.assert(
			fc.asyncProperty(fc.array(fc.constantFrom(...lines, ...wrong), { minLength: 2, maxLength: 5 }), async (said) => {
				const answers = [said.map((line, index) => (index === 0 ? line.trimStart() : line)).join('\n')]
				const outcome = await outcomeOf({ document, position, answers, structure })
				if (outcome.kind === 'none') seen.silent++
				if (outcome.kind === 'none' || !outcome.text.includes('\n')) return
				seen.several++
				if (outcome.acted.includes('dropWhatBreaks')) seen.dropped++
				const { missingClosers = '' } = (await checkOf(document, outcome)) ?? {}
				expect(await errorsOf(document, outcome, missingClosers)).toBe(0)
			}),
			// Of 150, as few as two were cut.
			{ numRuns: 400 },
		)
		expect(seen.several).toBeGreaterThan(10)
		expect(seen.dropped).toBeGreaterThan(3)
		expect(seen.silent).toBeGreaterThan(0)
	})
})

async function checkOf(document: DocumentLines, { text, replace }: Suggestion) {
	const place = { documentId: document.id, version: document.version, line: replace.line, character: replace.start }
	const structure = await inProcessStructure(document)
	return structure.checkInsertion({ place, replaceEnd: replace.end, text }, neverCancelled)
}

/** Errors of a document, as it is or with a suggestion in it. */
async function errorsOf(document: DocumentLines, suggestion?: Suggestion, closers = ''): Promise<number> {
	const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line))
	if (suggestion) {
		const { line, start, end } = suggestion.replace
		const text = lines[line] ?? ''
		lines[line] = `${text.slice(0, start)}${suggestion.text}${closers}${text.slice(end)}`
	}
	const documents = new ParsedDocuments(new GrammarLibrary(join(root, 'grammars')))
	const { id: documentId, languageId, version } = document
	await documents.open({ documentId, languageId, version, text: lines.join('\n') })
	const tree = documents.get(documentId)?.current()
	if (!tree) throw new Error('cannot be parsed')
	const errors = errorsIn(tree.rootNode)
	documents.close(documentId)
	return errors
}
