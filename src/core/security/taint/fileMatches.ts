import type { Machine, ProgramUnit } from './machine.ts'
import { hasCyclicSchema } from './texts/schemas.ts'

const longestFile = 100_000

/** A pattern looks at the beginning of a text only: a file is shown to it in pieces, which overlap by more than rules look for. */
const piece = 2_000
const overlap = 500

/** Stands for a question to the text of a file that no pattern can ask: whether types of a GraphQL schema lead back to themselves. */
export const cyclicSchema = '@cyclicSchema'

/** Whether the text of a file matches what a rule asks for. */
export function fileMatches(
	{ rules, record, fileMatches: known }: Machine,
	unit: ProgramUnit,
	written: string,
): boolean {
	const key = `${unit.file}\n${written}`
	let isFound = known.get(key)
	if (isFound === undefined) {
		const text = unit.text.slice(0, longestFile)
		isFound = written === cyclicSchema && hasCyclicSchema(text)
		const pattern = written === cyclicSchema ? undefined : rules.cache.pattern(written)
		for (let at = 0; pattern && !isFound && (at === 0 || at + overlap < text.length); at += piece - overlap)
			isFound = pattern.test(text.slice(at, at + piece))
		known.set(key, isFound)
	}
	record?.matched.set(key, isFound)
	return isFound
}

/** Whether files match what they matched when something was recorded. */
export function matchesStill(machine: Machine, matched: ReadonlyMap<string, boolean>): boolean {
	for (const [key, was] of matched) {
		const end = key.indexOf('\n')
		const unit = machine.program.unit(key.slice(0, end))
		if (!unit || fileMatches(machine, unit, key.slice(end + 1)) !== was) return false
	}
	return true
}
