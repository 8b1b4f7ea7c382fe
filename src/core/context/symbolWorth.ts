import type { GrammarName } from '../syntax/grammarOf.ts'
import { type NameUse, type WritingPlace, wordsOf } from './cursorText.ts'
import type { Candidate } from './symbolCandidates.ts'

export interface WorthQuestion {
	readonly grammar: GrammarName
	readonly path: string
	readonly place: WritingPlace
	readonly uses: ReadonlyMap<string, NameUse>
	/** Words of the names on the cursor's line and the ones around it. */
	readonly words: ReadonlySet<string>
	/** In how many windows of open files a name stands. */
	readonly opened: ReadonlyMap<string, number>
	readonly weights: Readonly<Record<string, number>>
}

const types = new Set(['class', 'interface', 'type', 'enum', 'module'])
const inTest = /(^|[/_.])(tests?|specs?|bench|examples?|docs?|__tests__)([/_.]|$)/i
/** Whole files are taken in without their names: what is not named yet is as likely as what is. */
const loose = new Set<GrammarName>(['go', 'java', 'csharp', 'c', 'cpp', 'ruby', 'kotlin', 'lua'])

/** How likely a candidate is what is named next, up to a factor that is the same for all candidates of a place. */
export function worthOf(candidate: Candidate, question: WorthQuestion): number {
	let sum = 0
	for (const feature of featuresOf(candidate, question)) sum += question.weights[feature] ?? 0
	return Math.exp(sum)
}

/** What a weight is measured for. */
export function featuresOf(candidate: Candidate, question: WorthQuestion): string[] {
	const { grammar, path, place, uses, words, opened } = question
	const { definition } = candidate
	const { name } = definition
	const use = uses.get(name)
	const reach = `${loose.has(grammar) ? 'loose' : 'strict'}:${candidate.reach}`
	const position = positionOf(candidate, question)
	const used = use ? 'used' : 'unused'
	const features = [`use:${use?.nearness ?? 'none'}`, reach, position]
	// How a name can be reached says more where it is known whether it is used already.
	features.push(`${used} ${reach}`, `${position} ${reach}`, `${used} ${position}`)
	if (use && use.count > 3) features.push('use:often')
	const openCount = opened.get(name) ?? 0
	features.push(openCount === 0 ? 'open:none' : openCount < 3 ? 'open:some' : 'open:often')
	if (candidate.ofBase) features.push('base')
	if (candidate.inSignature) features.push('inSignature')
	if (place.isType) features.push(types.has(definition.kind) ? 'type:type' : 'type:other')
	features.push(`kind:${definition.kind}`)
	if (!definition.exported) features.push('hidden')
	const shared = sharedWords(name, words)
	if (shared) features.push(`words:${shared}`)
	if (folderOf(candidate.path) === folderOf(path)) features.push('sameFolder')
	if (inTest.test(candidate.path)) features.push(inTest.test(path) ? 'inTest:both' : 'inTest')
	const container = definition.container?.slice(definition.container.lastIndexOf('.') + 1)
	if (container !== undefined && uses.has(container)) features.push('container:used')
	if (place.typed !== '') features.push(name.startsWith(place.typed) ? 'typed:begins' : 'typed:differs')
	return features
}

function positionOf({ definition: { container, kind }, ofReceiver }: Candidate, { place }: WorthQuestion): string {
	const isMember = container !== undefined && kind !== 'class' && kind !== 'interface'
	if (!place.isMember) return isMember ? 'plain:member' : 'plain:other'
	return ofReceiver ? 'dot:receiver' : isMember ? 'dot:member' : 'dot:other'
}

/** Most names share nothing, which is seen without taking them apart. */
function sharedWords(name: string, words: ReadonlySet<string>): 'all' | 'some' | undefined {
	const lower = name.toLowerCase()
	let isLikely = false
	for (const word of words) if (lower.includes(word)) isLikely = true
	if (!isLikely) return undefined
	const own = wordsOf(name)
	const shared = own.filter((word) => words.has(word)).length
	return shared === 0 ? undefined : shared === own.length ? 'all' : 'some'
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
