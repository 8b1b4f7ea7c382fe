import type { GrammarName } from '../syntax/grammarOf.ts'
import { type Candidate, reaches } from './candidateSet.ts'
import type { NameUse, WritingPlace } from './cursorText.ts'
import { keyOf, keysIn, type NameKey } from './nameKeys.ts'
import type { Definition, FileSymbols } from './symbols/fileSymbols.ts'
import type { SymbolTable } from './symbols/symbolTable.ts'
import type { Trail } from './trail.ts'

/** What is known of a place, to tell how likely a candidate is named there. */
export interface TraitQuestion {
	readonly table: SymbolTable
	readonly own: FileSymbols
	readonly place: WritingPlace
	readonly uses: ReadonlyMap<NameKey, NameUse>
	/** Words of the names on the cursor's line and the ones around it. */
	readonly words: ReadonlySet<string>
	/** In how many windows of open files a name stands. */
	readonly opened: ReadonlyMap<string, number>
	/** The share of the files most like this one that mention a name. */
	readonly kin: ReadonlyMap<NameKey, number>
	/** Definitions that were named on the lines above, the nearest last. */
	readonly trail: Trail
	/** Something is known of what stands before the `.`. */
	readonly knowsReceiver: boolean
}

const steps = ['0', '1', '2', '3', '4', '5', '6', '7'] as const
const kinds = ['function', 'method', 'class', 'interface', 'type', 'enum', 'module', 'constant', 'field'] as const

