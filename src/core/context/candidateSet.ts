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

/** A header of C brings all that there is, in no order that says what is likely. */
const mostOfC = 2_500
const most = 1_500
/** From here on what no other file names leaves the room to what some do. */
const many = 400

/** What may be named at a cursor, each once. */
export class CandidateSet {
	private readonly own: FileSymbols
	private readonly isMentioned: (name: string) => boolean
	private readonly byDefinition = new Map<Definition, Candidate>()
	private readonly isC: boolean

	/** @param isMentioned whether another file than one that defines it has a name */
	constructor(own: FileSymbols, isMentioned: (name: string) => boolean) {
		this.own = own
		this.isMentioned = isMentioned
		this.isC = own.grammar === 'c' || own.grammar === 'cpp'
	}

	add(path: string, definition: Definition, reach: Reach, flag?: 'ofReceiver' | 'ofBase' | 'inSignature'): void {
		let candidate = this.byDefinition.get(definition)
		if (!candidate) {
			if (path === this.own.path || !this.hasRoomFor(definition)) return
			candidate = { path, definition, reach, ofReceiver: false, ofBase: false, inSignature: false }
			this.byDefinition.set(definition, candidate)
		} else if (reachRank[reach] < reachRank[candidate.reach]) candidate.reach = reach
		if (flag) candidate[flag] = true
	}

	private hasRoomFor({ name }: Definition): boolean {
		const { size } = this.byDefinition
		return this.isC ? size < mostOfC : size < many || (size < most && this.isMentioned(name))
	}

	all(): Candidate[] {
		return [...this.byDefinition.values()]
	}
}
