import type { Binary } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'
import { allKinds, maskOf } from '../taint.ts'
import { partFacts } from '../texts/splitParts.ts'
import { constantOf, type Value } from '../value.ts'
import {
	belowFolder,
	cameOfRelative,
	cleanedAlready,
	factsOf,
	hostFacts,
	insideFolder,
	itemOf,
	localFacts,
	maskWithout,
} from './facts.ts'

/**
 * In C a number may be a character of a text: it says nothing of the others, unless a loop looks at all of them.
 * @param isCharacter whether it is written as one: then nothing was said of how long the text is
 */
export function numberFacts(
	{ taint }: Value,
	isEqual: boolean,
	isCharacter = false,
	other?: Value,
): ReturnType<typeof factsOf> {
	const size = maskOf(['size', 'sign'])
	const code = isCharacter && other ? constantOf(other) : undefined
	const without = typeof code === 'number' ? (withoutCharacter.get(code) ?? 0) : 0
	return taint.flatMap(({ root }) => [
		...(isCharacter ? [] : [{ when: isEqual, root, mask: size }]),
		{ when: isEqual, root: itemOf(root), mask: allKinds },
		...(without === 0 ? [] : [{ when: !isEqual, root: itemOf(root), mask: without }]),
	])
}

/** What a text is safe for that does not have this character: that of a separator or dot, of the end of a line, of a tag. */
const withoutCharacter: ReadonlyMap<number, number> = new Map([
	[46, maskOf(['path'])],
	[47, maskOf(['path'])],
	[92, maskOf(['path'])],
	[10, maskOf(['header', 'log'])],
	[60, maskOf(['html'])],
])

/** `*text == '/'` */
export function hasCharacter(machine: Machine, { left, right }: Binary): boolean {
	return isCharacterLiteral(machine, left) || isCharacterLiteral(machine, right)
}

export function isCharacterLiteral({ unit }: Machine, { start }: CodeSpan): boolean {
	return /^(?:[LUu]|u8)?'/.test(unit.text.slice(start, start + 3))
}

/** Data that equals a constant is that constant; `typeof x === 'number'` says that it is no text. */
export function equalFacts(
	it: Binary,
	left: Value,
	right: Value,
	isEqual: boolean,
	isText: boolean,
): ReturnType<typeof factsOf> {
	const isConstant = (value: Value): boolean =>
		value.taint.length === 0 &&
		value.objects.length === 0 &&
		(value.constants === undefined ? isScheme(value) : value.constants.every((one) => one !== null))
	// What is nothing does no harm.
	if (isNothing(right)) return factsOf(left.taint, isEqual)
	if (isNothing(left)) return factsOf(right.taint, isEqual)
	if (hasWayUp(left, right) || hasWayUp(right, left)) return belowFolder([...left.taint, ...right.taint], !isEqual)
	if (isConstant(right)) {
		const type = it.left.kind === 'unary' && it.left.operator === 'typeof' ? constantOf(right) : undefined
		if (type === 'string') return factsOf(left.taint, isEqual, maskOf(['nosql']))
		if (type !== undefined) return type === 'number' || type === 'boolean' ? factsOf(left.taint, isEqual) : []
		return [
			...constantFacts(left, right, isEqual),
			...hostFacts(left, isEqual),
			...polluting(left, right, isEqual),
			...partFacts(left, right, isEqual),
			...(isText ? localFacts(left, right, isEqual) : []),
		]
	}
	if (isConstant(left))
		return [
			...constantFacts(right, left, isEqual),
			...hostFacts(right, isEqual),
			...polluting(right, left, isEqual),
			...partFacts(right, left, isEqual),
		]
	const same = cleanedAlready(left.taint, right.taint, isEqual)
	if (same.length > 0) return same
	if (isCommonPath(left) || isCommonPath(right)) return insideFolder([...left.taint, ...right.taint], isEqual)
	if (right.paths.some((it) => ownHost.test(it))) return hostFacts(left, isEqual)
	if (left.paths.some((it) => ownHost.test(it))) return hostFacts(right, isEqual)
	// A path that is the program's own folder leads nowhere else: `path === root || path.startsWith(root + sep)`.
	const other = isOwn(right) ? left : isOwn(left) ? right : undefined
	return other?.taint.map(({ root }) => ({ when: isEqual, root, mask: ofPath })) ?? []
}

/** Of the program, or of whoever starts it. */
function isOwn({ taint }: Value): boolean {
	return taint.every(({ kind }) => kind === 'local' || kind === 'sensitive')
}

const ofPath = maskOf(['path'])

/**
 * What equals a constant does no harm. Of one sign of a text that may be more than it seems: it is there, and where a loop says of all of them that they are
 * another one, the text holds none.
 */
function constantFacts({ taint }: Value, other: Value, isEqual: boolean): ReturnType<typeof factsOf> {
	const text = constantOf(other)
	const mask = typeof text === 'string' && text.length === 1 ? maskWithout(text) : 0
	if (mask === 0) return factsOf(taint, isEqual)
	const signs = taint.filter(({ root }) => oneItem.test(root))
	return [
		...factsOf(
			taint.filter((it) => !signs.includes(it)),
			isEqual,
		),
		...factsOf(signs, isEqual, allKinds & ~mask),
		...signs.map(({ root }) => ({ when: !isEqual, root, mask })),
	]
}

const oneItem = /\.(?:\*|\d+)(?:\.@\d+)*$/

/** What the library of C# calls `https` and other protocols. */
function isScheme({ paths }: Value): boolean {
	return paths.length > 0 && paths.every((it) => /(?:^|\.)Uri\.UriScheme\w+$/.test(it))
}

function isNothing(value: Value): boolean {
	return value.taint.length === 0 && constantOf(value) === null
}

/** `*path.lexically_relative(folder).begin() == ".."` */
function hasWayUp(path: Value, name: Value): boolean {
	return constantOf(name) === '..' && name.taint.length === 0 && path.taint.some(({ last }) => cameOfRelative(last))
}

/** `os.path.commonpath([folder, path]) == folder`. */
function isCommonPath({ paths }: Value): boolean {
	return paths.some((it) => it === 'os.path.commonpath()' || it === 'os.path.commonprefix()')
}

/** The address of the page itself. */
const ownHost = /^(?:window\.|self\.|document\.|globalThis\.)?(?:location\.(?:origin|host|hostname)|origin)$/

/** A key that is not `__proto__` leads to no prototype. */
function polluting({ taint }: Value, name: Value, isEqual: boolean): ReturnType<typeof factsOf> {
	return constantOf(name) === '__proto__' ? factsOf(taint, !isEqual, maskOf(['prototype'])) : []
}
