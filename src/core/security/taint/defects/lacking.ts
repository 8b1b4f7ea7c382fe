import type { Annotation, FunctionIr } from '../../ir/ir.ts'
import type { RuleFind } from '../../rules/ruleIndex.ts'
import type { Paths } from '../../rules/ruleTypes.ts'
import { annotationMatches } from '../entrySources.ts'
import type { Machine } from '../machine.ts'
import { deepestBase } from '../members.ts'
import type { ClassValue } from '../value.ts'

/** So many methods beside one have what it lacks, and no other lacks it: then it was forgotten there. Rules may be content with fewer. */
const fewestBeside = 2

/** Methods without an annotation that all the others of their class have. */
export function checkLacking(machine: Machine, of: ClassValue): void {
	for (const rule of machine.rules.lacking) {
		const method = lacking(machine, of, rule)
		if (method) machine.reporter.find(rule, machine.place(method.head))
	}
}

function lacking(machine: Machine, of: ClassValue, { find }: RuleFind): FunctionIr | undefined {
	const { annotation, lacks, among = annotation, fewest = fewestBeside } = find
	if (annotation === undefined || among === undefined || lacks === undefined) return undefined
	const has = ({ annotations }: FunctionIr, paths: Paths): boolean =>
		annotations.some((it) => annotationMatches(machine, it, paths))
	const says = (it: Annotation): boolean => annotationMatches(machine, it, lacks) || isExcused(machine, it, find.unless)
	if (isKnownOfClass(of, says, 0) !== false) return undefined
	const called = of.class.methods.filter((it) => has(it, among))
	const bare = called.filter((it) => !it.annotations.some(says))
	const [only] = bare
	if (!only || bare.length > 1 || called.length - 1 < fewest || !has(only, annotation)) return undefined
	if (!called.every((it) => it === only || has(it, lacks))) return undefined
	const text = machine.unit.text.slice(only.head.start, only.end)
	return find.except !== undefined && machine.rules.cache.pattern(find.except)?.test(text) ? undefined : only
}

function isExcused(machine: Machine, { name }: Annotation, unless: string | undefined): boolean {
	return unless !== undefined && machine.rules.cache.pattern(unless)?.test(name) === true
}

/** Whether the class or one that it comes from has the annotation; undefined where one of them cannot be looked at. */
function isKnownOfClass(of: ClassValue, says: (it: Annotation) => boolean, depth: number): boolean | undefined {
	if (of.class.annotations.some(says)) return true
	if (depth >= deepestBase) return undefined
	let known: boolean | undefined = false
	for (const { classes, paths } of of.bases) {
		if (classes.length === 0 && !paths.every((it) => it.includes('.'))) known = undefined
		for (const one of classes) {
			const has = isKnownOfClass(one, says, depth + 1)
			if (has !== false) return has
		}
	}
	return known
}
