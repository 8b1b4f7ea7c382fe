import type { FindingRange, PathStep } from '../findings/finding.ts'
import type { RuleFind, RuleSink } from '../rules/ruleIndex.ts'
import type { Confidence, SecurityRule } from '../rules/ruleTypes.ts'
import type { Reporter } from '../taint/reporter.ts'
import type { CodePlace, Taint, TaintStep } from '../taint/taint.ts'

/** What was found, before it is brought into the form that is shown. */
export interface RawFinding {
	readonly rule: SecurityRule
	readonly place: CodePlace
	readonly confidence: Confidence
	readonly steps: readonly { readonly place: CodePlace; readonly role: PathStep['role']; readonly label: string }[]
	readonly sourceLabel: string
	/** Where the file that is analyzed called what leads to the source, which is in another file. */
	readonly calledFrom: CodePlace | undefined
}

const order: readonly Confidence[] = ['low', 'medium', 'high']

/** Keeps of all that comes to one place by one rule what is surest, and then the shortest. */
export class FindingCollector implements Reporter {
	private readonly found = new Map<string, RawFinding>()
	readonly unfinished: CodePlace[] = []

	sink(at: RuleSink, taint: Taint, place: CodePlace, isSure: boolean): void {
		let confidence = lower(at.rule.confidence, at.sink.confidence)
		if (taint.isWeak || !isSure) confidence = lowered(confidence)
		const [first, ...more] = stepsOf(taint.last)
		const steps = [first, ...more, { place, role: 'sink' as const, label: at.rule.title }]
		const { label: sourceLabel, calledFrom } = first
		this.add({ rule: at.rule, place, confidence, steps, sourceLabel, calledFrom })
	}

	find(at: RuleFind, place: CodePlace, madeAt?: CodePlace): void {
		const confidence = lower(at.rule.confidence, at.find.confidence)
		this.add({
			rule: at.rule,
			place,
			confidence,
			steps: [
				...(madeAt ? [{ place: madeAt, role: 'step' as const, label: at.rule.title }] : []),
				{ place, role: 'sink', label: at.rule.title },
			],
			sourceLabel: '',
			calledFrom: undefined,
		})
	}

	outOfBudget(place: CodePlace): void {
		this.unfinished.push(place)
	}

	all(): readonly RawFinding[] {
		return [...this.found.values()]
	}

	private add(finding: RawFinding): void {
		const key = `${finding.rule.id}:${finding.place.file}:${finding.place.start}`
		const known = this.found.get(key)
		if (known) {
			const difference = order.indexOf(finding.confidence) - order.indexOf(known.confidence)
			if (difference < 0 || (difference === 0 && finding.steps.length >= known.steps.length)) return
		}
		this.found.set(key, finding)
	}
}

function lower(a: Confidence, b: Confidence | undefined): Confidence {
	return b !== undefined && order.indexOf(b) < order.indexOf(a) ? b : a
}

function lowered(confidence: Confidence): Confidence {
	return confidence === 'high' ? 'medium' : 'low'
}

function stepsOf(last: TaintStep): [TaintStep, ...TaintStep[]] {
	const steps: [TaintStep, ...TaintStep[]] = [last]
	for (let at = last.previous; at; at = at.previous) steps.unshift(at)
	return steps
}

/** Ranges of offsets in a text. */
export class LineTable {
	private readonly starts: readonly number[]

	constructor(text: string) {
		const starts = [0]
		for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
		this.starts = starts
	}

	get lines(): number {
		return this.starts.length
	}

	/** UTF-16 code units from the start of the text. */
	offset(line: number, character: number): number {
		return (this.starts[line] ?? this.starts.at(-1) ?? 0) + character
	}

	range(start: number, end: number): FindingRange {
		const from = this.position(start)
		const to = this.position(end)
		return { startLine: from.line, startCharacter: from.character, endLine: to.line, endCharacter: to.character }
	}

	private position(offset: number): { readonly line: number; readonly character: number } {
		let low = 0
		let high = this.starts.length - 1
		while (low < high) {
			const middle = Math.ceil((low + high) / 2)
			if ((this.starts[middle] as number) <= offset) low = middle
			else high = middle - 1
		}
		return { line: low, character: offset - (this.starts[low] as number) }
	}
}
