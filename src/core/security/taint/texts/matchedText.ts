import { admittedText } from '../../regex/admittedText.ts'
import { type CharSet, unionOf } from '../../regex/charSet.ts'
import type { SinkKind } from '../../rules/ruleTypes.ts'
import { maskWithout } from '../checks/facts.ts'
import { allKinds, maskOf } from '../taint.ts'

/** What a text is safe for by what a regular expression says of it, where it matches and where it does not. */
export interface MatchMasks {
	readonly matching: number
	readonly other: number
}

export function masksOfMatch(pattern: string, flags: string): MatchMasks {
	const { matching, other } = admittedText(pattern, flags)
	const isLinewise = flags.includes('m')
	// `^/(?!/)[^\\]*$`: where a backslash stands nowhere, it does not stand behind the slash.
	const isLocal = halfLocal.test(pattern) && !holds(matching, 92)
	const begins = isLinewise ? 0 : maskOfBeginning(pattern) | (isLocal ? maskOf(['redirect']) : 0) | maskOfName(pattern)
	// What matches is a text, and no array of operators.
	return {
		matching: (maskOfCharacters(matching) | begins | maskOf(['nosql'])) & ~maskOfProto(pattern, flags),
		other: maskOfCharacters(other) | maskOfParts(pattern),
	}
}

/** `/^\w+$/` lets `__proto__` through, which is all that it takes to reach the object that others come from. @returns what is not safe by that */
export function maskOfProto(pattern: string, flags: string): number {
	try {
		return new RegExp(pattern, flags.replace(/[gy]/g, '')).test('__proto__') ? maskOf(['prototype']) : 0
	} catch {
		return 0
	}
}

/** Characters of which one at least has to be in a text that does harm, by where it goes. */
const needed: readonly (readonly [characters: string, kinds: readonly SinkKind[]])[] = [
	['\'"`\\;()#', ['sql']],
	['<>"\'', ['html']],
	[';|&$`<>(){}"\'\\\n*?~!', ['command']],
	['\r\n', ['header', 'log']],
	['()*\\&|', ['ldap']],
	[',+"\\<>;=#', ['dn']],
	['\'"[]()', ['xpath']],
	['<&', ['xml']],
	['{}<%', ['template']],
	[':{', ['deserialization']],
	['\\^$.|?*+()[]{}', ['regex']],
	['/\\', ['path', 'url', 'redirect']],
	['.', ['path']],
	['-', ['option']],
]

/** Of code without names: signs that make texts, variables or code of numbers. */
const codeSigns = '\'"`$;{}<>[]^~|&\\#@=,_'

/** Characters that do no harm in any sink: what is made of them is no code. */
const harmless = /^[\w\-:.@ ,+=/]$/

const mostLooked = 0x7f

export function maskOfCharacters(set: CharSet): number {
	const has = (sign: string): boolean => holds(set, sign.charCodeAt(0))
	const hasAny = (signs: string): boolean => [...signs].some(has)
	let mask = 0
	for (const [signs, kinds] of needed) if (!hasAny(signs)) mask |= maskOf(kinds)
	const letters = set.some(([from, to]) => (from <= 122 && to >= 97) || (from <= 90 && to >= 65) || to > mostLooked)
	if (!letters && !hasAny(codeSigns)) mask |= maskOf(['code'])
	if (!isHarmless(set)) return mask
	// A path can still lead elsewhere, and an address to another server.
	const open: SinkKind[] = hasAny('/') ? ['url', 'redirect', 'encoded', ...(has('.') ? (['path'] as const) : [])] : []
	if (has('-')) open.push('option')
	return mask | (allKinds & ~maskOf(open))
}

/** What a text is safe for that consists of signs of another one. */
export function maskOfSigns(signs: string): number {
	return maskOfCharacters(unionOf([...signs].map((it) => [[it.charCodeAt(0), it.charCodeAt(0)]])))
}

function isHarmless(set: CharSet): boolean {
	if ((set.at(-1)?.[1] ?? 0) > mostLooked) return false
	for (let code = 0; code <= mostLooked; code++)
		if (holds(set, code) && !harmless.test(String.fromCharCode(code))) return false
	return true
}

function holds(set: CharSet, code: number): boolean {
	return set.some(([from, to]) => from <= code && code <= to)
}

const halfLocal = /^(?:\^|\\A)\\?\/\(\?!\\?\/\)[^|]*$/
/** `/a`, but neither `//a` nor `/\\a`: an address of this site. */
const localBeginning =
	/^(?:\^|\\A)\\?\/(?:\(\?!(?=[^)]*\/)(?=[^)]*\\\\)|\[\^(?=[^\]]*\/)(?=[^\]]*\\\\)|\[(?!\^)[\w\-.%]+\]|\w)/
