import { describe, expect, it } from 'vitest'
import type { TriageMark } from '../../../src/core/security/triage/triage.ts'
import {
	judgedText,
	messageWithVerdict,
	noModelText,
	shortVerdict,
	tooSmallToFixText,
	verdictDetails,
} from '../../../src/vscode/security/triageText.ts'
import { sampleFinding } from '../core/security/sampleFinding.ts'
import { english } from './english.ts'

const judged = (kind: 'confirmed' | 'doubted' | 'dismissed' | 'unsure' | 'void') =>
	({
		...{ kind, probabilities: { vulnerable: 0.1, safe: 0.9, unsure: 0 }, safe: 0.96 },
		...{ evidence: [' Number(id)'], reason: 'It is a number.', ms: 1 },
	}) as const
const notAsked = (why: 'outOfTime' | 'cancelled' | 'rulesDecide'): TriageMark => ({ kind: 'notAsked', why })
const finding = sampleFinding({ message: 'Data reaches a query.' })

describe('what a model made of a finding', () => {
	it.each([
		[judged('doubted'), 'Data reaches a query. (the model doubts it; confidence: medium)'],
		[judged('dismissed'), 'Data reaches a query. (the model takes it for safe; confidence: low)'],
		[judged('confirmed'), 'Data reaches a query. (the model agrees)'],
		[judged('unsure'), 'Data reaches a query.'],
		[judged('void'), 'Data reaches a query.'],
		[notAsked('outOfTime'), 'Data reaches a query.'],
	])('%j is in the message', (mark, message) => {
		expect(messageWithVerdict(english, { finding, mark })).toBe(message)
		// A squiggle is found again by how its message begins.
		expect(messageWithVerdict(english, { finding, mark }).startsWith(finding.message)).toBe(true)
	})

	it('is at the end of its line, with reason and quotes in the tooltip', () => {
		expect(shortVerdict(english, judged('dismissed'))).toBe('model: safe')
		expect(shortVerdict(english, notAsked('rulesDecide'))).toBe('')
		expect(verdictDetails(english, judged('dismissed'))).toBe(
			'The model takes this for safe (96 %).\nIt is a number.\n“Number(id)”',
		)
	})

	it('is counted, and so is what it did not reach', () => {
		const marks = [
			...[judged('confirmed'), judged('doubted'), judged('dismissed'), judged('unsure'), judged('void')],
			...[notAsked('outOfTime'), notAsked('cancelled'), notAsked('rulesDecide')],
		]
		expect(judgedText(english, marks)).toBe(
			'Judged: 5. Vulnerable: 1. Doubtful: 1. Safe: 1. Without a verdict: 2. Not reached in time: 2. Not for the model to judge: 1.',
		)
	})
})

describe('a model that cannot', () => {
	it('is named with its size', () => {
		const none = { why: 'tooSmall', name: 'tiny', parameters: 2_362_304, detail: '' } as const
		expect(noModelText(english, none)).toMatch(/^tiny is too small .* 2\.4 million parameters, and 1400 million/)
		expect(tooSmallToFixText(english, 'tiny', 2_362_304)).toContain('tiny is too small to write one')
	})

	it('says what is wrong with its file', () => {
		const problem = { code: 'modelMissing', file: 'a.gguf', detail: '' } as const
		expect(noModelText(english, { why: 'failed', detail: '', problem })).toContain('a.gguf does not exist')
		expect(noModelText(english, { why: 'failed', detail: 'out of memory' })).toContain('out of memory')
	})
})
