import type { Expression } from '../../ir/ir.ts'
import type { SinkKind } from '../../rules/ruleTypes.ts'
import type { Machine } from '../machine.ts'
import { freeWhen } from '../memory/freedByResult.ts'
import { asked } from '../memory/memory.ts'
import { allKinds, maskOf, type Taint } from '../taint.ts'
import { boolean, type Fact, onlyTaint, type Value } from '../value.ts'

/** What follows for data that was checked when a condition turns out to be so. */
export function assume(machine: Machine, value: Value, truth: boolean): void {
	asked(machine, value)
	freeWhen(machine, value, truth)
	for (const { when, root, mask } of value.facts) {
		if (when === truth) machine.store.set(root, machine.store.checked(root) | mask)
	}
}

/** A condition that says something about all that a value is. */
export function factsOf(taints: readonly Taint[], when: boolean, mask: number = allKinds): readonly Fact[] {
	const facts: Fact[] = []
	for (const taint of taints) if (taint.isWhole) facts.push({ when, root: taint.root, mask })
	return facts
}

export function withFacts(facts: readonly Fact[], value: Value = boolean): Value {
	return facts.length === 0 ? value : { ...value, facts: [...value.facts, ...facts] }
}

export function negated(facts: readonly Fact[]): readonly Fact[] {
	return facts.map((it) => ({ ...it, when: !it.when }))
}

/** Of `a && b` and `a || b`: what both say for one outcome holds, and for the other what either says. */
export function combined(operator: '&&' | '||', left: readonly Fact[], right: readonly Fact[]): readonly Fact[] {
	const sure = operator === '&&'
	const facts: Fact[] = [...left, ...right].filter((it) => it.when === sure)
	for (const one of left) {
		if (one.when === sure) continue
		// Several facts may be about the same data, each for kinds of its own.
		const other = right.reduce((all, it) => (it.when === one.when && it.root === one.root ? all | it.mask : all), 0)
		if ((one.mask & other) !== 0) facts.push({ ...one, mask: one.mask & other })
	}
	return facts
}

/** The root of all that there is: what is safe from here on, whatever the data. */
export const everything = '*'

/** The root of the characters of a text, looked at one by one. */
export function itemOf(root: string): string {
	return `${root}.[]`
}

/** Kinds of sinks that data of these roots was checked for, by now. */
export function checkedMask(machine: Machine, taint: Taint): number {
	return machine.store.checkedMask(taint.root) | machine.store.checked(everything)
}

