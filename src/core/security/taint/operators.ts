import type { Binary, Expression, Logical, Unary } from '../ir/ir.ts'
import { assign, isTarget } from './assign.ts'
import { checkEquality, checkMembership, checkTruth } from './checks/comparisons.ts'
import { equalFacts, hasCharacter, numberFacts } from './checks/equalFacts.ts'
import { assume, combined, type factsOf, negated, ownHostFacts, withFacts } from './checks/facts.ts'
import { membership } from './checks/membership.ts'
import { sizeFacts } from './checks/sizeFacts.ts'
import { foldBinary, foldUnary } from './constants.ts'
import { ofNumbers } from './declaredTypes.ts'
import { deepTaints, newList } from './items.ts'
import type { Machine } from './machine.ts'
import { comparedResult } from './memory/freedByResult.ts'
import { asked, hasPointers } from './memory/memory.ts'
import { addressOf, pointee, pointerStep, pointerSum } from './memory/pointers.ts'
import { addAll } from './natives/lists.ts'
import { united } from './natives/phpArrays.ts'
import { checkLooseEquality } from './sinks.ts'
import type { ObjectState } from './store.ts'
import { cleaned, derived, joinTaints, maskOf, type Taint } from './taint.ts'
import { temporaryPath } from './temporaryFiles.ts'
import { dashFacts } from './texts/firstSigns.ts'
import { rightsBehindHeaders } from './texts/headerPlaces.ts'
import { behindNumbers } from './texts/numberPlaces.ts'
import { inPage } from './texts/pages.ts'
import { comparedPosition } from './texts/positions.ts'
import { behind, behindPlaces, folderOf } from './texts/prefixes.ts'
import { withoutQuotes } from './texts/quotes.ts'
import {
	boolean,
	type ClassValue,
	constant,
	constantOf,
	type Fact,
	joinFallback,
	joinValues,
	nothing,
	onlyTaint,
	truthOf,
	unknown,
	type Value,
	withTaint,
} from './value.ts'

const ofOptions = maskOf(['option'])

