import type { SinkKind, SourceKind } from '../rules/ruleTypes.ts'
import type { CodeSpan } from '../tree/codeNode.ts'

/** A place in one of the files that are analyzed. */
export interface CodePlace extends CodeSpan {
	readonly file: string
}

export interface TaintStep {
	readonly place: CodePlace
	readonly role: 'source' | 'step' | 'call' | 'return'
	readonly label: string
	readonly previous: TaintStep | undefined
	readonly count: number
	/** Of a source in another file: where the file that is analyzed called what leads there. */
	readonly calledFrom?: CodePlace | undefined
}

/** Data that somebody else controls, on its way through the code. */
export interface Taint {
	readonly kind: SourceKind
	/** Where it comes from: rule, file and place. */
	readonly origin: string
	/** What the data is, so that a check of it counts wherever it goes: the source, and the fields that were taken of it. */
	readonly root: string
	/** A bit for each kind of sink that it is safe for. */
	readonly clean: number
	/** Whether it went through a function that nothing is known of. */
	readonly isWeak: boolean
	/** Whether the value is what the root is, not something made of it. */
	readonly isWhole: boolean
	readonly last: TaintStep
}

const kinds: readonly SinkKind[] = [
	'sql',
	'nosql',
	'command',
	'code',
	'html',
	'path',
	'url',
	'redirect',
	'ldap',
	'dn',
	'xpath',
	'template',
	'header',
	'log',
	'xml',
	'deserialization',
	'prototype',
	'mass',
	'regex',
	'format',
	'reflection',
	'session',
	'crypto',
	'size',
	'secret',
	'encoded',
	'other',
	'sign',
	'scheme',
	'option',
]
const bits: ReadonlyMap<SinkKind, number> = new Map(kinds.map((kind, at) => [kind, 1 << at]))

export const allKinds = (1 << kinds.length) - 1

export function maskOf(of: readonly SinkKind[] | 'all'): number {
	return of === 'all' ? allKinds : of.reduce((mask, kind) => mask | bitsOf(kind), 0)
}

/** What is safe for a kind is safe for those that ask for less: an address of a known host has a known protocol. */
const implied: ReadonlyMap<SinkKind, SinkKind> = new Map([['redirect', 'scheme']])

function bitsOf(kind: SinkKind): number {
	const less = implied.get(kind)
	return bitOf(kind) | (less === undefined ? 0 : bitOf(less))
}

/** This kind and no other: for whoever asks whether data is safe for it. */
export function bitOf(kind: SinkKind): number {
	return bits.get(kind) ?? 0
}

const spelled: ReadonlySet<SinkKind> = new Set([
	'sql',
	'command',
	'html',
	'path',
	'redirect',
	'scheme',
	'header',
	'log',
	'ldap',
	'dn',
	'xpath',
	'xml',
	'regex',
	'format',
	'reflection',
])

/** What data has to be safe for at a sink of this kind, each by itself. */
export function harmlessMask(kind: SinkKind): number {
	return bitOf(kind) | (spelled.has(kind) ? bitOf('encoded') : 0)
}

const ofSpelling = maskOf([...spelled, 'url', 'code', 'template'])

/**
 * Data that was decoded: other data than before, with all that an encoding kept out of sight.
 * @param checked what it was checked for before. What has no sign that means anything to a decoder stays as it is.
 */
export function decoded(taint: Taint, checked: number): Taint {
	if (((taint.clean | checked) & bitOf('encoded')) !== 0) return taint
	// No part of what was checked before, nor a copy of it.
	return {
		...taint,
		root: `${taint.root.replaceAll('.', ',')}%`,
		clean: taint.clean & ~(ofSpelling | bitOf('encoded')),
	}
}

/** Data is no longer safe for these kinds. */
export function restored(taints: readonly Taint[], mask: number): readonly Taint[] {
	return taints.every((taint) => (taint.clean & mask) === 0)
		? taints
		: taints.map((taint) => ({ ...taint, clean: taint.clean & ~mask }))
}

/** A longer way says nothing more to a reader. */
const mostSteps = 40
const mostTaints = 25
/** From here on, data of one origin that went so many ways is not told apart any further. */
const manyTaints = 10
const mostOfOrigin = 4