/** The name of a host, in which no dot stands for any character, and its end; any word may stand in front of a domain of two. */
const hostBeginning =
	/^(?:\^|\\A)https?\??:\\?\/\\?\/(?:(?:\(\?:|\()?\[[\w-]+\][+*]\\\.\)?[?*]?(?=[^/]*\\\.))?(?:\\[.-]|[\w\-|?:()])+(?:\\?\/|\$|\\z)/

/** What an address begins with that no script does. */
const harmlessScheme =
	/^(?:\^|\\A)(?:https\??|\((?:\?:)?(?:https?\??|ftps?\??|mailto|tel|sms)(?:\|(?:https?\??|ftps?\??|mailto|tel|sms))*\)):/

function maskOfBeginning(pattern: string): number {
	// Of ways that are told apart at the top, each would have to be looked at.
	if (/\|(?![^()]*\))/.test(pattern)) return 0
	if (hostBeginning.test(pattern)) return maskOf(['url', 'redirect'])
	if (localBeginning.test(pattern)) return maskOf(['redirect'])
	return harmlessScheme.test(pattern) ? maskOf(['scheme']) : 0
}

const harmlessWay = /^(?:(?:https?\??|ftps?\??|mailto|tel|sms):|\\?[/#]|\\[?.])/

/** `^(?:https?://|mailto:|/|#)`: no way that an address may begin with is that of a script (Python). */
export function beginsHarmless(pattern: string): boolean {
	let inner = pattern.replace(/^(?:\^|\\A)/, '')
	for (let whole = wholeGroup.exec(inner); whole; whole = wholeGroup.exec(inner)) inner = whole[1] ?? ''
	const [, first, rest = ''] = /^\((?:\?:)?([^()]*)\)([\s\S]*)$/.exec(inner) ?? []
	const ways = first === undefined ? inner.split('|') : first.split('|').map((it) => it + rest)
	return (
		!(first === undefined ? /[()]/ : /\|/).test(first === undefined ? inner : rest) &&
		ways.every((it) => harmlessWay.test(it))
	)
}

/** All of it, with one more in it at most. */
const wholeGroup = /^\((?:\?:)?((?:[^()]|\([^()]*\))*)\)$/

/** What has to begin with a name is no option. */
function maskOfName(pattern: string): number {
	const isOne = !/\|(?![^()]*\))/.test(pattern)
	return isOne && beginsWithName(pattern.replace(/^\\A/, '^')) ? maskOf(['option']) : 0
}

/** `(^|[\\/])\.\.([\\/]|$)`: a part of a path that leads upwards, wherever it stands. */
const wayUp =
	/^(?:\((?:\?:)?(?:\^\|SEP|SEP\|\^)\)|SEP)?(?:\\\.|\[\.\])(?:\\\.|\[\.\]|\{2\})(?:\((?:\?:)?(?:\$\|SEP|SEP\|\$)\)|SEP)?$/
const separator = /\\?\/|\\\\|\[(?:\\?\/|\\\\)+\]/g

/** `^[=+-]`: signs that a text begins with. */
const beginning = /^(?:\^|\\A)\\?s?\*?\[((?:\\.|[^\]\\^])(?:\\.|[^\]\\])*)\]$/

/** Of texts one of which would match: where none does, the text holds none of them. */
function maskOfParts(pattern: string): number {
	const first = beginning.exec(pattern)?.[1]
	const isOption = first === undefined ? /^(?:\^|\\A)-[+*]?$/.test(pattern) : /\\-|^-|-$/.test(first)
	let mask = isOption ? maskOf(['option']) : 0
	mask |= wayUp.test(pattern.replace(separator, 'SEP')) ? maskOf(['path']) : 0
	for (const it of pattern.split('|')) {
		if (!/^(?:\\[^\w]|[^\\()[\]{}*+?^$.|])+$/.test(it)) continue
		const text = it.replace(/\\(.)/g, '$1')
		mask |= text.length > 1 && text !== '..' && text !== '://' && text !== '//' ? 0 : maskWithout(text)
	}
	return mask
}

/** A letter or digit, a class without `-`, or a choice of words stands at the beginning. */
export function beginsWithName(pattern: string): boolean {
	const [, first] = /^\^(\w|\\[wd/]|\/|\[(?:\\.|[^\]\\])+\]|\((?:\?:)?\w+(?:\|\w+)*\))(?![*?{])/.exec(pattern) ?? []
	if (first === undefined) return false
	if (!first.startsWith('[')) return true
	try {
		return !new RegExp(`^${first}$`).test('-')
	} catch {
		return false
	}
}