export function binaryValue(machine: Machine, it: Binary): Value {
	const left = machine.evaluate(it.left)
	const right = machine.evaluate(it.right)
	if (machine.isDead) return unknown
	if (it.operator === '==' || it.operator === '!=') {
		asked(machine, left)
		asked(machine, right)
	}
	const moved = hasPointers(machine) ? pointerSum(it, left, right) : undefined
	if (moved) return moved
	const result = comparedPosition(it.operator, left, right) ?? comparedResult(machine, it.operator, left, right)
	if (result) return result
	const folded = foldBinary(it.operator, left, right, machine.language)
	switch (it.operator) {
		case '==':
		case '===':
		case 'is':
		case '!=':
		case '!==':
		case 'isNot': {
			if (machine.language === 'php' && (it.operator === '==' || it.operator === '!='))
				checkLooseEquality(machine, it, [left, right])
			const isAnswer = left.facts.length > 0 && outcomeOf(right) !== undefined
			if (!isAnswer && folded.constants?.length === 1 && left.taint.length === 0 && right.taint.length === 0)
				return folded
			checkEquality(machine, it, left, right)
			const isEqual = it.operator === '==' || it.operator === '===' || it.operator === 'is'
			const dashes = dashFacts(machine, it, [left, right], isEqual)
			if (dashes.length > 0) return withFacts(dashes)
			const outcome = outcomeOf(right) ?? (machine.language === 'php' ? numberOutcome(right) : undefined)
			if (outcome !== undefined && left.facts.length > 0)
				return withFacts(isEqual === outcome ? left.facts : negated(left.facts))
			// `strcmp(a, b) == 0` says what `!strcmp(a, b)` says.
			if (hasPointers(machine) && left.facts.length > 0 && isZero(right))
				return withFacts(isEqual ? negated(left.facts) : left.facts)
			// `inet_pton(…) == 1`: what went well gives 1.
			if (hasPointers(machine) && left.facts.length > 0 && constantOf(right) === 1)
				return withFacts(isEqual ? left.facts : negated(left.facts))
			if (machine.language === 'php' && (left.facts.length > 0 || right.facts.length > 0))
				return withFacts(comparedFacts(left, right, isEqual))
			if (hasPointers(machine) && (isNumber(left) || isNumber(right)))
				return withFacts(
					isNumber(right)
						? numberFacts(left, isEqual, hasCharacter(machine, it), right)
						: numberFacts(right, isEqual, hasCharacter(machine, it), left),
				)
			// Where characters have a type of their own, an index compared with one is in a text.
			return withFacts([
				...equalFacts(it, left, right, isEqual, hasCharacters(machine)),
				...(machine.language === 'javascript' ? ownHostFacts(left, right, isEqual) : []),
			])
		}
		case 'in':
		case 'notIn':
			checkMembership(machine, it, left, right)
			return membership(machine, left, right, it.operator === 'in', folded)
		case '<':
		case '<=':
		case '>':
		case '>=':
		case 'instanceof':
			if (it.operator === 'instanceof') return instanceOf(machine, left, right)
			if (hasPointers(machine) && left.facts.length > 0) {
				const facts = successFacts(it.operator, left, right)
				if (facts.length > 0) return withFacts(facts)
			}
			if (left.taint.length === 0 && right.taint.length === 0) return folded
			return withFacts(sizeFacts(machine, it.operator, left, right, it.isSigned === true))
		default: {
			const [lefts, rights] = [deepTaints(machine, left), deepTaints(machine, right)]
			const taints = joinTaints(
				lefts,
				it.operator === '+' || it.operator === 'concat'
					? behind(it.left, left, lefts, shownBehind(machine, it, left, rights), machine.language)
					: it.operator === '/' && machine.language === 'python'
						? cleaned(rights, ofOptions)
						: it.operator === '%' && machine.language === 'python'
							? behindNumbers(
									constantOf(left),
									behindPlaces(
										constantOf(left),
										rightsBehindHeaders(machine, constantOf(left), right, rights),
										machine.language,
									),
								)
							: rights,
			)
			const options = it.operator === '|' && machine.language === 'php' ? namesOf(left, right) : []
			if (options.length > 0) return withTaint({ ...folded, paths: options }, derived(taints))
			if (it.operator === '+' && left.objects.length > 0 && right.objects.length > 0)
				return machine.language === 'php' ? united(machine, [right, left]) : joinedLists(machine, left, right)
			// A difference of sets has nothing of the second one.
			if (it.operator === '-' && isSet(machine, left) && isSet(machine, right)) return left
			const flags = it.operator === '|' && hasPointers(machine) ? namesOf(left, right) : folded.paths
			const shared = it.operator === 'concat' ? temporaryPath([left, right]) : []
			if (shared.length > 0 && folded.constants === undefined)
				return withTaint({ ...folded, paths: shared }, derived(taints))
			const paths =
				machine.language === 'ruby' ? joinedPath(it, left) : it.operator === '/' ? fileOf(left, right, flags) : flags
			if (machine.language === 'go' && it.operator === '+' && folded.constants === undefined) {
				const folder = folderOf(right)
				if (folder.length > 0) return withTaint({ ...folded, paths: folder }, derived(taints))
			}
			const isOwnName = machine.language === 'javascript' && it.operator === '+' && namesNoPrototype(left, right)
			const mask = isOwnName
				? maskOf(['prototype'])
				: hasPointers(machine) && isLimited(it.operator, left, right)
					? maskOf(['size'])
					: 0
			const made = asNumber(machine, it.operator, cleaned(derived(taints), mask), true)
			return withTaint(paths === folded.paths ? folded : { ...folded, paths }, made)
		}
	}
}

/** `'user-' + name`, `last + 1`: none of the names that lead to the object that others come from begins or ends so. */
function namesNoPrototype(left: Value, right: Value): boolean {
	const [begin, end] = [constantOf(left), constantOf(right)]
	const isText = (it: unknown): boolean => (typeof it === 'string' && it !== '') || typeof it === 'number'
	return (
		(isText(begin) && prototypeNames.every((it) => !it.startsWith(String(begin)))) ||
		(isText(end) && prototypeNames.every((it) => !it.endsWith(String(end))))
	)
}

const prototypeNames = ['__proto__', 'constructor', 'prototype']

/** What is put behind the left side: of PHP, Python and JavaScript that may be a part of a statement or a page. */
function shownBehind(machine: Machine, it: Binary, left: Value, rights: readonly Taint[]): readonly Taint[] {
	if (machine.language === 'php') return withoutQuotes(textBefore(it.left, left), rights)
	const hasPages = machine.language === 'javascript' || machine.language === 'python'
	return hasPages ? inPage(machine, textBefore(it.left, left), rights) : rights
}

/** What is written right in front of the right side of a `.`, where that is known. */
function textBefore(written: Expression, left: Value): unknown {
	const known = left.taint.length === 0 ? constantOf(left) : undefined
	if (known !== undefined) return known
	const last =
		written.kind === 'binary' && (written.operator === 'concat' || written.operator === '+') ? written.right : written
	if (last.kind === 'template') return textBefore(last.parts.at(-1) ?? last, unknown)
	return last.kind === 'constant' ? last.value : undefined
}

const arithmetic = /^(?:[-*/%&|^~]|\*\*|<<|>>>?)$/