export function firstStep(place: CodePlace, label: string, calledFrom?: CodePlace): TaintStep {
	return { place, role: 'source', label, previous: undefined, count: 1, ...(calledFrom && { calledFrom }) }
}

/** The taint with the steps of another one after its own: the harm is done where both come together. */
export function followedBy(taint: Taint, other: Taint): Taint {
	if (other === taint || other.last === taint.last) return taint
	const more: TaintStep[] = []
	for (let at: TaintStep | undefined = other.last; at; at = at.previous) more.push(at)
	const last = more.reduceRight<TaintStep>(
		(previous, step) => ({ ...step, previous, count: previous.count + 1 }),
		taint.last,
	)
	return { ...taint, last }
}

/** The taint with one more step; a step at the place of the last one says nothing new. */
export function stepped(taint: Taint, place: CodePlace, role: TaintStep['role'], label: string): Taint {
	const { last } = taint
	const { start, end, file } = last.place
	if (last.count >= mostSteps || (start === place.start && end === place.end && file === place.file)) return taint
	// Written out: this is made more often than anything else.
	const { kind, origin, root, clean, isWeak, isWhole } = taint
	const next = { place, role, label, previous: last, count: last.count + 1 }
	return { kind, origin, root, clean, isWeak, isWhole, last: next }
}

/** Where the taint of the same origin and root is, or below 0. */
function placeOf(taints: readonly Taint[], taint: Taint): number {
	const { root, origin } = taint
	for (let at = 0; at < taints.length; at++) {
		const it = taints[at] as Taint
		if (it === taint || (it.root === root && it.origin === origin)) return at
	}
	return -1
}

/** Taints of the same origin and root are one: safe for what all of them are safe for. */
export function joinTaints(a: readonly Taint[], b: readonly Taint[]): readonly Taint[] {
	if (a === b || b.length === 0) return a
	if (a.length === 0) return b
	let joined: Taint[] | undefined
	for (const taint of b) {
		const now: readonly Taint[] = joined ?? a
		const at = placeOf(now, taint)
		const known = now[at]
		if (known === taint) continue
		if (!known) {
			if (now.length >= manyTaints && (now.length >= mostTaints || isKnownOrigin(now, taint.origin))) continue
			joined ??= [...a]
			joined.push(taint)
			continue
		}
		const one = joinSame(known, taint)
		if (one === known) continue
		joined ??= [...a]
		joined[at] = one
	}
	return joined ?? a
}

function isKnownOrigin(taints: readonly Taint[], origin: string): boolean {
	let count = 0
	for (const it of taints) if (it.origin === origin && ++count >= mostOfOrigin) return true
	return false
}

function joinSame(a: Taint, b: Taint): Taint {
	const clean = a.clean & b.clean
	const isWeak = a.isWeak && b.isWeak
	const isWhole = a.isWhole && b.isWhole
	const isBetter = b.clean !== a.clean ? (b.clean & a.clean) === b.clean : b.last.count < a.last.count
	const better = isBetter ? b : a
	if (better.clean === clean && better.isWeak === isWeak && better.isWhole === isWhole) return better
	return { ...better, clean, isWeak, isWhole }
}

/** Without what is safe for all that there is. */
export function cleaned(taints: readonly Taint[], mask: number): readonly Taint[] {
	if (taints.length === 0 || mask === 0) return taints
	const kept: Taint[] = []
	for (const taint of taints) {
		const clean = taint.clean | mask
		if (clean === allKinds) continue
		kept.push(clean === taint.clean ? taint : { ...taint, clean })
	}
	return kept
}

export function weakened(taints: readonly Taint[]): readonly Taint[] {
	return taints.every((taint) => taint.isWeak) ? taints : taints.map((taint) => ({ ...taint, isWeak: true }))
}

/** Of a value that was made of tainted ones: a check of it is no check of them. */
export function derived(taints: readonly Taint[]): readonly Taint[] {
	return taints.every((taint) => !taint.isWhole) ? taints : taints.map((taint) => ({ ...taint, isWhole: false }))
}

/** Of a field that is read of tainted data. */
export function fieldTaints(taints: readonly Taint[], name: string): readonly Taint[] {
	return taints.map((taint) => (taint.root.length > 200 ? taint : { ...taint, root: `${taint.root}.${name}` }))
}