/** What a value is safe for in which a text does not occur. */
export function maskWithout(text: string): number {
	const kinds: SinkKind[] = []
	if (/['"]/.test(text)) kinds.push('sql', 'xpath', 'code')
	if (/[;|&`$]/.test(text)) kinds.push('command')
	if (text.includes('<')) kinds.push('html')
	if (/\.\.|\/|\\/.test(text)) kinds.push('path')
	if (/[\r\n]/.test(text)) kinds.push('header', 'log')
	if (/[()*]/.test(text)) kinds.push('ldap')
	// Without a protocol `//host` still leads to another host: that there is no `://` says too little.
	if (/^\/?\\$/.test(text)) kinds.push('redirect')
	if (text === '__proto__') kinds.push('prototype')
	return maskOf(kinds)
}

const hosts = /^(?:get)?(?:host|authority|hostname|hostAddress)(?:\(\))?$/i
const hostFields = /\.(?:host|hostname|netloc|origin|authority|Host|Hostname|DnsSafeHost|IdnHost|Authority)$/
/** What the framework of C# made an address of has been taken apart by that. */
const hostOfUri = /(?:^|\.)Uri\.(?:Host|DnsSafeHost|IdnHost|Authority)$/
const schemeFields = /\.(?:protocol|scheme|Scheme)$/
/** What is read of the header that the browser sets: it has nothing but a protocol and a host, so that the host says what all of it is. */
const originHeader = /:\d+:(?=.*header|.*HTTP_ORIGIN).*(?:\b|_)origin\b/i
const senders = /^dom\.MessageEvent\.origin$/

/** The host of an address is one that is allowed: then so is the address. */
export function hostFacts({ taint, paths }: Value, when: boolean): readonly Fact[] {
	const mask = maskOf(['url', 'redirect'])
	const called = taint
		.filter(({ last }) => hosts.test(last.label) || (last.previous !== undefined && hosts.test(last.previous.label)))
		.flatMap((it) => rootsOf(it.root).map((root) => ({ when, root, mask })))
	// A field of the request that is only called `host` is no part of an address that was taken apart.
	const isOfUri = paths.some((it) => hostOfUri.test(it))
	const read = taint
		.filter((it) => hostFields.test(it.root) && (!it.isWhole || isOfUri || /\.@\d+\.\w+$/.test(it.root)))
		.flatMap((it) => rootsOf(it.root.replace(hostFields, '')).map((root) => ({ when, root, mask })))
	const spelled = taint
		.filter((it) => !hostFields.test(it.root) && isSpelledHost(it))
		.flatMap((it) => rootsOf(it.root.replace(madeOf, '').replace(hostFields, '')).map((root) => ({ when, root, mask })))
	const named = taint
		.filter((it) => schemeFields.test(it.root))
		.flatMap((it) => rootsOf(it.root.replace(schemeFields, '')))
		.map((root) => ({ when, root, mask: maskOf(['scheme']) }))
	const origins = taint
		.filter(({ root }) => originHeader.test(root))
		.flatMap((it) => rootsOf(it.root).map((root) => ({ when, root, mask: mask | maskOf(['header']) })))
	// A message of a page that is known is no other page's.
	const sent = paths.some((it) => senders.test(it)) ? [{ when, root: everything, mask: allKinds }] : []
	return [...called, ...read, ...spelled, ...named, ...origins, ...sent]
}

const madeOf = /(?:\.@\d+)+$/
const spelling = /^(?:lower|casefold|strip|rstrip|toLowerCase|ToLowerInvariant|downcase|trim)\(\)$/
const fewSteps = 8

/** The host of an address in small letters, in a variable of its own. */
function isSpelledHost({ root, last }: Taint): boolean {
	if (!madeOf.test(root) || !hostFields.test(root.replace(madeOf, ''))) return false
	let at: Taint['last'] | undefined = last
	for (let depth = 0; at && depth < fewSteps; depth++, at = at.previous) {
		if (!at.label.endsWith('()')) continue
		if (/ur[li]|parse/i.test(at.label)) return true
		if (!spelling.test(at.label)) return false
	}
	return false
}

/** `target.origin === new URL(base).origin`: the host is one that somebody else than the client named. */
export function ownHostFacts(left: Value, right: Value, isEqual: boolean): readonly Fact[] {
	const isOther = ({ taint, paths }: Value) => taint.every((it) => it.kind !== 'remote') && paths.length > 0
	if (left.taint.length > 0 && isOther(right)) return hostFacts(left, isEqual)
	return right.taint.length > 0 && isOther(left) ? hostFacts(right, isEqual) : []
}

/** A text whose second character is neither slash leads to no other host; who asks for the second kind has asked for all the rest as well. */
export function localFacts({ taint }: Value, { constants }: Value, when: boolean): readonly Fact[] {
	const [constant] = constants ?? []
	const mask = maskOf(['redirect'])
	// Nor does one that has no second character.
	if (constant === 1)
		return taint
			.filter((it) => /\.[Ll]ength$/.test(it.root))
			.map(({ root }) => ({ when, root: root.slice(0, -'.length'.length), mask }))
	if (constants?.length !== 1 || constant !== '\\') return []
	return taint
		.filter((it) => it.root.endsWith('.1'))
		.map(({ root }) => ({ when: !when, root: root.slice(0, -2), mask }))
}

/** Of data that was made of other data, the roots of both. */
export function rootsOf(root: string): readonly string[] {
	const roots = [root]
	for (let at = root; /\.@\d+$/.test(at); ) {
		at = at.slice(0, at.lastIndexOf('.'))
		roots.push(at)
	}
	return roots
}

/** `basename(name) === name`: data that a sanitizer leaves as it is was as clean before. */
export function cleanedAlready(left: readonly Taint[], right: readonly Taint[], isEqual: boolean): readonly Fact[] {
	return left.flatMap((one) =>
		right.flatMap((other) => {
			const mask = one.clean ^ other.clean
			const roots = mask === 0 || one.origin !== other.origin ? [] : rootsOf(one.root)
			return rootsOf(other.root)
				.filter((root) => roots.includes(root))
				.map((root) => ({ when: isEqual, root, mask }))
		}),
	)
}

const normalizers =
	/^(?:realpath|resolve|abspath|normpath|normalize|canonical\w*|getCanonicalPath|getCanonicalFile|toRealPath|Clean|Abs|GetFullPath|EvalSymlinks|expand_path|cleanpath)\(\)$/

/**
 * A path that was resolved, and begins with a folder: it lies in the folder.
 * @param isJoined whether joining made it, which resolves it in some languages
 */
export function insideFolder(
	taints: readonly Taint[],
	when: boolean,
	language?: string,
	isJoined = false,
): readonly Fact[] {
	const mask = maskOf(['path'])
	return taints.filter((it) => isJoined || isNormalized(it, language)).map((it) => ({ when, root: it.root, mask }))
}

const relatives = /^(?:lexically_relative|relative|relpath|relativize|relative_to|Rel|GetRelativePath)\(\)$/

/** A way from a folder that does not begin with `..`: then the path lies in it. */
export function belowFolder(taints: readonly Taint[], when: boolean): readonly Fact[] {
	const mask = maskOf(['path'])
	return (
		taints
			.filter(({ last }) => cameOfRelative(last))
			// Also its first part: `relative(folder, file).split(sep)[0]`.
			.flatMap((it) => rootsOf(it.root.replace(/\.0(?:\.@\d+)*$/, '')).map((root) => ({ when, root, mask })))
	)
}

/** A normalized path has its `..` at the beginning, or none. */
export function withoutWayUp(taints: readonly Taint[], language?: string): readonly Fact[] {
	const mask = maskOf(['path'])
	return taints
		.filter((it) => isNormalized(it, language))
		.flatMap((it) => rootsOf(it.root).map((root) => ({ when: false, root, mask })))
}

/** Its last steps, for a variable or a first part may be in between. */
export function cameOfRelative(last: Taint['last']): boolean {
	let at: Taint['last'] | undefined = last
	for (let depth = 0; at && depth < 4; depth++, at = at.previous) if (relatives.test(at.label)) return true
	return false
}

function isNormalized(taint: Taint, language: string | undefined): boolean {
	for (let at: Taint['last'] | undefined = taint.last; at; at = at.previous) {
		// `resolve` of Java only joins.
		if (language === 'java' && at.label === 'resolve()') continue
		// `Join` of Go and `path.join` of Node clean what they joined.
		if (normalizers.test(at.label) || at.label === 'path.join()' || (language === 'go' && at.label === 'Join()'))
			return true
	}
	return false
}

const ofAddress = maskOf(['redirect', 'url'])

/**
 * What was checked where a value is taken stays checked in it, also where the ways come together again.
 * @param isWhole leaves out what was only made of checked data, such as a text of characters that were looked at one by one
 */
export function checkedHere(machine: Machine, value: Value, isWhole = false): Value {
	if (value.taint.length === 0) return value
	let isOther = false
	// What is made of parts of an address whose host was checked leads to no other host.
	const made = machine.language === 'javascript' ? ofAddress : 0
	const taint = value.taint.map((it) => {
		const checked = machine.store.checkedMask(it.root)
		// What was made of one of the program's own texts is as good as that.
		const mask = isWhole && !it.isWhole && checked !== allKinds ? checked & made : checked
		if ((it.clean | mask) === it.clean) return it
		isOther = true
		return { ...it, clean: it.clean | mask }
	})
	return isOther ? onlyTaint(value, taint) : value
}

/** What a function returns. A function of Go gives several results: what it made of checked data, or an error. */
export function checkedResult(machine: Machine, written: Expression | undefined, value: Value): Value {
	if (machine.language !== 'go') return checkedHere(machine, value, true)
	const [id] = value.objects
	if (written?.kind === 'list' && written.form === 'tuple' && id !== undefined) {
		for (const [name, item] of machine.store.object(id)?.fields ?? []) {
			const checked = checkedHere(machine, item)
			if (checked !== item) machine.store.ownObject(id)?.fields.set(name, checked)
		}
	}
	return checkedHere(machine, value)
}

/** What is the key of a map of the program's own was put there by the program. A page can still show what somebody else chose as a name. */
export function keyFacts(key: Value): readonly Fact[] {
	return [...factsOf(key.taint, true, allKinds & ~maskOf(['html', 'log', 'secret'])), ...hostFacts(key, true)]
}
