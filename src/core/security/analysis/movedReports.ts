import type { Report } from '../taint/reporter.ts'
import type { CodePlace, TaintStep } from '../taint/taint.ts'

/** Brings what was reported to where it stands in a file after its text was changed in one place. */
export class MovedReports {
	private readonly file: string
	/** Before the change, and after it, in the text before. */
	private readonly start: number
	private readonly end: number
	private readonly growth: number
	private readonly steps = new Map<TaintStep, TaintStep | undefined>()

	constructor(file: string, before: string, after: string) {
		const most = Math.min(before.length, after.length)
		let start = 0
		while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++
		let same = 0
		while (
			same < most - start &&
			before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
		)
			same++
		this.file = file
		this.start = start
		this.end = before.length - same
		this.growth = after.length - before.length
	}

	/** Undefined where one of them stands in what was changed. */
	all(reports: readonly Report[]): readonly Report[] | undefined {
		if (this.growth === 0 && this.start >= this.end) return reports
		const moved: Report[] = []
		for (const it of reports) {
			const place = this.place(it.place)
			if (!place) return undefined
			if (it.kind !== 'sink') moved.push({ ...it, place })
			else {
				const last = this.step(it.taint.last)
				if (!last) return undefined
				moved.push({ ...it, place, taint: { ...it.taint, last } })
			}
		}
		return moved
	}

	private step(step: TaintStep): TaintStep | undefined {
		const known = this.steps.get(step)
		if (known || this.steps.has(step)) return known
		const place = this.place(step.place)
		const previous = step.previous && this.step(step.previous)
		const calledFrom = step.calledFrom && this.place(step.calledFrom)
		const isWhole =
			place !== undefined &&
			(previous !== undefined || step.previous === undefined) &&
			(calledFrom !== undefined || step.calledFrom === undefined)
		const moved = isWhole ? { ...step, place, previous, ...(calledFrom && { calledFrom }) } : undefined
		this.steps.set(step, moved)
		return moved
	}

	private place(place: CodePlace): CodePlace | undefined {
		const { file, start, end } = place
		if (file !== this.file || end <= this.start) return place
		const { growth } = this
		if (start >= this.end) return { file, start: start + growth, end: end + growth }
		return start <= this.start && end >= this.end ? { file, start, end: end + growth } : undefined
	}
}