/** `+text`, `text * 1`: a number, whatever the text is (JavaScript). */
function asNumber(
	{ language }: Machine,
	operator: string,
	taints: readonly Taint[],
	isBinary = false,
): readonly Taint[] {
	if (language !== 'javascript' || taints.length === 0) return taints
	return arithmetic.test(operator) || (operator === '+' && !isBinary) ? cleaned(taints, ofNumbers) : taints
}

/** `folder + name`, `folder / name` of Ruby's paths. */
function joinedPath({ operator }: Binary, { paths }: Value): readonly string[] {
	return operator === '+' || operator === '/' ? paths.filter((it) => it === 'Pathname') : []
}

/** `x % n` and `x & 0xff` are no larger than what others do not choose. */
function isLimited(operator: string, left: Value, right: Value): boolean {
	if (operator === '%') return right.taint.length === 0
	return operator === '&' && (isNumber(left) || isNumber(right))
}

/** `folder / name` is a path like the folder (pathlib). */
function fileOf(left: Value, right: Value, otherwise: readonly string[]): readonly string[] {
	const files = [...left.paths, ...right.paths].filter((it) => /^(?:pathlib\.(?:Posix)?Path|anyio\.Path)\(\)$/.test(it))
	return files.length === 0 ? otherwise : files.slice(0, 1)
}

const mostFlags = 12

/** `A | B` of names that only a library knows is both of them. */
function namesOf(left: Value, right: Value): readonly string[] {
	const names = [...left.paths, ...right.paths].filter((it) => /^[A-Za-z_][\w.]*$/.test(it))
	return names.length === 0 ? left.paths.slice(0, 0) : [...new Set(names)].slice(0, mostFlags)
}

function isSet(machine: Machine, { objects }: Value): boolean {
	return objects.length > 0 && objects.every((id) => machine.store.object(id)?.form === 'set')
}

/** `check(x) is None`, `check(x) === false`: what a result that stands for yes or no is compared with. */
function outcomeOf({ constants, taint, objects, paths }: Value): boolean | undefined {
	// What `find` of C++ gives where there is nothing: `npos`, or where the container ends.
	if (paths.some((it) => /(?:^|\.)(?:npos|c?end\(\))$/.test(it))) return false
	const [only] = constants ?? []
	if (constants?.length !== 1 || taint.length > 0 || objects.length > 0) return undefined
	return only === null || only === false ? false : only === true ? true : undefined
}

/** What `preg_match` gives is 1 or 0. */
function numberOutcome(value: Value): boolean | undefined {
	const known = value.taint.length === 0 ? constantOf(value) : undefined
	return known === 1 ? true : known === 0 ? false : undefined
}

/** `$given === hash_hmac(…)`: what is equal to a result that says something of its data. */
function comparedFacts(left: Value, right: Value, isEqual: boolean): ReturnType<typeof factsOf> {
	const facts = [...left.facts, ...right.facts].filter(({ when }) => when)
	return isEqual ? facts : negated(facts)
}

/** Languages in which an index into a text gives a character that is compared as one. */
function hasCharacters({ language }: Machine): boolean {
	return language === 'csharp' || language === 'php'
}

/** `inet_pton(…) <= 0`, `verified(…) > 0`: what holds where a call went well. */
function successFacts(operator: string, { facts }: Value, right: Value): ReturnType<typeof factsOf> {
	const limit = constantOf(right)
	const holds = facts.filter(({ when }) => when)
	const isAbove = (operator === '>' && limit === 0) || (operator === '>=' && limit === 1)
	if (isAbove) return holds
	return (operator === '<=' && limit === 0) || (operator === '<' && limit === 1) ? negated(holds) : []
}

function isNumber({ constants, taint, objects }: Value): boolean {
	if (taint.length > 0 || objects.length > 0 || constants === undefined || constants.length === 0) return false
	return constants.every((it) => typeof it === 'number')
}

function isZero(value: Value): boolean {
	const constant = constantOf(value)
	return constant === 0 || constant === null
}

/** Whether a value is of a class, where that is known. */
function instanceOf(machine: Machine, left: Value, right: Value): Value {
	if (constantOf(left) === null && left.taint.length === 0 && left.objects.length === 0) return constant(false)
	if (right.paths.includes('java.lang.Object') && left.constants === undefined) return constant(true)
	if (left.objects.length !== 1 || left.constants !== undefined || right.classes.length !== 1) return boolean
	const state = machine.store.object(left.objects[0] as number)
	if (!state?.class) return boolean
	const isOne = isSubclass(state.class, right.classes[0] as ClassValue)
	return isOne || !state.isOpen ? constant(isOne) : boolean
}

function isSubclass(of: ClassValue, base: ClassValue, depth = 0): boolean {
	if (of.class === base.class) return true
	return depth < 10 && of.bases.some((it) => it.classes.some((one) => isSubclass(one, base, depth + 1)))
}