/** What is seen of a candidate, each with the values that it can have. */
export const traitValues = {
	nearness: ['none', 'file', 'around', 'near', 'line'],
	used: ['no', 'once', 'some', 'often'],
	reach: reaches,
	loose: ['strict', 'loose'],
	position: [
		'dotReceiver',
		'dotMember',
		'dotOther',
		'dotUnknownMember',
		'dotUnknownOther',
		'plainMember',
		'plainOther',
	],
	open: ['none', 'some', 'often'],
	base: ['no', 'yes'],
	signature: ['no', 'yes'],
	place: ['other', 'dot', 'new', 'type', 'start', 'argument', 'value', 'list'],
	kind: kinds,
	hidden: ['no', 'yes'],
	words: ['none', 'some', 'all'],
	folder: ['other', 'same'],
	test: ['neither', 'here', 'there', 'both'],
	container: ['none', 'unused', 'used'],
	typed: ['nothing', 'differs', 'begins'],
	spread: steps,
	kin: steps,
	twins: ['0', '1', '2', '3'],
	trail: ['none', 'file', 'beside', 'next'],
	stem: ['other', 'same', 'name'],
	shape: ['lower', 'upper', 'capital', 'hidden'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type Trait = keyof typeof traitValues
/** The traits in a fixed order: a candidate's are a list of numbers in this order, each the place of a value in `traitValues`. */
export const traitNames = Object.keys(traitValues) as readonly Trait[]
export type Traits = number[]

const at = Object.fromEntries(traitNames.map((trait, index) => [trait, index])) as Readonly<Record<Trait, number>>

const inTest = /(^|[/_.])(tests?|specs?|bench|examples?|docs?|__tests__)([/_.]|$)/i
/** Whole files are taken in without their names: what is not named yet is as likely as what is. */
const loose = new Set<GrammarName>(['go', 'java', 'csharp', 'c', 'cpp', 'ruby', 'kotlin', 'lua'])
const spreadLimits = [1, 2, 3, 5, 9, 17, 41]
const kinLimits = [0.001, 0.06, 0.12, 0.2, 0.35, 0.55, 0.8]
const nearnessRank = { file: 1, around: 2, near: 3, line: 4 } as const

/** Reads the traits of candidates; what is the same for all of them is found once. */
export function traitReader(question: TraitQuestion): (candidate: Candidate, traits: Traits) => void {
	const { table, own, place, uses, words, opened, kin, trail, knowsReceiver } = question
	const isLoose = loose.has(own.grammar) ? 1 : 0
	const placeTrait = traitValues.place.indexOf(place.kind)
	const folder = folderOf(own.path)
	const isInTest = inTest.test(own.path)
	const ownStem = plainStem(own.path)
	// What the file itself mentions is in the counts of all files; as it was before, in what follows the cursor too.
	const counted = new Set(keysIn(table.get(own.path)?.mentions ?? ''))
	const containers = new Map<string, 1 | 2>()
	const useOfContainer = (container: string) => {
		let known = containers.get(container)
		if (known === undefined) {
			known = uses.has(keyOf(lastPart(container))) ? 2 : 1
			containers.set(container, known)
		}
		return known
	}
	const files = new FileTraits((path) => ({
		folder: folderOf(path) === folder ? 1 : 0,
		isInTest: inTest.test(path),
		isSameStem: plainStem(path) === ownStem,
	}))
	return ({ path, definition, reach, ofReceiver, ofBase, inSignature }, traits) => {
		const { name, container, kind } = definition
		const key = keyOf(name)
		const use = uses.get(key)
		const file = files.of(path)
		const openCount = opened.get(name) ?? 0
		traits[at.nearness] = use ? nearnessRank[use.nearness] : 0
		traits[at.used] = use ? (use.count > 3 ? 3 : use.count > 1 ? 2 : 1) : 0
		traits[at.reach] = reaches.indexOf(reach)
		traits[at.loose] = isLoose
		traits[at.position] = positionOf(definition, place.isMember, ofReceiver, knowsReceiver)
		traits[at.open] = openCount === 0 ? 0 : openCount < 3 ? 1 : 2
		traits[at.base] = ofBase ? 1 : 0
		traits[at.signature] = inSignature ? 1 : 0
		traits[at.place] = placeTrait
		traits[at.kind] = kinds.indexOf(kind)
		traits[at.hidden] = definition.exported ? 0 : 1
		traits[at.words] = sharedWords(name, words)
		traits[at.folder] = file.folder
		traits[at.test] = (isInTest ? 1 : 0) + (file.isInTest ? 2 : 0)
		traits[at.container] = container === undefined ? 0 : useOfContainer(container)
		traits[at.typed] = place.typed === '' ? 0 : name.startsWith(place.typed) ? 2 : 1
		traits[at.spread] = stepOf(table.mentionedIn(key) - (counted.has(key) ? 1 : 0) - 1, spreadLimits)
		traits[at.kin] = stepOf(kin.get(key) ?? 0, kinLimits)
		traits[at.twins] = Math.min(3, table.definedIn(key) - 1)
		traits[at.trail] = trail.stepOf(path, definition)
		traits[at.stem] = isStem(name, ownStem) ? 2 : file.isSameStem ? 1 : 0
		traits[at.shape] = shapeOf(name)
	}
}

interface PathTraits {
	readonly folder: 0 | 1
	readonly isInTest: boolean
	readonly isSameStem: boolean
}

class FileTraits {
	private readonly read: (path: string) => PathTraits
	private readonly known = new Map<string, PathTraits>()

	constructor(read: (path: string) => PathTraits) {
		this.read = read
	}

	of(path: string): PathTraits {
		let traits = this.known.get(path)
		if (!traits) {
			traits = this.read(path)
			this.known.set(path, traits)
		}
		return traits
	}
}

function positionOf(
	{ container, kind }: Definition,
	isMember: boolean,
	ofReceiver: boolean,
	knowsReceiver: boolean,
): number {
	const isInside = container !== undefined && kind !== 'class' && kind !== 'interface'
	if (!isMember) return isInside ? 5 : 6
	if (ofReceiver) return 0
	return (isInside ? 1 : 2) + (knowsReceiver ? 0 : 2)
}

function stepOf(value: number, limits: readonly number[]): number {
	let step = 0
	while (step < limits.length && value >= (limits[step] ?? 0)) step++
	return step
}

/** How many of a name's words are among some: as `wordsOf` takes it apart, without a list of them. */
function sharedWords(name: string, words: ReadonlySet<string>): 0 | 1 | 2 {
	let [shared, all, start] = [0, 0, 0]
	for (let end = 1; end <= name.length; end++) {
		if (end < name.length && !isBorder(name.charCodeAt(end - 1), name.charCodeAt(end))) continue
		const first = isMark(name.charCodeAt(start)) ? start + 1 : start
		if (end - first > 2) {
			all++
			if (words.has(name.slice(first, end).toLowerCase())) shared++
		}
		start = end
	}
	return shared === 0 ? 0 : shared === all ? 2 : 1
}

/** A mark begins the word that it stands before. */
function isBorder(before: number, code: number): boolean {
	return isMark(code) || isMark(before) || (isUpper(code) && !isUpper(before))
}

function isMark(code: number): boolean {
	return code === 95 || code === 36
}

function isUpper(code: number): boolean {
	return code >= 65 && code <= 90
}

function shapeOf(name: string): number {
	const first = name.charCodeAt(0)
	if (first === 95) return 3
	return isUpper(first) ? (name.length > 2 && name === name.toUpperCase() ? 1 : 2) : 0
}

/** `src/config_test.go` and `tests/test_config.py` are about `config`, and `rule_table.rb` about `RuleTable`. */
function plainStem(path: string): string {
	const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\..*$/, '')
	const plain = stem.replace(/^(test|spec)s?[_-]|[_-]?(tests?|specs?|Tests?)$/gi, '')
	return plain.replace(/[_-]/g, '').toLowerCase()
}

function isStem(name: string, stem: string): boolean {
	// Most names begin with another letter.
	return (
		(name.charCodeAt(0) | 32) === (stem.charCodeAt(0) | 32) &&
		name.length >= stem.length &&
		name.replace(/_/g, '').toLowerCase() === stem
	)
}

function lastPart(container: string): string {
	return container.slice(container.lastIndexOf('.') + 1)
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
