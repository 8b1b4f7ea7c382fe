import { itemOf, rootsOf } from '../checks/facts.ts'
import { maskOf, type Taint } from '../taint.ts'
import { constantOf, type Fact, type Value } from '../value.ts'

const splits = /^(?:(?:r?split|explode|preg_split|Split\w*|FieldsFunc|components|each_filename)\(\)|\.parts)$/
/** The part may have been put into variables since. */
const fewSteps = 4

/** The parts of a path are asked for the one that leads upwards: what says that there is none says so of the whole path. */
function isAskedFor(text: Value): boolean {
	return text.taint.length === 0 && constantOf(text) === '..'
}

/** What a list of parts of a path holds: where `..` is none of them, the path leads to no other folder. */
export function partsFacts(text: Value, { taint }: Value, isIn: boolean): readonly Fact[] {
	if (!isAskedFor(text)) return []
	return taint.flatMap((it) => pathsOf(it).map((root) => ({ when: !isIn, root, mask: maskOf(['path']) })))
}

/** What one part is. It says something of the path where all of them are asked, see `ofAllItems`. */
export function partFacts(part: Value, text: Value, isEqual: boolean): readonly Fact[] {
	if (!isAskedFor(text)) return []
	return part.taint.flatMap((it) =>
		pathsOf(it).map((root) => ({ when: !isEqual, root: itemOf(root), mask: maskOf(['path']) })),
	)
}

/** The roots of the path that a part, or a list of the parts, was split of. */
function pathsOf({ root, last }: Taint): readonly string[] {
	let step: Taint['last'] | undefined = last
	for (let depth = 0; step && depth < fewSteps && !splits.test(step.label); depth++) step = step.previous
	if (!step || !splits.test(step.label)) return []
	const whole = rootsOf(root).map((it) => it.replace(/\.\*$/, ''))
	return whole.flatMap((it) => rootsOf(it.replace(/\.parts$/, '')))
}

/** A part, a character, or any item. */
const ofItem = /\.(?:\[\]|\*)$/

/** Whether it is of one item only. */
export function isOfItem({ root }: Fact): boolean {
	return ofItem.test(root)
}

/** What goes for every item, said of the whole. */
export function ofAllItems(facts: readonly Fact[]): readonly Fact[] {
	return facts.flatMap((it) => (ofItem.test(it.root) ? { ...it, root: it.root.replace(ofItem, '') } : []))
}
