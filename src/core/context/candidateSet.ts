import type { Nameable } from './nameable.ts'
import type { Definition, FileSymbols } from './symbols/fileSymbols.ts'

/** How a file can name a definition of another, the nearest first. */
export const reaches = [
	'named',
	'memberOfNamed',
	'module',
	'neighbour',
	'memberOfModule',
	'memberOfNeighbour',
	'deep',
	'beside',
	'global',
	'repository',
] as const
export type Reach = (typeof reaches)[number]

const reachRank = Object.fromEntries(reaches.map((reach, rank) => [reach, rank])) as Readonly<Record<Reach, number>>

export interface Candidate {
	readonly path: string
	readonly definition: Definition
	reach: Reach
	/** Of the type of what stands before the `.` at the cursor. */
	ofReceiver: boolean
	/** Of what a type extends: the receiver's, or that of the class around the cursor. */
	ofBase: boolean
	/** A signature that is near names it. */
	inSignature: boolean
}

const mostCandidates = 1_500
/** From here on what no other file names leaves the room to what some do. */
const many = 400

interface CandidateRules {
	readonly isNameable: Nameable
	/** Whether another file than the one that defines it has the name. */
	isMentioned(name: string): boolean
}

/** What may be named at a cursor, each once. */
export class CandidateSet {
	private readonly own: FileSymbols
	private readonly rules: CandidateRules
	private readonly byDefinition = new Map<Definition, Candidate>()

	constructor(own: FileSymbols, rules: CandidateRules) {
		this.own = own
		this.rules = rules
	}

	add(path: string, definition: Definition, reach: Reach, flag?: 'ofReceiver' | 'ofBase' | 'inSignature'): void {
		let candidate = this.byDefinition.get(definition)
		if (!candidate) {
			if (path === this.own.path || this.byDefinition.size >= mostCandidates) return
			if (!this.rules.isNameable(path, definition)) return
			if (this.byDefinition.size >= many && !this.rules.isMentioned(definition.name)) return
			candidate = { path, definition, reach, ofReceiver: false, ofBase: false, inSignature: false }
			this.byDefinition.set(definition, candidate)
		} else if (reachRank[reach] < reachRank[candidate.reach]) candidate.reach = reach
		if (flag) candidate[flag] = true
	}

	all(): Candidate[] {
		return [...this.byDefinition.values()]
	}
}