function joinedLists(machine: Machine, left: Value, right: Value): Value {
	const list = newList(machine, [])
	const state = machine.store.ownObject(list.objects[0] as number) as ObjectState
	addAll(machine, state, left)
	addAll(machine, state, right)
	return list
}

export function unaryValue(machine: Machine, it: Unary): Value {
	if (it.operator === '&' && hasPointers(machine)) return addressOf(machine, it)
	const operand = machine.evaluate(it.operand)
	switch (it.operator) {
		case '!': {
			asked(machine, operand)
			checkTruth(machine, operand, it.operand)
			const result = comparedResult(machine, '==', operand, constant(0))
			if (result) return result
			const folded = operand.taint.length === 0 ? foldUnary('!', operand) : boolean
			return withFacts(negated(operand.facts), folded)
		}
		case '&':
		case '*':
			return hasPointers(machine) ? pointee(machine, operand, it) : operand
		case '++':
		case '--': {
			const stepped = hasPointers(machine) ? pointerStep(machine, it, operand) : undefined
			if (stepped) return stepped
			const after = withTaint(
				foldBinary(it.operator === '++' ? '+' : '-', operand, constant(1), 'javascript'),
				operand.taint,
			)
			if (isTarget(it.operand)) assign(machine, it.operand, after)
			return it.isPostfix ? operand : after
		}
		case 'delete':
			removeField(machine, it)
			return boolean
		case 'typeof':
			return onlyTaint(foldUnary('typeof', operand), operand.taint)
		case 'void':
			return nothing
		default:
			return withTaint(foldUnary(it.operator, operand), asNumber(machine, it.operator, derived(operand.taint)))
	}
}

function removeField(machine: Machine, { operand }: Unary): void {
	if (operand.kind !== 'field' && operand.kind !== 'index') return
	const object = machine.evaluate(operand.object)
	const name = operand.kind === 'field' ? operand.name : operand.index && constantOf(machine.evaluate(operand.index))
	if (name === undefined || object.objects.length !== 1) return
	const state = machine.store.ownObject(object.objects[0] as number)
	state?.fields.delete(String(name))
}

export function logicalValue(machine: Machine, it: Logical): Value {
	const left = machine.evaluate(it.left)
	if (machine.isDead) return unknown
	if (it.operator === '??') {
		const isNull =
			left.constants?.every((one) => one === null) === true && left.objects.length === 0 && left.functions.length === 0
		if (isNull) return machine.evaluate(it.right)
		if (left.constants !== undefined && !left.constants.includes(null) && !mayBeMissing(machine, it.left)) return left
		return joinFallback(left, machine.evaluate(it.right))
	}
	const isAnd = it.operator === '&&'
	asked(machine, left)
	checkTruth(machine, left, it.left)
	const truth = truthOf(left, machine.language)
	if (truth !== undefined && left.taint.length === 0) return truth === isAnd ? machine.evaluate(it.right) : left
	let right = unknown
	const { layer } = machine.inLayer(() => {
		assume(machine, left, isAnd)
		right = machine.evaluate(it.right)
		return true
	})
	const wasDead = machine.isDead
	machine.isDead = false
	machine.store.absorb(wasDead ? [new Map()] : [new Map(), layer.cells])
	const facts = [
		...combined(it.operator as '&&' | '||', left.facts, right.facts),
		...factsBehind(machine, layer.cells, isAnd),
	]
	// Of `a && b` a is a result only where it is false: then it is no text.
	const kept = isAnd ? onlyFalse(left) : left
	const value = wasDead ? kept : isAnd ? joinValues(kept, right) : joinFallback(kept, right)
	return { ...value, facts }
}

/** Where `a && b` is true, and `a || b` is not, b was evaluated: what a call in it has checked is checked then. */
function factsBehind(machine: Machine, changes: ReadonlyMap<unknown, unknown>, when: boolean): readonly Fact[] {
	const facts: Fact[] = []
	for (const [root, mask] of changes) {
		if (typeof root !== 'string' || typeof mask !== 'number') continue
		const more = mask & ~machine.store.checked(root)
		if (more !== 0) facts.push({ when, root, mask: more })
	}
	return facts
}

/** `$names[$key]` by a key that is not known: what is known of it goes for keys that are there. */
function mayBeMissing(machine: Machine, it: Expression): boolean {
	if (it.kind !== 'index' || !it.index || it.index.kind === 'constant') return false
	return constantOf(machine.evaluate(it.index)) === undefined
}

function onlyFalse(value: Value): Value {
	return value.constants === undefined ? { ...unknown, constants: [false] } : { ...value, taint: [] }
}
